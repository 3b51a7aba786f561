"""A data directory opened as a whole: its log, its fixed base, its views."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from graph import bundled
from graph.closing import Closing
from graph.errors import ConfigurationError, DataError, DeadlineReached, NoDataDirectory, ViewsHeld
from graph.log.log import Log
from graph.log.rows import Entry
from graph.log.sources import OWN, OWN_ADDRESS
from graph.store.embedded import EmbeddedStores
from graph.store.remote.engine import Engine
from graph.store.remote.generations import RemoteStores
from graph.store.store import Stores
from graph.terms import is_iri
from graph.views.builder import Progress
from graph.views.holder import Holder
from graph.views.lock import LOCK_FILE, is_held
from graph.views.published import Published
from graph.views.scrub import read_scrubbed

DEFAULT_BASE = "http://127.0.0.1:8000/"
LOG_FILE = "civigraph.sqlite"
_POLL_SECONDS = 0.05


class Instance(Closing):
    """An open data directory; close it, or use it in a `with`.

    `path` is the directory, `base` the fixed start of local IRIs, `log` the log, `views` and `tmp` two folders in it,
    `stores` opens its stores of triples.
    """

    def __init__(self, path: Path, log: Log, base: str, stores: Stores | None = None) -> None:
        self.path = path
        self.log = log
        self.base = base
        self.stores: Stores = stores or EmbeddedStores()
        self.views = path / "views"
        self.tmp = path / "tmp"
        self._follower: Holder | None = None

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        create: bool = False,
        base: str | None = None,
        log_url: str | None = None,
        engine: Engine | None = None,
    ) -> Instance:
        """Open a data directory; `create` makes an absent or empty one.

        `base` fixes the start of local IRIs when the directory is made and must not differ later; `log_url` is the
        address of a log that is kept elsewhere, `engine` where the triples are put, None for the directory itself.
        Raises NoDataDirectory, ConfigurationError.
        """
        _check(path, create=create, elsewhere=log_url is not None)
        for folder in ("views", "tmp"):
            (path / folder).mkdir(parents=True, exist_ok=True)
        log = Log.open(log_url or path / LOG_FILE)
        try:
            fixed = _fixed_base(log, base, path)
            instance = cls(path, log, fixed, None if engine is None else RemoteStores(engine, _root(log, fixed)))
            instance._bring_bundled()
        except BaseException:
            log.close()
            raise
        return instance

    def hold(self, told: Callable[[str], None] | None = None, *, judging: bool = False) -> Holder:
        """Hold the views, which then follow the log until the holder is closed; `judging` the rules too.

        Raises ViewsHeld where another process does.
        """
        return Holder(self, told, judging=judging)

    @contextmanager
    def following(self) -> Iterator[None]:
        """Let the views follow what is appended meanwhile, by this process unless another one holds them.

        `settle` afterwards, within the block, has less to wait for: the views are made beside the log.
        """
        try:
            holder = self.hold()
        except ViewsHeld:
            yield
            return
        self._follower = holder
        try:
            with holder:
                yield
        finally:
            self._follower = None

    def applied(self) -> int:
        """The last row of the log that is in all views, as their holder tells; 0 where none ever did."""
        return self.published().sequence

    def published(self) -> Published:
        """All that the holder of the views tells about them."""
        return Published.read(self.views / "sequence.json")

    def held(self) -> bool:
        """Say whether any process holds the views now."""
        return is_held(self.views / LOCK_FILE)

    def settle(
        self, sequence: int | None = None, timeout: float | None = None, progress: Progress | None = None
    ) -> None:
        """Wait until the views have applied a row (None: the last of the log), `timeout` in seconds.

        Applies the rows itself where nobody holds the views, else waits for who does, and takes over when that process
        ends. Raises DeadlineReached, and DataError where the views cannot go on.
        """
        sequence = self.log.sequence() if sequence is None else sequence
        if self._follower is not None and self._follower.wait_for(sequence, timeout, progress):
            return
        end = None if timeout is None else time.monotonic() + timeout
        while self._follower is None and (left := _left(end)) > 0:
            try:
                with self.hold() as holder:
                    if holder.wait_for(sequence, None if end is None else left, progress):
                        return
            except ViewsHeld:
                if self._watch(sequence, min(left, 0.5), progress):
                    return
        raise DeadlineReached(
            f"the views have not reached row {sequence} of the log in {timeout} s",
            where=str(self.views),
            remedy="nothing is lost: the rows are in the log and the views go on",
        )

    def settle_erasures(self, sequence: int, progress: Progress | None = None) -> None:
        """Wait until no view and no snapshot holds anything of what the rows up to this one erased.

        Makes the views anew itself where nobody holds them, else waits for who does.
        """
        while read_scrubbed(self.views) < sequence:
            try:
                with self.hold() as holder:
                    holder.wait_for(self.log.sequence(), None, progress)
                    holder.wait_scrubbed(sequence)
            except ViewsHeld:
                time.sleep(_POLL_SECONDS)

    def _watch(self, sequence: int, seconds: float, progress: Progress | None) -> bool:
        """Look for a while how far another process has brought the views; say whether far enough."""
        end = time.monotonic() + seconds
        while True:
            published = self.published()
            if progress is not None:
                progress(min(published.sequence, sequence), sequence)
            if published.sequence >= sequence:
                return True
            if published.error is not None:
                what = f"the process that holds the views cannot go on: {published.error}"
                raise DataError(what, where=str(self.views))
            if time.monotonic() > end:
                return False
            time.sleep(_POLL_SECONDS)

    def _bring_bundled(self) -> None:
        """Append the ontology's own records when they are not the ones of the last time."""
        mark = bundled.mark(self.base)
        if self.log.instance.get("bundled") == mark:
            return
        records = bundled.records(self.base)
        self.log.sources.ensure(OWN, OWN_ADDRESS)
        known = {head.iri for head in self.log.heads(source=OWN)}
        self.log.append((Entry(record) for record in records), agent=OWN, source=OWN)
        gone = known - {record.iri for record in records}
        if gone:
            self.log.retract(OWN, sorted(gone), agent=OWN)
        self.log.instance.set("bundled", mark)

    def close(self) -> None:
        """Close the log."""
        self.log.close()


def _check(path: Path, *, create: bool, elsewhere: bool) -> None:
    """Refuse a path that is no data directory and may not become one."""
    if path.exists() and not path.is_dir():
        raise NoDataDirectory("this is a file, not a data directory", where=str(path), remedy="name a directory")
    present = path.exists() and any(path.iterdir())
    ours = (path / LOG_FILE).exists() or (elsewhere and (path / "views").is_dir())
    if ours or (create and not present):
        return
    if present:
        raise NoDataDirectory(
            "this directory has files that are not Civigraph's", where=str(path), remedy="name an empty or absent one"
        )
    raise NoDataDirectory("there is no data directory", where=str(path), remedy="make one with `civigraph init`")


def _fixed_base(log: Log, base: str | None, path: Path) -> str:
    """The base that the instance was made with; fixes it the first time."""
    known = log.instance.get("base")
    if known is None:
        known = base or DEFAULT_BASE
        if not (is_iri(known) and known.startswith(("http://", "https://")) and known.endswith("/")):
            raise ConfigurationError(
                f"not a base for local IRIs: {known!r}", remedy="use an http or https IRI that ends with a slash"
            )
        log.instance.set("base", known)
    elif base is not None and base != known:
        raise ConfigurationError(
            f"the base of local IRIs is {known} since the directory was made and cannot become {base}",
            where=str(path),
            remedy="leave the base out, and say the public address with --base-url",
        )
    return known


def _root(log: Log, base: str) -> str:
    """The start of all names that this instance has in an engine, which may serve others with the same base too."""
    known = log.instance.get("store")
    if known is None:
        known = token_hex(8)
        log.instance.set("store", known)
    return f"{base}store/{known}/"


def _left(end: float | None) -> float:
    return float("inf") if end is None else end - time.monotonic()
