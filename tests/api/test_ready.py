"""Bodies that are kept in a file: made once a version, nothing left of those that nobody read to the end."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import closing, contextmanager
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


@contextmanager
def room(size: int) -> Iterator[None]:
    """Let no file have more bytes, as on a disk that is full: what fits is written, then the system refuses."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [0, 1, 3, 4, 7])
def test_on_a_full_disk_it_is_read_to_the_end_and_nothing_is_kept(tmp_path: Path, size: int) -> None:
    body = ReadyBody(tmp_path, "body")
    with room(size):
        assert list(body.make("1", lambda: iter([b"aaa", b"bbb", b"cc"]))) == [b"aaa", b"bbb", b"cc"]
    assert list(tmp_path.iterdir()) == []
    assert b"".join(body.make("1", lambda: iter([b"aaa"]))) == b"aaa"
    assert [path.name for path in tmp_path.iterdir()] == ["body-1"]


def test_where_nothing_can_be_begun_it_is_read_all_the_same(tmp_path: Path) -> None:
    body = ReadyBody(tmp_path / "away", "body")
    assert b"".join(body.make("1", lambda: iter([b"a", b"b"]))) == b"ab"


def test_one_reader_at_a_time_has_it_kept(tmp_path: Path) -> None:
    body = ReadyBody(tmp_path, "body")
    first, second = body.make("1", lambda: iter([b"a", b"b"])), body.make("1", lambda: iter([b"a", b"b"]))
    assert (next(first), next(second)) == (b"a", b"a")
    assert len(list(tmp_path.iterdir())) == 1
    assert list(second) == [b"b"]
    assert body.find("1") is None
    assert list(first) == [b"b"]
    kept = body.find("1")
    assert kept is not None
    with kept:
        assert kept.read() == b"ab"


def test_what_was_left_over_is_taken_away(tmp_path: Path) -> None:
    for name in ("body-xyz.part", "body-0", "other-xyz.part"):
        (tmp_path / name).write_bytes(b"half")
    body = ReadyBody(tmp_path, "body")
    with closing(body.make("1", lambda: iter([b"a", b"b"]))) as pieces:
        next(pieces)
        assert not (tmp_path / "body-xyz.part").exists()
    list(body.make("1", lambda: iter([b"a"])))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["body-1", "other-xyz.part"]
