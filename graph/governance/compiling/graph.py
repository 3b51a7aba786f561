"""A shapes graph in memory, its literals as they were written: a store would change them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from graph.errors import ShapesRefused
from graph.governance.compiling.components import is_count
from graph.governance.compiling.model import Node, RdfTerm
from graph.terms import RDF, RDFS, SH, iri, literal


class ShapesGraph:
    """Triples by subject and property, both ways."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._objects: dict[tuple[RdfTerm, str], list[RdfTerm]] = {}
        self._subjects: dict[str, dict[Node, list[RdfTerm]]] = {}
        self._described: set[Node] = set()
        for triple in dict.fromkeys(triples):
            subject, name, value = triple.subject, triple.predicate.value, triple.object
            if isinstance(subject, ox.Triple) or isinstance(value, ox.Triple):
                raise ShapesRefused("triple terms have no meaning in shapes", where=str(subject))
            self._described.add(subject)
            self._objects.setdefault((subject, name), []).append(value)
            self._subjects.setdefault(name, {}).setdefault(subject, []).append(value)

    def describes(self, node: Node) -> bool:
        """Say whether anything is stated of a node."""
        return node in self._described

    def objects(self, subject: RdfTerm, name: str) -> list[RdfTerm]:
        """Give the values of a property, in the order read."""
        return self._objects.get((subject, name), [])

    def subjects(self, name: str, value: RdfTerm | None = None) -> list[Node]:
        """Give the subjects of a property, of one value where it is given."""
        pairs = self._subjects.get(name, {})
        return [subject for subject, values in pairs.items() if value is None or value in values]

    def one(self, subject: RdfTerm, name: str) -> RdfTerm | None:
        """Give the only value of a property, None for none. Raises ShapesRefused for several."""
        values = self.objects(subject, name)
        if len(values) > 1:
            raise ShapesRefused(f"<{name}> has more than one value", where=str(subject))
        return values[0] if values else None

    def flag(self, subject: RdfTerm, name: str) -> bool:
        """Say whether a switch of SHACL is on."""
        value = self.one(subject, SH + name)
        return isinstance(value, ox.Literal) and value.value == "true"

    def count(self, subject: RdfTerm, name: str) -> int | None:
        """Give a number of SHACL, None where there is none."""
        value = self.one(subject, SH + name)
        if value is None:
            return None
        if not isinstance(value, ox.Literal) or not is_count(value):
            raise ShapesRefused(f"sh:{name} is not an integer of at least 0: {value}", where=str(subject))
        return int(value.value)

    def members(self, head: RdfTerm, where: RdfTerm) -> Iterator[RdfTerm]:
        """Give the members of a list. Raises ShapesRefused for what is no list or has no end."""
        seen = set()
        while head != ox.NamedNode(f"{RDF}nil"):
            first, rest = self.one(head, f"{RDF}first"), self.one(head, f"{RDF}rest")
            if first is None or rest is None or head in seen:
                raise ShapesRefused(f"not a list: {head}", where=str(where))
            seen.add(head)
            yield first
            head = rest

    def instances(self, kind: str) -> list[Node]:
        """Give what is of a class, or of one below it."""
        below = self._below(ox.NamedNode(kind))
        return [node for one in sorted(below, key=str) for node in self.subjects(f"{RDF}type", one)]

    def is_class(self, node: Node) -> bool:
        """Say whether a shape is a class too, and so targets its instances (SHACL, 2.1.3.3)."""
        return bool(set(self.objects(node, f"{RDF}type")) & self._below(ox.NamedNode(f"{RDFS}Class")))

    def _below(self, kind: ox.NamedNode) -> set[RdfTerm]:
        found: set[RdfTerm] = set()
        waiting: list[RdfTerm] = [kind]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self.subjects(f"{RDFS}subClassOf", one)
        return found

    def iri(self, term: RdfTerm, where: RdfTerm) -> str:
        """Give the address of an IRI. Raises ShapesRefused for another term."""
        if not isinstance(term, ox.NamedNode):
            raise ShapesRefused(f"not an IRI: {term}", where=str(where))
        return term.value

    def text(self, term: RdfTerm, where: RdfTerm) -> str:
        """Write a term for a query. Raises ShapesRefused for a blank node, which no query can name."""
        if isinstance(term, ox.NamedNode):
            return iri(term.value)
        if isinstance(term, ox.Literal):
            return literal(term.value, term.language, None if term.language else term.datatype.value)
        raise ShapesRefused(f"a blank node cannot be named in a query: {term}", where=str(where))
