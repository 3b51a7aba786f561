"""Bodies that are kept in a file: made once a version, nothing left of those that nobody read to the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from api.ready import ReadyBody


def test_a_body_is_made_once_a_version(tmp_path: Path) -> None:
    body = ReadyBody(tmp_path, "body")
    assert body.find("1") is None
    assert b"".join(body.make("1", lambda: iter([b"a", b"b"]))) == b"ab"
    kept = body.find("1")
    assert kept is not None
    with kept:
        assert b"".join(body.make("2", lambda: iter([b"c"]))) == b"c"
        assert body.find("1") is None
        assert kept.read() == b"ab"  # who reads it meanwhile reads it to the end
    assert [path.name for path in tmp_path.iterdir()] == ["body-2"]


def test_what_is_not_read_to_the_end_leaves_nothing(tmp_path: Path) -> None:
    body = ReadyBody(tmp_path, "body")
    with closing(body.make("1", lambda: iter([b"a", b"b"]))) as pieces:
        assert next(pieces) == b"a"

    def broken() -> Iterator[bytes]:
        yield b"a"
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        list(body.make("1", broken))
    assert list(tmp_path.iterdir()) == []
