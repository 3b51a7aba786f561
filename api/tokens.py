"""The secrets of tokens: made once, shown once, kept as an Argon2id hash, and compared with it.

The parameters are the smallest that OWASP's Password Storage Cheat Sheet names for Argon2id (19 MiB, two passes): a
secret is 256 random bits, so nobody finds it by trying, and a flood of wrong ones must not fill the memory.
"""

from __future__ import annotations

import re
from functools import cache
from secrets import token_urlsafe

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_START = "cg"
_SECRET_BYTES = 32
# The name holds no underscore, so the first two part the token.
_FORM = re.compile(rf"{_START}_([a-z0-9][a-z0-9-]{{0,63}})_([A-Za-z0-9_-]{{43}})", re.ASCII)


def new_token(name: str) -> tuple[str, str]:
    """Make a token for a name; gives it and the hash to keep. The token is an RFC 6750 b64token."""
    token = f"{_START}_{name}_{token_urlsafe(_SECRET_BYTES)}"
    return token, _hasher().hash(token)


def name_of(token: str) -> str | None:
    """Give the name that a token claims, None where it has not the form of a token."""
    found = _FORM.fullmatch(token)
    return found[1] if found else None


def is_of(token: str, hash: str | None) -> bool:
    """Say whether a hash was made of this token; it takes as long where there is no hash (None) to compare with."""
    try:
        return _hasher().verify(_NOBODY if hash is None else hash, token)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$bG1mmjLjFvQF/6YPPf5obQ$dFAAmW+/XusETeK22IjZ8xZzBWOFsqHcdbdqBkKrc6s"
