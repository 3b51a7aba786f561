"""What the kernel is asked for in calls of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

_FILLED = """
from graph.cages.kernel import use_large_pages
def held():
    return sum(int(line.split()[1]) for line in open("/proc/self/smaps") if line.startswith("AnonHugePages"))
kept = [bytes([number % 256]) * 100 for number in range(200_000)]
before, done, after = held(), use_large_pages(), held()
assert kept == [bytes([number % 256]) * 100 for number in range(200_000)]
print(done // 1024, after - before)
"""


def test_large_pages_hold_what_was_there() -> None:
    ran = subprocess.run([sys.executable, "-c", _FILLED], capture_output=True, text=True, check=True)
    done, more = map(int, ran.stdout.split())
    if not done:
        pytest.skip("this kernel puts no memory into large pages when it is asked to (Linux 6.1 does)")
    assert 0 < more <= done


_HALF = """
import ctypes, mmap
from graph.cages.kernel import _LARGE_PAGE as size, _filled
area = mmap.mmap(-1, 2 * size)
begins = ctypes.addressof(ctypes.c_char.from_buffer(area))
start = -(-begins // size) * size
told = [_filled(start)]
for share in (4, 2):
    area[start - begins : start - begins + size // share] = b"1" * (size // share)
    told.append(_filled(start))
print(told)
"""


def test_little_memory_is_left_as_it_is() -> None:
    """A block that is not half full would take more memory than it holds."""
    ran = subprocess.run([sys.executable, "-c", _HALF], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[False, False, True]"
