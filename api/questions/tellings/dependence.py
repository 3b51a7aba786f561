"""What depends on whom: the sentences of the answers."""

from __future__ import annotations

from collections.abc import Mapping

from api.languages import mark
from api.questions.counting import (
    Also,
    Telling,
    different,
    equals,
    first_row,
    is_some,
    lacks,
    most,
    of_row,
    plural,
    row_count,
)

TELLINGS: Mapping[str, Telling] = {
    "01": Telling(
        different("service", equals("stops", "true")),
        mark("No service would stop: each has its data from several holders, or a substitute for them."),
        plural(
            "%(number)s service would stop if one of its holders left.",
            "%(number)s services would stop, each if one of its holders left.",
        ),
        (
            Also(
                plural(
                    "Most at stake: %(service)s, which would lose %(number)s input if %(holder)s left.",
                    "Most at stake: %(service)s, which would lose %(number)s inputs if %(holder)s left.",
                ),
                of_row(first_row, "lost"),
                first_row,
                ("service", "holder"),
            ),
        ),
    ),
    "02": Telling(
        different("service"),
        mark("No service would fall with this dataset, neither directly nor by way of what is derived from it."),
        plural(
            "%(number)s service would fall with this dataset.",
            "%(number)s services would fall with this dataset.",
        ),
        (
            Also(
                plural(
                    "%(number)s description in all is touched, this dataset included.",
                    "%(number)s descriptions in all are touched, this dataset included.",
                ),
                different("fallen"),
            ),
        ),
    ),
    "03": Telling(
        different("service", is_some("privateInputs")),
        mark("No service of general interest uses data that private actors alone hold."),
        plural(
            "%(number)s service of general interest uses data that private actors alone hold.",
            "%(number)s services of general interest use data that private actors alone hold.",
        ),
        (
            Also(
                plural(
                    "The most: %(service)s, with %(number)s such input.",
                    "The most: %(service)s, with %(number)s such inputs.",
                ),
                of_row(most("privateInputs"), "privateInputs"),
                most("privateInputs"),
                ("service",),
            ),
        ),
    ),
    "24": Telling(
        different("holder"),
        mark("No service uses data of any domain yet."),
        plural(
            "%(number)s holder is enough for that share of the uses in each domain.",
            "%(number)s holders are enough for that share of the uses, over all domains.",
        ),
        (
            Also(
                plural(
                    "The largest: %(holder)s in the domain %(domain)s, %(number)s use.",
                    "The largest: %(holder)s in the domain %(domain)s, %(number)s uses.",
                ),
                of_row(most("uses"), "uses"),
                most("uses"),
                ("holder", "domain"),
            ),
        ),
    ),
    "12": Telling(
        different("agreement"),
        mark("No service in operation relies on an agreement that has ended."),
        plural(
            "%(number)s agreement has ended while a service still relies on it.",
            "%(number)s agreements have ended while services still rely on them.",
        ),
    ),
    "13": Telling(
        different("agreement"),
        mark("No agreement ends between these two days."),
        plural(
            "%(number)s agreement ends between these two days.",
            "%(number)s agreements end between these two days.",
        ),
        (
            Also(
                plural(
                    "For %(number)s of them no next agreement is signed.",
                    "For %(number)s of them no next agreement is signed.",
                ),
                different("agreement", lacks("successor")),
            ),
            Also(
                plural("First %(agreement)s, on %(end)s.", "First %(agreement)s, on %(end)s."),
                row_count,
                first_row,
                ("agreement", "end"),
            ),
        ),
    ),
}
