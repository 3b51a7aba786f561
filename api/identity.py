"""Who asks: the bearer of a token (RFC 6750) with what it may see, or nobody in particular."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import blake2b
from secrets import token_bytes

import anyio.to_thread

from api.languages import mark
from api.problems import token_refused, too_many_attempts
from api.tokens import is_of, name_of
from graph.findings.checkers import CURATORS
from graph.log.log import Log
from graph.log.rows import MEMBERS, PUBLIC
from graph.log.tokens import SEES_ALL, Role, Token
from graph.reading.parties import Parties

_REMEMBERED = 1000
# Comparing takes a processor for some 50 ms and 19 MiB: who sends wrong tokens waits behind others who do.
_AT_ONCE = 2
_WAITING = 16


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks.

    `role` is None for who shows no token; `actor` the IRI that the token speaks for; `audiences` whose records may be
    seen, the public first; `name` that of the token.
    """

    role: Role | None = None
    name: str = ""
    actor: str | None = None
    audiences: tuple[str, ...] = (PUBLIC,)

    @property
    def signed_in(self) -> bool:
        """Whether a token was shown."""
        return self.role is not None

    @property
    def sees_all(self) -> bool:
        """Whether every audience's records may be seen and written."""
        return self.role in SEES_ALL


ANONYMOUS = Caller()


class Identities:
    """Tells callers by their tokens; that a token was compared is remembered, the token is not.

    Its row is read at each request, so that what is revoked or expired ends at once, whoever revoked it.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._parties = Parties(log)
        self._key = token_bytes(32)
        self._lock = threading.Lock()
        self._compared: OrderedDict[bytes, str] = OrderedDict()
        self._threads: anyio.CapacityLimiter | None = None

    def may_see(self, caller: Caller, audience: str) -> bool:
        """Say whether a caller is among an audience, also one that has no record yet."""
        if caller.sees_all or audience in caller.audiences:
            return True
        return caller.actor is not None and caller.actor in self._parties.of([audience])[audience]

    async def identify(self, headers: list[str]) -> Caller:
        """Say who asks by the `Authorization` headers of a request.

        Raises Problem: 401 for a token that is wrong, unknown or over, and for any other scheme, since whoever shows
        something is never taken for nobody; 429 where too many tokens wait to be compared.
        """
        if not headers:
            return ANONYMOUS
        token = _bearer(headers)
        name = name_of(token)
        kept = await anyio.to_thread.run_sync(self._log.tokens.get, name) if name else None
        if kept is None or not self._has_compared(token, kept.hash):
            await self._compare(token, kept)
        if kept is None or kept.expired:
            raise token_refused(mark("The token is not valid, or no longer."))
        return await anyio.to_thread.run_sync(self._caller, kept)

    def _caller(self, token: Token) -> Caller:
        return Caller(token.role, token.name, token.actor, self._audiences(token))

    def _audiences(self, token: Token) -> tuple[str, ...]:
        """Give whose records a token's bearer may see."""
        if token.role in SEES_ALL:
            return tuple(dict.fromkeys((PUBLIC, MEMBERS, CURATORS, *self._parties.audiences())))
        agreements = self._parties.agreements_of(token.actor) if token.actor else ()
        return (PUBLIC, MEMBERS, *agreements)

    def _digest(self, token: str) -> bytes:
        return blake2b(token.encode(), key=self._key, digest_size=32).digest()

    def _has_compared(self, token: str, hash: str) -> bool:
        digest = self._digest(token)
        with self._lock:
            if self._compared.get(digest) != hash:
                return False
            self._compared.move_to_end(digest)
            return True

    async def _compare(self, token: str, kept: Token | None) -> None:
        """Compare a token with the hash that is kept. Raises Problem."""
        if self._threads is None:
            self._threads = anyio.CapacityLimiter(_AT_ONCE)
        if self._threads.statistics().tasks_waiting >= _WAITING:
            raise too_many_attempts()
        hash = kept.hash if kept else None
        if not await anyio.to_thread.run_sync(is_of, token, hash, limiter=self._threads) or hash is None:
            raise token_refused(mark("The token is not valid, or no longer."))
        with self._lock:
            self._compared[self._digest(token)] = hash
            while len(self._compared) > _REMEMBERED:
                self._compared.popitem(last=False)


def _bearer(headers: list[str]) -> str:
    """Take the token out of the header. Raises Problem (401)."""
    scheme, _, token = headers[0].partition(" ")
    if len(headers) > 1 or scheme.lower() != "bearer" or not token.strip():
        raise token_refused(mark("The Authorization header takes one token: Bearer, a space, the token."))
    return token.strip()
