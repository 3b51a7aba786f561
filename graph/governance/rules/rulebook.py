"""The governance rules as people read them: what each says, where it comes from, how to mend, and what it looks at.

A rule is one address that is a concept (SKOS) and a shape (SHACL); its parts name it by `dct:isPartOf`, so that every
result leads from its source shape to its rule. Texts are given by language: `{"fr": …, "en": …}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

import pyoxigraph as ox

from graph.governance.compiling.graph import ShapesGraph
from graph.governance.compiling.model import Node, RdfTerm
from graph.governance.compiling.paths import read_path
from graph.rendering.layout import lay_out
from graph.terms import CG, DCT, RDF, SH, SKOS
from shapes import loader

RULE = "https://w3id.org/civigraph/rule/"

Words = Mapping[str, str]
"""One text by language: `fr` and `en`."""

_TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")
# What leads from a rule to others that stand on their own pages.
_APART = {f"{SKOS}inScheme", f"{SKOS}broader", f"{DCT}isPartOf"}


@dataclass(frozen=True, slots=True)
class Family:
    """A family of rules; `letter` is its place: A to G."""

    iri: str
    letter: str
    title: Words
    definition: Words


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a rule looks at; `query` is the text of a constraint in SPARQL, None where it is plain SHACL.

    `shape` is what results name as their source (IRI), `path` a path of SPARQL from the focus node, None where there is
    none; severity and class are those of the rule where the check has none of its own.
    """

    shape: str
    message: Words
    path: str | None
    severity: str
    finding_class: str
    query: str | None = field(repr=False)

    @property
    def name(self) -> str:
        """Its name among the rules: `R15-cover`."""
        return self.shape.removeprefix(RULE)


@dataclass(frozen=True, slots=True)
class Publicly:
    """What a rule finds where only public records are read: what is missing there may be known elsewhere."""

    finding_class: str
    message: Words


@dataclass(frozen=True)
class Rule:
    """A rule; `targets` are pairs of a kind of target and an IRI, `notes` further words, `sources` addresses.

    `publicly` takes the place of class and message where only public records are read, None for as anywhere.
    """

    iri: str
    number: str
    family: Family
    title: Words
    definition: Words
    notes: Words
    citation: Words
    remedy: Words
    severity: str
    finding_class: str
    publicly: Publicly | None
    sources: tuple[str, ...]
    targets: tuple[tuple[str, str], ...]
    checks: tuple[Check, ...]
    triples: tuple[ox.Triple, ...] = field(repr=False)
    """All that is said of the rule and its parts, with the prefixes that its queries use: a shapes graph by itself."""

    @cached_property
    def turtle(self) -> str:
        """The rule in Turtle, in the layout of the files that it is written in."""
        return rulebook().write(self.triples)


class RuleBook:
    """All rules that are shipped, by number, by address, and by the shape that a result names."""

    def __init__(self) -> None:
        self.prefixes: dict[str, str] = {}
        triples: list[ox.Triple] = []
        for _, text in loader.governance():
            parser = ox.parse(text, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
            triples += [ox.Triple(quad.subject, quad.predicate, quad.object) for quad in parser]
            self.prefixes |= parser.prefixes
        triples = _relabelled(triples)
        self.triples = tuple(triples)
        reader = _Reader(triples)
        self.families = tuple(reader.families())
        self.rules = tuple(sorted(reader.rules(self.families), key=lambda rule: rule.number))
        self._by_number = {rule.number: rule for rule in self.rules}
        self._by_shape = {f"{check.shape}": rule for rule in self.rules for check in rule.checks}
        self._by_shape |= {rule.iri: rule for rule in self.rules}
        self._checks = {check.shape: check for rule in self.rules for check in rule.checks}

    def find(self, number: str) -> Rule | None:
        """Give the rule of a number, `R15`."""
        return self._by_number.get(number)

    def of_shape(self, shape: str) -> Rule | None:
        """Give the rule that a shape belongs to, by its IRI; None where it is of no rule."""
        return self._by_shape.get(shape)

    def class_of(self, shape: str) -> str | None:
        """Give the class of what a shape finds: its own, else its rule's."""
        if (check := self._checks.get(shape)) is not None:
            return check.finding_class
        rule = self._by_shape.get(shape)
        return rule.finding_class if rule is not None else None

    def write(self, triples: Iterable[ox.Triple]) -> str:
        """Write triples of rules as Turtle, in the layout of the files that rules are written in."""
        lines = [f"@prefix {name}: <{space}> .\n" for name, space in self.prefixes.items()]
        lines += [f"{triple} .\n" for triple in triples]
        return lay_out("".join(lines).encode(), where="rules").decode()

    def of_family(self, family: Family) -> list[Rule]:
        """Give the rules of a family in the order of their numbers."""
        return [rule for rule in self.rules if rule.family == family]


@cache
def rulebook() -> RuleBook:
    """Give the rules, read once."""
    return RuleBook()


class _Reader:
    """Reads rules out of their shapes."""

    def __init__(self, triples: list[ox.Triple]) -> None:
        self._graph = ShapesGraph(triples)
        self._by_subject: dict[RdfTerm, list[ox.Triple]] = {}
        for triple in triples:
            self._by_subject.setdefault(triple.subject, []).append(triple)

    def families(self) -> Iterator[Family]:
        for node in self._graph.subjects(f"{SKOS}topConceptOf"):
            title, definition = (self._words(node, SKOS + name) for name in ("prefLabel", "definition"))
            yield Family(_name(node), self._plain(node, f"{SKOS}notation"), title, definition)

    def rules(self, families: tuple[Family, ...]) -> Iterator[Rule]:
        by_iri = {family.iri: family for family in families}
        for node in self._graph.subjects(f"{SKOS}broader"):
            yield self._rule(node, by_iri[_name(self._graph.objects(node, f"{SKOS}broader")[0])])

    def _rule(self, node: Node, family: Family) -> Rule:
        reached = self._reached(node)
        severity, kind = self._iri(node, f"{SH}severity"), self._iri(node, f"{CG}findingClass")
        public = self._iri(node, f"{CG}publicFindingClass")
        return Rule(
            iri=_name(node),
            number=self._plain(node, f"{SKOS}notation"),
            family=family,
            title=self._words(node, f"{SKOS}prefLabel"),
            definition=self._words(node, f"{SKOS}definition"),
            notes=self._words(node, f"{SKOS}scopeNote"),
            citation=self._words(node, f"{DCT}bibliographicCitation"),
            remedy=self._words(node, f"{CG}remedy"),
            severity=severity,
            finding_class=kind,
            publicly=Publicly(public, self._words(node, f"{CG}publicMessage")) if public else None,
            sources=tuple(_name(source) for source in self._graph.objects(node, f"{DCT}source")),
            targets=tuple(dict.fromkeys(self._targets(reached))),
            checks=tuple(self._checks(reached, severity, kind)),
            triples=tuple(self._told(reached)),
        )

    def _reached(self, rule: Node) -> list[Node]:
        """Give the nodes of a rule: its own, its parts, and what these lead to."""
        waiting: list[RdfTerm] = [*sorted(self._graph.subjects(f"{DCT}isPartOf", rule), key=str, reverse=True), rule]
        found: dict[Node, None] = {}
        while waiting:
            node = waiting.pop()
            if isinstance(node, ox.Literal | ox.Triple) or node in found or _is_prefixes(node):
                continue
            if node in self._by_subject:
                found[node] = None
                below = (each for each in self._by_subject[node] if each.predicate.value not in _APART)
                waiting += sorted((each.object for each in below), key=str, reverse=True)
        return list(found)

    def _targets(self, nodes: list[Node]) -> Iterator[tuple[str, str]]:
        for node in nodes:
            for kind in _TARGETS:
                for target in self._graph.objects(node, SH + kind):
                    yield kind, _name(target)

    def _checks(self, nodes: list[Node], severity: str, kind: str) -> Iterator[Check]:
        """Give what has a message, in the order of the shapes: a shape of SHACL Core, or a query of one."""
        for node in nodes:
            if not self._graph.objects(node, f"{SH}message"):
                continue
            query = self._plain(node, f"{SH}select") or None
            shape = self._graph.subjects(f"{SH}sparql", node)[0] if query else node
            paths = self._graph.objects(shape, f"{SH}path")
            yield Check(
                _name(shape),
                self._words(node, f"{SH}message"),
                read_path(self._graph, paths[0]).text if paths else None,
                self._iri(shape, f"{SH}severity") or severity,
                self._iri(shape, f"{CG}findingClass") or kind,
                query,
            )

    def _told(self, nodes: list[Node]) -> Iterator[ox.Triple]:
        """Give the statements about some nodes, and the prefixes that their queries use."""
        queries = ""
        for node in nodes:
            yield from self._by_subject[node]
            queries += self._plain(node, f"{SH}select")
        if not queries:
            return
        declared = ox.NamedNode(f"{RULE}Prefixes")
        for triple in self._by_subject[declared]:
            if f"{self._plain(triple.object, f'{SH}prefix')}:" in queries:
                yield triple
                yield from self._by_subject[triple.object]

    def _words(self, node: RdfTerm, prop: str) -> Words:
        texts = self._graph.objects(node, prop)
        return {each.language: each.value for each in texts if isinstance(each, ox.Literal) and each.language}

    def _plain(self, node: RdfTerm, prop: str) -> str:
        return next((each.value for each in self._graph.objects(node, prop) if isinstance(each, ox.Literal)), "")

    def _iri(self, node: RdfTerm, prop: str) -> str:
        return next((_name(each) for each in self._graph.objects(node, prop)), "")


def _relabelled(triples: list[ox.Triple]) -> list[ox.Triple]:
    """Give blank nodes names in the order in which they are met, so that what is written is the same each time."""
    labels: dict[RdfTerm, ox.BlankNode] = {}

    def known(term: RdfTerm) -> RdfTerm:
        return labels.setdefault(term, ox.BlankNode(f"b{len(labels)}")) if isinstance(term, ox.BlankNode) else term

    return [ox.Triple(known(each.subject), each.predicate, known(each.object)) for each in triples]  # type: ignore[arg-type]


def _name(term: RdfTerm) -> str:
    """Give the address of what has one."""
    assert isinstance(term, ox.NamedNode)
    return term.value


def _is_prefixes(node: RdfTerm) -> bool:
    return node in {ox.NamedNode(f"{RULE}Prefixes"), ox.NamedNode(f"{RDF}nil")}
