"""The catalog view: one fragment of N-Triples a dataset, in the order of IRIs, for feeds that page by key."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.log.rows import PUBLIC
from graph.terms import CG, DCAT, DCT, Statement
from graph.views.batch import Batch, Version
from graph.views.view import World

KIND = "dataset"
"""The kind of record that has a fragment: neither a series nor a catalogue."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS fragments (
    id INTEGER PRIMARY KEY, audience TEXT NOT NULL, iri TEXT NOT NULL, illustrative INTEGER NOT NULL, modified TEXT,
    text BLOB NOT NULL, UNIQUE (audience, iri));
CREATE INDEX IF NOT EXISTS fragments_illustrative ON fragments (audience, illustrative, iri);
CREATE INDEX IF NOT EXISTS fragments_modified ON fragments (audience, modified);
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
"""
_ILLUSTRATIVE = (f"<{CG}factStatus>", f"<{CG}Illustrative>")
_DISTRIBUTION = f"<{DCAT}distribution>"
_IDENTIFIER = f"<{DCT}identifier>"
_LICENCE = f"<{DCT}license>"
_MODIFIED = (f"<{DCT}modified>", f"<{DCT}issued>")


@dataclass(frozen=True, slots=True)
class Fragment:
    """What feeds say about one dataset.

    `text` is N-Triples in the log's own texts, sorted, one statement a line; `modified` the newest `dct:modified` (else
    `dct:issued`) as the source wrote it, None where there is neither.
    """

    iri: str
    modified: str | None
    text: bytes

    @property
    def statements(self) -> list[Statement]:
        """The statements of the fragment as N-Triples texts."""
        lines = self.text.decode().split("\n")
        return [(s, p, rest[:-2]) for s, p, rest in (line.split(" ", 2) for line in lines if line)]


class CatalogView:
    """The fragments of one world in `folder/catalog.sqlite`, one an audience and IRI, with the sequence."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "catalog.sqlite"
        self._database = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None)
        try:
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.executescript(_SCHEMA)
        except BaseException:
            self._database.close()
            raise

    def sequence(self) -> int:
        """The sequence of the last log row that is applied."""
        row = self._database.execute("SELECT value FROM state WHERE name = 'sequence'").fetchone()
        return int(row[0]) if row else 0

    def position(self) -> int:
        """The same: nothing waits here."""
        return self.sequence()

    def flush(self) -> None:
        """Nothing waits here."""

    def apply(self, batch: Batch) -> None:
        """Make again every fragment that the batch's records take part in, with the sequence, in one transaction."""
        iris = {change.iri for change in batch.changes}
        made = [fragment for iri in iris for fragment in self._made(batch.of(iri))]
        self._database.execute("BEGIN IMMEDIATE")
        try:
            self._database.executemany("DELETE FROM fragments WHERE audience = ? AND iri = ?", self._stale(iris, made))
            self._database.executemany(
                "INSERT INTO fragments (audience, iri, illustrative, modified, text) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (audience, iri) DO UPDATE SET"
                " illustrative = excluded.illustrative, modified = excluded.modified, text = excluded.text",
                made,
            )
            self._database.execute("INSERT OR REPLACE INTO state VALUES ('sequence', ?)", (batch.last,))
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def _made(self, versions: Sequence[Version]) -> Iterator[_Row]:
        """The rows of one IRI: one for each audience to which it is a dataset."""
        audiences = {version.head.audience for version in versions}
        for audience in sorted(filter(self.world.holds, audiences)):
            mine = [version for version in versions if version.head.audience == audience]
            if any(version.head.kind == KIND for version in mine):
                iri = mine[0].head.iri
                yield audience, iri, _is_illustrative(iri, mine), *_fragment(iri, mine)

    def _stale(self, iris: set[str], made: Sequence[_Row]) -> list[tuple[str, str]]:
        """The rows about these IRIs that are no longer made."""
        kept = {(row[0], row[1]) for row in made}
        audiences = [audience for (audience,) in self._database.execute("SELECT DISTINCT audience FROM fragments")]
        return [(audience, iri) for audience in audiences for iri in iris if (audience, iri) not in kept]

    def count(self, audiences: Sequence[str] = (PUBLIC,), *, illustrative: bool | None = None) -> int:
        """How many datasets these audiences see; here and below, all or only those that are (not) `illustrative`."""
        where, values = _where(audiences, illustrative)
        counted = "count(*)" if len(audiences) == 1 else "count(DISTINCT iri)"
        query = f"SELECT {counted} FROM fragments WHERE {where}"  # noqa: S608
        return int(self._read(query, values)[0][0])

    def page(
        self,
        after: str | None,
        limit: int,
        audiences: Sequence[str] = (PUBLIC,),
        *,
        illustrative: bool | None = None,
    ) -> list[Fragment]:
        """The `limit` fragments that follow an IRI (None: the first ones) in the byte order of IRIs."""
        where, values = _where(audiences, illustrative)
        query = f"SELECT DISTINCT iri FROM fragments WHERE {where} AND iri > ? ORDER BY iri LIMIT ?"  # noqa: S608
        return self._fragments([iri for (iri,) in self._read(query, (*values, after or "", limit))], audiences)

    def page_number(
        self, number: int, limit: int, audiences: Sequence[str] = (PUBLIC,), *, illustrative: bool | None = None
    ) -> list[Fragment]:
        """The fragments of a page, counted from 1."""
        where, values = _where(audiences, illustrative)
        query = f"SELECT DISTINCT iri FROM fragments WHERE {where} ORDER BY iri LIMIT ? OFFSET ?"  # noqa: S608
        rows = self._read(query, (*values, limit, (number - 1) * limit))
        return self._fragments([iri for (iri,) in rows], audiences)

    def last_before(
        self, iri: str, limit: int, audiences: Sequence[str] = (PUBLIC,), *, illustrative: bool | None = None
    ) -> list[str]:
        """The `limit` IRIs that precede an IRI, in the byte order of IRIs: for links back."""
        where, values = _where(audiences, illustrative)
        query = f"SELECT DISTINCT iri FROM fragments WHERE {where} AND iri < ? ORDER BY iri DESC LIMIT ?"  # noqa: S608
        return [found for (found,) in reversed(self._read(query, (*values, iri, limit)))]

    def fragment(self, iri: str, audiences: Sequence[str] = (PUBLIC,)) -> Fragment | None:
        """The fragment of a dataset, None where these audiences know none of that IRI."""
        found = self._fragments([iri], audiences)
        return found[0] if found else None

    def modified(self, audiences: Sequence[str] = (PUBLIC,)) -> str | None:
        """The newest date of change of any dataset, as a source wrote it."""
        query = f"SELECT max(modified) FROM fragments WHERE audience IN ({_marks(audiences)})"  # noqa: S608
        found: str | None = self._read(query, audiences)[0][0]
        return found

    def dump(self) -> list[tuple[str, str, str | None, bytes]]:
        """Every row, sorted: for tests and comparisons, it takes memory."""
        found: list[tuple[str, str, str | None, bytes]] = self._read(
            "SELECT audience, iri, modified, text FROM fragments ORDER BY audience, iri", ()
        )
        return found

    def _fragments(self, iris: Sequence[str], audiences: Sequence[str]) -> list[Fragment]:
        """The fragments of these IRIs in their order, what several audiences hold of one put together."""
        query = (
            f"SELECT iri, modified, text FROM fragments WHERE audience IN ({_marks(audiences)})"  # noqa: S608
            f" AND iri IN ({_marks(iris)}) ORDER BY iri, audience"
        )
        found: dict[str, list[Fragment]] = {}
        for row in self._read(query, (*audiences, *iris)):
            found.setdefault(row[0], []).append(Fragment(*row))
        return [_merged(found[iri]) for iri in iris if iri in found]

    def _read(self, query: str, values: Sequence[object]) -> list[Any]:
        """Read by a connection of the call's own: many threads ask while one writes."""
        connection = sqlite3.connect(self._path, isolation_level=None)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def close(self) -> None:
        """Close the file."""
        self._database.close()


_Row = tuple[str, str, bool, str | None, bytes]
"""Audience, IRI, whether it is an illustration, date of change, text."""


def _where(audiences: Sequence[str], illustrative: bool | None) -> tuple[str, tuple[object, ...]]:
    """The condition of a query, and the values in it."""
    condition = f"audience IN ({_marks(audiences)})"
    if illustrative is None:
        return condition, tuple(audiences)
    return f"{condition} AND illustrative = ?", (*audiences, illustrative)


def _is_illustrative(iri: str, versions: Sequence[Version]) -> bool:
    """Say whether any source marks a dataset as invented."""
    said = (f"<{iri}>", *_ILLUSTRATIVE)
    return any(said in version.statements for version in versions)


def _fragment(iri: str, versions: Sequence[Version]) -> tuple[str | None, bytes]:
    """Put together what the sources say about a dataset, with what feeds need beside it."""
    mine = [statement for version in versions for statement in version.statements if statement[1] in _FED]
    added = {f"{s} {p} {o} .\n".encode() for s, p, o in (*_identifier(iri, mine), *_licences(iri, mine))}
    if len(versions) == 1 and not added:
        return _newest(iri, mine), versions[0].payload
    if len(versions) == 1:
        # In order but for what is added, which sorts in no time.
        return _newest(iri, mine), b"".join(sorted([*versions[0].payload.splitlines(keepends=True), *added]))
    lines = added.union(*(version.payload.splitlines(keepends=True) for version in versions))
    return _newest(iri, mine), b"".join(sorted(lines))


_FED = {_DISTRIBUTION, _IDENTIFIER, _LICENCE, *_MODIFIED}


def _identifier(iri: str, statements: Sequence[Statement]) -> Iterator[Statement]:
    """The IRI as `dct:identifier` where the source states none: harvesters drop a dataset without one."""
    subject = f"<{iri}>"
    if not any(s == subject and p == _IDENTIFIER for s, p, _ in statements):
        yield subject, _IDENTIFIER, f'"{iri}"'


def _licences(iri: str, statements: Sequence[Statement]) -> Iterator[Statement]:
    """The licence on both sides: CKAN reads the distribution's, udata the dataset's first."""
    subject = f"<{iri}>"
    stated: dict[str, set[str]] = {}
    for s, p, o in statements:
        if p == _LICENCE:
            stated.setdefault(s, set()).add(o)
    distributions = {o for s, p, o in statements if s == subject and p == _DISTRIBUTION and o.startswith("<")}
    own = stated.get(subject, set())
    if own:
        yield from ((d, _LICENCE, licence) for d in distributions if d not in stated for licence in own)
    elif distributions and distributions <= stated.keys():
        common = {frozenset(stated[d]) for d in distributions}
        if len(common) == 1:
            yield from ((subject, _LICENCE, licence) for licence in common.pop())


def _newest(iri: str, statements: Sequence[Statement]) -> str | None:
    """The newest date of change: ISO 8601 texts sort as their dates do."""
    subject = f"<{iri}>"
    for predicate in _MODIFIED:
        stated = (o for s, p, o in statements if s == subject and p == predicate)
        dates = [o[1 : o.rindex('"')] for o in stated if o.startswith('"')]
        if dates:
            return max(dates)
    return None


def _merged(fragments: Sequence[Fragment]) -> Fragment:
    if len(fragments) == 1:
        return fragments[0]
    lines = {line for fragment in fragments for line in fragment.text.splitlines(keepends=True)}
    dates = [fragment.modified for fragment in fragments if fragment.modified]
    return Fragment(fragments[0].iri, max(dates, default=None), b"".join(sorted(lines)))


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
