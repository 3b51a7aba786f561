"""The few calls to the Linux kernel that Python has no function for."""

from __future__ import annotations

import contextlib
import ctypes
import os
import time
from collections.abc import Iterator
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
_libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
_libc.prctl.restype = ctypes.c_int
_libc.unshare.argtypes = [ctypes.c_int]
_libc.unshare.restype = ctypes.c_int
_libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
_libc.madvise.restype = ctypes.c_int
_libc.mincore.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p]
_libc.mincore.restype = ctypes.c_int


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


_LARGE_PAGE = Path("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size")
_MADV_COLLAPSE = 25


def use_large_pages() -> int:
    """Put the memory that this process has filled so far into large pages, and give how many bytes that were.

    Who comes back to a small page after others had the processor looks its place up anew, which on a virtual machine
    takes two dozen reads; of large ones there are a five-hundredth. Blocks that are not half full stay as they are.
    It is 0 where the kernel cannot (before Linux 6.1). See madvise(2), MADV_COLLAPSE.
    """
    try:
        size = int(_LARGE_PAGE.read_text())
        blocks = list(_own_blocks(size))
    except OSError:
        # Without it everything works as well.
        return 0
    return sum(size for start in blocks if _filled(start, size) and _libc.madvise(start, size, _MADV_COLLAPSE) == 0)


def _own_blocks(size: int) -> Iterator[int]:
    """Give where the blocks of a size begin that are this process's own memory and no file's. See proc(5), maps."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        places, permissions, _, _, file, *name = line.split(maxsplit=5)
        if file == "0" and permissions.startswith("rw") and name in ([], ["[heap]"]):
            start, end = (int(place, 16) for place in places.split("-"))
            yield from range(-(-start // size) * size, end - size + 1, size)


def _filled(start: int, size: int) -> bool:
    """Say whether half of a block's pages hold something at least. See mincore(2)."""
    pages = size // os.sysconf("SC_PAGE_SIZE")
    held = ctypes.create_string_buffer(pages)
    return _libc.mincore(start, size, held) == 0 and sum(each & 1 for each in held.raw) * 2 >= pages


def _raise(call: str) -> None:
    number = ctypes.get_errno()
    raise OSError(number, f"{call}: {os.strerror(number)}")
