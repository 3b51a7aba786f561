"""Files made plain: found, decompressed, in UTF-8, without byte order mark."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.errors import UnreadableFile
from graph.ingest import files
from graph.ingest.files import Plain, make_plain, walk, with_line_feeds

Making = Callable[[str, str | bytes], Plain]


def test_folders_are_walked_in_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b.ttl", "a/z.ttl", "a/.hidden.ttl", ".git/x.ttl", "a.ttl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [found.name for found in walk([tmp_path, tmp_path / "b.ttl"])] == ["a/z.ttl", "a.ttl", "b.ttl"]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"),
     ("utf-32-le", b"\xff\xfe\0\0")],
)  # fmt: skip
def test_byte_order_marks(plain: Making, encoding: str, mark: bytes) -> None:
    assert plain("a.ttl", mark + "é €".encode(encoding)).read().decode() == "é €"


def test_declared_encoding_of_xml(plain: Making) -> None:
    text = '<?xml version="1.0" encoding="ISO-8859-1" standalone="yes"?><a>é</a>'
    made = plain("a.xml", text.encode("latin-1"))
    assert made.read().decode() == text.replace("ISO-8859-1", "UTF-8")


def test_encoding_that_is_none(plain: Making) -> None:
    with pytest.raises(UnreadableFile, match="encoding 'klingon' is not known"):
        plain("a.xml", '<?xml version="1.0" encoding="klingon"?><a/>')


def test_bytes_that_are_not_in_the_declared_encoding(plain: Making) -> None:
    with pytest.raises(UnreadableFile, match="is not in utf-16-le"):
        plain("a.ttl", b"\xff\xfe\x00\xd8")


def test_gzip(plain: Making) -> None:
    assert plain("a.ttl.gz", gzip.compress("\ufeffé".encode())).read().decode() == "é"


@pytest.mark.parametrize(
    "content",
    [gzip.compress(b"x" * 999)[:-9], b"\x1f\x8b junk", gzip.compress(b"abc") + b"x"],
    ids=["cut", "junk", "tail"],
)
def test_gzip_that_is_broken(plain: Making, content: bytes) -> None:
    with pytest.raises(UnreadableFile, match=r"cannot be decompressed"):
        plain("a.ttl.gz", content)


def test_gzip_that_grows_beyond_measure(plain: Making, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(files, "FREE_GROWTH", 1 << 20)
    with pytest.raises(UnreadableFile, match="grows beyond"):
        plain("a.ttl.gz", gzip.compress(b"\0" * (8 << 20)))
    assert (tmp_path / "plain" / "decompressed").stat().st_size < 3 << 20


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="No such file"):
        make_plain(tmp_path / "absent.ttl", tmp_path)


@pytest.mark.parametrize("content", ["a\r\nb\rc\nd\r", "\r", "no returns\n", "\r\r\n\n"])
@pytest.mark.parametrize("chunk", [1, 2, 3, 1 << 20])
def test_line_feeds(plain: Making, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, chunk: int) -> None:
    monkeypatch.setattr(files, "_CHUNK", chunk)
    made = with_line_feeds(plain("a.xml", content), tmp_path)
    assert made.read().decode() == content.replace("\r\n", "\n").replace("\r", "\n")
