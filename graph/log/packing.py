"""Payloads as the database keeps them: compressed, since canonical N-Triples repeat themselves on every line."""

from __future__ import annotations

import zlib

_LEVEL = 1


def pack(payload: bytes) -> bytes:
    """Compress a payload."""
    return zlib.compress(payload, _LEVEL)


def is_packed(packed: bytes, payload: bytes) -> bool:
    """Say whether a packed payload is this one, as its check sum tells (RFC 1950, section 2.2)."""
    return packed[-4:] == zlib.adler32(payload).to_bytes(4, "big")
