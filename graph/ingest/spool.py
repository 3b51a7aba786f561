"""Statements of a run on their way to the split: in memory while they are few, else on disk, read back group by group.

Most files say what they say about one thing in one place. So a big run is written in segments, each segment is read
back alone, and only the groups that reach over several segments are written once more, into buckets. Half of the
segments may be left to another process, the share; what that one finds straddling comes back in buckets too.
"""

from __future__ import annotations

import marshal
import struct
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from graph.closing import Closing
from graph.ingest.ntriples import statements_of
from graph.records.owners import Owners
from graph.terms import Statement

MEMORY_STATEMENTS = 200_000
"""So many statements of a run are held; more of them go to disk."""

SEGMENT_STATEMENTS = 100_000

SHARED = "shared"
"""The folder, in that of the spool, for what passes between this process and the one that does the share."""

_BUFFER = 10_000

# Fewer segments are done before another process has read who owns whom.
_SEGMENTS_TO_SHARE = 3
_LENGTH = struct.Struct("!I")

_SPOOL = "spool"
_SHARE = "share"


@dataclass(frozen=True, slots=True)
class Piece:
    """Statements of one file, by its number in the run."""

    file: int
    statements: list[Statement]


@dataclass(slots=True)
class _Segment:
    """A stretch of the spool: its file's number, where it begins and how long it is in bytes, and in statements."""

    file: int
    start: int
    length: int = 0
    count: int = 0


class Spool(Closing):
    """Takes in the statements of a run, file after file, and gives them back as whole groups.

    `folder` is where it may write; `base` and `source` are what `Owners` needs; `memory` is in statements. A file whose
    reading fails leaves no trace. Close it, or use it in a `with`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        base: str,
        source: str,
        memory: int = MEMORY_STATEMENTS,
        segment: int = SEGMENT_STATEMENTS,
    ) -> None:
        self._folder = folder
        self._base = base
        self._source = source
        self._memory = memory
        self._segment = segment
        self._held: list[Piece] = []
        self._segments: list[_Segment] = []
        self._stream: BinaryIO | None = None
        self._first: dict[str, int] = {}
        self._late: set[str] = set()
        self._straddling = bytearray()
        self._buckets = 1
        self.owners = Owners(base=base, source=source)

    def close(self) -> None:
        """Let go of the file."""
        if self._stream is not None:
            self._stream.close()

    def take(self, file: int, batches: Iterable[list[Statement]]) -> None:
        """Take all statements of a file, each file once; when reading them fails, forget them and pass the error on."""
        try:
            for batch in batches:
                self._keep(file, batch)
                self.owners.feed(batch)
        except BaseException:
            self._forget(file)
            raise

    def settle(self) -> None:
        """Decide who owns whom and what is in one place; call it once, after the last file."""
        self.owners.settle()
        if self._stream is not None:
            self._straddling = self._find_straddling()
            self._buckets = 1 + sum(segment.count for segment in self._segments) // self._segment
            self._first.clear()
            self._late.clear()

    def share(self, private: Set[str]) -> bool:
        """Leave half of what is on disk to another process (see `Share`); say whether there is enough of it.

        `private` are the IRIs of records that are not for all.
        """
        if self._stream is None or len(self._segments) < _SEGMENTS_TO_SHARE:
            return False
        # The names of what has none depend on how many there are: one process must see them all.
        for group in self.owners.nameless_groups():
            if group < len(self._straddling):
                self._straddling[group] = 1
        self._stream.flush()
        middle = (len(self._segments) + 1) // 2
        self._segments, others = self._segments[:middle], self._segments[middle:]
        (self._folder / SHARED).mkdir()
        segments = [(each.file, each.start, each.length) for each in others]
        given = (segments, self._buckets, bytes(self._straddling), sorted(private), self.owners.dump())
        (self._folder / SHARED / _SHARE).write_bytes(marshal.dumps(given))
        return True

    def bundles(self, joined: Callable[[], None] | None = None) -> Iterator[list[Piece]]:
        """Give all statements back, in bundles of whole groups; call it once, after `settle`.

        Where half of them was left to another process, `joined` returns when that one has done its part.
        """
        if self._stream is None:
            yield self._held
            return
        buckets = _Buckets(self._folder, self._buckets, self._segment)
        for segment in self._segments:
            statements = self._read(segment)
            yield [Piece(segment.file, _at_home(segment.file, statements, self.owners, self._straddling, buckets))]
        if joined is not None:
            joined()
        yield from buckets.bundles(self._folder / SHARED)

    def _keep(self, file: int, batch: list[Statement]) -> None:
        if self._stream is not None:
            self._write(file, batch)
            return
        if not self._held or self._held[-1].file != file:
            self._held.append(Piece(file, []))
        self._held[-1].statements.extend(batch)
        if sum(len(piece.statements) for piece in self._held) > self._memory:
            self._spill()

    def _spill(self) -> None:
        """Begin the spool on disk with what was held."""
        self._stream = (self._folder / _SPOOL).open("w+b")
        for piece in self._held:
            self._write(piece.file, piece.statements)
        self._held = []

    def _write(self, file: int, statements: list[Statement]) -> None:
        for start in range(0, len(statements), _BUFFER):
            segment = self._segments[-1] if self._segments else None
            if segment is None or segment.file != file or segment.count >= self._segment:
                segment = self._begin_segment(file)
            self._write_some(segment, statements[start : start + _BUFFER])

    def _write_some(self, segment: _Segment, statements: list[Statement]) -> None:
        assert self._stream is not None
        self._note(len(self._segments) - 1, statements)
        # A third of the time that lines of text take to write and to take apart again.
        block = marshal.dumps(statements)
        segment.length += self._stream.write(_LENGTH.pack(len(block)) + block)
        segment.count += len(statements)

    def _begin_segment(self, file: int) -> _Segment:
        end = self._segments[-1].start + self._segments[-1].length if self._segments else 0
        self._segments.append(_Segment(file, end))
        return self._segments[-1]

    def _read(self, segment: _Segment) -> list[Statement]:
        assert self._stream is not None
        return _read(self._stream, segment.start, segment.length)

    def _forget(self, file: int) -> None:
        """Go back to before a file, and tell new owners what stays: what was refused must not decide who owns whom."""
        self._held = [piece for piece in self._held if piece.file != file]
        self._segments = [segment for segment in self._segments if segment.file != file]
        self._first.clear()
        self._late.clear()
        self.owners = Owners(base=self._base, source=self._source)
        for piece in self._held:
            self.owners.feed(piece.statements)
        if self._stream is not None:
            end = self._begin_segment(file).start
            self._segments.pop()
            self._stream.truncate(end)
            self._stream.seek(end)
            for number, segment in enumerate(self._segments):
                statements = self._read(segment)
                self._note(number, statements)
                self.owners.feed(statements)
            self._stream.seek(end)

    def _note(self, number: int, statements: list[Statement]) -> None:
        """Note the subjects that a segment has, and those that more than one has."""
        last, first = "", self._first
        for subject, _, _ in statements:
            if subject != last:
                last = subject
                if first.setdefault(subject, number) != number:
                    self._late.add(subject)

    def _find_straddling(self) -> bytearray:
        """Mark the groups that reach over several segments; a group's number is that of one of its nodes."""
        group_of = self.owners.group_of
        home = array("i", [-1]) * (1 + max(map(group_of, self._first), default=0))
        straddling = bytearray(len(home))
        for subject, segment in self._first.items():
            group = group_of(subject)
            if home[group] == -1:
                home[group] = segment
            elif home[group] != segment:
                straddling[group] = 1
        for subject in self._late:
            straddling[group_of(subject)] = 1
        return straddling


class Share(Closing):
    """The half that a spool left to this process, with the `private` that `share` got; close it, or use a `with`."""

    def __init__(self, folder: Path) -> None:
        # Both processes are caged, and neither can do more than the other.
        given = marshal.loads((folder / SHARED / _SHARE).read_bytes())  # noqa: S302
        self._segments, self._buckets, self._straddling, private, owners = given
        self._folder = folder / SHARED
        self.private: set[str] = set(private)
        self.owners = Owners.load(owners)
        self._stream = (folder / _SPOOL).open("rb")

    def close(self) -> None:
        """Let go of the file."""
        self._stream.close()

    def bundles(self) -> Iterator[list[Piece]]:
        """Give the statements of whole groups; leave the others in buckets for the first process."""
        buckets = _Buckets(self._folder, self._buckets, SEGMENT_STATEMENTS)
        for file, start, length in self._segments:
            statements = _read(self._stream, start, length)
            yield [Piece(file, _at_home(file, statements, self.owners, self._straddling, buckets))]
        buckets.write()


def _read(stream: BinaryIO, start: int, length: int) -> list[Statement]:
    """Read a segment back."""
    statements: list[Statement] = []
    stream.seek(start)
    while stream.tell() < start + length:
        (size,) = _LENGTH.unpack(stream.read(_LENGTH.size))
        # Written by this process, or by one in a cage like its own.
        statements += marshal.loads(stream.read(size))  # noqa: S302
    return statements


def _at_home(
    file: int, statements: list[Statement], owners: Owners, straddling: Sequence[int], buckets: _Buckets
) -> list[Statement]:
    """Give those of a segment's statements whose group is in one place; the others go to the buckets."""
    at_home: list[Statement] = []
    group_of, last, group, away = owners.group_of, "", 0, 0
    for statement in statements:
        if statement[0] != last:
            last = statement[0]
            group = group_of(last)
            away = straddling[group]
        if away:
            buckets.put(group, file, statement)
        else:
            at_home.append(statement)
    return at_home


class _Buckets:
    """Files for the groups that are not in one place: each group in one of them."""

    def __init__(self, folder: Path, count: int, waiting: int) -> None:
        self._folder = folder
        self._count = count
        self._room = self._most = waiting
        self._waiting: dict[int, list[str]] = {}

    def put(self, group: int, file: int, statement: Statement) -> None:
        self._waiting.setdefault(group % self._count, []).append(f"{file} {' '.join(statement)}\n")
        self._room -= 1
        if self._room <= 0:
            self.write()

    def bundles(self, shared: Path) -> Iterator[list[Piece]]:
        """Give what the buckets hold, and those that another process left in a folder, if there is one."""
        self.write()
        for number in range(self._count):
            paths = [path for path in (self._path(number), _bucket(shared, number)) if path.exists()]
            if paths:
                yield self._bundle(b"".join(path.read_bytes() for path in paths))
            for path in paths:
                path.unlink()

    def write(self) -> None:
        """Bring to the files what waits."""
        for number, lines in self._waiting.items():
            with self._path(number).open("ab") as stream:
                stream.write("".join(lines).encode())
        self._waiting.clear()
        self._room = self._most

    def _bundle(self, written: bytes) -> list[Piece]:
        texts: dict[int, list[str]] = defaultdict(list)
        for line in written.decode().split("\n")[:-1]:
            number, _, rest = line.partition(" ")
            texts[int(number)].append(f"{rest}\n")
        return [Piece(file, statements_of("".join(lines))) for file, lines in texts.items()]

    def _path(self, number: int) -> Path:
        return _bucket(self._folder, number)


def _bucket(folder: Path, number: int) -> Path:
    return folder / f"bucket-{number}"
