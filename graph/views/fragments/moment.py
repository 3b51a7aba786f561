"""The catalog view at one moment: pages by key, what they name, the latest activities."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

from graph.log.rows import PUBLIC
from graph.rendering.blocks import Block, render
from graph.views.fragments.fragment import Facet, Fragment, statements_of
from graph.views.fragments.member import Member
from graph.views.fragments.selection import Selection, marks, selected

_IRIS_A_QUERY = 500


@dataclass(frozen=True)
class Key:
    """A dataset on a page: when it last changed here (ISO 8601), the digest of what is said, what that names.

    `rows` are the numbers of its rows, one an audience; `bytes` what they take.
    """

    iri: str
    changed: str
    digest: bytes
    references: tuple[str, ...]
    rows: tuple[int, ...]
    bytes: int


@dataclass(frozen=True, slots=True)
class Part:
    """What pages tell of a thing that datasets name."""

    iri: str
    digest: bytes
    references: tuple[str, ...]
    text: bytes


@dataclass(frozen=True, slots=True)
class Tied:
    """A dataset and the service or agreement that says it is tied to it."""

    iri: str
    tie: str
    other: str


class Moment:
    """The view at one moment."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @cached_property
    def sequence(self) -> int:
        """The sequence of the last log row that is applied."""
        found = self._read("SELECT value FROM state WHERE name = 'sequence'")
        return int(found[0][0]) if found else 0

    @cached_property
    def touched(self) -> str:
        """When anything was last changed (ISO 8601), '' for an empty view."""
        found = self._read("SELECT value FROM state WHERE name = 'touched'")
        return str(found[0][0]) if found else ""

    def count(self, selection: Selection) -> int:
        """How many datasets there are."""
        query, values = selected(selection)
        return int(self._read(f"SELECT count(*) FROM ({query})", values)[0][0])  # noqa: S608 (places for values, and names of ours)

    def page(self, selection: Selection, after: str | None, limit: int) -> list[Key]:
        """The `limit` datasets that follow an IRI (None: the first ones) in the byte order of IRIs."""
        query, values = selected(selection, "> ?", (after or "",))
        iris = [iri for (iri,) in self._read(f"{query} ORDER BY iri LIMIT ?", (*values, limit))]
        return self.keys(iris, selection.audiences)

    def numbered(self, selection: Selection, number: int, limit: int) -> list[Key]:
        """The datasets of a page, counted from 1."""
        query, values = selected(selection)
        rows = self._read(f"{query} ORDER BY iri LIMIT ? OFFSET ?", (*values, limit, (number - 1) * limit))
        return self.keys([iri for (iri,) in rows], selection.audiences)

    def iris(self, selection: Selection, offset: int, limit: int) -> list[str]:
        """The IRIs of datasets in their order, some passed over; a negative limit gives all."""
        query, values = selected(selection)
        return [iri for (iri,) in self._read(f"{query} ORDER BY iri LIMIT ? OFFSET ?", (*values, limit, offset))]

    def before(self, selection: Selection, iri: str | None, limit: int) -> list[str]:
        """The `limit` IRIs that precede an IRI (None: the last ones), in the byte order of IRIs: for links back."""
        query, values = selected(selection) if iri is None else selected(selection, "< ?", (iri,))
        rows = self._read(f"{query} ORDER BY iri DESC LIMIT ?", (*values, limit))
        return [found for (found,) in reversed(rows)]

    def keys(self, iris: Sequence[str], audiences: Sequence[str]) -> list[Key]:
        """What pages need to know of these datasets before they are read, in the order of the IRIs."""
        found: dict[str, list[tuple[Any, ...]]] = {}
        for some in _pieces(iris):
            query = (
                "SELECT iri, changed, digest, refs, id, length(nt) FROM fragments"  # noqa: S608 (places for values, and names of ours)
                f" WHERE audience IN ({marks(audiences)}) AND iri IN ({marks(some)}) ORDER BY iri, audience"
            )
            for row in self._read(query, (*audiences, *some)):
                found.setdefault(row[0], []).append(row)
        return [_key(found[iri]) for iri in iris if iri in found]

    def fragments(self, keys: Sequence[Key]) -> list[Fragment]:
        """The datasets as N-Triples, what several audiences hold of one put together."""
        found: list[Fragment] = []
        rows = self._rows(keys, "iri, modified, nt")
        for key in keys:
            mine = [rows[row] for row in key.rows]
            text = mine[0][2] if len(mine) == 1 else _together(each[2] for each in mine)
            dates = [each[1] for each in mine if each[1]]
            found.append(Fragment(key.iri, max(dates, default=None), text))
        return found

    def blocks(self, keys: Sequence[Key]) -> list[Block]:
        """The datasets in each syntax, as they are kept, or written now where they are not."""
        rows = self._rows(keys, "turtle, rdfxml, jsonld, used, forbidden, nt")
        found = []
        for key in keys:
            mine = [rows[row] for row in key.rows]
            if len(mine) == 1 and mine[0][0] is not None:
                found.append(Block(*mine[0][:5]))
            else:
                found.append(render(statements_of(_together(each[5] for each in mine))))
        return found

    def written(self, keys: Sequence[Key], syntax: str) -> list[tuple[str | None, int, int]]:
        """The datasets in one syntax (`turtle`, `rdfxml`, `jsonld`) with the prefixes used and forbidden; or None."""
        assert syntax in {"turtle", "rdfxml", "jsonld"}
        rows = self._rows(keys, f"{syntax}, used, forbidden")
        return [rows[key.rows[0]] if len(key.rows) == 1 else (None, 0, 0) for key in keys]

    def stream(
        self, facet: Facet, columns: Sequence[str]
    ) -> Iterator[tuple[str, tuple[str, ...], tuple[bytes | None, ...]]]:
        """The public datasets of a facet in the byte order of IRIs: IRI, what each names, its texts as they are kept.

        `columns` are of `nt`, `turtle`, `rdfxml`, `jsonld`; None stands for what is not kept so.
        """
        assert {"nt", "turtle", "rdfxml", "jsonld"}.issuperset(columns)
        # As bytes: what goes to a file need not become text in between.
        wanted = ", ".join(f"CAST(f.{column} AS BLOB)" for column in columns)
        query = (
            f"SELECT f.iri, f.refs, {wanted} FROM facets AS g CROSS JOIN fragments AS f"  # noqa: S608 (places for values, and names of ours)
            " ON f.audience = g.audience AND f.iri = g.iri"
            " WHERE g.audience = ? AND g.name = ? AND g.value = ? ORDER BY g.iri"
        )
        for iri, refs, *texts in self._connection.execute(query, (PUBLIC, *facet)):
            yield iri, tuple(refs.split("\n")) if refs else (), tuple(texts)

    def all_ties(self) -> Iterator[Tied]:
        """All public ties, by dataset."""
        for row in self._connection.execute(
            "SELECT iri, tie, other FROM ties WHERE audience = ? ORDER BY iri, tie, other", (PUBLIC,)
        ):
            yield Tied(*row)

    def parts(self, iris: Sequence[str], audiences: Sequence[str]) -> dict[str, Part]:
        """What pages tell of these things, where there is anything, put together from several audiences."""
        found: dict[str, list[tuple[Any, ...]]] = {}
        for some in _pieces(iris):
            query = (
                "SELECT iri, digest, refs, nt FROM parts"  # noqa: S608 (places for values, and names of ours)
                f" WHERE audience IN ({marks(audiences)}) AND iri IN ({marks(some)}) ORDER BY iri, audience"
            )
            for row in self._read(query, (*audiences, *some)):
                found.setdefault(row[0], []).append(row)
        return {iri: _part(rows) for iri, rows in found.items()}

    def ties(self, iris: Sequence[str], audiences: Sequence[str]) -> list[Tied]:
        """The services and agreements tied to these datasets, sorted."""
        found: set[tuple[str, str, str]] = set()
        for some in _pieces(iris):
            query = (
                "SELECT iri, tie, other FROM ties"  # noqa: S608 (places for values, and names of ours)
                f" WHERE audience IN ({marks(audiences)}) AND iri IN ({marks(some)})"
            )
            found.update(self._read(query, (*audiences, *some)))
        return [Tied(*each) for each in sorted(found)]

    def member(self, iri: str) -> Member | None:
        """The latest public activity about a dataset."""
        found = self._members("iri = ?", (iri,), 1)
        return found[0] if found else None

    def members(self, after: int, limit: int, since: str = "", until: str = "~") -> list[Member]:
        """The latest activities after a public number, of these times (ISO 8601, both included), in their order."""
        start = max(after, self._last_before(since))
        return self._members("number > ? AND time <= ?", (start, until), limit)

    def members_of(self, source: str, after: int, limit: int, since: str = "", until: str = "~") -> list[Member]:
        """The same, of datasets that a source told of."""
        start = max(after, self._last_before(since))
        where = "number > ? AND time <= ? AND instr(char(10) || sources || char(10), ?)"
        return self._members(where, (start, until, f"\n{source}\n"), limit)

    def _last_before(self, time: str) -> int:
        """The public number of the last activity before a time: numbers grow with time."""
        query = "SELECT number FROM members WHERE time < ? ORDER BY time DESC, number DESC LIMIT 1"
        found = self._read(query, (time,)) if time else []
        return int(found[0][0]) if found else 0

    def newest_members(self, before: int | None, limit: int) -> list[Member]:
        """The newest activities, or those before a public number, the newest first."""
        return self._members("number < ?", (before if before is not None else 1 << 62,), limit, "DESC")

    def last_number(self) -> int:
        """The public number of the newest activity."""
        return int(self._read("SELECT coalesce(max(number), 0) FROM members")[0][0])

    def earliest(self) -> str | None:
        """The time of the oldest activity that is kept."""
        found: str | None = self._read("SELECT min(time) FROM members")[0][0]
        return found

    def count_members(self, since: str = "", until: str = "~") -> int:
        """How many latest activities there are of these times."""
        return int(self._read("SELECT count(*) FROM members WHERE time >= ? AND time <= ?", (since, until))[0][0])

    def values(self, name: str, audiences: Sequence[str] = (PUBLIC,)) -> list[tuple[str, int]]:
        """The values of a facet with how many datasets have each."""
        query = f"SELECT value, count(DISTINCT iri) FROM facets WHERE audience IN ({marks(audiences)})"  # noqa: S608 (places for values, and names of ours)
        return self._read(f"{query} AND name = ? GROUP BY value ORDER BY value", (*audiences, name))

    def facets_of(self, iris: Sequence[str]) -> dict[str, list[Facet]]:
        """What public feeds can be narrowed to these datasets by."""
        found: dict[str, list[Facet]] = {}
        for some in _pieces(iris):
            query = f"SELECT iri, facets FROM fragments WHERE audience = ? AND iri IN ({marks(some)})"  # noqa: S608 (places for values, and names of ours)
            for iri, text in self._read(query, (PUBLIC, *some)):
                pairs = (line.split(" ", 1) for line in text.split("\n"))
                found[iri] = [(name, value) for name, value in pairs]
        return found

    def _members(self, where: str, values: Sequence[object], limit: int, order: str = "ASC") -> list[Member]:
        query = f"SELECT iri, number, time, activity, sources, row FROM members WHERE {where}"  # noqa: S608 (places for values, and names of ours)
        rows = self._read(f"{query} ORDER BY number {order} LIMIT ?", (*values, limit))
        return [
            Member(iri, number, time, activity, tuple(sources.split("\n")), row)
            for iri, number, time, activity, sources, row in rows
        ]

    def _rows(self, keys: Sequence[Key], columns: str) -> dict[int, tuple[Any, ...]]:
        found = {}
        for some in _pieces([row for key in keys for row in key.rows]):
            query = f"SELECT id, {columns} FROM fragments WHERE id IN ({marks(some)})"  # noqa: S608 (places for values, and names of ours)
            found.update({row[0]: row[1:] for row in self._read(query, some)})
        return found

    def _read(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        return self._connection.execute(query, values).fetchall()


def _key(rows: Sequence[tuple[Any, ...]]) -> Key:
    iri, changed, digest, refs, number, size = rows[0]
    if len(rows) == 1:
        return Key(iri, changed, digest, tuple(refs.split("\n")) if refs else (), (number,), size)
    named = sorted({ref for row in rows for ref in row[3].split("\n") if ref})
    digests = blake2b(b"".join(row[2] for row in rows), digest_size=8).digest()
    return Key(
        iri,
        max(row[1] for row in rows),
        digests,
        tuple(named),
        tuple(row[4] for row in rows),
        sum(row[5] for row in rows),
    )


def _part(rows: Sequence[tuple[Any, ...]]) -> Part:
    iri, digest, refs, text = rows[0]
    if len(rows) == 1:
        return Part(iri, digest, tuple(refs.split("\n")) if refs else (), text)
    named = sorted({ref for row in rows for ref in row[2].split("\n") if ref})
    together = _together(row[3] for row in rows)
    return Part(iri, blake2b(together, digest_size=8).digest(), tuple(named), together)


def _together(texts: Iterator[bytes]) -> bytes:
    return b"".join(sorted({line for text in texts for line in text.splitlines(keepends=True)}))


def _pieces(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[start : start + _IRIS_A_QUERY] for start in range(0, len(items), _IRIS_A_QUERY))
