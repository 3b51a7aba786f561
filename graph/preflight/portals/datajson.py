"""data.gov's harvester of `/data.json`: holds each dataset against the schema of DCAT-US 1.1, refuses what fails.

https://resources.data.gov/resources/dcat-us/: the schema for those who are no federal agency. What is judged is the
dataset as this site writes it there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from graph.feeds import dcat_us
from graph.preflight.description import Description
from graph.preflight.rules import rules_of
from graph.preflight.verdict import Reader, Reading, Verdict
from graph.terms import is_iri

NAME, TITLE = "datajson", "data.gov (DCAT-US 1.1)"

_MAILBOX = re.compile(r"mailto:[\w~!$&'()*+,;=:.-]+")
_HOST = re.compile(r"[\w.-]+")
_MEDIA_TYPE = re.compile(r"[-\w]+/[-\w]+(\.[-\w]+)*([+][-\w]+)?")
_DATE = re.compile(
    r"[+-]?\d{4}(-?(0[1-9]|1[0-2])(-?([12]\d|0[1-9]|3[01]))?)?"
    r"([T\s]([01]\d|2[0-3])(:?[0-5]\d(:?[0-5]\d([.,]\d+)?)?)?([zZ]|[+-]([01]\d|2[0-3]):?([0-5]\d)?)?)?"
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LONGEST_RIGHTS = 255


RULES = rules_of("datajson")


def reader(told: Description) -> Reader:
    """Give what reads the datasets of a description as this portal does."""
    return partial(_read, told)


def _read(told: Description, dataset: str) -> Verdict:
    reading, made = Reading(NAME, RULES, told, dataset), _record(told, dataset)
    for field, rule in _REQUIRED.items():
        if not made.get(field):
            reading.remark(rule, field)
    for field, rule, value in _wrong(made):
        reading.remark(rule, field, value=value)
    for field, prop in (("title", "dct:title"), ("description", "dct:description")):
        shown, stated = made.get(field), told.texts(dataset, prop)
        reading.show(field, [shown])
        if shown and any(text and text != shown for text in stated):
            reading.remark("one-language", field)
    return reading.done()


def _record(told: Description, dataset: str) -> dict[str, Any]:
    return dcat_us.record(told.described(dataset))


_REQUIRED = {
    "title": "no-title",
    "description": "no-description",
    "publisher": "no-publisher",
    "accessLevel": "no-access-level",
}


def _wrong(made: dict[str, Any]) -> Iterator[tuple[str, str, str | None]]:
    """Give each field that the schema refuses, with its rule and the value."""
    contact = made.get("contactPoint", {})
    if not contact.get("fn"):
        yield "contactPoint", "no-contact", None
    if "hasEmail" in contact and not _is_mail(contact["hasEmail"]):
        yield "contactPoint", "mail", contact["hasEmail"]
    if len(made.get("rights", "")) > _LONGEST_RIGHTS:
        yield "rights", "rights-long", None
    for field in ("issued", "modified"):
        if field in made and not _DATE.fullmatch(made[field]):
            yield field, "date", made[field]
    yield from _each(made, "language", "language", lambda text: _LANGUAGE.fullmatch(text) is not None)
    yield from _each(made, "keyword", "keyword-empty", bool)
    themes = made.get("theme", [])
    if not all(themes) or len(set(themes)) < len(themes):
        yield "theme", "theme", None
    for field in ("landingPage", "license"):
        if not _is_uri(made.get(field)):
            yield field, "address", made[field]
    for each in made.get("distribution", ()):
        for name in ("downloadURL", "accessURL", "license"):
            if not _is_uri(each.get(name)):
                yield "distribution", "address", each[name]
        kind = each.get("mediaType")
        if "downloadURL" in each and (kind is None or not _MEDIA_TYPE.fullmatch(kind)):
            yield "distribution", "media-type", each["downloadURL"]


def _is_uri(address: str | None) -> bool:
    """Say whether the schema takes an address, where one is stated: letters beyond ASCII have to be escaped in it."""
    return address is None or (address.isascii() and is_iri(address))


def _is_mail(address: str) -> bool:
    """Say whether the schema takes an address of mail: its host has a dot that is neither its first nor its last."""
    mailbox, _, host = address.partition("@")
    return bool(_MAILBOX.fullmatch(mailbox) and _HOST.fullmatch(host) and "." in host[1:-1])


def _each(
    made: dict[str, Any], field: str, rule: str, fine: Callable[[str], bool]
) -> Iterator[tuple[str, str, str | None]]:
    for text in made.get(field, ()):
        if not fine(text):
            yield field, rule, text
