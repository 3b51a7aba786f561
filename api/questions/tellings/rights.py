"""Who may use what: the sentences of the answers."""

from __future__ import annotations

from collections.abc import Mapping

from api.languages import mark
from api.questions.counting import Telling, different, plural

TELLINGS: Mapping[str, Telling] = {
    "05": Telling(
        different("service"),
        mark("Every service has a right on record to all the data that it uses."),
        plural(
            "%(number)s service uses data with no right to them on record.",
            "%(number)s services use data with no right to them on record.",
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
}
