"""The search view: full text in French and English, forgiving of accents, plurals and slips, with facets."""

from __future__ import annotations

import json
import os
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Literal

import tantivy
from tantivy import Occur, Query

from graph.errors import DataError
from graph.log.rows import PUBLIC
from graph.records.kinds import UNLISTED
from graph.views import counts
from graph.views.batch import Batch, Version
from graph.views.conditions import Condition, Conditions, any_of, one_of
from graph.views.counts import Counts, count_holding, count_values, number_of
from graph.views.documents import FACETS, document, publishers
from graph.views.hits import Hit, Results, hit_of
from graph.views.search_fields import schema, written
from graph.views.view import World
from graph.views.wanted import Wanted
from graph.views.words import analyzers, fold, raw_words

Sort = Literal["relevance", "title", "modified"]

_HEAP_BYTES = 64_000_000
_DEPENDANTS_A_READ = 1_000
_ALL_VALUES = 60_000
# Hits of equal score come in the order of segments, which depends on history: the first ones are put in order by IRI.
_ORDERED_HITS = 200
_WORDS_ASKED = 30
# Each commit makes a segment, and segments are merged: while much waits, few commits are half the work.
_DOCUMENTS_A_COMMIT = 20_000
_SEQUENCE = "sequence"


class SearchView:
    """The index of one world in `folder/search`; raises DataError when it is damaged.

    A document stands for one audience and one IRI and merges all sources. Its sequence stands in a document of its
    own, of the same commit; where a batch has nothing for this world the index is not touched at all, so that what is
    not public moves no public score, and the sequence goes into a file beside it.
    """

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self._folder = folder / "search"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._schema = schema()
        self._words = Wanted(self._schema)
        try:
            self._index = tantivy.Index(self._schema, path=str(self._folder), reuse=True)
            for name, analyzer in analyzers().items():
                self._index.register_tokenizer(name, analyzer)
            self._writer: tantivy.IndexWriter | None = self._index.writer(_HEAP_BYTES, 1)
            self._sequence = self._position = max(self._committed(), self._idle())
        except (ValueError, OSError) as error:
            raise DataError(f"the search index cannot be opened: {error}", where=str(self._folder)) from error

        # The records that wait for a commit, and the publishers that their documents name.
        self._written: set[str] = set()
        self._shown: set[str] = set()

    def sequence(self) -> int:
        """The sequence of the last log row that is applied and can be found."""
        return self._sequence

    def position(self) -> int:
        """The sequence of the last log row that is applied or waits for a commit."""
        return self._position

    def _committed(self) -> int:
        """The sequence of the last commit."""
        searcher = self._index.searcher()
        for _, address in searcher.search(Query.term_query(self._schema, "state", _SEQUENCE), 1).hits:
            return int(bytes(searcher.doc(address).get_first("stored") or b"0"))
        return 0

    def _idle(self) -> int:
        """The sequence up to which the log had nothing for this index."""
        try:
            return int((self._folder / _SEQUENCE).read_text())
        except (FileNotFoundError, ValueError):
            return 0

    def apply(self, batch: Batch) -> None:
        """Make again the documents of the batch's records, and of those that show a name that changed."""
        iris = {
            change.iri
            for change in batch.changes
            if (self.world.holds(change.audience) or self.world.holds(change.previous_audience))
            and not batch.is_all(change.iri, UNLISTED)
        }
        if iris:
            if not iris.isdisjoint(self._shown):
                # Who shows these names is found among what is committed.
                self.flush()
            dependants = self._dependants(batch, iris)
            self._replace(batch, {iri: batch.of(iri) for iri in sorted(iris)}, batch.unknown_at(self._position))
            for start in range(0, len(dependants), _DEPENDANTS_A_READ):
                self._replace(batch, batch.others(dependants[start : start + _DEPENDANTS_A_READ]))
        self._position = batch.last
        if len(self._written) > (_DOCUMENTS_A_COMMIT if batch.more else 0):
            self.flush()
        elif not self._written:
            _write_whole(self._folder / _SEQUENCE, str(batch.last))
            self._sequence = batch.last

    def flush(self) -> None:
        """Commit what waits, with the position."""
        if not self._written:
            return
        writer = self._writing()
        writer.delete_documents_by_term("state", _SEQUENCE)
        state = tantivy.Document()
        state.add_text("state", _SEQUENCE)
        state.add_bytes("stored", str(self._position).encode())
        writer.add_document(state)
        writer.commit()
        self._index.reload()
        self._sequence = self._position
        self._written.clear()
        self._shown.clear()

    def _replace(
        self, batch: Batch, versions: Mapping[str, Sequence[Version]], new: Collection[str] = frozenset()
    ) -> None:
        """Make the documents of these IRIs what the versions say; the `new` ones have none yet."""
        mine = {
            iri: [
                version
                for version in some
                if self.world.holds(version.head.audience) and version.head.kind not in UNLISTED
            ]
            for iri, some in versions.items()
        }
        names = batch.names(publishers(version for some in mine.values() for version in some))
        writer = self._writing()
        for iri, some in mine.items():
            if iri not in new:
                writer.delete_documents_by_term("iri", iri)
            self._written.add(iri)
            for audience in sorted({version.head.audience for version in some}):
                shared = [version for version in some if version.head.audience == audience]
                made = document(shared, _naming(names, audience))
                writer.add_document(written(made))
                self._shown.update(made.publisher_iris)

    def _dependants(self, batch: Batch, iris: set[str]) -> list[str]:
        """The IRIs of documents outside the batch that show another name for one of these IRIs than it has now."""
        searcher = self._index.searcher()
        query = Query.term_set_query(self._schema, "publisher_iri", sorted(iris))
        count = number_of(searcher.search(query, 1))
        if not count:
            return []
        names = batch.names(iris)
        found = set()
        for _, address in searcher.search(query, count).hits:
            doc = searcher.doc(address)
            name_of = _naming(names, doc["audience"][0])
            shown = json.loads(bytes(doc["stored"][0]))["names"]
            if any(name_of(iri) != name for iri, name in shown.items() if iri in iris):
                found.add(doc["iri"][0])
        return sorted(found - iris)

    def _writing(self) -> tantivy.IndexWriter:
        if self._writer is None:
            raise DataError("the search index is closed", where=str(self._folder))
        return self._writer

    def search(
        self,
        query: str,
        *,
        filters: Mapping[str, Sequence[str]] | None = None,
        audiences: Sequence[str] = (PUBLIC,),
        offset: int = 0,
        limit: int = 20,
        sort: Sort = "relevance",
        language: str | None = None,
        conditions: Conditions | None = None,
    ) -> Results:
        """Find the records that have every word of the query and, of each filtered facet, one of the values.

        `conditions` are facets that no document states; a filter may name their values too.

        Without words everything is found, in the order of titles. Where nothing has all words exactly, similar words
        are searched: one slip (two in words of eight letters or more), or the beginning of a word.
        """
        searcher = self._index.searcher()
        asked = raw_words(query)[:_WORDS_ASKED]
        chosen = self._chosen(filters or {}, conditions or {})
        wanted = self._words.words(query, asked, loose=False)
        order: Sort = sort if asked or sort == "modified" else "title"
        counting = self._begin_facets(searcher, wanted, chosen, audiences, conditions or {})
        total, hits = self._hits(searcher, self._restricted(wanted, chosen, audiences), offset, limit, order)
        loose = bool(asked) and not total and not number_of(searcher.search(self._restricted(wanted, {}, audiences), 1))
        if loose:
            wanted = self._words.words(query, asked, loose=True)
            total, hits = self._hits(searcher, self._restricted(wanted, chosen, audiences), offset, limit, order)
            counting = self._begin_facets(searcher, wanted, chosen, audiences, conditions or {})
        folded = set(fold(query).split())
        return Results(
            total,
            [self._hit(doc, language, folded) for doc in hits],
            {name: [] for name in conditions or {}} | counts.finish(counting),
            loose and total > 0,
        )

    def counts(
        self,
        facet: str,
        *,
        filters: Mapping[str, Sequence[str]] | None = None,
        audiences: Sequence[str] = (PUBLIC,),
        conditions: Conditions | None = None,
    ) -> dict[str, int]:
        """How many records these audiences see of each value of a facet, or of each condition, within filters."""
        searcher = self._index.searcher()
        within = self._restricted(Query.all_query(), self._chosen(filters or {}, conditions or {}), audiences)
        if conditions and facet in conditions:
            return dict(count_holding(searcher, self._schema, within, conditions[facet]))
        return dict(count_values(searcher, within, [facet])[facet])

    def counts_by_kind(self, audiences: Sequence[str] = (PUBLIC,)) -> dict[str, int]:
        """How many records of each kind these audiences see."""
        return dict(self._counted(audiences, "kind"))

    def suggest(
        self, query: str, *, audiences: Sequence[str] = (PUBLIC,), limit: int = 8, language: str | None = None
    ) -> list[Hit]:
        """Find what somebody who is still typing may mean: the last word may be a beginning, or have a slip."""
        asked = raw_words(query)[:_WORDS_ASKED]
        if not asked:
            return []
        searcher, folded = self._index.searcher(), set(fold(query).split())
        for wanted in (self._words.typed(asked), self._words.words(query, asked, loose=True)):
            _, docs = self._hits(searcher, self._restricted(wanted, {}, audiences), 0, limit, "relevance")
            if docs:
                return [self._hit(doc, language, folded) for doc in docs]
        return []

    def _hit(self, doc: tantivy.Document, language: str | None, folded: Collection[str]) -> Hit:
        return hit_of(doc["iri"][0], doc["audience"][0], bytes(doc["stored"][0]), language, folded)

    def _chosen(self, filters: Mapping[str, Sequence[str]], conditions: Conditions) -> dict[str, Query]:
        """The filter of each facet that has one: one of the values, or one of the conditions that these name."""
        return {
            name: any_of([conditions[name][value] for value in values if value in conditions[name]], self._schema)
            if name in conditions
            else self._one_of(name, values)
            for name, values in filters.items()
            if values
        }

    def _one_of(self, name: str, values: Sequence[str]) -> Query:
        return Query.const_score_query(one_of(self._schema, name, values), 0.0)

    def _restricted(self, wanted: Query, chosen: Mapping[str, Query], audiences: Sequence[str]) -> Query:
        """The query within audiences and facets, which do not change the score."""
        within = self._one_of("audience", [audience for audience in audiences if self.world.holds(audience)])
        parts = [wanted, *chosen.values(), within]
        return Query.boolean_query([(Occur.Must, each) for each in parts])

    def _hits(
        self, searcher: tantivy.Searcher, query: Query, offset: int, limit: int, sort: Sort
    ) -> tuple[int, list[tantivy.Document]]:
        """How many documents a query finds, and those of a page."""
        if limit <= 0:
            return number_of(searcher.search(query, 1)), []
        if sort != "relevance":
            order = tantivy.Order.Desc if sort == "modified" else tantivy.Order.Asc
            found = searcher.search(query, limit, offset=offset, order_by_field=f"{sort}_key", order=order)
        elif offset + limit > _ORDERED_HITS:
            found = searcher.search(query, limit, offset=offset)
        else:
            found = searcher.search(query, _ORDERED_HITS)
            return number_of(found), _in_order(searcher, found, offset, limit)
        return number_of(found), [searcher.doc(address) for _, address in found.hits]

    def _begin_facets(
        self,
        searcher: tantivy.Searcher,
        wanted: Query,
        chosen: Mapping[str, Query],
        audiences: Sequence[str],
        conditions: Conditions,
    ) -> list[Future[Counts]]:
        """Begin to count each facet, beside the search itself; a facet's own filter does not hide its other values."""
        within = {name: self._without(wanted, chosen, audiences, name) for name in (*chosen, *conditions)}
        # All that have no filter of their own are counted in one go.
        plain = [name for name in FACETS if name not in chosen]
        work: list[Callable[[], Counts]] = [
            partial(count_values, searcher, self._restricted(wanted, chosen, audiences), plain)
        ]
        work += [partial(count_values, searcher, within[name], [name]) for name in FACETS if name in chosen]
        work += [
            partial(self._holding, searcher, within[name], name, {value: condition})
            for name, values in conditions.items()
            for value, condition in values.items()
        ]
        return counts.begin(work)

    def _holding(self, searcher: tantivy.Searcher, within: Query, name: str, values: Mapping[str, Condition]) -> Counts:
        return {name: count_holding(searcher, self._schema, within, values)}

    def _without(self, wanted: Query, chosen: Mapping[str, Query], audiences: Sequence[str], name: str) -> Query:
        """The query without the filter of one facet."""
        return self._restricted(wanted, {other: each for other, each in chosen.items() if other != name}, audiences)

    def values(self, name: str, audiences: Sequence[str] = (PUBLIC,)) -> list[str]:
        """Every value of a facet or mark that these audiences see."""
        return sorted({value for value, _ in self._counted(audiences, name)})

    def _counted(self, audiences: Sequence[str], name: str) -> list[tuple[str, int]]:
        everything = self._restricted(Query.all_query(), {}, audiences)
        return count_values(self._index.searcher(), everything, [name], size=_ALL_VALUES)[name]

    def dump(self) -> list[tuple[str, str, bytes]]:
        """IRI, audience and stored fields of every document, sorted: for tests and comparisons, it takes memory."""
        searcher = self._index.searcher()
        query = Query.term_query(self._schema, "state", "record")
        count = number_of(searcher.search(query, 1))
        docs = [searcher.doc(address) for _, address in searcher.search(query, max(count, 1)).hits]
        return sorted((doc["iri"][0], doc["audience"][0], bytes(doc["stored"][0])) for doc in docs)

    def lend(self) -> None:
        """Let another process write, whose commits `reload` shows, until `regain`."""
        self.flush()
        self.close()

    def regain(self) -> None:
        """Write again what was lent. Raises DataError where another process still does."""
        self.reload()
        try:
            self._writer = self._index.writer(_HEAP_BYTES, 1)
        except ValueError as error:
            raise DataError(f"the search index cannot be written: {error}", where=str(self._folder)) from error

    def reload(self) -> None:
        """See what another process has committed."""
        self._index.reload()
        self._sequence = self._position = max(self._committed(), self._idle())

    def close(self) -> None:
        """Let go of the writer and its lock."""
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None


def _in_order(
    searcher: tantivy.Searcher, found: tantivy.SearchResult, offset: int, limit: int
) -> list[tantivy.Document]:
    """The documents of a page among the first that were found; those of equal score in the order of their IRIs."""
    hits = found.hits
    ranks = [-round(score, 3) for score, _ in hits]
    if offset >= len(ranks):
        return []
    # Only those as good as one of the page can stand on it.
    start = bisect_left(ranks, ranks[offset])
    end = bisect_right(ranks, ranks[min(offset + limit, len(ranks)) - 1])
    top = [(rank, searcher.doc(hit[1])) for rank, hit in zip(ranks[start:end], hits[start:end], strict=True)]
    top.sort(key=lambda each: (each[0], each[1]["iri"][0], each[1]["audience"][0]))
    return [doc for _, doc in top[offset - start : offset - start + limit]]


def _naming(names: Mapping[tuple[str, str], str], audience: str) -> Callable[[str], str]:
    """Names as an audience may know them: from its own records or from public ones."""
    return lambda iri: names.get((iri, PUBLIC)) or names.get((iri, audience)) or ""


def _write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old text or the new one."""
    beside = path.with_name(f"{path.name}.new")
    beside.write_text(text)
    os.replace(beside, path)
