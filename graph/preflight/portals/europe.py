"""data.europa.eu: takes what DCAT-AP describes, checks it by the shapes of DCAT-AP and tells the faults in its ratings.

https://dataeuropa.gitlab.io/data-provider-manual/; the shapes are our own of DCAT-AP 3.0.1, whose findings a test
holds equal to those of the official ones. A fault keeps no dataset out; it lowers its rating, and shows on its page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from graph.errors import DataError
from graph.governance.checking.textual import TextChecker
from graph.governance.compiling.model import Result
from graph.governance.rules.shapesets import named
from graph.preflight.description import Description, is_literal, text_of
from graph.preflight.rules import rules_of
from graph.preflight.verdict import Reader, Reading, Verdict, Words
from graph.terms import Statement, is_iri, local_name, value_of

NAME, TITLE = "data.europa.eu", "data.europa.eu"

RULES = rules_of("europe")


@cache
def _checker() -> TextChecker:
    # All that DCAT-AP's shapes ask for is in the text itself: no store is needed, and a page can wait for it.
    return TextChecker(named("dcat-ap").shapes, {})


def reader(told: Description) -> Reader:
    """Give what reads the datasets of a description as this portal does: checked once, whole."""
    found: dict[str, list[Result]] = {}
    for result in _results(told):
        found.setdefault(_node(result.focus), []).append(result)

    def read(dataset: str) -> Verdict:
        reading = Reading(NAME, RULES, told, dataset)
        for node in reached(told, dataset):
            for result in sorted(found.get(node, ()), key=_place):
                value = None if result.value is None else text_of(_node(result.value))
                field = local_name((result.path or "").strip("<>")) or "class"
                reading.remark("dcat-ap", field, node=node, value=value, says=_words(result) or None)
        return reading.done()

    return read


def _results(told: Description) -> list[Result]:
    """Check a description; what no parser takes for an address stands under another name meanwhile."""
    statements = [(s, p, o) for s, stated in told.about.items() for p, values in stated.items() for o in values]
    try:
        return list(_checker().check(_text(statements)))
    except DataError:
        terms = (term for statement in statements for term in statement if term.startswith("<"))
        bad = [term for term in dict.fromkeys(terms) if not is_iri(term[1:-1])]
        if not bad:
            raise
    names = {term: f"<urn:x-civigraph:no-address:{number}>" for number, term in enumerate(bad)}
    terms_of = {name: term for term, name in names.items()}
    renamed = _text((names.get(s, s), names.get(p, p), names.get(o, o)) for s, p, o in statements)
    return [
        replace(
            each,
            focus=terms_of.get(_node(each.focus), each.focus),
            value=each.value if each.value is None else terms_of.get(_node(each.value), each.value),
        )
        for each in _checker().check(renamed)
    ]


def _text(statements: Iterable[Statement]) -> str:
    return "".join(f"{s} {p} {o} .\n" for s, p, o in statements)


def _place(result: Result) -> tuple[str, str]:
    return result.path or "", result.value or ""


def _words(result: Result) -> Words:
    return {term.language or "": term.value for term in map(value_of, result.messages)}


def _node(text: str) -> str:
    """Write a term of a finding as descriptions do."""
    return text if text.startswith(("_:", '"', "<")) else f"<{text}>"


def reached(told: Description, dataset: str) -> Iterable[str]:
    """Give a dataset and all that it leads to, but no other dataset."""
    others = told.are_datasets
    known, new = {dataset: None}, [dataset]
    while new:
        node = new.pop()
        for values in told.about.get(node, {}).values():
            for value in values:
                if not is_literal(value) and value in told.about and value not in known and value not in others:
                    known[value] = None
                    new.append(value)
    return known
