"""Workers of one kind that stand ready: started before they are needed, handed out, taken back, replaced.

A thread of its own starts and ends them, so that nobody waits for a fork unless all that stood ready are busy.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from time import monotonic

from graph.cages.limits import Limits
from graph.cages.starter import Starter
from graph.cages.worker import Worker
from graph.cages.zygote import Zygote
from graph.closing import Closing
from graph.errors import CivigraphError, Overloaded

logger = logging.getLogger(__name__)

# What was handed out so often is replaced, whatever it says of its memory.
MAX_USES = 200

_LONGEST_PAUSE = 2.0


class Pool(Closing):
    """At most `size` workers that run `entry` are handed out at a time, and one more stands ready; thread-safe.

    `what` is what they do, in the plural, for the error. `allow_network` as in `Starter`.
    """

    def __init__(
        self,
        zygote: Zygote,
        entry: str,
        *,
        what: str,
        size: int,
        limits: Limits,
        max_body: int,
        allow_network: bool = False,
    ) -> None:
        self._what = what
        self._size = size
        self._starter = Starter(zygote, entry, what=what, limits=limits, max_body=max_body, allow_network=allow_network)
        self._changed = threading.Condition()
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._ended: list[Worker] = []
        self._uses: Counter[Worker] = Counter()
        self._starting = 0
        self._failures = 0
        self._closed = False
        self._keeper = threading.Thread(target=self._keep, name=entry, daemon=True)
        self._keeper.start()

    def take(self, until: float) -> Worker:
        """Hand out a worker; waits until `until` (`time.monotonic`). Raises Overloaded, or why none can be started."""
        with self._changed:
            while len(self._busy) + self._starting >= self._size and not self._closed:
                if not self._changed.wait(max(0.0, until - monotonic())) and monotonic() >= until:
                    raise Overloaded(f"too many {self._what} at a time", remedy="try again in some seconds")
            if self._closed:
                raise self._closing()
            if (ready := self._pop()) is not None:
                return self._hand_out(ready)
            self._starting += 1
        try:
            started = self._starter.start()
        except BaseException:
            with self._changed:
                self._starting -= 1
                self._changed.notify_all()
            raise
        with self._changed:
            self._starting -= 1
            return self._hand_out(started)

    def give(self, worker: Worker, *, fit: bool) -> None:
        """Take a worker back; one that is not `fit`, or was used much, is ended."""
        fit = fit and self._uses[worker] < MAX_USES
        if not fit:
            worker.kill()
        with self._changed:
            self._busy.discard(worker)
            (self._idle if fit and not self._closed else self._ended).append(worker)
            self._changed.notify_all()
            is_last = self._closed
        if is_last:
            worker.close()

    def close(self) -> None:
        """End every worker, those that are handed out too; who has one hears of it at once and gives it back."""
        with self._changed:
            self._closed = True
            for worker in self._busy:
                worker.kill()
            self._changed.notify_all()
        self._keeper.join()
        with self._changed:
            self._changed.wait_for(lambda: not self._busy, timeout=5.0)
            workers = [*self._idle, *self._busy, *self._ended]
        for worker in workers:
            worker.close()

    def _pop(self) -> Worker | None:
        while self._idle:
            worker = self._idle.pop()
            if not worker.has_ended():
                return worker
            self._ended.append(worker)
        return None

    def _hand_out(self, worker: Worker) -> Worker:
        if self._closed:
            worker.close()
            raise self._closing()
        self._busy.add(worker)
        self._uses[worker] += 1
        self._changed.notify_all()
        return worker

    def _closing(self) -> Overloaded:
        return Overloaded(f"{self._what} are no longer taken: the service is closing")

    def _keep(self) -> None:
        """Keep one worker ready, and let go of those that ended, until the pool is closed."""
        while True:
            with self._changed:
                if self._closed:
                    return
                ended, self._ended = self._ended, []
                wanted = not self._idle and not self._failures
                if not wanted and not ended:
                    pause = min(_LONGEST_PAUSE, 0.1 * 2**self._failures) if self._failures else None
                    self._changed.wait(pause)
                    wanted = bool(self._failures) and not self._idle and not self._closed
            for worker in ended:
                worker.close()
                del self._uses[worker]
            if wanted:
                self._start()

    def _start(self) -> None:
        try:
            worker = self._starter.start()
        except CivigraphError as error:
            self._failures += 1
            logger.warning("no worker for %s stands ready: %s", self._what, error)
            return
        self._failures = 0
        with self._changed:
            self._idle.append(worker)
            self._changed.notify_all()
