"""Commands about the ontology: check it, explain a term of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.console import say

if TYPE_CHECKING:
    from graph.terminology.check import Reasoning
    from graph.terminology.explain import Explained

app = typer.Typer(help="Check the ontology, or explain a term of it.", no_args_is_help=True)

Language = Annotated[str, typer.Option("--language", metavar="LANGUAGE", help="fr or en.", show_default=True)]

SHOWN = 20
"""Findings and files shown of each sort; the rest is counted."""

# The words of an explanation, in the order in which it tells.
_WORDS = {
    "en": {
        "definition": "definition",
        "note": "note",
        "example": "example",
        "types": "is a",
        "broader": "broader",
        "narrower": "narrower",
        "matches": "in others",
        "sources": "drawn from",
        "described_in": "described in",
        "used": "used in",
    },
    "fr": {
        "definition": "définition",
        "note": "note",
        "example": "exemple",
        "types": "est un(e)",
        "broader": "plus large",
        "narrower": "plus étroit",
        "matches": "ailleurs",
        "sources": "tiré de",
        "described_in": "décrit dans",
        "used": "employé dans",
    },
}


@app.command()
def check(language: Language = "en") -> None:
    """Check layout, style and reasoning of the ontology; ends with 1 where something is wrong.

    The reasoner needs Java and owlready2; without them that part is left out, and said so.
    """
    from graph.terminology import check, reasoner

    _known(language)
    untidy = check.check_layout()
    _tell("layout", [f"{name} is not in the one layout (scripts/format-ontology)" for name in untidy])
    flaws = check.check_style()
    _tell("style", [f"{flaw.term}: {flaw.message(language)} {flaw.value}".rstrip() for flaw in flaws])
    wrong = bool(untidy or flaws)
    if reason := reasoner.missing():
        print(f"reasoning: not run, {reason}")
    else:
        reasoning = check.check_reasoning()
        _tell("reasoning", _reasoning(reasoning))
        wrong = wrong or not reasoning.sound
    if wrong:
        raise typer.Exit(1)


@app.command()
def explain(
    term: Annotated[str, typer.Argument(metavar="TERM", help="cg:pole, pole, dcat:Dataset or an IRI.")],
    language: Language = "en",
) -> None:
    """Explain a term: its words, source and example, what is broader, and which files use it."""
    from graph.terminology.explain import curie, explain

    _known(language)
    found = explain(term, language)
    print(f"{curie(found.iri)}  {found.label}\n{found.iri}")
    for name, heading in _WORDS[language].items():
        for line in _lines(found, name, curie):
            print(f"  {heading}: {line}")


def _known(language: str) -> None:
    if language not in _WORDS:
        raise typer.BadParameter(f"{language!r} is neither fr nor en", param_hint="--language")


def _tell(part: str, faults: list[str]) -> None:
    """Print one part of the check: sound, or its faults."""
    print(f"{part}: {'sound' if not faults else f'{len(faults)} at fault'}")
    for fault in faults[:SHOWN]:
        print(f"  {fault}")
    if len(faults) > SHOWN:
        say(f"{len(faults) - SHOWN} more of {part}")


def _reasoning(reasoning: Reasoning) -> list[str]:
    """Tell what the reasoner found wrong."""
    found = [f"{iri} can have no instance" for iri in reasoning.reasoned.unsatisfiable]
    if not reasoning.reasoned.consistent:
        found.append("what is described contradicts the ontology")
    for each in reasoning.contradictions:
        (one, other), (why, because) = each.classes, each.reasons
        found.append(f"{each.iri} is {one} ({why}) and {other} ({because}), which exclude one another")
    found += [f"the inferred hierarchy differs from ontology/inferred.tsv: {line}" for line in reasoning.changes]
    return found


def _lines(found: Explained, name: str, curie: object) -> list[str]:
    """Give the lines of one heading."""
    assert callable(curie)
    value = getattr(found, name)
    if isinstance(value, str):
        return [value] if value else []
    if name == "matches":
        return [f"{curie(iri)} ({kind})" for kind, iri in value]
    if name == "used":
        more = [f"… {len(value) - SHOWN} more files"] if len(value) > SHOWN else []
        return [f"{file} ({count})" for file, count in value[:SHOWN]] + more
    return [", ".join(curie(each) for each in value)] if value else []
