"""Tokens: who may see or write more than the public, by name; of the secret itself only a hash is kept."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select

from graph.errors import InputError, NotKnown
from graph.log.clock import now
from graph.log.database import Database
from graph.log.schema import sessions, tokens
from graph.terms import is_iri

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?", re.ASCII)


class Role(StrEnum):
    """What the bearer of a token may do, from the least to the most."""

    MEMBER = "member"
    STEWARD = "steward"
    CURATOR = "curator"
    ADMINISTRATOR = "administrator"


SEES_ALL = frozenset({Role.CURATOR, Role.ADMINISTRATOR})
"""The roles that see and write the records of every audience."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept; `expires` is a moment as the log writes it, None for never; `actor` whom it speaks for."""

    name: str
    role: Role
    actor: str | None
    hash: str
    created: str
    expires: str | None

    @property
    def expired(self) -> bool:
        """Whether its time is over."""
        return self.expires is not None and self.expires <= now()


class Tokens:
    """The tokens that are valid or have expired; one that is revoked is gone."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, role: Role, hash: str, *, actor: str | None = None, expires: str | None = None) -> Token:
        """Keep a new token. Raises InputError for a name that is none or is taken, and an actor that cannot be."""
        _check(name, role, actor)
        token = Token(name, role, actor, hash, now(), expires)
        with self._database.write() as connection:
            if _one(connection, name) is not None:
                raise InputError(
                    f"there is a token named {name!r}",
                    remedy=f"choose another name, or `civigraph token revoke {name}`",
                )
            connection.execute(insert(tokens), asdict(token))
        return token

    def get(self, name: str) -> Token | None:
        """Give the token of that name, as it is at this moment."""
        with self._database.read() as connection:
            return _one(connection, name)

    def all(self) -> list[Token]:
        """Give every token, by name."""
        with self._database.read() as connection:
            rows = connection.execute(select(tokens).order_by(tokens.c.name)).mappings()
            return [Token(**{**row, "role": Role(row["role"])}) for row in rows]

    def revoke(self, name: str) -> None:
        """Take a token away, with the sessions that it began. Raises NotKnown where there is none of that name."""
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.token == name))
            if not connection.execute(delete(tokens).where(tokens.c.name == name)).rowcount:
                raise NotKnown(f"there is no token named {name!r}", remedy="`civigraph token list` names them")


def _check(name: str, role: Role, actor: str | None) -> None:
    if not _NAME.fullmatch(name):
        raise InputError(f"{name!r} is no name of a token", remedy="use a-z, 0-9 and -, at most 64")
    if actor is not None and not is_iri(actor):
        raise InputError(f"{actor!r} is no IRI of an actor", remedy="give the absolute IRI of the actor")
    if role is Role.STEWARD and actor is None:
        raise InputError("a steward acts for an actor", remedy="name it by --actor IRI")


def _one(connection: Connection, name: str) -> Token | None:
    row = connection.execute(select(tokens).where(tokens.c.name == name)).mappings().one_or_none()
    return Token(**{**row, "role": Role(row["role"])}) if row else None
