"""The ontology as the log has it: every term of the project's namespace, what it is, where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox

from graph.log.log import Log
from graph.log.rows import PUBLIC
from graph.log.sources import OWN, OWN_ADDRESS
from graph.terms import CG, OWL, RDF, RDFS, SKOS, TYPE, Statement, parse_payload
from ontology import loader

CLASS, PROPERTY, DATATYPE, SCHEME, CONCEPT, OTHER = "class", "property", "datatype", "scheme", "concept", "other"
SORTS = (CLASS, PROPERTY, DATATYPE, SCHEME, CONCEPT, OTHER)
"""What a term can be, in the order in which a module's terms are read."""

_SORTS = {
    f"{OWL}Class": CLASS,
    f"{RDFS}Class": CLASS,
    f"{OWL}ObjectProperty": PROPERTY,
    f"{OWL}DatatypeProperty": PROPERTY,
    f"{OWL}AnnotationProperty": PROPERTY,
    f"{RDF}Property": PROPERTY,
    f"{RDFS}Datatype": DATATYPE,
    f"{SKOS}ConceptScheme": SCHEME,
    f"{SKOS}Concept": CONCEPT,
}
_NAMED = frozenset({"term", "concept", "scheme"})
_PARENTS = (f"{RDFS}subClassOf", f"{RDFS}subPropertyOf", f"{SKOS}broader")
_ENDS = (f"{RDFS}domain", f"{RDFS}range")


@dataclass(frozen=True)
class Word:
    """One term: its IRI, what it is, the module that describes it, its properties (IRI -> N-Triples texts)."""

    iri: str
    sort: str
    module: str
    properties: Mapping[str, tuple[str, ...]] = field(repr=False)

    @property
    def name(self) -> str:
        """Its name in the namespace, which is its anchor and the end of its address."""
        return self.iri.removeprefix(CG)

    def iris(self, prop: str) -> tuple[str, ...]:
        """Give the IRIs that a property leads to."""
        return tuple(text[1:-1] for text in self.properties.get(prop, ()) if text.startswith("<"))

    @property
    def parents(self) -> tuple[str, ...]:
        """What it is narrower than: super-classes, super-properties, broader concepts."""
        return tuple(iri for prop in _PARENTS for iri in self.iris(prop))

    @property
    def deprecated(self) -> bool:
        """Whether it is kept only for what was written with it."""
        return any(text.startswith('"true"') for text in self.properties.get(f"{OWL}deprecated", ()))


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """All terms by IRI, the ontology's own record, and the statements that `/ns` gives."""

    words: Mapping[str, Word]
    statements: tuple[Statement, ...] = field(repr=False)
    of_others: tuple[Statement, ...] = field(repr=False)

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """The terms below each IRI."""
        return _turned((word.iri, parent) for word in self.words.values() for parent in word.parents)

    @cached_property
    def members(self) -> Mapping[str, tuple[str, ...]]:
        """The concepts of each code list, in the order of their notations."""
        found = _turned((word.iri, scheme) for word in self.words.values() for scheme in word.iris(f"{SKOS}inScheme"))
        return {scheme: tuple(sorted(iris, key=self._place)) for scheme, iris in found.items()}

    @cached_property
    def properties_of(self) -> Mapping[str, tuple[str, ...]]:
        """The properties whose domain or range each class or datatype is."""
        return _turned((word.iri, end) for word in self.words.values() for prop in _ENDS for end in word.iris(prop))

    def modules(self) -> dict[str, list[Word]]:
        """Give the terms of each module, code lists apart, in the order of what they are and of their names."""
        found: dict[str, list[Word]] = defaultdict(list)
        for word in sorted(self.words.values(), key=lambda each: (each.module, SORTS.index(each.sort), each.name)):
            if word.sort not in {SCHEME, CONCEPT} and word.iri != OWN_ADDRESS:
                found[word.module].append(word)
        return dict(found)

    def schemes(self) -> list[Word]:
        """Give the code lists in the order of their names."""
        return sorted((word for word in self.words.values() if word.sort == SCHEME), key=lambda each: each.name)

    def _place(self, iri: str) -> tuple[int, str, str]:
        notation = next(iter(self.words[iri].properties.get(f"{SKOS}notation", ())), "").partition('"')[2].rstrip('"')
        return (int(notation) if notation.isdecimal() else 0, notation, iri)


class Vocabularies:
    """Gives the vocabulary of a log, read once for each content of the source `civigraph`."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._known: tuple[str | None, Vocabulary] | None = None

    def now(self) -> Vocabulary:
        """Give the vocabulary as the log has it now."""
        digest = self._log.instance.get("bundled")
        known = self._known
        if known is None or known[0] != digest:
            known = self._known = (digest, read_vocabulary(self._log))
        return known[1]


def read_vocabulary(log: Log) -> Vocabulary:
    """Read the terms of the namespace from the log's public records of the source `civigraph`."""
    heads = [head for head in log.heads(source=OWN, audiences=(PUBLIC,)) if _ours(head.iri) or head.kind in _NAMED]
    payloads = log.payloads([head.sequence for head in heads])
    modules = _modules()
    words, own, others = {}, [], []
    for head in heads:
        statements = parse_payload(payloads[head.sequence])
        if not _ours(head.iri):
            others += statements
            continue
        own += statements
        words[head.iri] = word_of(head.iri, statements, modules.get(head.iri, ""))
    return Vocabulary(words, tuple(sorted(own)), tuple(sorted(others)))


def word_of(iri: str, statements: Iterable[Statement], module: str = "") -> Word:
    """Give what statements say of a term."""
    properties: dict[str, list[str]] = defaultdict(list)
    for subject, prop, value in statements:
        if subject == f"<{iri}>":
            properties[prop[1:-1]].append(value)
    sort = min((_SORTS.get(text[1:-1], OTHER) for text in properties[TYPE[1:-1]]), key=SORTS.index, default=OTHER)
    return Word(iri, sort, module, {prop: tuple(texts) for prop, texts in properties.items()})


def _ours(iri: str) -> bool:
    return iri == OWN_ADDRESS or iri.startswith(CG)


def _modules() -> dict[str, str]:
    """Give the name of the shipped file that describes each term: the log knows no files."""
    found: dict[str, str] = {}
    for name, text in loader.turtle("modules", "vocabularies"):
        module = name.partition("/")[2].removesuffix(".ttl")
        for triple in ox.parse(text, format=ox.RdfFormat.TURTLE):
            if isinstance(triple.subject, ox.NamedNode) and str(triple.predicate) == TYPE:
                found.setdefault(triple.subject.value, module)
    return found


def _turned(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Give, for each second of some pairs, the firsts in their order."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for first, second in sorted(pairs):
        found[second][first] = None
    return {second: tuple(firsts) for second, firsts in found.items()}
