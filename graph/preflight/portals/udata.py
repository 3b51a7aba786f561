"""udata 17.18 with its DCAT harvester, as data.gouv.fr runs it: in French, with that portal's register of licences.

Read from `udata/core/dataset/rdf.py`, `udata/rdf.py`, `udata/harvest/backends`, and from the models that a dataset is
validated by before it is written: a value of the wrong sort loses the dataset, not only the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

from graph.preflight.dates import Reads, read_date
from graph.preflight.description import Description, datatype_of, is_blank, is_literal, language_of, text_of
from graph.preflight.portals.udata_lists import FREQUENCIES, LICENCES
from graph.preflight.rules import rules_of
from graph.preflight.tags import tag_of
from graph.preflight.verdict import Reader, Reading, Verdict
from graph.terms import SPDX, XSD

NAME, TITLE = "udata", "data.gouv.fr (udata)"
RULES = rules_of("udata")

_LANGUAGE = "fr"
_SCHEMES = ("http", "https", "ftp", "ftps")
_TEXT_TYPES = {None, f"{XSD}string", f"{XSD}anyURI", f"{XSD}normalizedString", f"{XSD}token"}
_NUMBERS = {f"{XSD}{name}" for name in ("integer", "nonNegativeInteger", "positiveInteger", "long", "decimal")}
_ALGORITHMS = {f"{SPDX}checksumAlgorithm_{name}": name for name in ("md5", "sha1", "sha256")}
_SHORTEST_TAG, _LONGEST_TAG = 3, 96
_HOST = re.compile(
    r"^(localhost|\d+\.\d+\.\d+\.\d+|\[[0-9a-f:]+\]|[^\s.]+(\.[^\s.]+)*\.[a-z0-9\u00a1-\uffff]{2,})$", re.I
)
_ROLES = {
    "contact": "dcat:contactPoint",
    "creator": "dct:creator",
    "publisher": "dct:publisher",
    "rightsHolder": "dct:rightsHolder",
}


def reader(told: Description) -> Reader:
    """Give what reads the datasets of a description as this portal does."""
    first: dict[str, str] = {}
    for each in told.datasets:
        if term := told.first(each, "dct:identifier"):
            first.setdefault(text_of(term), each)

    def read(dataset: str) -> Verdict:
        reading = Reading(NAME, RULES, told, dataset)
        _identifier(reading, first)
        for part in (_title, _description, _keywords, _dates, _frequency, _agents, _distributions, _licence):
            part(reading)
        return reading.done()

    return read


def _chosen(told: Description, node: str, prop: str) -> str | None:
    """Choose one value: the literal in the portal's language, else the first."""
    values = told.values(node, prop)
    in_language = (value for value in values if language_of(value) == _LANGUAGE)
    return next(in_language, values[0] if values else None)


def _text(reading: Reading, node: str, prop: str, name: str) -> str:
    """Read a value that has to be a text: a number or a date there loses the dataset."""
    term = _chosen(reading.told, node, prop)
    if term is None:
        return ""
    if is_literal(term) and language_of(term) is None and datatype_of(term) not in _TEXT_TYPES:
        reading.remark("no-text", name, node=node, value=text_of(term))
    return text_of(term)


def _identifier(reading: Reading, met: dict[str, str]) -> None:
    told, dataset = reading.told, reading.dataset
    term = told.first(dataset, "dct:identifier")
    if term is None or not text_of(term):
        reading.remark("no-identifier", "identifier")
        return
    if met.get(text_of(term), dataset) != dataset or text_of(term) in told.before:
        reading.remark("same-identifier", "identifier", value=text_of(term))
    text = _text(reading, dataset, "dct:identifier", "identifier")
    stated = told.texts(dataset, "dct:identifier")
    reading.compare("identifier", stated, [text], lost="one-value", partly="one-value")


def _title(reading: Reading) -> None:
    title = _text(reading, reading.dataset, "dct:title", "title")
    if not title:
        reading.remark("no-title", "title")
        return
    stated = reading.told.texts(reading.dataset, "dct:title")
    reading.compare("title", stated, [title], lost="one-value", partly="one-value")


def _description(reading: Reading) -> None:
    told, dataset = reading.told, reading.dataset
    term = _chosen(told, dataset, "dct:description") or _chosen(told, dataset, "dct:abstract")
    if term is None:
        return
    text = text_of(term).strip() if is_literal(term) else ""
    if _has_tags(text):
        reading.remark("markup", "description")
        return
    stated = [each.strip() for each in told.texts(dataset, "dct:description")]
    reading.compare("description", stated, [text], lost="no-description", partly="one-value")


def _has_tags(text: str) -> bool:
    """Say whether HTML's elements stand in a text, by the parser that udata asks."""
    parser = _Tags()
    if "<" in text:
        parser.feed(text)
    return parser.met


class _Tags(HTMLParser):
    """Notes whether it meets the beginning or the end of an element."""

    met = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        self.met = True

    def handle_endtag(self, tag: str) -> None:
        """Note it."""
        self.met = True


def _keywords(reading: Reading) -> None:
    told, dataset = reading.told, reading.dataset
    tags = []
    for term in told.values(dataset, "dcat:keyword"):
        if not is_literal(term):
            reading.remark("keyword-address", "keywords", value=text_of(term))
            continue
        tag = tag_of(text_of(term))
        if len(tag) < _SHORTEST_TAG:
            reading.remark("keyword-short", "keywords", value=text_of(term))
        elif len(tag) > _LONGEST_TAG:
            reading.remark("keyword-long", "keywords", value=text_of(term))
        tags.append(tag)
    tags += [tag_of(text) for text in _theme_labels(told, dataset)]
    reading.show("keywords", sorted({tag[:_LONGEST_TAG] for tag in tags if len(tag) >= _SHORTEST_TAG}))


def _theme_labels(told: Description, dataset: str) -> Iterator[str]:
    for theme in told.values(dataset, "dcat:theme"):
        label = theme if is_literal(theme) else _chosen(told, theme, "skos:prefLabel")
        if label is not None:
            yield text_of(label)


def _dates(reading: Reading) -> None:
    for name, prop in (("created", "dct:created"), ("issued", "dct:issued"), ("modified", "dct:modified")):
        _date(reading, reading.dataset, name, prop)


def _date(reading: Reading, node: str, name: str, prop: str) -> None:
    """Read a date: what no date is in `modified` is lost, elsewhere it loses the dataset."""
    stated = reading.told.values(node, prop)
    term = _chosen(reading.told, node, prop)
    if term is None:
        return
    text = text_of(term)
    how, day = read_date(text)
    if how is Reads.NOTHING:
        reading.remark("date-lost" if name == "modified" else "date-refused", name, node=node, value=text)
    elif how is Reads.LATER and name == "modified":
        reading.remark("date-future", name, node=node, value=text)
    elif node == reading.dataset:
        reading.show(name, [day])
        if how is Reads.OTHERWISE:
            reading.remark("date-misread", name, node=node, value=text)
    if len(stated) > 1:
        reading.remark("one-value", name, node=node, value=text)


def _frequency(reading: Reading) -> None:
    term = reading.told.first(reading.dataset, "dct:accrualPeriodicity")
    if term is None:
        return
    known = FREQUENCIES.get(text_of(term).lower() if is_literal(term) else text_of(term))
    reading.show("frequency", [known])
    if known is None:
        reading.remark("frequency-unknown", "frequency", value=text_of(term))


def _agents(reading: Reading) -> None:
    told, shown = reading.told, []
    for role, prop in _ROLES.items():
        for node in told.values(reading.dataset, prop):
            name, mail, form = _agent(told, node, contact=role == "contact")
            if not (name or mail or form):
                reading.remark("agent-empty", role, node=node)
            elif role == "contact" and not (mail or form):
                reading.remark("contact-unreachable", role, node=node, value=name)
            elif form and not is_web(form):
                reading.remark("contact-unreachable", role, node=node, value=form)
            else:
                shown.append(f"{role}: {name or ''}")
    reading.show("contacts", sorted(shown))


def _agent(told: Description, node: str, *, contact: bool) -> tuple[str, str, str]:
    """Read name, mail and form of an agent: by vCard and then by FOAF for contacts, the other way for others."""
    if is_literal(node):
        return text_of(node), "", ""
    card, friend = _card(told, node), _friend(told, node)
    first, second = (card, friend) if contact else (friend, card)
    return first if any(first) else second


def _card(told: Description, node: str) -> tuple[str, str, str]:
    name = _joined(_one(told, node, "vcard:fn"), _one(told, node, "vcard:organization-name"))
    mail = _one(told, node, "vcard:hasEmail") or _one(told, node, "vcard:email")
    return name, mail.removeprefix("mailto:").strip(), _one(told, node, "vcard:hasURL") or _one(told, node, "vcard:url")


def _friend(told: Description, node: str) -> tuple[str, str, str]:
    own = _one(told, node, "foaf:name") or _one(told, node, "skos:prefLabel")
    parent = told.first(node, "org:memberOf")
    mail = _one(told, node, "foaf:mbox")
    if parent is not None:
        own, mail = _joined(own, _one(told, parent, "foaf:name")), mail or _one(told, parent, "foaf:mbox")
    return own, mail.removeprefix("mailto:").strip(), ""


def _joined(name: str, organisation: str) -> str:
    return f"{name} ({organisation})" if name and organisation else name or organisation


def _one(told: Description, node: str, prop: str) -> str:
    term = _chosen(told, node, prop)
    return "" if term is None else text_of(term)


def _distributions(reading: Reading) -> None:
    told, links, checksums = reading.told, list[str](), list[str | None]()
    for node in told.values(reading.dataset, "dcat:distribution"):
        link = told.first(node, "dcat:downloadURL") or told.first(node, "dcat:accessURL")
        text = "" if link is None else text_of(link)
        if not text:
            reading.remark("no-address", "distributions", node=node)
            continue
        links.append(text)
        if not is_web(text):
            reading.remark("address-refused", "distributions", node=node, value=text)
        if len(told.values(node, "dcat:downloadURL") or told.values(node, "dcat:accessURL")) > 1:
            reading.remark("one-address", "distributions", node=node, value=text)
        _text(reading, node, "dct:title", "distribution title")
        _text(reading, node, "dct:identifier", "distribution identifier")
        for name, prop in (("distribution issued", "dct:issued"), ("modified", "dct:modified")):
            _date(reading, node, name, prop)
        _size(reading, node)
        checksums.append(_checksum(reading, node))
    reading.show("distributions", sorted(links))
    reading.show("checksums", checksums)


def _size(reading: Reading, node: str) -> None:
    term = _chosen(reading.told, node, "dcat:byteSize")
    if term is None:
        return
    text = text_of(term)
    if not re.fullmatch(r"[+-]?\d+", text.strip()) and not (datatype_of(term) in _NUMBERS and _is_number(text)):
        reading.remark("size-refused", "sizes", node=node, value=text)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?\d*\.?\d+", text.strip()) is not None


def _checksum(reading: Reading, node: str) -> str | None:
    """Read a checksum: one that cannot be read loses the dataset, one by another algorithm is passed over."""
    told = reading.told
    checksum = told.first(node, "spdx:checksum")
    if checksum is None:
        return None
    algorithm = None if is_literal(checksum) else told.first(checksum, "spdx:algorithm")
    if is_literal(checksum) or algorithm is None or is_literal(algorithm):
        reading.remark("checksum-unread", "checksums", node=node)
        return None
    if text_of(algorithm) not in _ALGORITHMS:
        reading.remark("checksum-unknown", "checksums", node=node, value=text_of(algorithm))
        return None
    value = _chosen(told, checksum, "spdx:checksumValue")
    if value is None:
        return None
    if datatype_of(value) == f"{XSD}hexBinary":
        reading.remark("checksum-binary", "checksums", node=node, value=text_of(value))
    return text_of(value)


def _licence(reading: Reading) -> None:
    """Guess the licence: from the dataset, from its rights, from its distributions, the first that is known."""
    told, dataset = reading.told, reading.dataset
    places = [(dataset, "dct:license"), (dataset, "dct:rights")]
    kept = (
        node
        for node in told.values(dataset, "dcat:distribution")
        if told.values(node, "dcat:downloadURL dcat:accessURL")
    )
    places += [(node, "dct:license") for node in kept]
    stated = [_spoken(told, term) for node, prop in places for term in told.values(node, prop)]
    found = next((known for text in stated if (known := licence_of(text))), None)
    reading.show("licence", [found])
    licences = [text for node, prop in places if prop == "dct:license" for text in told.texts(node, prop)]
    if licences and found is None:
        reading.remark("licence-unknown", "licence", value=licences[0])


def _spoken(told: Description, term: str) -> str:
    """Give what a licence is called, else its address."""
    if is_literal(term):
        return text_of(term)
    return _one(told, term, "rdfs:label") or _one(told, term, "dct:description") or text_of(term)


def licence_of(text: str) -> str | None:
    """Find a licence of the register by its name, its title or its address, with or without scheme and last slash."""
    wanted = text.strip().lower()
    short = _without_scheme(wanted)
    for name, known in LICENCES.items():
        lowered = [each.lower() for each in known]
        if wanted == name or wanted in lowered or (short and any(short in each for each in lowered)):
            return name
    return None


def _without_scheme(address: str) -> str:
    """Give host and path of an address, '' for what is none."""
    try:
        place = urlsplit(address)
    except ValueError:
        return ""
    return f"{place.netloc}{place.path.rstrip('/')}" if place.netloc else ""


def is_web(address: str) -> bool:
    """Say whether an address is one that the portal takes for a link."""
    if is_blank(address):
        return False
    try:
        parts = urlsplit(address.strip())
        host = parts.netloc.rpartition("@")[2]
        place = host if host.startswith("[") and host.endswith("]") else re.sub(r":\d{2,5}$", "", host)
    except ValueError:
        return False
    fine = not re.search(r"\s", address.strip()) and parts.scheme.lower() in _SCHEMES
    return fine and _HOST.match(place) is not None
