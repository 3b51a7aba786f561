"""What keeps data closed: the sentences of the answers."""

from __future__ import annotations

from collections.abc import Mapping

from api.languages import mark
from api.questions.counting import Also, Telling, different, first_row, most, of_row, plural

TELLINGS: Mapping[str, Telling] = {
    "15": Telling(
        different("kind"),
        mark("No barrier stands in any domain."),
        plural(
            "Barriers of %(number)s kind stand.",
            "Barriers of %(number)s kinds stand.",
        ),
        (
            Also(
                plural(
                    "The most frequent: %(kind)s in the domain %(domain)s, %(number)s barrier.",
                    "The most frequent: %(kind)s in the domain %(domain)s, %(number)s barriers.",
                ),
                of_row(most("barriers"), "barriers"),
                most("barriers"),
                ("kind", "domain"),
            ),
        ),
    ),
    "04": Telling(
        different("holder"),
        mark("Sharing is stuck nowhere: no service waits for data that somebody holds."),
        plural(
            "Sharing is stuck at %(number)s holder, for whose data services wait.",
            "Sharing is stuck at %(number)s holders, for whose data services wait.",
        ),
        (
            Also(
                plural(
                    "First of all %(holder)s, for whose data %(number)s service waits.",
                    "First of all %(holder)s, for whose data %(number)s services wait.",
                ),
                of_row(first_row, "waiting"),
                first_row,
                ("holder",),
            ),
        ),
    ),
    "17": Telling(
        different("dataset"),
        mark("No closed dataset awaits a review whose date has passed."),
        plural(
            "%(number)s closed dataset awaits a review whose date has passed.",
            "%(number)s closed datasets await a review whose date has passed.",
        ),
    ),
    "16": Telling(
        different("barrier"),
        mark("No barrier on record has fallen yet."),
        plural("%(number)s barrier has fallen.", "%(number)s barriers have fallen."),
        (
            Also(
                plural(
                    "The one that held longest: %(barrier)s, %(number)s month.",
                    "The one that held longest: %(barrier)s, %(number)s months.",
                ),
                of_row(most("months"), "months"),
                most("months"),
                ("barrier",),
            ),
        ),
    ),
    "22": Telling(
        different("dataset"),
        mark("No law on record bears on a dataset that is not public."),
        plural(
            "A law on record bears on %(number)s dataset that is not public.",
            "Laws on record bear on %(number)s datasets that are not public.",
        ),
        (
            Also(
                plural(
                    "For %(number)s of them it is told what the law obliges or allows.",
                    "For %(number)s of them it is told what the law obliges or allows.",
                ),
                different("dataset", lambda row: "effect" in row),
            ),
        ),
    ),
}
