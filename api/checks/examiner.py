"""What tells what portals would make of descriptions that nobody stores: documents, and addresses elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from api.checks.validator import Document, read_document, relabelled
from api.checks.workers import Ready, Workers
from graph.errors import AddressRefused, InputTooLarge
from graph.fetch import Caps as FetchCaps
from graph.fetch import Fetched, Fetcher
from graph.preflight import examination
from graph.preflight.delivery import Delivery, received
from graph.preflight.portals.table import portals
from graph.preflight.verdict import Verdict
from graph.terms import HYDRA, Statement, value_of

ACCEPT = "text/turtle, application/ld+json;q=0.9, application/rdf+xml;q=0.8, application/n-triples;q=0.7, */*;q=0.1"
_NEXT = (f"<{HYDRA}next>", f"<{HYDRA}nextPage>")
_PAGES = 50

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
        self._fetcher = fetcher or Fetcher(caps=FetchCaps(seconds=seconds / 2, pages=_PAGES))

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
            return Examined(document.name, [], found)

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
            pages = _Pages(ready, end, cancelled)
            first: Fetched | None = None
            for page in self._fetcher.pages(address, pages.following, ACCEPT):
                first = first or page
            assert first is not None
            delivery = Delivery(address, first.media_type, first.redirects)
            source = received(delivery, [portal.name for portal in portals(names)])
            return Examined(address, source, self._judged(ready, pages.statements, names, end, cancelled), pages.count)

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
        self._ready = ready
        self._end = end
        self._cancelled = cancelled

    def following(self, page: Fetched) -> str | None:
        """Read a page; give the address of the next one, None at the end. Raises as `Uploads.parse`, InputTooLarge."""
        self.count += 1
        document = Document(page.content, page.media_type, page.address, page.address)
        upload = read_document(self._ready.reading, document, max(0.1, self._end - monotonic()), self._cancelled)
        self.statements += relabelled(upload.statements, f"p{self.count}b")
        if len(self.statements) > examination.DEFAULT_CAPS.statements:
            most = examination.DEFAULT_CAPS.statements
            raise InputTooLarge(f"its pages have more than {most} statements", where=page.address)
        by = {prop: value for _, prop, value in upload.statements if prop in _NEXT}
        found = next((by[prop] for prop in _NEXT if prop in by), None)
        return None if found is None else value_of(found).value
