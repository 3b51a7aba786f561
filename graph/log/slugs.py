"""Slugs: the readable last segment of an entity's address `/{kind}/{slug}`, allotted once and reserved for ever.

Each audience is a *world* of its own: its slugs are allotted by the records of that audience alone, so that a record
which is not public moves no public address, nor one agreement's record that of another. Outside `public`, a slug ends
with `--` and a mark of its audience, which no public slug holds: an address means one entity, whoever asks.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import unquote

from sqlalchemy import Connection, RowMapping, bindparam, delete, func, insert, select, update

from graph.log.database import Database
from graph.log.pages import pages_of
from graph.log.rows import MEMBERS, PUBLIC
from graph.log.schema import heads, slugs
from graph.records.kinds import KINDS

LENGTH = 80
_RANKS = {kind.name: rank for rank, kind in enumerate(KINDS)}
_WORDS = re.compile(r"[a-z0-9]+")
# What Unicode does not take apart into a letter and an accent.
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ŀ": "l"})


@dataclass(frozen=True, slots=True)
class Slug:
    """A slug and whose it is; where it is not `current`, the entity has another one now, or none."""

    iri: str
    current: bool
    kind: str
    slug: str


class Slugs:
    """Looking slugs up; `audiences` are those of the caller, None for all."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def address(self, iri: str, audiences: Collection[str] | None = (PUBLIC,)) -> tuple[str, str] | None:
        """Give the kind and slug of an entity's page; None where these audiences know no record of it."""
        return self.addresses((iri,), audiences).get(iri)

    def addresses(
        self, iris: Iterable[str], audiences: Collection[str] | None = (PUBLIC,)
    ) -> dict[str, tuple[str, str]]:
        """Give the kind and slug of each entity that these audiences know; the public one where there is one."""
        found: dict[str, tuple[str, str]] = {}
        with self._database.read() as connection:
            for page in pages_of(iris):
                query = select(slugs).where(slugs.c.iri.in_(page), slugs.c.current, *_within(audiences))
                for row in sorted(connection.execute(query), key=lambda row: _order(row.world)):
                    found.setdefault(row.iri, (row.kind, row.slug))
        return found

    def find(self, kind: str, slug: str, audiences: Collection[str] | None = (PUBLIC,)) -> Slug | None:
        """Give the entity that has or had this slug; None where it was never given for these audiences."""
        query = select(slugs).where(slugs.c.kind == kind, slugs.c.slug == slug, *_within(audiences))
        with self._database.read() as connection:
            rows = sorted(connection.execute(query), key=lambda row: _order(row.world))
        return Slug(rows[0].iri, rows[0].current, rows[0].kind, rows[0].slug) if rows else None


def slug_of(label: str, iri: str) -> str:
    """Make a slug of a label, else of the last segment of the IRI, else `x`."""
    segment = re.split(r"[/#:?=]", iri.rstrip("/#"))[-1]
    return _words(label) or _words(unquote(segment)) or "x"


def _words(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS)).casefold()
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    slug = "-".join(_WORDS.findall(plain))
    if len(slug) <= LENGTH:
        return slug
    cut = slug.rfind("-", 0, LENGTH + 1)
    return slug[: cut if cut > 0 else LENGTH]


def follow(connection: Connection, iris: Iterable[str]) -> None:
    """Give these entities, in each world, the slugs that their heads now ask for."""
    asked: list[tuple[str, str, str, str]] = []
    for page in pages_of(iris):
        wanted = _wanted(connection, page)
        held = connection.execute(select(slugs).where(slugs.c.iri.in_(page))).mappings().all()
        fitting = {_key(row) for row in held if _fit(row) == wanted.get(_key(row))}
        _mark(connection, [row for row in held if row["current"] and _fit(row) != wanted.get(_key(row))], current=False)
        _mark(
            connection, [row for row in held if not row["current"] and _fit(row) == wanted.get(_key(row))], current=True
        )
        asked += [(world, *wanted[iri, world], iri) for iri, world in wanted if (iri, world) not in fitting]
    _allot(connection, asked)


def forget(connection: Connection, iri: str) -> None:
    """Take away the slugs that an entity no longer has: after an erasure not even a name stays."""
    connection.execute(delete(slugs).where(slugs.c.iri == iri, slugs.c.current.is_(False)))


def _wanted(connection: Connection, iris: list[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """Give the kind and stem that the heads ask for, by IRI and world."""
    named = defaultdict(list)
    for row in connection.execute(select(heads).where(heads.c.iri.in_(iris))):
        named[row.iri, row.audience].append(row)
    wanted = {}
    for (iri, world), rows in named.items():
        rows.sort(key=lambda row: (_RANKS.get(row.kind, len(_RANKS)), row.source))
        label = next((row.label for row in rows if row.label), "")
        wanted[iri, world] = (rows[0].kind, slug_of(label, iri))
    return wanted


def _key(row: RowMapping) -> tuple[str, str]:
    return row["iri"], row["world"]


def _fit(row: RowMapping) -> tuple[str, str]:
    return row["kind"], row["stem"]


def _mark(connection: Connection, rows: list[RowMapping], *, current: bool) -> None:
    if rows:
        statement = (
            update(slugs)
            .where(slugs.c.world == bindparam("w"), slugs.c.kind == bindparam("k"), slugs.c.slug == bindparam("s"))
            .values(current=current)
        )
        connection.execute(statement, [{"w": row["world"], "k": row["kind"], "s": row["slug"]} for row in rows])


def _allot(connection: Connection, asked: list[tuple[str, str, str, str]]) -> None:
    """Allot free slugs for (world, kind, stem, IRI), in that order."""
    groups: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for world, kind, stem, iri in asked:
        groups[world, kind].append((stem, iri))
    for (world, kind), wishes in groups.items():
        for page in pages_of(wishes):
            rows = _free(connection, world, kind, page)
            connection.execute(insert(slugs), [{"world": world, "kind": kind, "current": True, **row} for row in rows])


def _free(connection: Connection, world: str, kind: str, wishes: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Find for each (stem, IRI) the lowest number above those that its stem has had whose slug was never given."""
    here = (slugs.c.world == world, slugs.c.kind == kind)
    same = slugs.c.stem.in_(sorted({stem for stem, _ in wishes}))
    highest = select(slugs.c.stem, func.max(slugs.c.number)).where(*here, same).group_by(slugs.c.stem)
    numbers: dict[str, int] = dict(connection.execute(highest).all())
    free: dict[str, dict[str, Any]] = {}
    while wishes:
        tried = []
        for stem, iri in wishes:
            numbers[stem] = numbers.get(stem, 0) + 1
            tried.append((_spell(stem, numbers[stem], world), stem, numbers[stem], iri))
        given = select(slugs.c.slug).where(*here, slugs.c.slug.in_([slug for slug, *_ in tried]))
        taken = set(connection.execute(given).scalars())
        wishes = []
        for slug, stem, number, iri in tried:
            if slug in taken or slug in free:
                wishes.append((stem, iri))
            else:
                free[slug] = {"slug": slug, "stem": stem, "number": number, "iri": iri}
    return list(free.values())


def _spell(stem: str, number: int, world: str) -> str:
    slug = stem if number == 1 else f"{stem}-{number}"
    if world == PUBLIC:
        return slug
    return f"{slug}--{MEMBERS if world == MEMBERS else sha256(world.encode()).hexdigest()[:12]}"


def _within(audiences: Collection[str] | None) -> list[Any]:
    return [] if audiences is None else [slugs.c.world.in_(sorted(audiences))]


def _order(world: str) -> tuple[bool, bool, str]:
    return world != PUBLIC, world != MEMBERS, world
