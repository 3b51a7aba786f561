"""The catalog view: what feeds say, made when it changes, so that a page is read and not written.

A *fragment* is one dataset, with its blocks in each syntax; a *part* is what pages tell of anything else that datasets
name; a *tie* leads from a dataset to a service or an agreement that says so itself; a *member* is the latest activity
of a public dataset. Why it is kept so: docs/decisions/0023-feeds.md.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

from graph.log.rows import PUBLIC, Passage
from graph.rendering.blocks import render
from graph.views.batch import Batch, Version
from graph.views.fragments import unwritten
from graph.views.fragments.fragment import (
    Fragment,
    facets,
    lines_of,
    modified,
    references,
    told,
)
from graph.views.fragments.member import Member, in_catalog, member
from graph.views.fragments.part import brief, may_tie, ties
from graph.views.fragments.reading import Reading
from graph.views.fragments.selection import Selection
from graph.views.view import World

KIND = "dataset"
"""The kind of record that has a fragment: neither a series nor a catalogue."""

# Small columns stand before the large ones, so that a page's tag is made without reading these.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS fragments (
    id INTEGER PRIMARY KEY, audience TEXT NOT NULL, iri TEXT NOT NULL, changed TEXT NOT NULL, number INTEGER NOT NULL,
    digest BLOB NOT NULL, modified TEXT, facets TEXT NOT NULL, refs TEXT NOT NULL, used INTEGER NOT NULL,
    forbidden INTEGER NOT NULL, nt BLOB NOT NULL, turtle TEXT, rdfxml TEXT, jsonld TEXT, UNIQUE (audience, iri));
CREATE INDEX IF NOT EXISTS fragments_changed ON fragments (audience, changed, iri);
CREATE TABLE IF NOT EXISTS facets (
    audience TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, iri TEXT NOT NULL,
    PRIMARY KEY (audience, name, value, iri)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parts (
    audience TEXT NOT NULL, iri TEXT NOT NULL, digest BLOB NOT NULL, refs TEXT NOT NULL, nt BLOB NOT NULL,
    PRIMARY KEY (audience, iri)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ties (
    audience TEXT NOT NULL, iri TEXT NOT NULL, tie TEXT NOT NULL, other TEXT NOT NULL,
    PRIMARY KEY (audience, iri, tie, other)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ties_other ON ties (other);
CREATE TABLE IF NOT EXISTS members (
    iri TEXT PRIMARY KEY, number INTEGER NOT NULL, row INTEGER NOT NULL, time TEXT NOT NULL, activity TEXT NOT NULL,
    sources TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS members_number ON members (number, iri);
CREATE INDEX IF NOT EXISTS members_time ON members (time, number);
CREATE TABLE IF NOT EXISTS audiences (audience TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
"""
_TOUCHED = "INSERT INTO state VALUES ('touched', ?) ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)"
_COLUMNS = "audience, iri, changed, number, digest, modified, facets, refs, used, forbidden, nt, turtle, rdfxml, jsonld"


class CatalogView:
    """The fragments of one world in `folder/catalog.sqlite`, one an audience and IRI, with the sequence."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "catalog.sqlite"
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        try:
            # A fragment fits one or two pages of this size; it counts only where the file is made.
            self._database.execute("PRAGMA page_size = 16384")
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.executescript(_SCHEMA)
        except BaseException:
            self._database.close()
            raise
        self.reading = Reading(path)

    def sequence(self) -> int:
        """The sequence of the last log row that is applied."""
        row = self._database.execute("SELECT value FROM state WHERE name = 'sequence'").fetchone()
        return int(row[0]) if row else 0

    def position(self) -> int:
        """The same: nothing waits here."""
        return self.sequence()

    def flush(self) -> None:
        """Nothing waits here that anybody would miss."""

    def write_some(self) -> bool:
        """Write a few of the blocks that `apply` left unwritten; say whether there were any. Not beside `apply`."""
        return unwritten.write_some(self._database)

    def apply(self, batch: Batch) -> None:
        """Make again all that the batch's records take part in, with the sequence, in one transaction."""
        iris = sorted({change.iri for change in batch.changes})
        kept = self.world is World.PUBLIC and len(iris) < unwritten.MANY
        made = [row for iri in iris for row in self._fragments(iri, batch, kept=kept)]
        parts = [row for iri in iris for row in self._parts(iri, batch.of(iri))]
        tied = [row for iri in iris for row in self._ties(iri, batch.of(iri))]
        members = list(self._members(iris, batch, made))
        self._database.execute("BEGIN IMMEDIATE")
        try:
            new = batch.unknown_at(self.sequence())
            self._forget([iri for iri in iris if iri not in new])
            if self.world is World.PUBLIC and not kept:
                unwritten.note(self._database)
            marks = ",".join("?" * 14)
            self._database.executemany(f"INSERT INTO fragments ({_COLUMNS}) VALUES ({marks})", made)  # noqa: S608 (places for values, and names of ours)
            audiences = {(row[0],) for row in (*made, *parts)}
            self._database.executemany("INSERT OR IGNORE INTO audiences VALUES (?)", audiences)
            self._database.executemany("INSERT INTO facets VALUES (?, ?, ?, ?)", _facet_rows(made))
            self._database.executemany("INSERT INTO parts VALUES (?, ?, ?, ?, ?)", parts)
            self._database.executemany("INSERT INTO ties VALUES (?, ?, ?, ?)", tied)
            self._database.executemany("INSERT INTO members VALUES (?, ?, ?, ?, ?, ?)", members)
            self._database.execute("INSERT OR REPLACE INTO state VALUES ('sequence', ?)", (batch.last,))
            if touched := self._touched(batch):
                self._database.execute(_TOUCHED, (touched,))
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def _forget(self, iris: Sequence[str]) -> None:
        """Take away all that was made of these IRIs."""
        once = [(iri,) for iri in iris]
        audiences = [each for (each,) in self._database.execute("SELECT audience FROM audiences")]
        both = [(audience, iri) for audience in audiences for iri in iris]
        known = "SELECT facets FROM fragments WHERE audience = ? AND iri = ?"
        for audience, iri in both:
            for (text,) in self._database.execute(known, (audience, iri)):
                gone = [(audience, *facet.split(" ", 1), iri) for facet in text.split("\n")]
                self._database.executemany(
                    "DELETE FROM facets WHERE audience = ? AND name = ? AND value = ? AND iri = ?", gone
                )
        self._database.executemany("DELETE FROM fragments WHERE audience = ? AND iri = ?", both)
        self._database.executemany("DELETE FROM parts WHERE audience = ? AND iri = ?", both)
        self._database.executemany("DELETE FROM ties WHERE other = ?", once)
        self._database.executemany("DELETE FROM members WHERE iri = ?", once)

    def _touched(self, batch: Batch) -> str:
        """When the batch last changed what this world knows; '' where it changed nothing of it.

        Rows of the batch alone count: what this world knew of the same IRIs before tells which ones others speak of.
        """
        return max(
            (
                each.time
                for passages in batch.passages.values()
                for each in passages
                if batch.changes[0].sequence <= each.sequence <= batch.last
                and (self.world.holds(each.audience) or self.world.holds(each.previous_audience))
            ),
            default="",
        )

    def _audiences(self, versions: Sequence[Version]) -> Iterator[tuple[str, list[Version]]]:
        """The versions for each audience of this world."""
        if len(versions) == 1:
            if self.world.holds(versions[0].head.audience):
                yield versions[0].head.audience, [*versions]
            return
        for audience in sorted({version.head.audience for version in versions}):
            if self.world.holds(audience):
                yield audience, [version for version in versions if version.head.audience == audience]

    def _fragments(self, iri: str, batch: Batch, *, kept: bool) -> Iterator[_Row]:
        """The rows of one IRI: one for each audience to which it is a dataset; with blocks where they are `kept`."""
        for audience, mine in self._audiences(batch.of(iri)):
            if any(version.head.kind == KIND for version in mine):
                passages = batch.passages.get(iri, ())
                touched = [each for each in passages if audience in (each.audience, each.previous_audience)]
                sources = [version.head.source for version in mine]
                yield _row(audience, iri, touched[-1], told(iri, mine), sources, kept=kept and audience == PUBLIC)

    def _parts(self, iri: str, versions: Sequence[Version]) -> Iterator[tuple[str, str, bytes, str, bytes]]:
        """What pages tell of what is no dataset, for each audience."""
        for audience, mine in self._audiences(versions):
            if not any(version.head.kind == KIND for version in mine):
                statements = brief(iri, [each for version in mine for each in version.statements])
                text = lines_of(statements)
                yield audience, iri, _digest(text), "\n".join(references(statements)), text

    def _ties(self, iri: str, versions: Sequence[Version]) -> Iterator[tuple[str, str, str, str]]:
        """The datasets that the records of an IRI tie it to, for each audience."""
        for audience, mine in self._audiences(versions):
            found = {tie for version in mine if may_tie(version.payload) for tie in ties(iri, version.statements)}
            yield from ((audience, dataset, tie, iri) for dataset, tie in sorted(found))

    def _members(
        self, iris: Iterable[str], batch: Batch, made: Sequence[_Row]
    ) -> Iterator[tuple[str, int, int, str, str, str]]:
        """The latest activities, in the public world alone: nobody else follows them."""
        if self.world is not World.PUBLIC:
            return
        present: Mapping[str, bool] = {row[1]: "feed illustration" in row[6].split("\n") for row in made}
        for iri in iris:
            found, versions = member(iri, batch.passages.get(iri, ()))
            if found is not None:
                found = in_catalog(found, versions, present.get(iri), batch.payloads)
            if found is not None:
                sources = "\n".join(found.sources)
                yield iri, found.number, found.row, found.time, found.activity, sources

    def count(self, audiences: Sequence[str] = (PUBLIC,), *, illustrative: bool | None = None) -> int:
        """How many datasets these audiences see; here and below, all or only those that are (not) `illustrative`."""
        return self.reading.count(_selection(audiences, illustrative))

    def page(
        self, after: str | None, limit: int, audiences: Sequence[str] = (PUBLIC,), *, illustrative: bool | None = None
    ) -> list[Fragment]:
        """The `limit` fragments that follow an IRI (None: the first ones) in the byte order of IRIs."""
        with self.reading.moment() as moment:
            keys = moment.page(_selection(audiences, illustrative), after, limit)
            return moment.fragments(keys)

    def fragment(self, iri: str, audiences: Sequence[str] = (PUBLIC,)) -> Fragment | None:
        """The fragment of a dataset, None where these audiences know none of that IRI."""
        with self.reading.moment() as moment:
            found = moment.fragments(moment.keys([iri], audiences))
            return found[0] if found else None

    def member(self, iri: str) -> Member | None:
        """The latest public activity about a dataset, None where there never was any."""
        with self.reading.moment() as moment:
            return moment.member(iri)

    def dump(self, *, timeless: bool = False) -> list[tuple[object, ...]]:
        """Every row, sorted: for tests and comparisons, it takes memory; `timeless` for those of two logs.

        What is not written yet stands here as readers get it.
        """
        fragment, activity = ("audience, iri, number", "iri, number, activity, sources")
        if not timeless:
            fragment, activity = f"{fragment}, changed", f"{activity}, time, row"
        tables = {
            "fragments": f"SELECT {fragment}, digest, modified, facets, refs, used, forbidden, nt, turtle, rdfxml,"  # noqa: S608 (places for values, and names of ours)
            " jsonld FROM fragments ORDER BY audience, iri",
            "facets": "SELECT audience, name, value, iri FROM facets ORDER BY audience, name, value, iri",
            "parts": "SELECT audience, iri, digest, refs, nt FROM parts ORDER BY audience, iri",
            "ties": "SELECT audience, iri, tie, other FROM ties ORDER BY audience, iri, tie, other",
            "members": f"SELECT {activity} FROM members ORDER BY iri",  # noqa: S608 (places for values, and names of ours)
        }
        found = [(table, *row) for table, query in tables.items() for row in self._database.execute(query)]
        return [self._as_read(row) if row[0] == "fragments" else row for row in found]

    def _as_read(self, row: tuple[object, ...]) -> tuple[object, ...]:
        """A row of `dump` with the blocks of a public dataset, be they written or not."""
        *rest, _, _, text, turtle, _, _ = row
        if turtle is not None or self.world is not World.PUBLIC:
            return row
        assert isinstance(text, bytes)
        used, forbidden, *texts = unwritten.columns(unwritten.block_of(text))
        return (*rest, used, forbidden, text, *texts)

    def close(self) -> None:
        """Close the file."""
        self.reading.close()
        self._database.close()


_Row = tuple[str, str, str, int, bytes, str | None, str, str, int, int, bytes, str | None, str | None, str | None]
"""In the order of `_COLUMNS`."""


def _row(
    audience: str,
    iri: str,
    last: Passage,
    statements: Sequence[tuple[str, str, str]],
    sources: Sequence[str],
    *,
    kept: bool,
) -> _Row:
    """Make the row of a dataset; its blocks are kept where many ask for them, which is in public."""
    text = lines_of(statements)
    block = render(statements) if kept else None
    found = facets(iri, statements, sources)
    used, forbidden, turtle, rdfxml, jsonld = unwritten.columns(block)
    return (
        audience,
        iri,
        last.time,
        last.public_sequence,
        _digest(text),
        modified(iri, statements),
        "\n".join(f"{name} {value}" for name, value in found),
        "\n".join(references(statements)),
        used,
        forbidden,
        text,
        turtle,
        rdfxml,
        jsonld,
    )


def _facet_rows(made: Iterable[_Row]) -> Iterator[tuple[str, ...]]:
    for row in made:
        for facet in row[6].split("\n"):
            yield row[0], *facet.split(" ", 1), row[1]


def _digest(text: bytes) -> bytes:
    return blake2b(text, digest_size=8).digest()


def _selection(audiences: Sequence[str], illustrative: bool | None) -> Selection:
    if illustrative is None:
        return Selection(tuple(audiences))
    return Selection(tuple(audiences), (("feed", "illustration" if illustrative else "catalog"),))
