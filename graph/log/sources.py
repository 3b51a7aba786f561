"""Sources: who told us; each has a name that stands in the log, and the address it was read from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from itertools import count

from sqlalchemy import ColumnElement, Connection, bindparam, insert, select, update

from graph.errors import InputError
from graph.log.clock import now
from graph.log.database import Database
from graph.log.pages import pages_of
from graph.log.rows import PUBLIC
from graph.log.schema import sources

OWN = "civigraph"
"""The source of the project's own records: ontology, code lists, laws, licences."""

OWN_ADDRESS = "https://w3id.org/civigraph"

CHECKER = "findings"
"""The source of what the checker finds: reports, which say something of the graph."""

CHECKER_ADDRESS = "https://w3id.org/civigraph/findings"

_KEPT = {OWN: OWN_ADDRESS, CHECKER: CHECKER_ADDRESS}

_NAMED = select(sources).where(sources.c.name.in_(bindparam("names", expanding=True))).order_by(sources.c.name)
_NAME = re.compile(r"[a-z0-9-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Source:
    """A source; `audience` is that of its newest import."""

    name: str
    address: str
    audience: str
    created: str
    title: str | None


class Sources:
    """The sources that ever were named, by name and by address."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def name_for(self, name: str, address: str) -> str:
        """Give the name that `ensure` would give a source, and make none. Raises what `ensure` raises."""
        _check(name, address)
        with self._database.read() as connection:
            present = _one(connection, sources.c.address == address)
            return present.name if present else _free_name(connection, name)

    def ensure(self, name: str, address: str, audience: str = PUBLIC, *, title: str | None = None) -> Source:
        """Give the source with this address, made where there is none.

        Its name is the one it has, else `name`, else `name-2`, `name-3`, … where another address has that.
        Raises InputError for a name that is none, or that is kept for the project's own records.
        """
        _check(name, address)
        with self._database.write() as connection:
            present = _one(connection, sources.c.address == address)
            if present is None:
                given = _free_name(connection, name)
                source = Source(given, address, audience, now(), title)
                connection.execute(insert(sources), asdict(source))
                return source
            source = replace(present, audience=audience, title=title or present.title)
            if source != present:
                connection.execute(update(sources).where(sources.c.address == address).values(asdict(source)))
            return source

    def get(self, name: str) -> Source | None:
        """Give the source of that name."""
        with self._database.read() as connection:
            return _one(connection, sources.c.name == name)

    def at(self, address: str) -> Source | None:
        """Give the source with that address."""
        with self._database.read() as connection:
            return _one(connection, sources.c.address == address)

    def named(self, names: Iterable[str]) -> list[Source]:
        """Give the sources with some names, by name."""
        found: list[Source] = []
        with self._database.read() as connection:
            for page in pages_of(sorted(set(names))):
                found += (Source(*row) for row in connection.execute(_NAMED, {"names": page}))
        return found

    def all(self) -> list[Source]:
        """Give every source, by name."""
        with self._database.read() as connection:
            return [Source(*row) for row in connection.execute(select(sources).order_by(sources.c.name))]


def check_name(name: str) -> None:
    """Raise InputError for what cannot be a source's name."""
    if not _NAME.fullmatch(name):
        raise InputError(f"{name!r} is no name of a source", remedy="use a-z, 0-9 and -")


def _check(name: str, address: str) -> None:
    check_name(name)
    if name in _KEPT or address in _KEPT.values():
        if _KEPT.get(name) == address:
            return
        raise InputError(f"the name {OWN!r} is kept for the project's own records", remedy="choose another name")


def _free_name(connection: Connection, name: str) -> str:
    names = set(connection.execute(select(sources.c.name)).scalars())
    return name if name not in names else next(f"{name}-{n}" for n in count(2) if f"{name}-{n}" not in names)


def _one(connection: Connection, condition: ColumnElement[bool]) -> Source | None:
    row = connection.execute(select(sources).where(condition)).one_or_none()
    return Source(*row) if row else None
