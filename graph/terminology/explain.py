"""What a term means, in words: label, definition, source, what is broader, what it matches, where it is used."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from graph.errors import NotKnown
from graph.terminology import hierarchy
from graph.terms import CG, PREFIXES, RDF, RDFS, SKOS, is_iri
from ontology import loader
from shapes import loader as shapes_loader

_MATCHES = {f"{SKOS}{kind}Match": kind for kind in ("exact", "close", "broad", "narrow", "related")}
_LITERALS = {
    "label": (f"{SKOS}prefLabel", f"{RDFS}label", "http://purl.org/dc/terms/title"),
    "definition": (f"{SKOS}definition", "http://purl.org/dc/terms/description"),
    "note": (f"{SKOS}scopeNote",),
    "example": (f"{SKOS}example",),
}


@dataclass(frozen=True, slots=True)
class Explained:
    """A term in one language; IRIs in the tuples; `used` counts the statements, or queries, of each file."""

    iri: str
    types: tuple[str, ...]
    label: str
    definition: str
    note: str
    example: str
    sources: tuple[str, ...]
    broader: tuple[str, ...]
    narrower: tuple[str, ...]
    matches: tuple[tuple[str, str], ...]
    described_in: tuple[str, ...]
    used: tuple[tuple[str, int], ...]


def explain(term: str, language: str = "en") -> Explained:
    """Explain a term given by its IRI, as `prefix:name`, or as the bare name of a term of ours.

    Raises NotKnown, with the terms whose names are near, where nothing describes it.
    """
    about = _described()
    iri = _resolve(term)
    if iri not in about:
        near = difflib.get_close_matches(curie(iri), [curie(each) for each in about], n=3, cutoff=0.6)
        remedy = f"did you mean {', '.join(near)}?" if near else "give cg:pole, pole or an IRI"
        raise NotKnown("the ontology describes no such term", where=term, remedy=remedy)
    facts = about[iri]
    inferred = hierarchy.read(loader.inferred())
    stated = {each for name in ("broader", "inScheme") for each in _iris(facts, f"{SKOS}{name}")}
    stated |= {each for name in ("subClassOf", "subPropertyOf") for each in _iris(facts, f"{RDFS}{name}")}
    return Explained(
        iri=iri,
        types=_iris(facts, f"{RDF}type"),
        **{name: _text(facts, predicates, language) for name, predicates in _LITERALS.items()},
        sources=_iris(facts, "http://purl.org/dc/terms/source"),
        broader=tuple(sorted(stated | set(inferred.get(iri, ())))),
        narrower=tuple(sorted(_narrower(iri, inferred))),
        matches=tuple(sorted((kind, each) for name, kind in _MATCHES.items() for each in _iris(facts, name))),
        described_in=tuple(sorted({name for name, _, _ in facts})),
        used=tuple(_used(iri)),
    )


def curie(iri: str) -> str:
    """Write an IRI by its prefix where it has one and the rest is a name."""
    for prefix, space in PREFIXES.items():
        if iri.startswith(space) and re.fullmatch(r"[\w-]+", iri[len(space) :]):
            return f"{prefix}:{iri[len(space) :]}"
    return iri


def _resolve(term: str) -> str:
    prefix, colon, name = term.strip("<>").partition(":")
    if not colon:
        return CG + prefix
    if prefix in PREFIXES:
        return PREFIXES[prefix] + name
    if is_iri(term.strip("<>")):
        return term.strip("<>")
    raise NotKnown("no such prefix", where=term, remedy=f"prefixes: {', '.join(sorted(PREFIXES))}")


Fact = tuple[str, str, ox.NamedNode | ox.BlankNode | ox.Literal]
"""The file, the property, the value."""


@cache
def _described() -> dict[str, list[Fact]]:
    """Give what the ontology says of every IRI."""
    found: dict[str, list[Fact]] = {}
    for name, text in loader.turtle(*loader.TERMS):
        for triple in ox.parse(text, format=ox.RdfFormat.TURTLE):
            if isinstance(triple.subject, ox.NamedNode):
                assert not isinstance(triple.object, ox.Triple)
                found.setdefault(triple.subject.value, []).append((name, triple.predicate.value, triple.object))
    return found


def _iris(facts: list[Fact], predicate: str) -> tuple[str, ...]:
    return tuple(sorted(o.value for _, p, o in facts if p == predicate and isinstance(o, ox.NamedNode)))


def _text(facts: list[Fact], predicates: tuple[str, ...], language: str) -> str:
    """Give the text of the first property that has one in the language, else in any."""
    texts = [(p, o) for predicate in predicates for _, p, o in facts if p == predicate and isinstance(o, ox.Literal)]
    fitting = [o.value for _, o in texts if o.language == language] or [o.value for _, o in texts]
    return fitting[0] if fitting else ""


def _narrower(iri: str, inferred: dict[str, list[str]]) -> Iterator[str]:
    """Give what is under a term: inferred for classes and properties, stated for codes and members of a list."""
    yield from (term for term, broader in inferred.items() if iri in broader)
    for each, facts in _described().items():
        if iri in _iris(facts, f"{SKOS}broader") or iri in _iris(facts, f"{SKOS}inScheme"):
            yield each


def _used(iri: str) -> Iterator[tuple[str, int]]:
    """Count, in every shipped file, the statements about other things that name a term; a query counts once."""
    short = re.compile(rf"(?<![\w:-]){re.escape(curie(iri))}(?![\w-])|<{re.escape(iri)}>")
    shipped = [(f"ontology/{name}", text) for name, text in loader.texts()]
    shipped += [(f"shapes/{name}", text) for name, text in shapes_loader.texts()]
    for name, text in shipped:
        if name.endswith(".rq"):
            count = int(bool(short.search(text.decode())))
        else:
            count = sum(_names(triple, iri) for triple in ox.parse(text, format=ox.RdfFormat.TURTLE))
        if count:
            yield name, count


def _names(triple: ox.Triple, iri: str) -> bool:
    """Say whether a statement about something else names the term, as property, value or datatype."""
    value = triple.object
    named = value.datatype.value if isinstance(value, ox.Literal) else getattr(value, "value", "")
    return getattr(triple.subject, "value", "") != iri and iri in (triple.predicate.value, named)
