"""What the graph itself is worth: the sentences of the answers."""

from __future__ import annotations

from collections.abc import Mapping

from api.languages import mark
from api.questions.counting import Also, Telling, different, equals, plural, total_of
from graph.terms import CG, DCAT

TELLINGS: Mapping[str, Telling] = {
    "25": Telling(
        different("orphan", equals("class", f"{DCAT}Dataset")),
        mark("Every dataset feeds something."),
        plural("%(number)s dataset feeds nothing.", "%(number)s datasets feed nothing."),
        (
            Also(
                plural("%(number)s service uses no data.", "%(number)s services use no data."),
                different("orphan", equals("class", f"{CG}UrbanDataService")),
            ),
        ),
    ),
    "30": Telling(
        total_of("records", equals("factStatus", f"{CG}Sourced")),
        mark("No record says that it is fact."),
        plural(
            "%(number)s time a record rests on a source.",
            "%(number)s times a record rests on a source.",
        ),
        (
            Also(
                plural("%(number)s record is illustration.", "%(number)s records are illustration."),
                total_of("records", equals("factStatus", f"{CG}Illustrative")),
            ),
        ),
    ),
}
