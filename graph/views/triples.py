"""The triples view: the statements of a world in a store that answers SPARQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import replace
from itertools import chain
from pathlib import Path
from threading import Lock
from urllib.parse import quote

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from graph.derivations.derivation import derivations
from graph.derivations.deriver import Deriver
from graph.derivations.premises import derived_graph
from graph.derivations.update import News, Update, stated
from graph.log.rows import PUBLIC
from graph.log.sources import CHECKER
from graph.statistics.statistics import Statistics
from graph.store.embedded import EmbeddedStores
from graph.store.store import Graph, Stores, TripleStore
from graph.terms import Statement
from graph.views.batch import Batch, Version
from graph.views.labels import Label, Labels
from graph.views.mentions import Key, Mentions
from graph.views.view import World

# Below it, comparing statement by statement costs less than the files that a bulk load writes.
_LINES_WORTH_A_LOAD = 20_000


class TriplesView:
    """The triples of one world in `folder`: the store in `triples/`, who mentions what in `mentions.sqlite`.

    The public world lies in the default graph; the full world has a named graph an audience (`graph_of`). `writing` is
    held from the first change of a batch until its sequence is written: a copy made under it has whole batches.
    `stores` opens the store, which may lie elsewhere.
    """

    def __init__(
        self, world: World, folder: Path, base: str, writing: Lock | None = None, stores: Stores | None = None
    ) -> None:
        self.world = world
        self.base = base
        self._mentions = Mentions(folder / "mentions.sqlite")
        try:
            self.store: TripleStore = (stores or EmbeddedStores()).open(world, folder)
        except BaseException:
            self._mentions.close()
            raise
        self._labels = Labels(self.store)
        self.statistics = Statistics(self.store, self.graph_of(PUBLIC), base)
        self._writing = writing or Lock()
        self._news: list[News] = []
        self._left: dict[Key, frozenset[str]] = {}
        audiences = graph_name(base, "")
        self._deriver = Deriver(
            self.store, derivations(), self.graph_of(PUBLIC), lambda graph: graph.value.startswith(audiences)
        )

    def sequence(self) -> int:
        """The sequence of the last log row that is applied."""
        return self.store.sequence()

    def position(self) -> int:
        """The same: nothing waits here."""
        return self.sequence()

    def flush(self) -> None:
        """Nothing waits here."""

    def graph_of(self, audience: str) -> Graph:
        """The graph that holds the records of an audience in this view."""
        return DefaultGraph() if self.world is World.PUBLIC else NamedNode(graph_name(self.base, audience))

    def apply(self, batch: Batch) -> None:
        """Bring the subjects of every record named in the batch to the union of what the records say now.

        The index first learns both the old and the new subjects, then the store changes, then (`settle`) the index
        forgets the old ones: stopped anywhere, the same batch finds all that it has to compare.
        """
        self.settle()
        before = self._before(batch)
        now = {_key(version): version for version in self._now(batch)}
        fresh = self._fresh(before, now)
        either = {
            key: before.get(key, frozenset()) | (now[key].subjects if key in now else frozenset())
            for key in before.keys() | now.keys()
        }
        self._mentions.write(either)
        touched = {key: subjects for key, subjects in either.items() if key not in fresh}
        update = Update(self.store, self._deriver, self.statistics)
        # The news list no statement of a load.
        with self._writing, self._labels.changing(lambda: None if fresh else update.news):
            self._load(update, [now[key] for key in fresh])
            update.finish(*self._difference(batch, touched), batch.last)
        self._news.append(update.news)
        left = {key: now[key].subjects if key in now else frozenset() for key in touched}
        self._left |= {key: subjects for key, subjects in left.items() if subjects != either[key]}

    def settle(self) -> None:
        """Forget the subjects that records had before the last batch, which nobody waits for.

        Stopped before it, the index knows some too many, as it may.
        """
        if self._left:
            left, self._left = self._left, {}
            # Their removal must be as safe on disk as the forgetting.
            self.store.sync()
            self._mentions.write(left)

    def news(self) -> list[News]:
        """What was done to the store since this was asked last."""
        news, self._news = self._news, []
        return news

    def _before(self, batch: Batch) -> dict[Key, frozenset[str]]:
        """The records that the view holds under the batch's names, with their subjects."""
        dirty = {(change.iri, change.source) for change in batch.changes}
        known = self._mentions.subjects(iri for iri, _ in dirty)
        return {key: subjects for key, subjects in known.items() if (key.iri, key.source) in dirty}

    def _now(self, batch: Batch) -> Iterator[Version]:
        """The records that the view shall hold under the batch's names."""
        for iri, source in {(change.iri, change.source) for change in batch.changes}:
            for version in batch.of(iri):
                if version.head.source == source and self.world.holds(version.head.audience):
                    yield version

    def _fresh(self, before: Collection[Key], now: dict[Key, Version]) -> set[Key]:
        """The records whose subjects are all unknown: nothing to compare. None at all when they are few."""
        known = {(key.iri, key.source) for key in before}
        new = {
            key
            for key, version in now.items()
            if (key.iri, key.source) not in known
            and self._deriver.can_load(version.payload)
            and not self.statistics.is_named_in(version.payload)
        }
        if sum(now[key].payload.count(b"\n") for key in new) < _LINES_WORTH_A_LOAD:
            return set()
        mentioned = self._mentions.mentioned(chain.from_iterable(now[key].subjects for key in new))
        return {key for key in new if mentioned.isdisjoint(now[key].subjects)}

    def _load(self, update: Update, versions: Sequence[Version]) -> None:
        """Give payloads to the store as they are."""
        # Nobody judges what the checker says: its many reports are no reason to judge everything anew.
        found = [version for version in versions if version.head.source == CHECKER]
        others = [version for version in versions if version.head.source != CHECKER]
        for some, told in ((found, False), (others, True)):
            for audience, payloads in _payloads(some).items():
                said = (version.parsed() for version in some if version.head.audience == audience)
                update.load(self.graph_of(audience), payloads, said, told=told)

    def _wanted(self, versions: Iterable[Version]) -> dict[tuple[Graph, str], set[Quad]]:
        """What these versions state in each graph about each subject, in the terms that the store makes of it."""
        wanted: dict[tuple[Graph, str], set[Quad]] = {}
        for audience, payloads in _payloads(versions).items():
            if self.world.holds(audience):
                graph = self.graph_of(audience)
                for quad in self.store.as_stored(b"".join(payloads), graph):
                    assert isinstance(quad.subject, NamedNode)
                    wanted.setdefault((graph, quad.subject.value), set()).add(quad)
        return wanted

    def _difference(self, batch: Batch, touched: dict[Key, frozenset[str]]) -> tuple[set[Quad], set[Quad]]:
        """What the store has too much and too little about the subjects of these records.

        What it should have is put into the store's terms first: only then are "007" and 7 the one triple that the store
        makes of them. Other records may be newer than the batch: they count as far as the index knows of them,
        the rest comes with their own rows. Were it written now and gone before then, nobody would find it.
        """
        subjects = {(key.audience, subject) for key, some in touched.items() for subject in some}
        sharing = self._mentions.records({subject for _, subject in subjects})
        known = self._mentions.subjects(key.iri for key in sharing - touched.keys()) | touched
        versions = chain.from_iterable(batch.others({key.iri for key in sharing}).values())
        wanted = self._wanted(_about(version, known.get(_key(version), frozenset())) for version in versions)
        removed: set[Quad] = set()
        added: set[Quad] = set()
        self._expect(subjects)
        for audience, subject in subjects:
            if self.statistics.is_own(subject):
                continue
            graph = self.graph_of(audience)
            should = wanted.get((graph, subject), set())
            does = stated(self.store, subject, graph)
            removed |= does - should
            added |= should - does
        return removed, added

    def _expect(self, subjects: Set[tuple[str, str]]) -> None:
        """Let a store that is far away fetch together what will be compared."""
        for wanted in {audience for audience, _ in subjects}:
            graph = self.graph_of(wanted)
            some = [subject for audience, subject in subjects if audience == wanted]
            for each in (graph, derived_graph(graph)):
                self.store.expect(some, each)

    def describe(self, iri: str, audiences: Sequence[str] = (PUBLIC,)) -> list[Statement]:
        """All statements about an IRI, derived ones too, sorted, in the store's terms: the log has them as written."""
        return sorted(
            {_statement(quad) for graph in self.graphs_of(audiences) for quad in self.store.about(iri, graph)},
        )

    def incoming(self, iri: str, limit: int, audiences: Sequence[str] = (PUBLIC,)) -> list[tuple[str, str]]:
        """Up to `limit` pairs of the IRIs of a subject and a property that points at an IRI."""
        found: dict[tuple[str, str], None] = {}
        for graph in self.graphs_of(audiences):
            for quad in self.store.towards(iri, graph, limit + self.statistics.pointing(iri)):
                if len(found) >= limit:
                    return list(found)
                assert isinstance(quad.subject, NamedNode)
                if not self.statistics.is_own(quad.subject.value):
                    found[quad.subject.value, quad.predicate.value] = None
        return list(found)

    def owners(self, iris: Iterable[str], audiences: Sequence[str] = (PUBLIC,)) -> dict[str, str]:
        """The IRI of the record that each IRI lives in; one with a record of its own, or none, is absent."""
        wanted = set(iris)
        known = self._mentions.subjects(key.iri for key in self._mentions.records(wanted))
        records = {key: subjects for key, subjects in known.items() if key.audience in audiences}
        own = {key.iri for key in records}
        found: dict[str, str] = {}
        for key, subjects in sorted(records.items()):
            for iri in (subjects & wanted) - own:
                found.setdefault(iri, key.iri)
        return found

    def recorded(self, iris: Iterable[str]) -> set[str]:
        """The IRIs of all records that may state something about any of these."""
        return {key.iri for key in self._mentions.records(iris)}

    def labels(self, iris: Iterable[str], audiences: Sequence[str] = (PUBLIC,)) -> dict[str, list[Label]]:
        """The texts and languages that the best naming property of each IRI has; an IRI without a name is absent."""
        return self._labels.of(iris, self.graphs_of(audiences))

    def graphs_of(self, audiences: Sequence[str]) -> list[Graph]:
        """The graphs that may be read for these audiences."""
        return [self.graph_of(audience) for audience in audiences if self.world.holds(audience)]

    def all_graphs(self) -> list[Graph]:
        """The graphs of all audiences that have any statement."""
        return [graph for graph in self.store.graphs() if self.is_audience(graph)] or [self.graph_of(PUBLIC)]

    def is_audience(self, graph: BlankNode | Graph) -> bool:
        """Say whether a graph of the full world holds what an audience may read."""
        return isinstance(graph, NamedNode) and graph.value.startswith(graph_name(self.base, ""))

    def close(self) -> None:
        """Let go of the store and the index."""
        self.store.close()
        self._mentions.close()


def graph_name(base: str, audience: str) -> str:
    """The graph of an audience in the full world: `{base}audience/public`; an agreement's IRI is percent-encoded."""
    return f"{base}audience/{quote(audience, safe='')}"


def _key(version: Version) -> Key:
    return Key(version.head.iri, version.head.source, version.head.audience)


def _about(version: Version, subjects: Set[str]) -> Version:
    """What a version says about some subjects."""
    if version.subjects <= subjects:
        return version
    lines = version.payload.splitlines(keepends=True)
    return replace(version, payload=b"".join(line for line in lines if line[1 : line.find(b">")].decode() in subjects))


def _payloads(versions: Iterable[Version]) -> dict[str, list[bytes]]:
    """Audience -> the payloads of its versions."""
    texts: dict[str, list[bytes]] = {}
    for version in versions:
        texts.setdefault(version.head.audience, []).append(version.payload)
    return texts


def _statement(quad: Quad) -> Statement:
    return str(quad.subject), str(quad.predicate), str(quad.object)
