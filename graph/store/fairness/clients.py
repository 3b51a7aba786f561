"""Who asks, and how much: each client's queries in the house, and the processor time that it has used.

Processor time is a debt that time pays back: who has used a minute's share at once is let in again as soon as he owes
less than that share.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from math import ceil
from time import monotonic
from types import TracebackType
from typing import Self

from graph.errors import LimitReached, Overloaded, ShareUsedUp
from graph.store.fairness.rules import Fairness

MINUTE = 60.0
# How often somebody who waits looks whether he is still wanted.
LOOK_SECONDS = 0.1

_RETRY_SECONDS = 5
_KEPT = 4096


class Client:
    """One client's account; `name` None stands for one query that nobody in particular asks, without a share.

    `typical` is the processor time of its queries in seconds, the last counting half, the one before a quarter.
    """

    def __init__(self, name: str | None, seconds: float) -> None:
        self.name = name
        self.inside = 0
        self.running = 0
        self.typical = 0.0
        self._rate = seconds / MINUTE
        self._share = seconds
        self._lock = threading.Lock()
        self._owed = 0.0
        self._seen = monotonic()

    def owed(self) -> float:
        """Give the processor seconds that were used and that time has not paid back yet."""
        return self.charge(0.0)

    def charge(self, seconds: float) -> float:
        """Note processor time; gives what is owed with it."""
        with self._lock:
            now = monotonic()
            self._owed = max(0.0, self._owed - (now - self._seen) * (self._rate or 1.0)) + seconds
            self._seen = now
            return self._owed

    def note(self, seconds: float) -> None:
        """Remember what a query took altogether."""
        self.typical = (self.typical + seconds) / 2

    def pause(self) -> int:
        """Give the seconds of time until there is a share again, 0 where there is."""
        owed = self.owed()
        if self.name is None or not self._share or owed < self._share:
            return 0
        # A little more than the debt, so that who comes back has something to spend.
        return ceil((owed - self._share) / self._rate) + 1


class Clients:
    """The accounts of all clients; safe to use from any thread."""

    def __init__(self, rules: Fairness) -> None:
        self._rules = rules
        self._changed = threading.Condition()
        self._clients: dict[str, Client] = {}
        self._inside = 0

    def admit(self, name: str | None) -> Place:
        """Let a client's query into the house, without waiting.

        Raises Overloaded where the house is full, ShareUsedUp where the client has no more to use or too many inside.
        """
        with self._changed:
            client = self._client(name)
            pause = client.pause()
            if pause:
                raise ShareUsedUp(
                    f"your queries used {self._rules.client_seconds:g} s of processor time, all they may in a minute",
                    remedy=f"come back in {pause} s, or ask for less",
                    retry_after=pause,
                )
            if name is not None and client.inside >= self._rules.client_running + self._rules.client_waiting:
                raise ShareUsedUp(
                    f"{client.inside} of your queries are being answered or wait",
                    remedy=f"ask at most {self._rules.client_running} at a time",
                    retry_after=_RETRY_SECONDS,
                )
            if self._inside >= self._rules.inside:
                raise Overloaded(
                    "too many queries are being answered or wait",
                    remedy="try again in some seconds",
                    retry_after=_RETRY_SECONDS,
                )
            client.inside += 1
            self._inside += 1
        return Place(self, client)

    def begin(self, client: Client, until: float, cancelled: Callable[[], bool]) -> None:
        """Wait until the client may have one more query answered, at most `until` (`time.monotonic`).

        Raises ShareUsedUp, LimitReached where it is cancelled.
        """
        with self._changed:
            while client.name is not None and client.running >= self._rules.client_running:
                left = until - monotonic()
                if left <= 0:
                    raise ShareUsedUp(
                        f"{client.running} of your queries are being answered",
                        remedy=f"ask at most {self._rules.client_running} at a time",
                        retry_after=_RETRY_SECONDS,
                    )
                if cancelled():
                    raise LimitReached("the query was cancelled")
                self._changed.wait(min(left, LOOK_SECONDS))
            client.running += 1

    def end(self, client: Client) -> None:
        """Take back what `begin` gave."""
        with self._changed:
            client.running -= 1
            self._changed.notify_all()

    def leave(self, client: Client) -> None:
        """Let a query out of the house."""
        with self._changed:
            client.inside -= 1
            self._inside -= 1

    def _client(self, name: str | None) -> Client:
        if name is None:
            return Client(None, 0)
        found = self._clients.get(name)
        if found is None:
            if len(self._clients) >= _KEPT:
                self._clients = {key: each for key, each in self._clients.items() if each.inside or each.owed() > 0}
            found = self._clients[name] = Client(name, self._rules.client_seconds)
        return found


class Place:
    """A query's place in the house: leave it when the answer is there, or use it as a context manager."""

    def __init__(self, clients: Clients, client: Client) -> None:
        self.client = client
        self._clients = clients
        self._left = False

    def begin(self, until: float, cancelled: Callable[[], bool]) -> None:
        """Wait for the client's turn, as `Clients.begin`."""
        self._clients.begin(self.client, until, cancelled)

    def end(self) -> None:
        """Tell that the query is answered."""
        self._clients.end(self.client)

    def leave(self) -> None:
        """Leave the house; twice does no harm."""
        if not self._left:
            self._left = True
            self._clients.leave(self.client)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()
