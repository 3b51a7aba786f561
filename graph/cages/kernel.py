"""The few calls to the Linux kernel that Python has no function for."""

from __future__ import annotations

import contextlib
import ctypes
import os
import time
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
_libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
_libc.prctl.restype = ctypes.c_int
_libc.unshare.argtypes = [ctypes.c_int]
_libc.unshare.restype = ctypes.c_int


def prctl(option: int, *arguments: int) -> None:
    """Set an attribute of the calling thread; raises OSError with the kernel's reason. See prctl(2)."""
    padded = (*arguments, 0, 0, 0, 0)[:4]
    if _libc.prctl(option, *padded) != 0:
        _raise("prctl")


def unshare(flags: int) -> None:
    """Leave namespaces that are shared with the parent; raises OSError with the kernel's reason. See unshare(2)."""
    if _libc.unshare(flags) != 0:
        _raise("unshare")


# A clock's name holds the process it belongs to and what it counts: time on processors (clock_getcpuclockid(3)).
_ALL_THREADS = 2


def processor_time(pid: int) -> float:
    """Give the processor seconds that a process has used, all its threads together; raises OSError when it is gone."""
    return time.clock_gettime_ns((~pid << 3) | _ALL_THREADS) / 1e9


def resident(pid: int) -> int:
    """Give the bytes that a process holds, files apart; raises OSError when it is gone. See proc(5), statm."""
    _, whole, shared = Path(f"/proc/{pid}/statm").read_bytes().split(maxsplit=3)[:3]
    return (int(whole) - int(shared)) * os.sysconf("SC_PAGE_SIZE")


def renice(pid: int, niceness: int) -> None:
    """Set the niceness of every thread of a process; raises OSError when it is gone. See setpriority(2)."""
    for thread in os.listdir(f"/proc/{pid}/task"):
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, int(thread), niceness)


def _raise(call: str) -> None:
    number = ctypes.get_errno()
    raise OSError(number, f"{call}: {os.strerror(number)}")
