"""Bodies compressed for who takes them so: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from api.negotiation import quality

GZIP = "gzip"
# Below this size compression saves no packet.
WORTH_IT = 1000

_LEVEL = 5
# zlib's way to say: with the header and the trailer of gzip.
_WITH_GZIP_HEADER = 16 + zlib.MAX_WBITS


def takes_gzip(header: str | None) -> bool:
    """Say whether an Accept-Encoding header welcomes gzip; a client that says nothing gets the body as it is."""
    welcome = {}
    for part in (header or "").lower().split(","):
        coding, *parameters = (each.strip() for each in part.split(";"))
        welcome[coding] = min(map(quality, parameters), default=1.0)
    return welcome.get(GZIP, welcome.get("x-gzip", welcome.get("*", 0.0))) > 0


def compress(body: bytes) -> bytes:
    """Compress a whole body; the same body gives the same bytes."""
    return b"".join(compress_pieces(iter((body,))))


def compress_pieces(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Compress a body that comes in pieces."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WITH_GZIP_HEADER)
    for piece in pieces:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()
