"""One piece of outside work put to workers that stand ready: sent in pieces, waited for until its deadline, once more
where a worker died over it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from time import monotonic
from typing import Any, ClassVar, Generic, TypeVar

from graph.cages.pool import Pool
from graph.cages.worker import Worker
from graph.errors import CivigraphError, DeadlineReached, LimitReached, MemoryReached, WorkerDied

Made = TypeVar("Made")

_PIECE = 1 << 20
_POLL_SECONDS = 0.1


class Task(ABC, Generic[Made]):
    """Work of one kind; a kind says how it gathers what workers answer, and what is said where they cannot.

    `doing` is what workers do with it, `done` that it is done, `called` what it is called; `remedy` is for work that is
    too much; `refusals` are the errors that a sound worker tells of; one that has taken `most_resident` bytes of memory
    is not used again.
    """

    doing: ClassVar[str]
    done: ClassVar[str]
    called: ClassVar[str]
    remedy: ClassVar[str]
    refusals: ClassVar[tuple[type[CivigraphError], ...]]
    most_resident: ClassVar[int]

    def __init__(
        self,
        request: dict[str, Any],
        body: bytes | bytearray,
        *,
        seconds: float,
        end: float,
        cancelled: Callable[[], bool] | None,
        name: str = "",
    ) -> None:
        """`seconds` is what it may take, `end` (`time.monotonic`) when that is over; errors are about `name`.

        `cancelled` is asked ten times a second.
        """
        self.end = end
        self.resident = 0
        """The memory that the last worker had taken, in bytes; whoever gathers sets it."""
        self._request = request
        self._body = memoryview(body)
        self._seconds = seconds
        self._cancelled = cancelled
        self._name = name

    def run(self, pool: Pool, queue_seconds: float) -> Made:
        """Put it to a worker; to a second one where the first died, perhaps of something else.

        Raises one of `refusals`, DeadlineReached, MemoryReached, Overloaded, LimitReached where it was cancelled, what
        `broken` gives where two workers died, and whatever keeps workers from starting.
        """
        for is_last in (False, True):
            worker = pool.take(min(self.end, monotonic() + queue_seconds))
            fit = False
            try:
                made = self._put(worker)
                fit = self.resident < self.most_resident
                return made
            except self.refusals:
                fit = self.resident < self.most_resident
                raise
            except WorkerDied as error:
                if is_last:
                    raise self.broken() from error
            finally:
                pool.give(worker, fit=fit)
        raise AssertionError("the last try answers or raises")

    @abstractmethod
    def gather(self, worker: Worker) -> Made:
        """Gather what a worker answers, by `next`; what it tells is not trusted."""

    @abstractmethod
    def broken(self) -> CivigraphError:
        """Give the error for work over which two workers died."""

    def next(self, worker: Worker) -> tuple[dict[str, Any], bytes]:
        """Wait for the next frame. Raises LimitReached where it was cancelled meanwhile, DeadlineReached."""
        if self._cancelled is not None:
            while not (cancelled := self._cancelled()) and not worker.wait(min(_POLL_SECONDS, self._left())):
                pass
            if cancelled:
                raise LimitReached(f"the {self.called} was cancelled", where=self._name)
        return worker.receive(self._left())

    def _put(self, worker: Worker) -> Made:
        self.resident = self.most_resident
        try:
            self._send(worker)
            return self.gather(worker)
        except DeadlineReached:
            what = f"it was not {self.done} within {self._seconds:g} s"
            raise DeadlineReached(what, where=self._name, remedy=self.remedy) from None
        except MemoryReached:
            what = f"{self.doing} it took more memory than a worker may use"
            raise MemoryReached(what, where=self._name, remedy=self.remedy) from None
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise WorkerDied(f"a worker told what cannot be: {error!r}") from None

    def _send(self, worker: Worker) -> None:
        worker.send(self._request, self._body[:_PIECE], self._left())
        for start in range(_PIECE, len(self._body), _PIECE):
            worker.send({}, self._body[start : start + _PIECE], self._left())

    def _left(self) -> float:
        left = self.end - monotonic()
        if left <= 0:
            raise DeadlineReached("the deadline is over")
        return left
