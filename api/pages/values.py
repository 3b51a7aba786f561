"""A value of a property as a page shows it: text, date, number, address, link, or a node in its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from api.languages import Texts, mark
from api.links import Links, outward
from api.pages.names import Name, Names
from graph.terms import DCAT, FOAF, SCHEMA, VCARD, XSD, Term, value_of

# A longer text stands behind its first words, whole.
LONG = 1200
_OPENING = 160
_FRACTION = re.compile(r"(\.\d{3})\d+")

_DATES = {XSD + name for name in ("date", "dateTime", "dateTimeStamp")}
_NUMBERS = {
    XSD + name
    for name in (
        "integer",
        "decimal",
        "int",
        "long",
        "short",
        "nonNegativeInteger",
        "positiveInteger",
        "double",
        "float",
    )
}
_BOOLEANS = {"true": mark("Yes"), "1": mark("Yes"), "false": mark("No"), "0": mark("No")}
# Lexical forms that say a number plainly: "007" is shown as it is, since its form says something.
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?\Z")

# Properties whose value is an address to go to rather than a thing to read about.
ADDRESSES = {
    *(DCAT + name for name in ("accessURL", "downloadURL", "landingPage", "endpointURL", "endpointDescription")),
    *(FOAF + name for name in ("page", "homepage", "mbox", "depiction", "logo")),
    *(VCARD + name for name in ("hasEmail", "hasURL", "hasTelephone")),
    *(SCHEMA + name for name in ("url", "contentUrl")),
}


_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


@dataclass(frozen=True, slots=True)
class Value:
    """What a template needs to show one value.

    `shape` is `text`, `long`, `date`, `number`, `link` (a page here), `outside` (an address elsewhere), `iri` (only
    mentioned) or `node` (owned, shown in place).
    `lexical` is what the source wrote; `language` stands only where it is not the page's.
    """

    shape: str
    text: str
    lexical: str
    language: str | None = None
    href: str | None = None
    outside: str | None = None
    kind: str | None = None

    @property
    def moment(self) -> str:
        """A date or time for programs, which HTML lets have three digits of a second's fraction."""
        return _FRACTION.sub(r"\1", self.lexical)

    @property
    def opening(self) -> str:
        """The first words of a long text."""
        return self.text[:_OPENING].rsplit(" ", 1)[0]


def show(prop: str, text: str, names: Names, texts: Texts, links: Links) -> Value:
    """Show the value of a property, an N-Triples text."""
    term = value_of(text)
    return _show_iri(prop, term.value, names, links) if term.kind == "iri" else _show_literal(term, texts)


def _show_iri(prop: str, iri: str, names: Names, links: Links) -> Value:
    """Show an IRI by its name where it has one, else as the address that it is."""
    name, page, outside = names.name(iri), names.page(iri), outward(iri)
    if page is None and prop in ADDRESSES and outside:
        return Value("outside", iri.removeprefix("mailto:"), iri, href=outside)
    if name is None and iri.startswith(_MEDIA_TYPES):
        # Their authority names them by their address and by nothing else.
        name = Name(iri.removeprefix(_MEDIA_TYPES))
    if page is None and name is None:
        return Value("iri", iri, iri, href=links.node(iri), outside=outside)
    language = name.language if name else None
    return Value("link", name.text if name else iri, iri, language, page or links.node(iri), outside, names.kind(iri))


def _show_literal(term: Term, texts: Texts) -> Value:
    """Show a literal: dates and numbers in the reader's way with the source's own beside, all else as it is."""
    lexical = term.value
    language = term.language if term.language and term.language.partition("-")[0] != texts.language else None
    if term.datatype == XSD + "boolean" and lexical in _BOOLEANS:
        return Value("text", texts.text(_BOOLEANS[lexical]), lexical)
    if term.datatype in _DATES:
        return Value("date", texts.date(lexical), lexical)
    if term.datatype in _NUMBERS and _PLAIN_NUMBER.match(lexical):
        return Value("number", texts.number(float(lexical) if "." in lexical else int(lexical)), lexical)
    if term.datatype == XSD + "anyURI" and outward(lexical):
        return Value("outside", lexical, lexical, href=outward(lexical))
    return Value("long" if len(lexical) > LONG else "text", lexical, lexical, language)
