"""What is open, and what could be: the sentences of the answers."""

from __future__ import annotations

from collections.abc import Mapping

from api.languages import mark
from api.pages.access import AUTHORITY
from api.questions.counting import Also, Telling, different, equals, is_some, lacks, plural, row_count, total_of
from api.questions.solutions import Row
from graph.terms import CG


def _whole(row: Row) -> bool:
    return all(row[name].value == "true" for name in ("public", "licensed", "api", "bulk", "cited") if name in row)


_OPEN = f"{CG}Open"
_PUBLIC = f"{AUTHORITY}PUBLIC"

TELLINGS: Mapping[str, Telling] = {
    "09": Telling(
        total_of("datasets"),
        mark("No dataset has a domain."),
        plural(
            "%(number)s dataset has a domain.",
            "%(number)s datasets have a domain; one of several domains counts in each.",
        ),
        (
            Also(
                plural("%(number)s of them is open.", "%(number)s of them are open."),
                total_of("datasets", equals("rung", _OPEN)),
            ),
            Also(
                plural(
                    "Of %(number)s of them nothing says how open it is.",
                    "Of %(number)s of them nothing says how open they are.",
                ),
                total_of("datasets", lacks("rung")),
            ),
        ),
    ),
    "14": Telling(
        different("dataset"),
        mark("Every dataset that is not open is kept from it by something on record."),
        plural("%(number)s dataset could be opened now.", "%(number)s datasets could be opened now."),
        (
            Also(
                plural(
                    "Against %(number)s of them a barrier is claimed or contested, and not decided.",
                    "Against %(number)s of them barriers are claimed or contested, and not decided.",
                ),
                different("dataset", is_some("claimed")),
            ),
        ),
    ),
    "11": Telling(
        different("service"),
        mark("Every service of general interest has at least one open dataset among its inputs."),
        plural(
            "%(number)s service of general interest has no open dataset among its inputs.",
            "%(number)s services of general interest have no open dataset among their inputs.",
        ),
    ),
    "10": Telling(
        row_count,
        mark("There is a dataset for every domain and territory."),
        plural(
            "There is no dataset at all for %(number)s pair of a domain and a territory.",
            "There is no dataset at all for %(number)s pairs of a domain and a territory.",
        ),
    ),
    "29": Telling(
        different("dataset"),
        mark("The status of no dataset on that day is on record."),
        plural(
            "The status of %(number)s dataset on that day is on record.",
            "The status of %(number)s datasets on that day is on record.",
        ),
        (
            Also(
                plural("%(number)s of them was public.", "%(number)s of them were public."),
                different("dataset", equals("status", _PUBLIC)),
            ),
        ),
    ),
    "21": Telling(
        different("dataset"),
        mark("No dataset is marked as being of high value."),
        plural(
            "%(number)s dataset of high value is on record.",
            "%(number)s datasets of high value are on record.",
        ),
        (
            Also(
                plural("%(number)s of them lacks nothing.", "%(number)s of them lack nothing."),
                different("dataset", _whole),
            ),
        ),
    ),
}
