"""What tells what portals would make of descriptions that nobody stores: documents, and addresses elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from time import monotonic

from api.checks.validator import Document, read_document, relabelled
from api.checks.workers import Ready, Workers
from graph.errors import AddressRefused, DeadlineReached, InputTooLarge, LimitReached
from graph.fetch import Caps as FetchCaps
from graph.fetch import Fetched, Fetcher
from graph.preflight import examination
from graph.preflight.delivery import Delivery, received
from graph.preflight.description import is_blank, text_of
from graph.preflight.portals.table import PORTALS, portals
from graph.preflight.verdict import Verdict, settle
from graph.terms import HYDRA, Statement

ACCEPT = "text/turtle, application/ld+json;q=0.9, application/rdf+xml;q=0.8, application/n-triples;q=0.7, */*;q=0.1"
_NEXT = (f"<{HYDRA}next>", f"<{HYDRA}nextPage>")
_PAGES = 50
_ALL_BYTES = 50 << 20
_FOR_JUDGING = 0.25
"""The part of the time that is left for the portals' readers, however long fetching takes."""

_RULES = {name: portal.rules for name, portal in PORTALS.items()}

Cancelled = Callable[[], bool] | None


@dataclass(frozen=True)
class Examined:
    """What was examined: its name, the verdicts on the source as a whole, those on its datasets, where pages ended."""

    name: str
    source: list[Verdict]
    datasets: list[Verdict]
    pages: int = 1


class Examiner:
    """Examines; safe to use from any thread. `seconds` is the longest that one may take, fetching included."""

    def __init__(
        self, *, seconds: float, workers: Workers, fetches: bool = True, fetcher: Fetcher | None = None
    ) -> None:
        """`fetcher` is for tests to replace."""
        self._seconds = seconds
        self._workers = workers
        self._fetches = fetches
        self._fetcher = fetcher or Fetcher(caps=FetchCaps(seconds=seconds, pages=_PAGES, all_bytes=_ALL_BYTES))

    def examine(
        self, document: Document, names: Sequence[str], *, client: str, cancelled: Cancelled = None
    ) -> Examined:
        """Examine a document, one of each client at a time.

        Raises what `Uploads.parse`, `Examinations.examine` and `Workers.turn` raise.
        """
        with self._workers.turn(client) as ready:
            end = monotonic() + self._seconds
            upload = read_document(ready.reading, document, self._seconds, cancelled)
            found = self._judged(ready, relabelled(upload.statements), names, end, cancelled)
            return Examined(document.name, [], settle([], found, _RULES))

    def examine_address(
        self, address: str, names: Sequence[str], *, client: str, cancelled: Cancelled = None
    ) -> Examined:
        """Fetch a catalogue with all its pages, and examine it.

        Raises what `examine` and `Fetcher.pages` raise, and AddressRefused where this site fetches nothing.
        """
        if not self._fetches:
            raise AddressRefused("this site fetches no addresses", where=address, remedy="send the description itself")
        with self._workers.turn(client) as ready:
            end = monotonic() + self._seconds
            fetched_until = end - _FOR_JUDGING * self._seconds
            pages = _Pages(ready, fetched_until, cancelled)
            first: Fetched | None = None
            for page in self._fetcher.pages(address, pages.following, ACCEPT, end=fetched_until):
                first = first or Fetched(page.address, page.media_type, b"", page.redirects)
            assert first is not None
            delivery = Delivery(address, first.media_type, first.address if first.redirects else address)
            source = received(delivery, [portal.name for portal in portals(names)])
            found = self._judged(ready, pages.statements, names, end, cancelled)
            return Examined(address, source, settle(source, found, _RULES), pages.count)

    def warm(self) -> None:
        """Let workers start, for someone who is about to send a document."""
        self._workers.ready()

    def _judged(
        self, ready: Ready, statements: list[Statement], names: Sequence[str], end: float, cancelled: Cancelled
    ) -> list[Verdict]:
        caps = examination.Caps(seconds=max(0.1, end - monotonic()))
        return ready.examining.examine(statements, names, caps=caps, cancelled=cancelled)


class _Pages:
    """Reads pages one after the other and finds where the next one is."""

    def __init__(self, ready: Ready, end: float, cancelled: Cancelled) -> None:
        self.statements: list[Statement] = []
        self.count = 0
        self._text = 0
        self._ready = ready
        self._end = end
        self._cancelled = cancelled

    def following(self, page: Fetched) -> str | None:
        """Read a page; give the address of the next one, None at the end.

        Raises what `Uploads.parse` raises, InputTooLarge, DeadlineReached, LimitReached where it was cancelled, and
        AddressRefused for a next page that is no address.
        """
        self.count += 1
        self._go_on(page.address)
        document = Document(page.content, page.media_type, page.address, page.address)
        upload = read_document(self._ready.reading, document, max(0.1, self._end - monotonic()), self._cancelled)
        self._keep(relabelled(upload.statements, f"p{self.count}b"), page.address)
        by = {prop: value for _, prop, value in upload.statements if prop in _NEXT}
        found = next((by[prop] for prop in _NEXT if prop in by), None)
        if found is None:
            return None
        if is_blank(found):
            raise AddressRefused("its next page has no address", where=page.address, remedy="name it by its address")
        self._go_on(page.address)
        return text_of(found)

    def _go_on(self, where: str) -> None:
        """Look whether it is wanted, and time is left for it."""
        if self._cancelled is not None and self._cancelled():
            raise LimitReached("the examination was cancelled", where=where)
        if monotonic() >= self._end:
            raise DeadlineReached(f"its pages were not read in time, {self.count} were begun", where=where)

    def _keep(self, statements: list[Statement], where: str) -> None:
        self.statements += statements
        self._text += sum(map(len, chain.from_iterable(statements)))
        caps = examination.DEFAULT_CAPS
        if len(self.statements) > caps.statements:
            raise InputTooLarge(f"its pages have more than {caps.statements} statements together", where=where)
        if self._text > caps.characters:
            raise InputTooLarge(f"its pages state more than {caps.characters} characters together", where=where)
