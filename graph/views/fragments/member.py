"""The latest activity of each public dataset, from its rows in the log: what followers of changes are told.

Only rows that touched public knowledge count, and only their public numbers are told, so that nothing which is not
public moves a feed. A record that is made private is, for the public, deleted in that moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from graph.log.rows import PUBLIC, Operation, Passage
from graph.terms import parse_payload
from graph.views.fragments.fragment import is_illustrative

CREATE, UPDATE, DELETE = "Create", "Update", "Delete"
"""The names of the activities in https://www.w3.org/TR/activitystreams-vocabulary/."""

_DATASET = "dataset"
_GONE = {Operation.DELETE, Operation.ERASE}


@dataclass(frozen=True, slots=True)
class Member:
    """The latest activity about a dataset: its public number, its time, and which sources ever told of it publicly.

    `row` is the log's own number of the row, which stays inside.
    """

    iri: str
    number: int
    time: str
    activity: str
    sources: tuple[str, ...]
    row: int


def member(iri: str, passages: Iterable[Passage]) -> tuple[Member | None, list[int]]:
    """Give the latest activity about an IRI (None: never a public dataset) and the rows of its public versions."""
    datasets: dict[str, bool] = {}
    sources: set[str] = set()
    versions: list[int] = []
    found: Member | None = None
    exists = False
    for each in passages:
        if PUBLIC not in (each.audience, each.previous_audience):
            continue
        gone = each.operation in _GONE or each.audience != PUBLIC
        if gone and each.source not in datasets:
            continue
        if gone:
            datasets.pop(each.source)
        else:
            datasets[each.source] = each.kind == _DATASET
            versions.append(each.sequence)
            sources.add(each.source)
        now = any(datasets.values())
        if now or exists:
            activity = DELETE if not now else UPDATE if exists else CREATE
            found = Member(iri, each.public_sequence, each.time, activity, tuple(sorted(sources)), each.sequence)
        exists = now
    return found, versions


def in_catalog(
    found: Member,
    versions: Sequence[int],
    illustrative: bool | None,
    payloads: Callable[[Sequence[int]], dict[int, bytes]],
) -> Member | None:
    """Give the activity as the catalogue's followers see it, which holds no invented datasets.

    `illustrative` says whether the dataset is so now, None where it is no more. One that became so left the catalogue.
    """
    if illustrative is False:
        return found
    known = payloads(versions)
    # What was erased is told as deleted, whatever it was: its followers must drop it.
    real = any(row not in known or not is_illustrative(found.iri, parse_payload(known[row])) for row in versions)
    if not real:
        return None
    return Member(found.iri, found.number, found.time, DELETE, found.sources, found.row)
