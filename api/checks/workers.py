"""The caged workers for documents that nobody stores, and whose turn it is: started when they are first needed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from graph.cages.zygote import Zygote
from graph.closing import Closing
from graph.errors import DataError, Overloaded, ShareUsedUp
from graph.governance.checking import validation
from graph.governance.checking.validation import Validations
from graph.ingest import uploads
from graph.ingest.uploads import Uploads
from graph.preflight import examination
from graph.preflight.examination import Examinations

CHECKS_AT_ONCE = 1
PARSED_AT_ONCE = 2
MOST_CLIENTS = 8
"""Clients whose documents are checked or wait for that; a further one is told to come back."""


@dataclass(frozen=True)
class Ready:
    """What reads documents, what checks them, and what examines them for portals."""

    reading: Uploads
    checking: Validations
    examining: Examinations


class Workers(Closing):
    """Gives the workers to one client at a time for each; safe to use from any thread."""

    def __init__(self, *, allow_network: bool = False) -> None:
        self._network = allow_network
        self._lock = threading.Lock()
        self._clients: set[str] = set()
        self._opened: ExitStack | None = None
        self._made: Ready | None = None
        self._closed = False

    @contextmanager
    def turn(self, client: str) -> Iterator[Ready]:
        """Let each client have one document checked at a time.

        Raises ShareUsedUp while another one of the client's is being checked, Overloaded while those of too many are.
        """
        with self._lock:
            if len(self._clients) >= MOST_CLIENTS:
                raise Overloaded("too many documents are being checked", remedy="try again in some seconds")
            if client in self._clients:
                raise ShareUsedUp("another document of yours is being checked", remedy="send one after the other")
            self._clients.add(client)
        try:
            yield self.ready()
        finally:
            with self._lock:
                self._clients.discard(client)

    def ready(self) -> Ready:
        """Give the workers, started now where nobody asked before. Raises DataError once the site is closed."""
        with self._lock:
            if self._closed:
                raise DataError("documents are no longer checked: the service is closing")
            if self._made is None:
                with ExitStack() as opened:
                    preload = (*uploads.PRELOAD, *validation.PRELOAD, *examination.PRELOAD)
                    zygote = opened.enter_context(Zygote(preload))
                    network = self._network
                    self._made = Ready(
                        opened.enter_context(Uploads(zygote, size=PARSED_AT_ONCE, allow_network=network)),
                        opened.enter_context(Validations(zygote, size=CHECKS_AT_ONCE, allow_network=network)),
                        opened.enter_context(Examinations(zygote, size=CHECKS_AT_ONCE, allow_network=network)),
                    )
                    self._opened = opened.pop_all()
            return self._made

    def close(self) -> None:
        """End every worker; who waits for one gets an error."""
        with self._lock:
            opened, self._opened, self._made, self._closed = self._opened, None, None, True
        if opened is not None:
            opened.close()
