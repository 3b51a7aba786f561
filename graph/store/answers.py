"""The answers of query workers, as they are handed out, and what is made of a worker's words: it is not trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, Any

from graph.closing import Closing
from graph.errors import CivigraphError, QueryRefused, ResultTooLarge, WorkerDied
from graph.store.formats import KINDS, QueryFormat


@dataclass
class Answer(Closing):
    """A whole answer: `kind` is solutions, boolean or graph, `body` a file at its start, `length` its bytes.

    `sequence` is that of the state it was asked of. Close it, or use it as a context manager.
    """

    kind: str
    format: QueryFormat
    body: IO[bytes]
    length: int
    sequence: int

    @property
    def media_type(self) -> str:
        """The media type of the body."""
        return self.format.media_type

    def read(self) -> bytes:
        """Read the whole body and close it."""
        with self:
            return self.body.read()

    def close(self) -> None:
        """Let go of the body."""
        self.body.close()


def described(header: dict[str, Any]) -> tuple[str, QueryFormat]:
    """Read what a worker says its answer is: kind and format. Raises WorkerDied where it is neither."""
    kind = header.get("kind")
    try:
        chosen = QueryFormat(header.get("format", ""))
    except ValueError:
        chosen = None
    if kind not in KINDS or chosen is None:
        raise WorkerDied("a query worker did not keep to the protocol")
    return str(kind), chosen


def refusal(header: dict[str, Any]) -> CivigraphError:
    """Turn the error that a worker tells into ours."""
    what = str(header.get("what", ""))
    line, column = header.get("line"), header.get("column")
    match header["error"]:
        case "syntax" if isinstance(line, int) and isinstance(column, int):
            return QueryRefused(
                f"the query is not well-formed: {what}",
                where=f"line {line}, column {column}",
                line=line,
                column=column,
            )
        case "syntax":
            return QueryRefused(f"the query is not well-formed: {what}")
        case "evaluation":
            return QueryRefused(f"the query cannot be evaluated: {what}")
        case "outside":
            return QueryRefused("the query asks for another server, and this endpoint asks none", where=what)
        case "rows":
            return ResultTooLarge("the answer has more rows than asked for", remedy="ask for less, or by LIMIT")
        case _:
            return WorkerDied("a query worker did not keep to the protocol")
