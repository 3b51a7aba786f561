"""CKAN with its DCAT extension (ckanext-dcat 2.4, profile `euro_dcat_ap_3`), as it is installed: no fluent fields, no
licences of its own, keywords not cleaned; a portal in French.

Read from `profiles/base.py`, `profiles/euro_dcat_ap_base.py`, `harvesters/rdf.py` of ckanext-dcat, and from CKAN 2.12's
schema, by which a harvested dataset is validated before it is written.
"""

from __future__ import annotations

import re
from functools import partial

from graph.preflight.description import Description, is_blank, is_literal, language_of, text_of
from graph.preflight.rules import rules_of
from graph.preflight.verdict import Reader, Reading, Verdict

NAME, TITLE = "ckan", "CKAN"
_LANGUAGE = "fr"
_MAILTO = "mailto:"

_TAG = re.compile(r"[\w \-.]*$")
_SHORTEST_TAG, _LONGEST_TAG = 2, 100
_LONGEST_VERSION = 100

_REGISTER = "http://www.opendefinition.org/licenses/"
_DEFINED = ("odc-pddl", "odc-odbl", "odc-by", "cc-zero", "cc-by", "cc-by-sa", "gfdl")
LICENCES = {
    **{f"{_REGISTER}{name}": name for name in _DEFINED},
    "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/": "uk-ogl",
    "http://creativecommons.org/licenses/by-nc/2.0/": "cc-nc",
}
"""The addresses that CKAN's own register of licences knows, with its names for them (`ckan/model/license.py`)."""

LICENCE_TITLES = {
    "License not specified": "notspecified",
    "Open Data Commons Public Domain Dedication and License (PDDL)": "odc-pddl",
    "Open Data Commons Open Database License (ODbL)": "odc-odbl",
    "Open Data Commons Attribution License": "odc-by",
    "Creative Commons CCZero": "cc-zero",
    "Creative Commons Attribution": "cc-by",
    "Creative Commons Attribution Share-Alike": "cc-by-sa",
    "GNU Free Documentation License": "gfdl",
    "UK Open Government Licence (OGL)": "uk-ogl",
    "Creative Commons Non-Commercial (Any)": "cc-nc",
}
"""The titles that it knows."""

_SINGLE = {
    "description": "dct:description",
    "identifier": "dct:identifier",
    "issued": "dct:issued",
    "modified": "dct:modified",
    "frequency": "dct:accrualPeriodicity",
    "landing page": "dcat:landingPage",
}

RULES = rules_of("ckan")


def reader(told: Description) -> Reader:
    """Give what reads the datasets of a description as this portal does."""
    return partial(_read, told)


def _read(told: Description, dataset: str) -> Verdict:
    reading = Reading(NAME, RULES, told, dataset)
    if is_blank(dataset):
        reading.remark("no-identity", "identifier")
    _title(reading)
    _version(reading)
    for name, prop in _SINGLE.items():
        stated, value = told.texts(dataset, prop), _value(told, dataset, prop)
        _compare(reading, name, stated, value)
    _keywords(reading)
    _publisher(reading)
    _contact(reading)
    _access_rights(reading)
    _distributions(reading)
    return reading.done()


def _value(told: Description, node: str, prop: str) -> str:
    """Read one value: the first that is no literal, or a literal in the portal's language, else the first."""
    fallback = ""
    for term in told.values(node, prop):
        if not is_literal(term):
            label = told.first(term, "rdfs:label")
            return text_of(term if label is None else label)
        if language_of(term) == _LANGUAGE:
            return text_of(term)
        fallback = fallback or text_of(term)
    return fallback


def _compare(reading: Reading, name: str, stated: list[str], value: str) -> None:
    """Compare what is stated with the one value that is kept, or the label of what has one."""
    rule = "one-value" if value in stated else "label-instead"
    reading.compare(name, stated, [value], lost=rule, partly=rule)


def _title(reading: Reading) -> None:
    title = _value(reading.told, reading.dataset, "dct:title")
    if not title:
        reading.remark("no-title", "title")
        return
    stated = reading.told.texts(reading.dataset, "dct:title")
    _compare(reading, "title", stated, title)


def _version(reading: Reading) -> None:
    told, dataset = reading.told, reading.dataset
    stated = told.texts(dataset, "dcat:version owl:versionInfo adms:version")
    found = (_value(told, dataset, prop) for prop in ("dcat:version", "owl:versionInfo", "adms:version"))
    version = next(filter(None, found), "")
    _compare(reading, "version", stated, version)
    if len(version) > _LONGEST_VERSION:
        reading.remark("version-length", "version", value=version)


def _keywords(reading: Reading) -> None:
    stated = reading.told.texts(reading.dataset, "dcat:keyword")
    shown = [keyword for keyword in stated if "," not in keyword]
    shown += [part.strip() for keyword in stated if "," in keyword for part in keyword.split(",")]
    reading.compare("keywords", stated, shown, lost="keyword-comma", partly="keyword-comma")
    for keyword in shown:
        if not _SHORTEST_TAG <= len(keyword) <= _LONGEST_TAG:
            reading.remark("keyword-length", "keywords", value=keyword)
        elif not _TAG.match(keyword):
            reading.remark("keyword-letters", "keywords", value=keyword)


def _publisher(reading: Reading) -> None:
    told = reading.told
    stated, shown = [], []
    for agent in told.values(reading.dataset, "dct:publisher"):
        names = told.values(agent, "foaf:name")
        stated += [text_of(name) for name in names] or [text_of(agent)]
        shown.append(_chosen(names))
    reading.compare("publisher", stated, shown[:1], lost="agent-unnamed", partly="one-agent")


def _chosen(names: list[str]) -> str:
    """Choose among names: the portal's language, else one without a language, else the first."""
    translated = {language: text_of(name) for name in names if (language := language_of(name))}
    plain = next((text_of(name) for name in names if not language_of(name)), "")
    return translated.get(_LANGUAGE) or plain or next(iter(translated.values()), "")


def _contact(reading: Reading) -> None:
    told = reading.told
    named, mails, first = [], [], []
    for prop in ("dcat:contactPoint", "adms:contactPoint"):
        for node in told.values(reading.dataset, prop):
            names = told.values(node, "vcard:fn") or told.values(node, "vcard:hasFN")
            named += [text_of(name) for name in names] or [text_of(node)]
            mails += [_plain(text) for text in told.texts(node, "vcard:hasEmail vcard:email foaf:mbox")]
            first.append((_contact_name(told, node), _plain(_vcard(told, node, "vcard:hasEmail"))))
    name, mail = first[0] if first else ("", "")
    reading.compare("contact", named, [name], lost="contact-unread", partly="one-contact")
    reading.compare("mail", mails, [mail], lost="contact-unread", partly="one-contact")


def _contact_name(told: Description, node: str) -> str:
    names = told.values(node, "vcard:fn vcard:hasFN")
    translated = {language: text_of(name) for name in names if (language := language_of(name))}
    return translated.get(_LANGUAGE) or _value(told, node, "vcard:fn") or _vcard(told, node, "vcard:hasFN")


def _vcard(told: Description, node: str, prop: str) -> str:
    """Read a value that may stand one node further."""
    term = told.first(node, prop)
    if term is not None and is_blank(term):
        return _value(told, term, "vcard:hasValue")
    return _value(told, node, prop)


def _plain(mail: str) -> str:
    return mail.replace(_MAILTO, "")


def _access_rights(reading: Reading) -> None:
    told = reading.told
    term = told.first(reading.dataset, "dct:accessRights")
    shown = "" if term is None else text_of(term)
    if term is not None and is_blank(term):
        shown = _value(told, term, "rdfs:label") if told.has_type(term, "dct:RightsStatement") else ""
    stated = told.values(reading.dataset, "dct:accessRights")
    kept = [shown] if term is not None and is_blank(term) and shown else [text_of(each) for each in stated]
    reading.compare("access rights", kept, [shown], lost="rights-unlabelled", partly="one-value")


def _distributions(reading: Reading) -> None:
    told = reading.told
    licence, licences, links, addresses, sizes, stated_sizes = "", list[str](), list[str](), list[str](), [], []
    licences += told.texts(reading.dataset, "dct:license")
    for node in told.values(reading.dataset, "dcat:distribution"):
        own = told.texts(node, "dcat:downloadURL") or told.texts(node, "dcat:accessURL")
        link = _value(told, node, "dcat:downloadURL") or _value(told, node, "dcat:accessURL")
        if not link:
            reading.remark("no-address", "distributions", node=node)
        addresses += own
        links.append(link)
        licences += told.texts(node, "dct:license")
        licence = licence or _licence(told, node)
        stated_sizes += told.texts(node, "dcat:byteSize")
        sizes.append(_size(_value(told, node, "dcat:byteSize")))
    reading.compare("distributions", addresses, links, lost="no-address", partly="one-address")
    reading.compare("sizes", stated_sizes, sizes, lost="size-unread", partly="size-unread")
    reading.show("licence", [licence])
    if licences and not licence:
        reading.remark("licence-unknown", "licence", value=licences[0])


def _licence(told: Description, node: str) -> str:
    """Look a distribution's licence up in the register."""
    term = told.first(node, "dct:license")
    if term is None:
        return ""
    return LICENCES.get(text_of(term)) or LICENCE_TITLES.get(_value(told, term, "dct:title"), "")


def _size(text: str) -> str:
    try:
        return str(int(float(text)))
    except (ValueError, OverflowError):
        return ""
