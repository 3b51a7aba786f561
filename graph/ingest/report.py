"""What came of an import, file by file: the counts, and a line for each thing that was not taken as it came."""

from __future__ import annotations

from dataclasses import dataclass, field

from graph.errors import CivigraphError


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was not taken as it came: where it stood, what it was, why it could not stay, what was kept."""

    where: str
    what: str
    why: str
    kept: str = "nothing"


@dataclass(slots=True)
class FileReport:
    """What came of one file.

    `refused_whole` is the reason why nothing of the file was taken, else None. `statements` are those read, `kept`
    those of them that went into records, doubled ones counted once; `mapped` how many literals each code table knew
    the IRI of, which adds a statement each. `records` is what they were split into, `accepted` how many the gate let
    through. Where several files are one run of a source, its records are counted with the first file that was read.
    """

    path: str
    format: str = ""
    refused_whole: CivigraphError | None = None
    records: int = 0
    accepted: int = 0
    created: int = 0
    replaced: int = 0
    deleted: int = 0
    unchanged: int = 0
    statements: int = 0
    kept: int = 0
    mapped: dict[str, int] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """What came of an import; `runs` maps each source to the number of its run in the log."""

    files: list[FileReport] = field(default_factory=list)
    runs: dict[str, int] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether any file was refused whole or has a format that no reader knows."""
        return any(file.refused_whole is not None for file in self.files)

    def total(self, name: str) -> int:
        """Add a count up over the files: `records`, `created`, `unchanged`, `statements`, …"""
        return sum(int(getattr(file, name)) for file in self.files)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: `done` of `total` of one file or source.

    Stages: `read` (in bytes of the file), `split` (in statements of the run), `append` (in records).
    """

    stage: str
    name: str
    done: int
    total: int
    statements: int = 0


def shorten(text: str, length: int = 300) -> str:
    """Cut what is too long for a report; what is cut off is said by an ellipsis."""
    return text if len(text) <= length else f"{text[: length - 1]}…"
