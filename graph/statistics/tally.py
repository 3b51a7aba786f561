"""What one change of a store means for its statistics: noted while it is made, told at its end."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set

from pyoxigraph import Quad, Triple

from graph.statistics.signature import Counted, Growth, collect, contributions, end_of, is_stored_so, part, signature
from graph.statistics.statistics import Statistics, statement
from graph.store.store import Graph
from graph.terms import TYPE, Statement


class Tally:
    """Notes what a change brings and takes.

    What a bulk load brings is counted from its texts. All other subjects are looked at before they change; what they
    then are follows from what is noted, so that nothing has to be written before it is counted.
    """

    def __init__(self, statistics: Statistics) -> None:
        self._statistics = statistics
        self._loaded: dict[str, str] = {}
        self._derived: dict[str, list[str]] = defaultdict(list)
        self._known: dict[str, str] = {}
        self._doubtful: set[str] = set()
        self._before: dict[str, str] = {}
        self._now: dict[str, set[Triple]] = {}
        self._grown: Counter[Growth] = Counter()

    def note_load(self, graph: Graph, statements: Iterable[Statement]) -> None:
        """Note what a load is about to bring: a record about subjects unknown before, its statements in order."""
        if graph == self._statistics.graph:
            collect(statements, self._loaded, self._doubtful)

    @property
    def loaded(self) -> Collection[str]:
        """The subjects that loads bring, as N-Triples texts."""
        return self._loaded.keys()

    def note_known(self, subjects: Collection[str]) -> None:
        """Note subjects of a load about which the store may say something before it: nothing stated, but derived."""
        for subject, triples in self._statistics.about(subjects):
            if triples:
                self._known[subject] = signature(map(statement, triples))

    def note_change(self, removed: Iterable[Quad], added: Iterable[Quad]) -> None:
        """Note what is about to be stated no longer, and anew, beside what was loaded."""
        graph = self._statistics.graph
        self._note(*([quad.triple for quad in quads if quad.graph_name == graph] for quads in (removed, added)))

    def note_follows(self, graph: Graph, lines: Iterable[str]) -> None:
        """Note N-Triples lines that follow about subjects of a load, about which nothing was derived before."""
        if graph == self._statistics.graph:
            for line in lines:
                subject, predicate, value = line[:-3].split(" ", 2)
                self._derived[subject].append(part(predicate, value))

    def note_derived(self, graph: Graph, removed: Sequence[Triple], added: Sequence[Triple]) -> None:
        """Note what is about to be derived no longer, and anew."""
        if graph != self._statistics.graph:
            return
        changing = self._now.keys() | {str(triple.subject) for triple in removed}
        others: list[Triple] = []
        growing: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
        for triple in added:
            subject, predicate, value = statement(triple)
            if self._statistics.is_own(subject[1:-1]):
                continue
            if subject in self._loaded:
                self._derived[subject].append(part(predicate, value))
            elif subject in changing or predicate == TYPE:
                others.append(triple)
                changing.add(subject)
            else:
                growing[subject][predicate, end_of(predicate, value)] += 1
        self._note(removed, [*others, *self._grow(growing, changing, added)])

    def _grow(
        self, growing: Mapping[str, Counter[tuple[str, str]]], changing: Set[str], added: Sequence[Triple]
    ) -> list[Triple]:
        """Note that only more follows about some subjects; give what is about all others.

        Much of what a load brings says more about what earlier ones brought: there is no need to read all of it. What
        has no class may be new.
        """
        left = growing.keys() & changing
        for subject in growing.keys() - changing:
            iri = subject[1:-1]
            if classes := self._statistics.classes(iri):
                self._grown.update(self._statistics.growth(iri, classes, growing[subject]))
            else:
                left.add(subject)
        return (
            [triple for triple in added if str(triple.subject) in left and str(triple.predicate) != TYPE]
            if left
            else []
        )

    def _note(self, removed: Sequence[Triple], added: Sequence[Triple]) -> None:
        """Follow what is said about subjects; those that a load brought are looked at when all is written."""
        subjects = {str(triple.subject) for triples in (removed, added) for triple in triples}
        # What may follow about a node of the description is not counted, as nothing is that is said of it.
        subjects = {subject for subject in subjects if not self._statistics.is_own(subject[1:-1])}
        self._doubtful |= subjects & self._loaded.keys()
        for subject, triples in self._statistics.about(subjects - self._loaded.keys() - self._now.keys()):
            self._before[subject] = signature(map(statement, triples))
            self._now[subject] = triples
        for triple in removed:
            if (now := self._now.get(str(triple.subject))) is not None:
                now.discard(triple)
        for triple in added:
            if (now := self._now.get(str(triple.subject))) is not None:
                now.add(triple)

    def result(self) -> Iterator[tuple[Iterable[Counted], int]]:
        """What counts more (or less) and how often; what loads brought must be in the store with all else."""
        for subject, parts in self._derived.items():
            self._loaded[subject] += "".join(sorted(parts))
        change = Counter(self._loaded.values())
        unsure = {found for found in change if not (self._statistics.trusts_texts and is_stored_so(found))}
        asked = self._doubtful | (self._known.keys() & self._loaded.keys())
        if unsure:
            asked |= {subject for subject, found in self._loaded.items() if found in unsure}
        change.subtract(self._loaded[subject] for subject in asked)
        change.subtract(self._known.values())
        change.subtract(self._before.values())
        change.update(signature(map(statement, triples)) for _, triples in self._statistics.about(asked))
        change.update(signature(map(statement, triples)) for triples in self._now.values())
        yield from ((contributions(found), times) for found, times in change.items() if times)
        yield from ((growth.contributions(), times) for growth, times in self._grown.items())
