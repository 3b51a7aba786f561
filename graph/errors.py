"""The tree of errors, drawn on top.

CivigraphError                 every error of the project: what, where, how to mend
├── InputError                 what came in cannot be taken as it is
│   ├── UnreadableFile         a file that cannot be parsed, with line and column where known
│   ├── UnknownFormat          a file or media type that no reader knows
│   ├── BadTerm                a text that is no IRI, literal or N-Triples statement
│   ├── RecordRefused          a record that the structure gate turns away, with each violation
│   ├── UnnamableNodes         blank nodes that no canonical order can tell apart
│   ├── QueryRefused           a query that is ill-formed or asks what is not allowed
│   ├── ShapesRefused          shapes that are ill-formed or that cannot be compiled
│   ├── NameTaken              an address or a name that belongs to something else
│   ├── AddressRefused         an address that is not fetched, for what it is or where it leads
│   └── StateChanged           what was to be changed is not in the state that it was expected in
├── NotKnown                   nothing is known under that name
├── LimitReached               a limit ended the work; nothing partial was kept
│   ├── InputTooLarge          what came in is over the cap
│   ├── DeadlineReached        it took too long
│   ├── MemoryReached          it took too much memory
│   ├── ResultTooLarge         its answer is over the cap
│   └── Overloaded             too much is asked at the moment
│       └── ShareUsedUp        who asks has used up his share of it
├── CageError                  the cage for outside text is not sound
│   ├── CageUnavailable        this machine cannot take the network away from a worker
│   └── WorkerDied             a worker ended by itself, without an answer
├── FetchFailed                a site elsewhere does not answer, or not as it should
├── NotAllowed                 who asks may not do that
├── DataError                  the data directory
│   ├── NoDataDirectory        there is none where one is needed
│   ├── LogBroken              the log's chain does not verify
│   ├── ViewsHeld              another process holds the views
│   ├── DiskFull               there is no room to write
│   └── StoreUnavailable       the remote store of triples does not answer
└── ConfigurationError         the installation or a setting is wrong

Only `api/problems.py` knows which HTTP status each of them has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class CivigraphError(Exception):
    """An error told to a person: what happened, where, and how to mend it."""

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        remedy = f" ({self.remedy})" if self.remedy else ""
        return f"{where}{self.what}{remedy}"


class InputError(CivigraphError):
    """What came in cannot be taken as it is."""


class UnreadableFile(InputError):
    """A file that cannot be parsed; `line` and `column` count from 1, None where unknown."""

    def __init__(
        self, what: str, *, where: str = "", remedy: str = "", line: int | None = None, column: int | None = None
    ) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.line = line
        self.column = column

    def __str__(self) -> str:
        place = "".join(
            (
                f" at line {self.line}" if self.line is not None else "",
                f" column {self.column}" if self.column is not None else "",
            )
        )
        where = f"{self.where}{place}: " if self.where or place else ""
        remedy = f" ({self.remedy})" if self.remedy else ""
        return f"{where.lstrip()}{self.what}{remedy}"


class UnknownFormat(InputError):
    """A file or media type that no reader knows."""


class BadTerm(InputError):
    """A text that is no IRI, literal or N-Triples statement."""


@dataclass(frozen=True)
class Violation:
    """One thing that a structure shape asks for and a record lacks."""

    focus: str
    path: str
    message_en: str
    message_fr: str
    value: str | None = None


class RecordRefused(InputError):
    """A record that the structure gate turns away, with each violation."""

    def __init__(self, what: str, *, where: str = "", remedy: str = "", violations: Sequence[Violation] = ()) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.violations = tuple(violations)


class UnnamableNodes(InputError):
    """Blank nodes that no canonical order can tell apart."""


class QueryRefused(InputError):
    """A query that is ill-formed or asks what is not allowed; position counts from 1."""

    def __init__(
        self, what: str, *, where: str = "", remedy: str = "", line: int | None = None, column: int | None = None
    ) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.line = line
        self.column = column


class AddressRefused(InputError):
    """An address that is not fetched, for what it is or where it leads."""


class ShapesRefused(InputError):
    """Shapes that are ill-formed or that cannot be compiled: what it is, and where."""


class NameTaken(InputError):
    """An address or a name that belongs to something else."""


class StateChanged(InputError):
    """What was to be changed is not in the state that it was expected in: somebody else was faster."""


class NotAllowed(CivigraphError):
    """Who asks may not do that."""


class NotKnown(CivigraphError):
    """Nothing is known under that name."""


class FetchFailed(CivigraphError):
    """A site elsewhere does not answer, or not as it should."""


class LimitReached(CivigraphError):
    """A limit ended the work; nothing partial was kept."""


class InputTooLarge(LimitReached):
    """What came in is over the cap."""


class DeadlineReached(LimitReached):
    """It took too long."""


class MemoryReached(LimitReached):
    """It took too much memory."""


class ResultTooLarge(LimitReached):
    """Its answer is over the cap."""


class Overloaded(LimitReached):
    """Too much is asked at the moment; `retry_after` is in seconds, None where nobody knows."""

    def __init__(self, what: str, *, where: str = "", remedy: str = "", retry_after: int | None = None) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.retry_after = retry_after


class ShareUsedUp(Overloaded):
    """Who asks has used up his share of it."""


class CageError(CivigraphError):
    """The cage for outside text is not sound."""


class CageUnavailable(CageError):
    """This machine cannot take the network away from a worker."""


class WorkerDied(CageError):
    """A worker ended by itself, without an answer."""


class DataError(CivigraphError):
    """The data directory."""


class NoDataDirectory(DataError):
    """There is none where one is needed."""


class LogBroken(DataError):
    """The log's chain does not verify."""


class ViewsHeld(DataError):
    """Another process holds the views."""


class DiskFull(DataError):
    """There is no room to write; what is there can be read, and nothing was lost."""


class StoreUnavailable(DataError):
    """The remote store of triples does not answer, or not as it should: nothing is damaged, and it is tried again."""


class ConfigurationError(CivigraphError):
    """The installation or a setting is wrong."""
