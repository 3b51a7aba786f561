"""Between parser and split: what real files do wrong costs the statement, never the file, and each loss is a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from graph.errors import UnreadableFile
from graph.ingest.codes.tables import ACCESS_RIGHT, SCHEMES, map_literal
from graph.ingest.files import Plain
from graph.ingest.literals import CHECKS, MAX_DIGITS
from graph.ingest.parse import Broken
from graph.ingest.report import Line, shorten
from graph.terms import DCT, FOAF, Statement

MAX_LITERAL = 1 << 20
"""The longest literal, in characters."""

MAX_LINES = 10_000
"""Losses of one file that get a line each; of further ones the number is told."""

MAX_MAPPED = 250_000
"""So many mapped statements are remembered; doubles are counted exactly up to there."""

# Progress is told once in so many statements, as a power of two.
_TELL_BITS = 14

# A file is searched for the place of its errors, but not without end.
_SEARCH_BYTES = 2 << 30

_PRIMARY_TOPIC = f"<{FOAF}primaryTopic>"
_ACCESS_RIGHTS = f"<{DCT}accessRights>"
_ABOUT_ACCESS = frozenset({_PRIMARY_TOPIC, _ACCESS_RIGHTS})
_NOT_PUBLIC = frozenset(f"<{ACCESS_RIGHT}{code}>" for code in ("NON_PUBLIC", "RESTRICTED", "CONFIDENTIAL", "SENSITIVE"))

_CHECKS_BY_TEXT = {f"<{datatype}>": check for datatype, check in CHECKS.items()}


class Privacy:
    """What the sources of a run do not show to all: descriptions whose catalogue record is not public.

    `dct:accessRights` of a dataset is about its data; of a `dcat:CatalogRecord` it is about the description.
    """

    def __init__(self) -> None:
        self._topics: dict[str, str] = {}
        self._guarded: set[str] = set()
        self._marked: set[str] = set()

    def note(self, statement: Statement) -> None:
        """Look at a statement of `foaf:primaryTopic` or `dct:accessRights`."""
        subject, predicate, value = statement
        if predicate == _PRIMARY_TOPIC:
            self._topics[subject] = value
        elif value in _NOT_PUBLIC:
            self._guarded.add(subject)

    def mark(self, iris: set[str]) -> None:
        """Mark records as private, by IRI."""
        self._marked |= iris

    def join(self, other: Privacy) -> None:
        """Add what another part of the run noted."""
        self._topics.update(other._topics)
        self._guarded |= other._guarded
        self._marked |= other._marked

    def private(self) -> set[str]:
        """Give the IRIs of the records that are not for all."""
        records = [record for record in self._guarded if record in self._topics]
        texts = {*records, *(self._topics[record] for record in records)}
        return self._marked | {text[1:-1] for text in texts if text[0] == "<"}


class Cleaner:
    """Looks at each statement of one file; keeps the counts and the lines."""

    def __init__(self, file: Plain, privacy: Privacy, tell: Callable[[int], None] = lambda _: None) -> None:
        """`tell` is called now and then with the number of statements so far."""
        self._file = file
        self._privacy = privacy
        self._tell = tell
        # What tables mapped, and what they made of it, by hash: only the former can be doubled by the file.
        self._mapped: set[int] = set()
        self._made: set[int] = set()
        self.doubled = 0
        self.example = ""
        self.statements = 0
        self.dropped = 0
        self.mapped: dict[str, int] = {}
        self.lines: list[Line] = []
        self._culprits: list[str] = []
        self._unlisted = 0

    def clean(self, batches: Iterable[list[Statement]]) -> Iterator[list[Statement]]:
        """Give the statements that can stay, mapped where a code table knows what was meant.

        Raises UnreadableFile for RDF 1.2 triple terms: what is said about a quoted statement cannot be told without it.
        """
        count = 0
        for batch in batches:
            yield self._clean(batch)
            if count >> _TELL_BITS != count + len(batch) >> _TELL_BITS:
                self._tell(count + len(batch))
            count += len(batch)
        self.statements += count

    def _clean(self, batch: list[Statement]) -> list[Statement]:
        out: list[Statement] = []
        keep = out.append
        for statement in batch:
            subject, predicate, value = statement
            if value[0] == '"':
                # Nothing is wrong with the half of all literals that end in a tag of two letters.
                if (value[-1] != '"' and (value[-3] != "@" or value[-1] == ">")) or len(value) > MAX_LITERAL:
                    why = _flaw(value)
                    if why is not None:
                        self._drop(statement, why)
                        continue
                if predicate in SCHEMES and (pair := map_literal(subject, predicate, value)) is not None:
                    if self._is_new(statement, pair):
                        out += pair
                    continue
            elif value[:2] == "<<":
                raise UnreadableFile("RDF 1.2 triple terms are not read", where=self._file.name)
            elif predicate in _ABOUT_ACCESS:
                self._privacy.note(statement)
            keep(statement)
        return out

    def broken(self, broken: Broken) -> None:
        """Take note of a statement that a lenient reader found no sound terms in."""
        if broken.kept is None:
            # One that is kept, repaired, is counted when it passes.
            self.statements += 1
            self.dropped += 1
        what = f"{broken.subject} {broken.predicate} {broken.value}"
        self._line(what, broken.why, "nothing" if broken.kept is None else " ".join(broken.kept), broken.culprit)

    def finish(self) -> list[Line]:
        """Give the lines, each with its line in the file where its text is found there."""
        places = _Places(self._file)
        lines = [
            Line(places.name_of(culprit), *rest) for culprit, rest in zip(self._culprits, self._rests(), strict=True)
        ]
        if self._unlisted:
            lines.append(Line(self._file.name, f"{self._unlisted} further statements", "dropped for reasons as above"))
        return lines

    def _rests(self) -> Iterator[tuple[str, str, str]]:
        return ((line.what, line.why, line.kept) for line in self.lines)

    def _drop(self, statement: Statement, why: str) -> None:
        self.dropped += 1
        value = statement[2]
        self._line(" ".join(statement), why, "nothing", value[1 : value.rindex('"')])

    def _line(self, what: str, why: str, kept: str, culprit: str) -> None:
        if len(self.lines) >= MAX_LINES:
            self._unlisted += 1
            return
        self.lines.append(Line(self._file.name, shorten(what, 600), shorten(why), shorten(kept, 600)))
        self._culprits.append(culprit)

    def note_double(self, statement: Statement) -> None:
        """Count a statement that came before, unless a code table made it: then it may have had two origins."""
        if hash(statement) not in self._made:
            self._count_double(statement)

    def _count_double(self, statement: Statement) -> None:
        self.doubled += 1
        self.example = self.example or " ".join(statement)

    def _is_new(self, statement: Statement, pair: tuple[Statement, Statement]) -> bool:
        """Take note of a literal that a code table knows; False where the file says it again."""
        if hash(statement) in self._mapped:
            self._count_double(statement)
            return False
        if len(self._mapped) < MAX_MAPPED:
            self._mapped.add(hash(statement))
            self._made.update(map(hash, pair))
        scheme = SCHEMES[statement[1]].name
        self.mapped[scheme] = self.mapped.get(scheme, 0) + 1
        if statement[1] == _ACCESS_RIGHTS:
            self._privacy.note(pair[0])
        return True


def harm(value: str) -> str | None:
    """Say why a literal in N-Triples text cannot be kept anywhere: its length, a base direction, endless digits."""
    if len(value) > MAX_LITERAL:
        return f"a literal of {len(value)} characters is longer than {MAX_LITERAL}"
    if value[-1] == '"':
        return None
    end = value.rindex('"')
    if value[end + 1] == "@":
        return "RDF 1.2 directional literals are not read" if "--" in value[end:] else None
    if end > MAX_DIGITS and value[end + 3 :] in _CHECKS_BY_TEXT:
        return f"a number or date of {end - 1} characters is longer than {MAX_DIGITS}"
    return None


def _flaw(value: str) -> str | None:
    """Say what is wrong with a literal that has a language, a datatype or great length, as N-Triples text."""
    if (why := harm(value)) is not None:
        return why
    end = value.rindex('"')
    check = _CHECKS_BY_TEXT.get(value[end + 3 :])
    # No value of these datatypes is written with a character that N-Triples escapes.
    if check is None or check(value[1:end]):
        return None
    return f"no {value[end + 4 : -1].rpartition('#')[2]} is written like this"


class _Places:
    """Finds the line on which a text stands first in a file."""

    def __init__(self, file: Plain) -> None:
        self._name = file.name
        self._file = file
        self._content: bytes | None = None
        self._left = _SEARCH_BYTES
        self._known: dict[str, str] = {}

    def name_of(self, culprit: str) -> str:
        """Give the file's name, with the line where the text was found."""
        if culprit and culprit not in self._known:
            line = self._find(culprit)
            self._known[culprit] = self._name if line is None else f"{self._name}, line {line}"
        return self._known.get(culprit, self._name)

    def _find(self, culprit: str) -> int | None:
        for needle in _spellings(culprit):
            if self._left < self._file.size:
                return None
            content = self._read()
            self._left -= len(content)
            position = content.find(needle)
            if position >= 0:
                return content.count(b"\n", 0, position) + 1
        return None

    def _read(self) -> bytes:
        if self._content is None:
            self._content = self._file.read() if self._file.size <= 256 << 20 else b""
        return self._content


def _spellings(text: str) -> Iterator[bytes]:
    """Give the ways in which a text may stand in a file, the most telling first."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    tail = text.replace("#", "/").rpartition("/")[2].strip('"')
    for spelling in dict.fromkeys((f'"{text}"', f">{escaped}<", text, escaped, tail if len(tail) > 3 else "")):
        if spelling:
            yield spelling.encode("utf-8", "replace")
