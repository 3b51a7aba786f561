"""Work of ours that takes the processor for long, done in the client's share as a query is: few at once, in time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic, thread_time
from typing import TypeVar

from api.server.clients import client_of
from api.visit import Visit
from graph.errors import DeadlineReached, Overloaded

_AT_ONCE = threading.Semaphore(2)

T = TypeVar("T")


def in_share(visit: Visit, work: Callable[[], T]) -> T:
    """Do some work for a visitor, who pays for its processor time.

    Raises Overloaded where too much is done already until the deadline of queries, ShareUsedUp where the client has
    used too much of late, and what the work raises.
    """
    site = visit.site
    who = f"token {visit.caller.name}" if visit.caller.signed_in else client_of(visit.request)
    until = monotonic() + site.settings.query_deadline
    with site.pool.admit(who) as place:
        place.begin(until, lambda: False)
        try:
            if not _AT_ONCE.acquire(timeout=max(0.0, until - monotonic())):
                raise Overloaded("too much is worked out at the moment", remedy="try again in some seconds")
            began = thread_time()
            try:
                return work()
            finally:
                _AT_ONCE.release()
                place.client.charge(thread_time() - began)
        finally:
            place.end()


class Clock:
    """Looks whether there is time left."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = monotonic() + seconds

    def check(self) -> None:
        """Raise DeadlineReached when the time is up."""
        if monotonic() > self._end:
            raise DeadlineReached(f"it was not worked out in {self._seconds:g} s", remedy="ask on the command line")
