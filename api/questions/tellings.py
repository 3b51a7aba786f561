"""How each question is answered in a sentence: what is counted in its rows, and the words for none, one and many."""

from __future__ import annotations

from collections.abc import Mapping

from api.languages import mark
from api.pages.access import AUTHORITY
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
    total_of,
)
from api.questions.solutions import Row, number_of
from graph.terms import CG, DCAT


def _whole(row: Row) -> bool:
    return all(row[name].value == "true" for name in ("public", "licensed", "api", "bulk", "cited") if name in row)


_OPEN = f"{CG}Open"
_PUBLIC = f"{AUTHORITY}PUBLIC"

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
    "05": Telling(
        different("service"),
        mark("Every service has a right on record to all the data that it uses."),
        plural(
            "%(number)s service uses data with no right to them on record.",
            "%(number)s services use data with no right to them on record.",
        ),
    ),
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
    "10": Telling(
        row_count,
        mark("There is a dataset for every domain and territory."),
        plural(
            "There is no dataset at all for %(number)s pair of a domain and a territory.",
            "There is no dataset at all for %(number)s pairs of a domain and a territory.",
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
    "17": Telling(
        different("dataset"),
        mark("No closed dataset awaits a review whose date has passed."),
        plural(
            "%(number)s closed dataset awaits a review whose date has passed.",
            "%(number)s closed datasets await a review whose date has passed.",
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
    "19": Telling(
        different("derived"),
        mark("Every derived dataset keeps the licences of its sources."),
        plural(
            "%(number)s derived dataset does not keep the licence of a source.",
            "%(number)s derived datasets do not keep the licence of a source.",
        ),
    ),
    "20": Telling(
        different("licence"),
        mark("No licence on record suits a combination of these datasets."),
        plural(
            "%(number)s licence suits a combination of these datasets.",
            "%(number)s licences suit a combination of these datasets.",
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
    "26": Telling(
        different("service"),
        mark("No service follows a purpose outside those agreed."),
        plural(
            "%(number)s service follows a purpose outside those agreed.",
            "%(number)s services follow a purpose outside those agreed.",
        ),
    ),
    "27": Telling(
        different("agreement"),
        mark("Every agreement contains the territories of the services that it authorises."),
        plural(
            "%(number)s agreement does not contain the territory of a service that it authorises.",
            "%(number)s agreements do not contain the territory of a service that they authorise.",
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
