"""Slugs: the readable last segment of an entity's address `/{kind}/{slug}`, allotted once and reserved for ever.

Each audience is a *world* of its own: its slugs are allotted by the records of that audience alone, so that a record
which is not public moves no public address, nor one agreement's record that of another. Outside `public`, a slug ends
with `--` and a mark of its audience, which no public slug holds: an address means one entity, whoever asks.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import unquote

from sqlalchemy import Connection, RowMapping, bindparam, delete, literal_column, select, update

from graph.errors import NameTaken
from graph.log.bulk import insert_rows
from graph.log.database import Database
from graph.log.pages import pages_of
from graph.log.rows import MEMBERS, PUBLIC
from graph.log.schema import heads, slugs
from graph.records.kinds import KINDS

LENGTH = 80
_RANKS = {kind.name: rank for rank, kind in enumerate(KINDS)}
_WORDS = re.compile(r"[a-z0-9]+")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_ENDS = re.compile(r"[/#:?=]")
# What Unicode does not take apart into a letter and an accent.
_LETTERS = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ŀ": "l"}


class _Folded(dict[int, str]):
    """Each character without its accents, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        folded = unicodedata.normalize("NFKD", _LETTERS.get(letter, letter)).casefold()
        plain = self[code] = "".join(each for each in folded if not unicodedata.combining(each))
        return plain


_FOLDED = _Folded()

# Making a statement anew takes longer than answering it.
_CURRENT = select(slugs.c.iri, slugs.c.world, slugs.c.kind, slugs.c.slug).where(
    slugs.c.iri.in_(bindparam("iris", expanding=True)), slugs.c.current
)
# Bare, the world would lead SQLite to read every slug of it (see `graph/log/reader.py`).
_CURRENT_WITHIN = _CURRENT.where(literal_column("''").concat(slugs.c.world).in_(bindparam("worlds", expanding=True)))
_THIS = (slugs.c.world == bindparam("w"), slugs.c.kind == bindparam("k"), slugs.c.slug == bindparam("s"))


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
        query, worlds = (_CURRENT, {}) if audiences is None else (_CURRENT_WITHIN, {"worlds": sorted(audiences)})
        with self._database.read() as connection:
            for page in pages_of(iris):
                rows = connection.execute(query, {"iris": page, **worlds})
                for iri, _, kind, slug in sorted(rows, key=lambda row: _order(row[1])):
                    found.setdefault(iri, (kind, slug))
        return found

    def find(self, kind: str, slug: str, audiences: Collection[str] | None = (PUBLIC,)) -> Slug | None:
        """Give the entity that has or had this slug; None where it was never given for these audiences."""
        query = select(slugs).where(slugs.c.kind == kind, slugs.c.slug == slug, *_within(audiences))
        with self._database.read() as connection:
            rows = sorted(connection.execute(query), key=lambda row: _order(row.world))
        return Slug(rows[0].iri, rows[0].current, rows[0].kind, rows[0].slug) if rows else None


def is_slug(text: str) -> bool:
    """Say whether a slug may be wished for: words of a-z and 0-9 parted by single dashes, not too many."""
    return len(text) <= LENGTH and _SLUG.fullmatch(text) is not None


def spelled(slug: str, audience: str) -> str:
    """Give the slug that a wished one becomes for an audience."""
    return _spell(slug, 1, audience)


def slug_of(label: str, iri: str) -> str:
    """Make a slug of a label, else of the last segment of the IRI, else `x`."""
    return _words(label) or _words(unquote(_ENDS.split(iri.rstrip("/#"))[-1])) or "x"


def _words(text: str) -> str:
    plain = text.lower()
    if not plain.isascii():
        plain = plain.translate(_FOLDED)
    slug = "-".join(_WORDS.findall(plain))
    if len(slug) <= LENGTH:
        return slug
    cut = slug.rfind("-", 0, LENGTH + 1)
    return slug[: cut if cut > 0 else LENGTH]


def follow(connection: Connection, iris: Iterable[str], wishes: Mapping[tuple[str, str], str] | None = None) -> None:
    """Give these entities, in each world, the slugs that their heads ask for, or that are wished for by IRI and world.

    Raises NameTaken for a wish that another entity has or had.
    """
    asked: list[tuple[str, str, str, str]] = []
    for page in pages_of(iris):
        wanted = _wanted(connection, page)
        _grant(connection, wanted, wishes or {})
        held = connection.execute(select(slugs).where(slugs.c.iri.in_(page))).mappings().all()
        fitting = {_key(row) for row in held if _fit(row) == wanted.get(_key(row))}
        _mark(connection, [row for row in held if row["current"] and _fit(row) != wanted.get(_key(row))], current=False)
        back = [row for row in held if not row["current"] and _fit(row) == wanted.get(_key(row))]
        _mark(connection, back, current=True)
        asked += [(world, *wish, iri) for (iri, world), wish in wanted.items() if (iri, world) not in fitting]
    _allot(connection, asked)


def forget(connection: Connection, iri: str) -> None:
    """Take away the slugs that an entity no longer has: after an erasure not even a name stays."""
    connection.execute(delete(slugs).where(slugs.c.iri == iri, slugs.c.current.is_(False)))


def _wanted(connection: Connection, iris: list[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """Give the kind and stem that the heads ask for, by IRI and world, in the order of the IRIs."""
    query = select(heads.c.iri, heads.c.audience, heads.c.kind, heads.c.source, heads.c.label)
    named: dict[tuple[str, str], list[tuple[int, str, str, str]]] = defaultdict(list)
    for iri, world, kind, source, label in connection.execute(query.where(heads.c.iri.in_(iris))):
        named[iri, world].append((_RANKS.get(kind, len(_RANKS)), source, kind, label))
    places = {iri: place for place, iri in enumerate(iris)}
    wanted = {}
    for iri, world in sorted(named, key=lambda name: places[name[0]]):
        said = sorted(named[iri, world])
        label = next((label for *_, label in said if label), "")
        wanted[iri, world] = (said[0][2], slug_of(label, iri))
    return wanted


def _grant(
    connection: Connection, wanted: dict[tuple[str, str], tuple[str, str]], wishes: Mapping[tuple[str, str], str]
) -> None:
    """Give slugs that are wished for: they count as made of the label, so that they stay until it changes again."""
    for (iri, world), (kind, stem) in wanted.items():
        if (iri, world) not in wishes:
            continue
        slug = _spell(wishes[iri, world], 1, world)
        this = {"w": world, "k": kind, "s": slug}
        held = connection.execute(select(slugs.c.iri).where(*_THIS), this).scalar_one_or_none()
        if held not in (None, iri):
            raise NameTaken(
                f"{kind}/{slug} is the address of something else", where=iri, remedy="choose another address"
            )
        others = (slugs.c.world == world, slugs.c.iri == iri)
        connection.execute(update(slugs).where(*others).values(current=False))
        if held is None:
            insert_rows(connection, slugs, [(world, kind, slug, stem, 1, iri, True)])
        else:
            connection.execute(update(slugs).where(*_THIS).values(stem=stem, current=True), [this])
        # Of several that fit, the wish is the one.
        connection.execute(
            update(slugs)
            .where(*others, slugs.c.current.is_(False), slugs.c.kind == kind, slugs.c.stem == stem)
            .values(stem="")
        )


def _key(row: RowMapping) -> tuple[str, str]:
    return row["iri"], row["world"]


def _fit(row: RowMapping) -> tuple[str, str]:
    return row["kind"], row["stem"]


def _mark(connection: Connection, rows: list[RowMapping], *, current: bool) -> None:
    if rows:
        keys = [{"w": row["world"], "k": row["kind"], "s": row["slug"]} for row in rows]
        connection.execute(update(slugs).where(*_THIS).values(current=current), keys)


def _allot(connection: Connection, asked: list[tuple[str, str, str, str]]) -> None:
    """Allot slugs that were never given for (world, kind, stem, IRI), in that order."""
    groups: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for world, kind, stem, iri in asked:
        groups[world, kind].append((stem, iri))
    for (world, kind), wishes in groups.items():
        for page in pages_of(wishes):
            _allot_page(connection, world, kind, page)


def _allot_page(connection: Connection, world: str, kind: str, wishes: list[tuple[str, str]]) -> None:
    """Give each (stem, IRI) the stem itself, else the stem with the next number behind it."""
    given = _numbers(connection, world, kind, {_spell(stem, 1, world) for stem, _ in wishes})
    numbers = dict(given)
    fresh: dict[str, tuple[str, str]] = {}
    while wishes:
        tried = []
        for stem, iri in wishes:
            first = _spell(stem, 1, world)
            numbers[first] = numbers.get(first, 0) + 1
            tried.append((_spell(stem, numbers[first], world), stem, iri))
        taken = _numbers(connection, world, kind, {slug for slug, *_ in tried})
        wishes = []
        for slug, stem, iri in tried:
            if slug in taken or slug in fresh:
                wishes.append((stem, iri))
            else:
                fresh[slug] = (stem, iri)
    insert_rows(
        connection,
        slugs,
        [(world, kind, slug, stem, numbers.get(slug, 1), iri, True) for slug, (stem, iri) in fresh.items()],
    )
    raised = [{"w": world, "k": kind, "s": slug, "n": numbers[slug]} for slug in given if numbers[slug] != given[slug]]
    if raised:
        connection.execute(update(slugs).where(*_THIS).values(highest=bindparam("n")), raised)


def _numbers(connection: Connection, world: str, kind: str, wanted: Collection[str]) -> dict[str, int]:
    """Give the highest number behind each of these slugs that was ever given."""
    found: dict[str, int] = {}
    for page in pages_of(sorted(wanted)):
        query = select(slugs.c.slug, slugs.c.highest).where(
            slugs.c.world == world, slugs.c.kind == kind, slugs.c.slug.in_(page)
        )
        found.update(dict(connection.execute(query).all()))
    return found


def _spell(stem: str, number: int, world: str) -> str:
    slug = stem if number == 1 else f"{stem}-{number}"
    if world == PUBLIC:
        return slug
    return f"{slug}--{MEMBERS if world == MEMBERS else sha256(world.encode()).hexdigest()[:12]}"


def _within(audiences: Collection[str] | None) -> list[Any]:
    return [] if audiences is None else [slugs.c.world.in_(sorted(audiences))]


def _order(world: str) -> tuple[bool, bool, str]:
    return world != PUBLIC, world != MEMBERS, world
