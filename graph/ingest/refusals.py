"""The errors that a parse worker tells over its channel: as a header on one side, an error again on the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from graph.errors import CivigraphError, InputError, InputTooLarge, LimitReached, UnknownFormat, UnreadableFile
from graph.ingest.report import shorten

Refusal = InputError | LimitReached

# A worker is not trusted: it may tell of nothing else.
_PLAIN: dict[str, type[Refusal]] = {"UnknownFormat": UnknownFormat, "InputTooLarge": InputTooLarge}


def told(error: CivigraphError) -> dict[str, str | int | None]:
    """Write an error down for the channel."""
    return {
        "type": type(error).__name__,
        "what": shorten(error.what, 1000),
        "where": error.where,
        "remedy": error.remedy,
        "line": getattr(error, "line", None),
        "column": getattr(error, "column", None),
    }


def heard(header: Mapping[str, Any]) -> Refusal:
    """Make the error that a worker told of, of a class it may tell of. Raises KeyError, ValueError or TypeError."""
    what, where, remedy = (str(header[key]) for key in ("what", "where", "remedy"))
    if (kind := _PLAIN.get(str(header["type"]))) is not None:
        return kind(what, where=where, remedy=remedy)
    line, column = (None if header[key] is None else int(header[key]) for key in ("line", "column"))
    return UnreadableFile(what, where=where, remedy=remedy, line=line, column=column)


def heard_among(header: Mapping[str, Any], kinds: Iterable[type[CivigraphError]]) -> CivigraphError:
    """Make the error that a worker told of, of one of these classes. Raises KeyError for another one."""
    what, where, remedy = (str(header[key]) for key in ("what", "where", "remedy"))
    return {each.__name__: each for each in kinds}[str(header["type"])](what, where=where, remedy=remedy)
