"""The lists by which udata reads: licences of data.gouv.fr, frequencies."""

from __future__ import annotations

_ETALAB = "https://www.etalab.gouv.fr"
_DEFINED = "http://www.opendefinition.org/licenses"
_COMMONS = "http://opendatacommons.org/licenses"
LICENCES: dict[str, tuple[str, ...]] = {
    "cc-by": ("Creative Commons Attribution", f"{_DEFINED}/cc-by"),
    "cc-by-sa": ("Creative Commons Attribution Share-Alike", f"{_DEFINED}/cc-by-sa"),
    "cc-zero": ("Creative Commons CCZero", f"{_DEFINED}/cc-zero"),
    "fr-lo": (
        "Licence Ouverte / Open Licence",
        f"{_ETALAB}/wp-content/uploads/2014/05/Licence_Ouverte.pdf",
        f"{_ETALAB}/wp-content/uploads/2014/05/Open_Licence.pdf",
    ),
    "lov2": (
        "Licence Ouverte / Open Licence version 2.0",
        f"{_ETALAB}/licence-ouverte-open-licence",
        f"{_ETALAB}/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf",
        "https://github.com/etalab/Licence-Ouverte/blob/master/LO.md",
    ),
    "odc-by": ("Open Data Commons Attribution License", f"{_COMMONS}/by/summary/"),
    "odc-odbl": (
        "Open Data Commons Open Database License (ODbL)",
        f"{_COMMONS}/odbl/summary/",
        "https://opendefinition.org/licenses/odc-odbl",
    ),
    "odc-pddl": ("Open Data Commons Public Domain Dedication and Licence (PDDL)", f"{_COMMONS}/pddl/summary/"),
}
"""Name -> title and addresses, as data.gouv.fr tells them at `/api/1/datasets/licenses/`."""

_EU = "http://publications.europa.eu/resource/authority/frequency/"
_DC = "http://purl.org/cld/freq/"
_OF_BOTH = " daily weekly biweekly monthly bimonthly quarterly annual biennial triennial "
_OF_DC = "continuous threeTimesAWeek semiweekly threeTimesAMonth semimonthly threeTimesAYear semiannual irregular"
_OF_EU = {
    **{name.upper(): name for name in _OF_BOTH.split()},
    "UNKNOWN": "unknown",
    "UPDATE_CONT": "continuous",
    "1MIN": "oneMinute",
    "5MIN": "fiveMinutes",
    "10MIN": "tenMinutes",
    "15MIN": "fifteenMinutes",
    "30MIN": "thirtyMinutes",
    "HOURLY": "hourly",
    "BIHOURLY": "bihourly",
    "TRIHOURLY": "trihourly",
    "12HRS": "twelveHours",
    "CONT": "severalTimesADay",
    "DAILY_3": "threeTimesADay",
    "DAILY_2": "semidaily",
    "WEEKLY_5": "fiveTimesAWeek",
    "WEEKLY_3": "threeTimesAWeek",
    "WEEKLY_2": "semiweekly",
    "MONTHLY_3": "threeTimesAMonth",
    "MONTHLY_2": "semimonthly",
    "ANNUAL_3": "threeTimesAYear",
    "ANNUAL_2": "semiannual",
    "QUADRENNIAL": "quadrennial",
    "QUINQUENNIAL": "quinquennial",
    "DECENNIAL": "decennial",
    "BIDECENNIAL": "bidecennial",
    "TRIDECENNIAL": "tridecennial",
    "AS_NEEDED": "punctual",
    "IRREG": "irregular",
    "NEVER": "never",
    "NOT_PLANNED": "notPlanned",
    "OTHER": "other",
}
FREQUENCIES = {
    **{f"{_EU}{name}": value for name, value in _OF_EU.items()},
    **{name.lower(): value for name, value in _OF_EU.items()},
    **{f"{_DC}{name}": name for name in (_OF_BOTH + _OF_DC).split()},
    **{name.lower(): name for name in (_OF_BOTH + _OF_DC).split()},
}
"""Address or, as a word, its end in small letters -> what udata calls that frequency."""

_CATEGORIES = "http://data.europa.eu/bna/"
HIGH_VALUE = {
    f"{_CATEGORIES}c_164e0bf5": "Météorologiques",
    f"{_CATEGORIES}c_a9135398": "Entreprises et propriété d'entreprises",
    f"{_CATEGORIES}c_ac64a52d": "Géospatiales",
    f"{_CATEGORIES}c_b79e35eb": "Mobilité",
    f"{_CATEGORIES}c_dd313021": "Observation de la terre et environnement",
    f"{_CATEGORIES}c_e1da4e07": "Statistiques",
}
"""The EU's categories of high-value datasets, as udata calls them."""

INSPIRE = "http://inspire.ec.europa.eu/theme"
INSPIRE_SCHEMES = (INSPIRE, "http://www.eionet.europa.eu/gemet/inspire_themes")
INSPIRE_TITLE = "gemet - inspire themes, version 1.0"
"""What udata knows themes of INSPIRE by: their addresses, or the address or title of their scheme."""
