"""A worker as the process sees it that asked for it: a channel, a way to end it, and why it ended."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import threading
from collections.abc import Callable, Mapping
from math import ceil
from time import monotonic, sleep
from typing import Any, TypeVar

from graph.cages import kernel
from graph.cages.channel import MAX_BODY, Channel
from graph.cages.forker import NO_CAGE, OUT_OF_MEMORY
from graph.closing import Closing
from graph.errors import CageUnavailable, CivigraphError, DeadlineReached, MemoryReached, WorkerDied

# What allocators say before they end the process: Rust, C++, Python.
_OUT_OF_MEMORY_WORDS = ("memory allocation", "bad_alloc", "MemoryError")

_TOO_MUCH_MEMORY = "the work took more memory than a worker may use"

# A killed process with gigabytes of memory takes some time to be taken apart.
_END_SECONDS = 5.0


T = TypeVar("T")


class Worker(Closing):
    """A caged process that answers over a channel; used by one thread at a time, except `kill`."""

    def __init__(
        self,
        pid: int,
        stream: socket.socket,
        handle: int,
        errors: int,
        status: Callable[[], int | None],
        *,
        max_body: int = MAX_BODY,
    ) -> None:
        self.pid = pid
        self.cage = ""
        self._channel = Channel(stream, max_body=max_body)
        self._handle = handle
        self._errors = errors
        self._ask_status = status
        self._lock = threading.Lock()
        self._killed_for: CivigraphError | None = None
        self._closed = False

    def send(self, header: Mapping[str, Any], body: bytes | memoryview = b"", timeout: float | None = None) -> None:
        """Send a frame; `timeout` in seconds. Raises what `receive` raises."""
        try:
            self._channel.send(header, body, timeout)
        except DeadlineReached:
            self.kill()
            raise
        except WorkerDied:
            raise self._reason() from None

    def receive(self, timeout: float | None = None) -> tuple[dict[str, Any], bytes]:
        """Receive a frame; `timeout` in seconds.

        Raises DeadlineReached (the worker is killed then), MemoryReached where it ended for want of memory, what it was
        killed for, WorkerDied where it ended for any other reason.
        """
        try:
            return self._channel.receive(timeout)
        except DeadlineReached:
            self.kill()
            # It may have said so and not be gone yet: with much memory, and others before it, that takes seconds.
            if _is_out_of_memory(self._said()):
                raise MemoryReached(_TOO_MUCH_MEMORY) from None
            raise
        except WorkerDied as error:
            raise self._reason(str(error)) from None

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until there is something to receive, the worker's end included; says whether there is."""
        return self._channel.wait(timeout)

    def signal(self, number: int) -> None:
        """Send a signal to this very process, whatever became of its number; nothing happens when it has ended."""
        with self._lock:
            if not self._closed:
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(self._handle, number)

    def kill(self, reason: CivigraphError | None = None) -> None:
        """End the worker, from any thread. Who waits for it hears the reason at once, where there is one."""
        self.signal(signal.SIGKILL)
        with self._lock:
            if reason is not None and not self._closed:
                self._killed_for = reason
                self._channel.hang_up()

    def processor_time(self) -> float:
        """Give the processor seconds that it has used, 0 when it has ended."""
        return self._looked_at(kernel.processor_time, 0.0)

    def resident(self) -> int:
        """Give the bytes of memory that it holds, files apart, 0 when it has ended."""
        return self._looked_at(kernel.resident, 0)

    def renice(self, niceness: int) -> None:
        """Set its niceness, for all its threads and for good; nothing happens when it has ended."""
        self._looked_at(lambda pid: kernel.renice(pid, niceness), None)

    def _looked_at(self, look: Callable[[int], T], gone: T) -> T:
        # A number is another process's only after this one was seen to end: looked for before.
        if self.has_ended():
            return gone
        try:
            return look(self.pid)
        except OSError:
            return gone

    def has_ended(self, timeout: float = 0.0) -> bool:
        """Wait for the end of the process, `timeout` in seconds; says whether it has ended."""
        if self._closed:
            return True
        poll = select.poll()
        poll.register(self._handle, select.POLLIN)
        return bool(poll.poll(ceil(timeout * 1000)))

    def close(self) -> None:
        """End the worker if it runs, and let go of its descriptors."""
        self.kill()
        self.has_ended(_END_SECONDS)
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._channel.close()
            os.close(self._handle)
            os.close(self._errors)
        # The book of children shall not keep what nobody will ask for.
        with contextlib.suppress(CivigraphError):
            self._ask_status()

    def _reason(self, seen: str = "the channel is closed") -> CivigraphError:
        """Say why the worker ended, and see to it that it has."""
        if self._killed_for is not None:
            return self._killed_for
        ended = self.has_ended(0.5)
        self.kill()
        # It may take longer to be taken apart: who waits for an answer shall not wait for that.
        self.has_ended(0.5)
        said = self._said()
        if not ended and not _is_out_of_memory(said):
            return WorkerDied(f"a worker did not keep to the protocol: {seen}", where=_last_line(said))
        return reason_of(self._wait_status(), said)

    def _wait_status(self) -> int | None:
        # The forker may take a moment to see the end that this process has seen.
        end = monotonic() + 0.5
        while (status := self._ask_status()) is None and monotonic() < end:
            sleep(0.005)
        return status

    def _said(self) -> str:
        """Give what the worker wrote to its standard error, as far as the pipe holds it."""
        with contextlib.suppress(OSError):
            os.set_blocking(self._errors, False)
            return os.read(self._errors, 1 << 16).decode(errors="replace")
        return ""


def reason_of(status: int | None, said: str = "") -> CivigraphError:
    """Turn a wait status and the worker's last words into the error that tells it."""
    last = _last_line(said)
    code = os.waitstatus_to_exitcode(status) if status is not None else -signal.SIGKILL
    if code == NO_CAGE:
        return CageUnavailable("a worker could not be caged", where=last)
    if code == OUT_OF_MEMORY or (code in (1, -signal.SIGABRT, -signal.SIGKILL) and _is_out_of_memory(said)):
        return MemoryReached(_TOO_MUCH_MEMORY)
    if status is None:
        return WorkerDied("a worker ended together with the process that starts workers", where=last)
    if code == -signal.SIGXCPU:
        return DeadlineReached("the work took more processor time than a worker may use")
    if code < 0:
        return WorkerDied(f"a worker was ended by the signal {signal.Signals(-code).name}", where=last)
    return WorkerDied(f"a worker ended with status {code}, without an answer", where=last)


def _is_out_of_memory(said: str) -> bool:
    return any(words in said for words in _OUT_OF_MEMORY_WORDS)


def _last_line(said: str) -> str:
    """Give the last line that says something: Rust ends its messages with a note on how to get more."""
    lines = [line.strip() for line in said.splitlines()]
    return next((line[:500] for line in reversed(lines) if line and not line.startswith("note:")), "")
