"""What an engine's answer really is: whole, cut by a limit of the engine, or an error; each tells it in its own way.

HTTP 200 says little: Virtuoso answers what it had found when its time was over, and the first rows where there are
more, and tells so by a header (docs/decisions/0012-remote-store.md); Oxigraph writes a sentence behind the rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from graph.errors import (
    CivigraphError,
    DeadlineReached,
    Overloaded,
    QueryRefused,
    ResultTooLarge,
    StoreUnavailable,
)

_TOO_LATE = re.compile(r"\bS1T(?:00|AT)\b|timed? ?out|time limit|has been cancelled|deadline", re.IGNORECASE)
_TOO_MUCH = re.compile(r"\bSR353\b|Sorted TOP clause|result (?:is )?too large|maximum (?:result|row)", re.IGNORECASE)
_TOO_COMPLEX = re.compile(r"memory exhausted|out of memory|stack overflow|query too large|SQ200", re.IGNORECASE)
# SQL states of class 22 are errors of values, Virtuoso's 37000 is a query that it has no way to run.
_VALUE = re.compile(r"\b(?:22|37)\w{3}\b")
_OFTEN = "make it narrower, or ask for a part by LIMIT"


def check_whole(headers: Mapping[str, str]) -> None:
    """Look at the headers (names in lower case) of an answer. Raises LimitReached where it is not whole."""
    if headers.get("x-sql-state", "").upper().startswith("S1T"):
        raise DeadlineReached("the remote store ended the query at its own time limit", remedy=_OFTEN)
    if "x-sql-state" in headers:
        raise ResultTooLarge("the remote store gave a part of the answer only", remedy=_OFTEN)
    if "x-sparql-maxrows" in headers:
        raise ResultTooLarge(
            f"the remote store gives at most {_number(headers['x-sparql-maxrows'])} rows",
            remedy="ask by LIMIT and OFFSET",
        )


def refusal(status: int, body: bytes, hidden: str = "") -> CivigraphError:
    """Turn an answer with another status into an error; `hidden` is the start of names that nobody may read."""
    # Virtuoso repeats the query after its own words, and the query may hold any word.
    words = body.decode(errors="replace").partition("SPARQL query:")[0].strip()
    told = re.sub(r"<[^>]*>", "…", words.partition("\n")[0])[:300] or f"status {status}"
    if hidden:
        told = told.replace(hidden, "…")
    return _of_status(status, told) or _of_words(told)


def _of_status(status: int, told: str) -> CivigraphError | None:
    match status:
        case 401 | 403:
            what = f"the remote store refuses this user: {told}"
            return StoreUnavailable(what, remedy="check user and password in the settings")
        case 408 | 504:
            return DeadlineReached("the remote store ended the query at its own time limit", remedy=_OFTEN)
        case 413:
            return ResultTooLarge(f"the remote store refuses so much: {told}", remedy=_OFTEN)
        case 429 | 503:
            return Overloaded("the remote store is overloaded", remedy="try again in some seconds")
        case 400 if not any(each.search(told) for each in (_TOO_LATE, _TOO_MUCH, _TOO_COMPLEX)):
            return QueryRefused(f"the remote store cannot evaluate the query: {told}")
    return None


def _of_words(told: str) -> CivigraphError:
    if _TOO_LATE.search(told):
        return DeadlineReached("the remote store ended the query at its own time limit", remedy=_OFTEN)
    if _TOO_MUCH.search(told):
        return ResultTooLarge(f"the remote store refuses so much: {told}", remedy=_OFTEN)
    if _TOO_COMPLEX.search(told):
        return QueryRefused(f"the query is too complex for the remote store: {told}", remedy="ask in several queries")
    if _VALUE.search(told):
        return QueryRefused(f"the remote store cannot evaluate the query: {told}")
    return StoreUnavailable(f"the remote store failed: {told}")


def is_cut(tail: bytes) -> bool:
    """Say whether an answer that cannot be read ends with the words of an engine that gave up."""
    return _TOO_LATE.search(tail[-200:].decode(errors="replace")) is not None


def _number(text: str) -> str:
    return text if text.isdigit() else "so many"
