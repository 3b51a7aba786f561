"""The zygote's own process: imports once what workers need, then forks them on request.

Started as `python -m graph.cages.forker DESCRIPTOR` by `graph.cages.zygote`, in a process of its own because only a
process with one thread can fork safely. Requests and replies are one JSON message each over a SOCK_SEQPACKET socket:

    {"preload": [module, ...]}                                          -> {"ready": true} | {"error": text}
    {"spawn": entry, "limits": {...}, "allow_network": bool, "serial"}  -> {"pid": n} + channel, pidfd, error pipe
    {"status": serial}                                                  -> {"status": wait status | null while it runs}

It ends when that socket is closed, and its workers with it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import sys
import traceback
from typing import Any, NoReturn

from graph.cages.channel import Channel
from graph.cages.limits import Limits, apply, die_with
from graph.cages.network import deny_network
from graph.errors import CageUnavailable, WorkerDied

MESSAGE = 1 << 16
# How a worker tells by its exit status what it could not say over the channel.
OUT_OF_MEMORY = 71
NO_CAGE = 72

# Statuses that nobody asked for are forgotten beyond this number.
KEPT_STATUSES = 4096


class Forker:
    """The loop over requests, and the book of children."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._running: dict[int, int] = {}
        self._ended: dict[int, int] = {}

    def serve(self) -> None:
        """Answer requests until the other end is closed."""
        signal.signal(signal.SIGCHLD, lambda *_: self._reap())
        while message := self._control.recv(MESSAGE):
            request = json.loads(message)
            if "preload" in request:
                self._reply(_preload(request["preload"]))
            elif "spawn" in request:
                self._spawn(request)
            else:
                self._reap()
                self._reply({"status": self._ended.pop(request["status"], None)})

    def _spawn(self, request: dict[str, Any]) -> None:
        ours, theirs = socket.socketpair()
        read_errors, write_errors = os.pipe()
        try:
            parent = os.getpid()
            pid = os.fork()
            if pid == 0:
                _become_worker(request, ours.fileno(), write_errors, parent)
            self._running[request["serial"]] = pid
            handle = os.pidfd_open(pid)
            try:
                self._reply({"pid": pid}, theirs.fileno(), handle, read_errors)
            finally:
                os.close(handle)
        except OSError as error:
            self._reply({"error": f"a worker cannot be forked: {error}"})
        finally:
            ours.close()
            theirs.close()
            os.close(read_errors)
            os.close(write_errors)

    def _reap(self) -> None:
        # Runs as signal handler too, hence between any two steps of the loop, itself included.
        for serial, pid in list(self._running.items()):
            with contextlib.suppress(ChildProcessError):
                found, status = os.waitpid(pid, os.WNOHANG)
                if found:
                    self._running.pop(serial, None)
                    self._ended[serial] = status
        while len(self._ended) > KEPT_STATUSES:
            self._ended.pop(next(iter(self._ended)))

    def _reply(self, header: dict[str, Any], *descriptors: int) -> None:
        socket.send_fds(self._control, [json.dumps(header).encode()], list(descriptors))


def _preload(modules: list[str]) -> dict[str, Any]:
    try:
        for module in modules:
            importlib.import_module(module)
    except Exception:
        return {"error": traceback.format_exc(limit=-2)}
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        return {"error": f"a module that is preloaded starts threads ({threads}): forking would not be safe"}
    gc.collect()
    gc.freeze()
    return {"ready": True}


def _become_worker(request: dict[str, Any], channel: int, errors: int, parent: int) -> NoReturn:
    """Turn a fresh fork into a caged worker and run its entry; never returns."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        die_with(parent)
        _keep_only(channel, errors)
        code = _work(request, Channel(socket.socket(fileno=3)))
    except MemoryError:
        code = OUT_OF_MEMORY
        os.write(2, b"MemoryError\n")
    except CageUnavailable as error:
        code = NO_CAGE
        sys.stderr.write(f"{error}\n")
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _keep_only(channel: int, errors: int) -> None:
    """Leave the worker its channel as descriptor 3, the pipe as standard error, and nothing else."""
    # A worker that floods its pipe must not wait for a reader: what does not fit is lost.
    os.set_blocking(errors, False)
    os.dup2(errors, 2)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    if channel != 3:
        os.dup2(channel, 3, inheritable=False)
    os.closerange(4, os.sysconf("SC_OPEN_MAX"))


def _work(request: dict[str, Any], channel: Channel) -> int:
    module, _, function = request["spawn"].partition(":")
    entry = getattr(importlib.import_module(module), function)
    apply(Limits.from_header(request["limits"]))
    cage = "none" if request["allow_network"] else deny_network()
    try:
        channel.send({"ready": True, "cage": cage})
        entry(channel)
    except WorkerDied:
        # The parent let go of the channel: nobody is left to answer.
        return 0
    return 0


def main() -> None:
    """Serve the control socket whose descriptor is the only argument."""
    with socket.socket(fileno=int(sys.argv[1])) as control, contextlib.suppress(ConnectionError, KeyboardInterrupt):
        Forker(control).serve()


if __name__ == "__main__":
    main()
