"""The statistics of a world's public graph: kept up with each change, and written as VoID beside what they count.

What describes the graph is not counted in it, and nobody but the view says anything of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib.resources import files
from itertools import islice

from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat, Triple, parse

from graph.statistics.partitions import Counts, Naming, document_of, read
from graph.statistics.service import service
from graph.statistics.signature import ALL, Counted, Growth, Row, contributions, signature
from graph.store.embedded import EmbeddedStore
from graph.store.store import Graph, TripleStore
from graph.terms import TYPE, Statement

FORMAT = 2
"""The version of what is written of the statistics: raise it when it changes."""

_SUBJECTS = files("graph.statistics").joinpath("subjects.rq").read_text(encoding="utf-8")
_SUBJECTS_AT_ONCE = 500
_MOST_OF_THE_SERVICE = 5
_TYPE = NamedNode(TYPE[1:-1])


class Statistics:
    """Counts of one graph of a store, read from what the store says of itself; `base` is that of the instance."""

    def __init__(self, store: TripleStore, graph: Graph, base: str) -> None:
        self.graph = graph
        self._store = store
        self._naming = Naming(base)
        self._base = base
        self._own = document_of(base)
        self._endpoint = f"{base}sparql"
        self._counts: Counts | None = None

    @property
    def counts(self) -> Counts:
        """What is counted now; a new mapping after each change."""
        if self._counts is None:
            self._counts = read(self._about, self._naming.dataset)
        return self._counts

    def is_own(self, subject: str) -> bool:
        """Say whether an IRI is a part of the description, of which nobody else says anything."""
        return subject.startswith(self._own) or subject == self._endpoint

    def is_named_in(self, payload: bytes) -> bool:
        """Say whether a record may speak of the description."""
        return self._own.encode() in payload or self._endpoint.encode() in payload

    def pointing(self, iri: str) -> int:
        """How many statements of the description may point at an IRI."""
        return sum(f"<{iri}>" in row for row in self.counts) + _MOST_OF_THE_SERVICE

    def statements(self) -> list[Statement]:
        """The description of the graph, as VoID; from memory."""
        return list(self._naming.described(self.counts))

    @property
    def trusts_texts(self) -> bool:
        """Whether it is known what the store makes of a literal's text, so that a load need not be looked at again."""
        return isinstance(self._store, EmbeddedStore)

    def about(self, subjects: Collection[str]) -> Iterator[tuple[str, set[Triple]]]:
        """Subjects (N-Triples texts of IRIs), each with all that the graph says about it now."""
        waiting = iter(subjects)
        while some := list(islice(waiting, _SUBJECTS_AT_ONCE)):
            self._store.expect([subject[1:-1] for subject in some], self.graph)
            for subject in some:
                yield subject, {quad.triple for quad in self._store.about(subject[1:-1], self.graph)}

    def classes(self, subject: str) -> frozenset[str]:
        """The classes of a subject (an IRI), as N-Triples texts."""
        values = (quad.object for quad in self._store.values(subject, _TYPE, self.graph))
        return frozenset(str(value) for value in values if isinstance(value, NamedNode))

    def growth(self, subject: str, classes: frozenset[str], more: Mapping[tuple[str, str], int]) -> Iterator[Growth]:
        """What it means that more is said about a subject (an IRI): property and end of a literal -> how often."""
        known: set[str] = set()
        for (predicate, end), times in more.items():
            values = self._store.values(subject, NamedNode(predicate[1:-1]), self.graph)
            first = predicate not in known and next(values, None) is None
            known.add(predicate)
            yield Growth(classes, predicate, end, times, first)

    def difference(self, change: Iterable[tuple[Iterable[Counted], int]]) -> tuple[Counts, set[Quad], set[Quad]]:
        """What the counts become when so much counts more so often, then what is said of them no longer, and anew."""
        before, counts = self.counts, dict(self.counts)
        changed = _add(counts, change)
        return counts, *self._rewritten(before, counts, changed)

    def recounted(self) -> tuple[Counts, set[Quad], set[Quad]]:
        """The same where nothing is known of what changed: all is read."""
        own: list[str] = []
        others: list[str] = []
        for subject in self._subjects():
            (own if self.is_own(subject[1:-1]) else others).append(subject)
        counts: dict[Row, tuple[int, int]] = {}
        found = Counter(signature(map(statement, triples)) for _, triples in self.about(others))
        _add(counts, ((contributions(each), times) for each, times in found.items()))
        present = {self._quad(triple) for _, triples in self.about(own) for triple in triples}
        wanted = self._quads([*self._naming.described(counts), *self._service(counts)])
        return counts, present - wanted, wanted - present

    def keep(self, counts: Counts) -> None:
        """Take over what was written."""
        self._counts = counts

    def _rewritten(self, before: Counts, now: Counts, rows: Collection[Row]) -> tuple[set[Quad], set[Quad]]:
        """What is no longer said, and what is said anew, of some rows and of the whole."""
        if not rows:
            return set(), set()
        said: list[set[Statement]] = [set(), set()]
        for row in rows:
            # Of a partition that stays nothing changes but its numbers.
            say = self._naming.numbers if row in before and row in now else self._naming.statements
            for some, counts in zip(said, (before, now), strict=True):
                if row in counts:
                    some.update(say(row, *counts[row]))
        if before.keys() != now.keys() or before[ALL][1] != now[ALL][1]:
            for some, counts in zip(said, (before, now), strict=True):
                some.update(self._naming.whole(counts), self._service(counts))
        return self._quads(said[0] - said[1]), self._quads(said[1] - said[0])

    def _service(self, counts: Counts) -> Iterator[Statement]:
        """What is said of the endpoint, where there is anything to ask."""
        return service(self._endpoint, self._base) if counts else iter(())

    def _quads(self, statements: Iterable[Statement]) -> set[Quad]:
        """Statements as quads of the graph."""
        lines = "".join(f"{s} {p} {o} .\n" for s, p, o in statements)
        return {self._quad(each.triple) for each in parse(lines, RdfFormat.N_TRIPLES)}

    def _quad(self, triple: Triple) -> Quad:
        return Quad(triple.subject, triple.predicate, triple.object, self.graph)

    def _subjects(self) -> Iterator[str]:
        """All of which the graph says anything, as N-Triples texts."""
        answer = self._store.query(_SUBJECTS, graphs=[self.graph])
        assert isinstance(answer, QuerySolutions)
        for row in answer:
            yield str(row[0])

    def _about(self, node: str) -> Iterator[Statement]:
        return (statement(quad.triple) for quad in self._store.about(node[1:-1], self.graph))


def _add(counts: dict[Row, tuple[int, int]], change: Iterable[tuple[Iterable[Counted], int]]) -> set[Row]:
    """Add what counts more, so often each, and give the rows changed; empty ones go."""
    changed: dict[Row, list[int]] = {}
    for more, times in change:
        for row, triples, subjects in more:
            into = changed.setdefault(row, [0, 0])
            into[0] += triples * times
            into[1] += subjects * times
    rows = {row for row, more in changed.items() if any(more)}
    for row in rows:
        triples, subjects = counts.get(row, (0, 0))
        now = (triples + changed[row][0], subjects + changed[row][1])
        if now[0]:
            counts[row] = now
        else:
            del counts[row]
    return rows


def statement(triple: Triple) -> Statement:
    """A triple as N-Triples texts."""
    return str(triple.subject), str(triple.predicate), str(triple.object)
