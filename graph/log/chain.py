"""The chain: each row is bound to the one before, by its header and the salted digest of its payload.

    digest = SHA-256(salt || payload)                      plain canonical N-Triples; both empty where there is none
    chain  = SHA-256(previous chain || header || digest)   the first row follows GENESIS

`header` is the UTF-8 of a JSON array in the canonical form of RFC 8785 (JCS), so no two headers share their bytes.
Because payload and salt enter only through the digest, both can be erased and the chain still verifies; because of the
salt, the digest that stays behind tells nothing about a text that can be guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from json.encoder import encode_basestring
from operator import itemgetter
from typing import Any

from sqlalchemy import RowMapping

GENESIS = sha256(b"https://w3id.org/civigraph#log").digest()
NOTHING = sha256(b"").digest()
"""The digest of a row that never had a payload."""

SALT_BYTES = 16

HEADER = (
    "sequence", "public_sequence", "time", "agent", "source", "run", "operation", "iri", "kind", "audience",
    "previous_audience",
)  # fmt: skip
_header_values = itemgetter(*HEADER)


def digest_of(salt: bytes, payload: bytes) -> bytes:
    """Give the digest of a payload under its salt."""
    return sha256(salt + payload).digest()


def header_of(row: RowMapping | dict[str, Any]) -> bytes:
    """Serialise what a row says beside its payload, without ambiguity: the values of `HEADER`, in that order."""
    return header_of_values(_header_values(row))


def header_of_values(values: Iterable[str | int | None]) -> bytes:
    """Serialise the values of `HEADER`, given in that order.

    Texts, whole numbers and nothing need no more of an encoder than this, which takes a quarter of its time.
    """
    written = [
        encode_basestring(value) if isinstance(value, str) else "null" if value is None else str(value)
        for value in values
    ]
    return f"[{','.join(written)}]".encode()


def link(previous: bytes, header: bytes, digest: bytes) -> bytes:
    """Bind a row to the one before."""
    return sha256(previous + header + digest).digest()
