"""Starts workers within milliseconds: a process that imported everything once forks itself on request."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any

from graph.cages.channel import MAX_BODY
from graph.cages.forker import MESSAGE
from graph.cages.limits import Limits
from graph.cages.worker import Worker
from graph.closing import Closing
from graph.errors import CageError, CageUnavailable, DeadlineReached, WorkerDied

# Importing what is preloaded takes a second on a slow machine; a fork takes milliseconds.
_START_SECONDS = 60.0
_SPAWN_SECONDS = 15.0
_STATUS_SECONDS = 0.5
_END_SECONDS = 5.0


class Zygote(Closing):
    """The process that forks workers; safe to use from any thread, started again when it is found dead.

    It ends with this process, whatever ends it, and all its workers with it. Close it, or use it as a context manager.
    """

    def __init__(self, preload: Sequence[str] = ()) -> None:
        self._preload = list(preload)
        self._lock = threading.Lock()
        self._serials = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._generation = 0
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The number of the zygote's process, None while there is none."""
        return self._process.pid if self._process is not None else None

    def spawn(
        self, entry: str, limits: Limits | None = None, *, allow_network: bool = False, max_body: int = MAX_BODY
    ) -> Worker:
        """Start a worker that runs `entry` ("package.module:function", called with its `Channel`) in a cage.

        `max_body` is the longest body that is taken from the worker, in bytes. `allow_network` is for a machine that
        can cage nobody: only an operator who says so by name may set it.
        Raises CageUnavailable where the network cannot be taken away, WorkerDied or MemoryReached where the worker does
        not start.
        """
        request = {"spawn": entry, "limits": (limits or Limits()).as_header(), "allow_network": allow_network}
        worker = self._fork(request, max_body)
        try:
            header, _ = worker.receive(_SPAWN_SECONDS)
        except DeadlineReached:
            worker.close()
            raise WorkerDied(f"a worker was not ready within {_SPAWN_SECONDS:.0f} s") from None
        except BaseException:
            worker.close()
            raise
        worker.cage = str(header.get("cage", ""))
        return worker

    def close(self) -> None:
        """End the zygote and with it every worker."""
        with self._lock:
            self._closed = True
            self._stop()

    def _fork(self, request: dict[str, Any], max_body: int) -> Worker:
        with self._lock:
            serial = next(self._serials)
            try:
                reply, descriptors = self._ask(request | {"serial": serial})
            except OSError:
                # It was killed since it was last used: one new one is tried, not more.
                self._stop()
                reply, descriptors = self._try_again(request | {"serial": serial})
            generation = self._generation
        if "error" in reply:
            raise CageError(reply["error"])
        if len(descriptors) != 3:
            for descriptor in descriptors:
                os.close(descriptor)
            raise CageError("this process has no descriptors left for a worker", remedy="raise the limit on open files")
        stream, handle, errors = descriptors
        return Worker(
            reply["pid"],
            socket.socket(fileno=stream),
            handle,
            errors,
            lambda: self._status(serial, generation),
            max_body=max_body,
        )

    def _try_again(self, request: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
        try:
            return self._ask(request)
        except OSError as error:
            self._stop()
            raise CageError("the process that starts workers ends as soon as it is started") from error

    def _status(self, serial: int, generation: int) -> int | None:
        """Ask for a worker's wait status; None while it runs, when its zygote is gone or busy with others."""
        if not self._lock.acquire(timeout=_STATUS_SECONDS):
            return None
        try:
            if generation != self._generation or self._control is None:
                return None
            status: int | None = self._exchange(self._control, {"status": serial}, _SPAWN_SECONDS)[0]["status"]
            return status
        except OSError:
            # An answer that comes late would be taken for that to another question.
            self._stop()
            return None
        finally:
            self._lock.release()

    def _ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
        if self._closed:
            raise CageError("the process that starts workers is closed")
        if self._control is None:
            self._start()
        assert self._control is not None
        return self._exchange(self._control, request, _SPAWN_SECONDS)

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
                [sys.executable, "-P", "-m", "graph.cages.forker", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=_environment(),
                # Ctrl-C in a terminal is for the server alone, which then ends its workers in order.
                start_new_session=True,
            )
        self._control = ours
        self._generation += 1
        reply, _ = self._exchange(ours, {"preload": self._preload}, _START_SECONDS)
        if "error" in reply:
            self._stop()
            raise CageUnavailable("the process that starts workers cannot be prepared", where=reply["error"])

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_END_SECONDS)
            self._process.kill()
            self._process.wait()
            self._process = None

    @staticmethod
    def _exchange(control: socket.socket, request: dict[str, Any], seconds: float) -> tuple[dict[str, Any], list[int]]:
        control.settimeout(seconds)
        control.sendall(json.dumps(request).encode())
        message, descriptors, _, _ = socket.recv_fds(control, MESSAGE, 3, socket.MSG_CMSG_CLOEXEC)
        if not message:
            raise ConnectionResetError("the process that starts workers has ended")
        return json.loads(message), descriptors


def _environment() -> dict[str, str]:
    """Give the few variables that a worker needs: no proxies, no credentials, no settings."""
    return {
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(os.path.abspath(path) for path in sys.path),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
        # Each further arena of the C library costs a worker 64 MiB of its address space.
        "MALLOC_ARENA_MAX": "2",
        # Large pages for what an engine reads over and over, and more freed blocks at hand: 2 to 8 % of a query. A C
        # library or kernel that knows neither takes no notice. See mallopt(3), and "Memory Allocation Tunables" in the
        # manual of the GNU C library.
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.tcache_count=200",
    }
