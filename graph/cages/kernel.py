"""The few calls to the Linux kernel that Python has no function for."""

from __future__ import annotations

import ctypes
import os

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


def _raise(call: str) -> None:
    number = ctypes.get_errno()
    raise OSError(number, f"{call}: {os.strerror(number)}")
