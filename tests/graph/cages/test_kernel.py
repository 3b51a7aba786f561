"""What the kernel is asked for in calls of its own."""

from __future__ import annotations

import ctypes
import mmap
import os
import subprocess
import sys
from pathlib import Path

import pytest

from graph.cages import kernel

SIZE = 2 << 20
_COLLAPSE = 25

_FILLED = """
from graph.cages.kernel import use_large_pages
def held():
    return sum(int(line.split()[1]) for line in open("/proc/self/smaps") if line.startswith("AnonHugePages"))
kept = bytearray(range(256)) * (16 << 12)
before, done, after = held(), use_large_pages(), held()
assert kept == bytearray(range(256)) * (16 << 12)
print(done // 1024, after - before)
"""


def refusal() -> str:
    """Say why this kernel puts no memory into large pages, asked without the code that is tested; '' where it does."""
    area = mmap.mmap(-1, 2 * SIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    area[:] = b"1" * (2 * SIZE)
    begins = ctypes.addressof(ctypes.c_char.from_buffer(area))
    libc = ctypes.CDLL(None, use_errno=True)
    start, size = ctypes.c_void_p(-(-begins // SIZE) * SIZE), ctypes.c_size_t(SIZE)
    return "" if libc.madvise(start, size, _COLLAPSE) == 0 else os.strerror(ctypes.get_errno())


def test_large_pages_hold_what_was_there() -> None:
    if why := refusal():
        # Not what is tested is asked: were that broken, the test would fail and not be skipped.
        pytest.skip(f"madvise(MADV_COLLAPSE), which Linux has since 6.1, is refused by this machine's kernel: {why}")
    ran = subprocess.run([sys.executable, "-c", _FILLED], capture_output=True, text=True, check=True)
    done, more = map(int, ran.stdout.split())
    # Of 16 MiB that begin anywhere, 14 are whole blocks.
    assert more == done >= 14 << 10


def test_little_memory_is_left_as_it_is() -> None:
    """A block that is not half full would take more memory than it holds."""
    area = mmap.mmap(-1, 2 * SIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    begins = ctypes.addressof(ctypes.c_char.from_buffer(area))
    start = -(-begins // SIZE) * SIZE
    told = [kernel._filled(start, SIZE)]
    for share in (4, 2):
        area[start - begins : start - begins + SIZE // share] = b"1" * (SIZE // share)
        told.append(kernel._filled(start, SIZE))
    assert told == [False, False, True]


def test_a_kernel_without_large_pages_is_not_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It keeps no server from starting."""
    monkeypatch.setattr(kernel, "_LARGE_PAGE", tmp_path / "none")
    assert kernel.use_large_pages() == 0
