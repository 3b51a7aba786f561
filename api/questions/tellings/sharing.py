"""Who shares with whom: the sentences of the answers."""

from __future__ import annotations

from collections.abc import Mapping

from api.languages import mark
from api.questions.counting import Also, Telling, different, is_some, most, of_row, plural
from api.questions.solutions import number_of

TELLINGS: Mapping[str, Telling] = {
    "06": Telling(
        different("actor"),
        mark("No agreement in force covers data on that day."),
        plural(
            "%(number)s actor is bound by an agreement in force that covers data.",
            "%(number)s actors are bound by an agreement in force that covers data.",
        ),
        (
            Also(
                plural(
                    "%(actor)s gives the most: %(number)s dataset.",
                    "%(actor)s gives the most: %(number)s datasets.",
                ),
                of_row(most("given"), "given"),
                most("given"),
                ("actor",),
            ),
            Also(
                plural(
                    "%(actor)s receives the most: %(number)s dataset.",
                    "%(actor)s receives the most: %(number)s datasets.",
                ),
                of_row(most("received"), "received"),
                most("received"),
                ("actor",),
            ),
        ),
    ),
    "07": Telling(
        different("receiver"),
        mark("Nobody receives data without giving some back."),
        plural(
            "%(number)s actor receives data from somebody without giving any back.",
            "%(number)s actors receive data from somebody without giving any back.",
        ),
    ),
    "08": Telling(
        lambda found: len({(row.get("giver"), row.get("receiver")) for row in found.rows}),
        mark("No agreement is on record."),
        plural(
            "%(number)s pair of actors is linked by an agreement.",
            "%(number)s pairs of actors are linked by agreements.",
        ),
    ),
    "23": Telling(
        different("agreement", lambda row: not number_of(row, "citizenMembers")),
        mark("No agreement was decided without a citizen member."),
        plural(
            "%(number)s agreement was decided without a citizen member.",
            "%(number)s agreements were decided without a citizen member.",
        ),
        (
            Also(
                plural("Citizens sit in %(number)s body.", "Citizens sit in %(number)s bodies."),
                different("body", is_some("citizenMembers")),
            ),
        ),
    ),
    "28": Telling(
        different("dataset"),
        mark("No dataset has different fees for one purpose."),
        plural(
            "%(number)s dataset has different fees for one purpose.",
            "%(number)s datasets have different fees for one purpose.",
        ),
    ),
    "18": Telling(
        different("dataset"),
        mark(
            "The authorities have all essential data of their conceded services, or a published decision exempts them."
        ),
        plural(
            "%(number)s essential dataset of a conceded service has not been handed to the authority.",
            "%(number)s essential datasets of conceded services have not been handed to the authority.",
        ),
    ),
}
