"""Files as they come, made plain: found in folders, decompressed, in UTF-8, without byte order mark."""

from __future__ import annotations

import codecs
import gzip
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, Protocol

from graph.errors import InputTooLarge, UnreadableFile

MAX_BYTES = 8 << 30
"""The longest content that is read, decompressed."""

# Real catalogues shrink 10 to 40 times; a file that grows far more was made to fill the disk.
MAX_GROWTH = 250
FREE_GROWTH = 64 << 20

HEAD_BYTES = 1 << 16
_CHUNK = 1 << 20

# The longer marks first: UTF-32's begins as UTF-16's does.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_XML_DECLARATION = re.compile(rb"""^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


class Folder(Protocol):
    """Where files can be made: a `Path` of a folder is one."""

    def __truediv__(self, name: str, /) -> Path:
        """Give the path of a file by its name."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """A file to import, and its name in reports: the way to it from the folder that was named, never from the root."""

    path: Path
    name: str


def walk(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Found]:
    """Give each file once, in the order of the arguments; a folder's files sorted, hidden ones left out."""
    seen: set[Path] = set()
    for path in map(Path, paths):
        for file in _files_of(path) if path.is_dir() else [Found(path, path.name)]:
            if (absolute := file.path.absolute()) not in seen:
                seen.add(absolute)
                yield file


def _files_of(folder: Path) -> list[Found]:
    inside = ((path, path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    return [
        Found(path, name.as_posix())
        for path, name in sorted(inside)
        if not any(part.startswith(".") for part in name.parts)
    ]


@dataclass(frozen=True, slots=True)
class Plain:
    """A file in plain UTF-8: its content begins at `start`, behind a byte order mark."""

    name: str
    path: Path
    start: int

    def open(self) -> BinaryIO:
        """Open it at the first byte of its content."""
        file = self.path.open("rb")
        file.seek(self.start)
        return file

    def head(self) -> bytes:
        """Read the first kilobytes."""
        with self.open() as file:
            return file.read(HEAD_BYTES)

    def read(self) -> bytes:
        """Read the content whole; for formats that cannot be read in pieces."""
        with self.open() as file:
            return file.read()

    @property
    def size(self) -> int:
        """The length of the content in bytes."""
        return self.path.stat().st_size - self.start


def make_plain(path: Path, folder: Folder, *, name: str | None = None, most: int = MAX_BYTES) -> Plain:
    """Decompress a file and bring it into UTF-8 where that is needed, into a new file in `folder`.

    Raises UnreadableFile where it cannot be opened, does not decompress, or grows beyond all measure, InputTooLarge
    where it has more than `most` bytes.
    """
    name = name or path.name
    try:
        if _starts(path, 2) == b"\x1f\x8b":
            path = _decompressed(path, folder, name, most)
        if path.stat().st_size > most:
            raise InputTooLarge(f"it has more than {most} bytes", where=name)
        return _in_utf8(path, folder, name)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile(_reason(error), where=name) from None


def with_line_feeds(file: Plain, folder: Folder) -> Plain:
    """Give the file with every line end as one line feed: readers of XML must see it so, and not all see to it."""
    if not _has_returns(file):
        return file
    target = folder / "with-line-feeds"
    with file.open() as source, target.open("wb") as out:
        held = b""
        while chunk := source.read(_CHUNK):
            chunk = held + chunk
            # The second half of a pair may come with the next piece.
            held = b"\r" if chunk.endswith(b"\r") else b""
            out.write(chunk[: len(chunk) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
        out.write(held.replace(b"\r", b"\n"))
    return Plain(file.name, target, 0)


def _has_returns(file: Plain) -> bool:
    with file.open() as source:
        while chunk := source.read(_CHUNK):
            if b"\r" in chunk:
                return True
    return False


def _reason(error: Exception) -> str:
    if isinstance(error, gzip.BadGzipFile | EOFError | zlib.error):
        return f"cannot be decompressed: {error}"
    return f"cannot be read: {getattr(error, 'strerror', None) or error}"


def _starts(path: Path, count: int) -> bytes:
    with path.open("rb") as file:
        return file.read(count)


def _decompressed(path: Path, folder: Folder, name: str, most: int) -> Path:
    growth = max(FREE_GROWTH, path.stat().st_size * MAX_GROWTH)
    target = folder / "decompressed"
    with gzip.open(path, "rb") as source, target.open("wb") as out:
        written = 0
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > most:
                raise InputTooLarge(f"it has more than {most} bytes when it is decompressed", where=name)
            if written > growth:
                raise UnreadableFile(f"grows beyond {growth} bytes when it is decompressed", where=name)
            out.write(chunk)
    return target


def _in_utf8(path: Path, folder: Folder, name: str) -> Plain:
    head = _starts(path, 1024)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            if encoding == "utf-8":
                return Plain(name, path, len(mark))
            return Plain(name, _transcoded(path, folder, name, encoding, len(mark)), 0)
    declared = _XML_DECLARATION.match(head)
    if declared and (encoding := declared[1].decode().lower()) not in ("utf-8", "utf8", "us-ascii", "ascii"):
        return Plain(name, _transcoded(path, folder, name, encoding, 0), 0)
    return Plain(name, path, 0)


def _transcoded(path: Path, folder: Folder, name: str, encoding: str, skip: int) -> Path:
    """Write the file in UTF-8; an XML declaration then says so, since the readers of XML believe it."""
    target = folder / "in-utf-8"
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
    except LookupError:
        raise UnreadableFile(f"the encoding {encoding!r} is not known", where=name) from None
    with path.open("rb") as source, target.open("wb") as out:
        source.seek(skip)
        try:
            _transcode(source, out, decoder)
        except UnicodeDecodeError as error:
            raise UnreadableFile(f"is not in {encoding}, as it says: {error.reason}", where=name) from None
    return target


def _transcode(source: IO[bytes], out: IO[bytes], decoder: codecs.IncrementalDecoder) -> None:
    first = True
    while chunk := source.read(_CHUNK):
        text = decoder.decode(chunk).encode()
        if first:
            declared = _XML_DECLARATION.match(text)
            text = text[: declared.start(1)] + b"UTF-8" + text[declared.end(1) :] if declared else text
            first = False
        out.write(text)
    out.write(decoder.decode(b"", final=True).encode())
