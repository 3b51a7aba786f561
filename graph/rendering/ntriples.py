"""N-Triples: https://www.w3.org/TR/n-triples/."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graph.terms import Statement


def write(statements: Iterable[Statement], first: Sequence[str] = ()) -> bytes:
    """Write one statement a line, sorted, each once; `first` changes nothing, since lines stand alone."""
    del first
    return "".join(sorted({f"{subject} {prop} {value} .\n" for subject, prop, value in statements})).encode()
