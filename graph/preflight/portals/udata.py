"""udata 17.18 with its DCAT harvester, as data.gouv.fr runs it: in French, with that portal's register of licences.

Read from `udata/core/dataset/rdf.py`, `udata/rdf.py`, `udata/harvest/backends`, and from the models that a dataset is
validated by before it is written: a value of the wrong sort loses the dataset, not only the value.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

from graph.preflight.dates import read_date
from graph.preflight.description import Description, is_blank, is_literal, language_of, python_of, text_of
from graph.preflight.portals.udata_addresses import is_web
from graph.preflight.portals.udata_licences import NONE, licence_of
from graph.preflight.portals.udata_lists import FREQUENCIES, HIGH_VALUE, INSPIRE, INSPIRE_SCHEMES, INSPIRE_TITLE
from graph.preflight.rules import rules_of
from graph.preflight.tags import in_latin, tag_of
from graph.preflight.verdict import Reader, Reading, Verdict
from graph.terms import SPDX

NAME, TITLE = "udata", "data.gouv.fr (udata)"
RULES = rules_of("udata")

_LANGUAGE = "fr"
_ALGORITHMS = {f"{SPDX}checksumAlgorithm_{name}": name for name in ("md5", "sha1", "sha256")}
_SHORTEST_TAG, _LONGEST_TAG = 3, 96
_LONGEST_NAME = 255
_LARGEST = 2**63
"""What the database's whole numbers end before."""
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
    """Choose one value: the literal in the portal's language, else the first; what Python takes for nothing is none."""
    values = told.values(node, prop)
    in_language = (value for value in values if language_of(value) == _LANGUAGE)
    term = next(in_language, values[0] if values else None)
    return term if term is None or python_of(term) else None


def _text(reading: Reading, node: str, prop: str, name: str) -> str:
    """Read a value that has to be a text: a number or a date there loses the dataset."""
    term = _chosen(reading.told, node, prop)
    if term is None:
        return ""
    if not isinstance(python_of(term), str):
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
    if has_tags(text):
        reading.remark("markup", "description")
        return
    stated = [each.strip() for each in told.texts(dataset, "dct:description")]
    reading.compare("description", stated, [text], lost="no-description", partly="one-value")


def has_tags(text: str) -> bool:
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
    words = []
    for term in told.values(dataset, "dcat:keyword"):
        if not is_literal(term):
            reading.remark("keyword-address", "keywords", value=text_of(term))
        else:
            words.append(term)
    own = len(words)
    tags = []
    for place, term in enumerate([*words, *_theme_labels(told, dataset)]):
        text = text_of(term)
        tag = tag_of(text)
        tags.append(tag)
        if not isinstance(python_of(term), str):
            reading.remark("no-text", "keywords", value=text)
        elif not in_latin(text):
            reading.remark("keyword-script", "keywords", value=text)
        elif place < own and len(tag) < _SHORTEST_TAG:
            reading.remark("keyword-short", "keywords", value=text)
        elif place < own and len(tag) > _LONGEST_TAG:
            reading.remark("keyword-long", "keywords", value=text)
    reading.show("keywords", sorted({tag[:_LONGEST_TAG] for tag in tags if len(tag) >= _SHORTEST_TAG}))


def _theme_labels(told: Description, dataset: str) -> Iterator[str]:
    """Give the labels of themes; of high-value categories those of udata, with a word for these and for INSPIRE."""
    for theme in told.values(dataset, "dcat:theme"):
        label = theme if is_literal(theme) else _chosen(told, theme, "skos:prefLabel")
        category = HIGH_VALUE.get(text_of(theme))
        if category is not None:
            label = f'"{category}"'
            yield '"hvd"'
        if not is_literal(theme) and _is_of_inspire(told, theme):
            yield '"inspire"'
        if label is not None and python_of(label):
            yield label


def _is_of_inspire(told: Description, theme: str) -> bool:
    if text_of(theme).startswith(INSPIRE):
        return True
    scheme = told.first(theme, "skos:inScheme")
    if scheme is None:
        return False
    title = _one(told, scheme, "dct:title") or _one(told, scheme, "skos:prefLabel") or _one(told, scheme, "rdfs:label")
    return title.lower() == INSPIRE_TITLE or text_of(scheme) in INSPIRE_SCHEMES


def _dates(reading: Reading) -> None:
    for name, prop in (("created", "dct:created"), ("issued", "dct:issued"), ("modified", "dct:modified")):
        _date(reading, reading.dataset, name, prop)


def _date(reading: Reading, node: str, name: str, prop: str) -> None:
    """Read a date: what no date is in `modified` is lost, elsewhere it loses the dataset."""
    stated = reading.told.values(node, prop)
    term = _chosen(reading.told, node, prop)
    if term is None:
        return
    text, now = text_of(term), datetime.now(UTC)
    read = read_date(python_of(term), now)
    if read.moment is None:
        lost = name == "modified" and not read.breaks
        reading.remark("date-lost" if lost else "date-refused", name, node=node, value=text)
    elif name == "modified" and read.is_later(now):
        reading.remark("date-future", name, node=node, value=text)
    else:
        if node == reading.dataset:
            reading.show(name, [read.local_day if name == "modified" else read.day])
        if not read.exact:
            reading.remark("date-misread", name, node=node, value=text)
    if len(stated) > 1:
        reading.remark("one-value", name, node=node, value=text)


def _frequency(reading: Reading) -> None:
    term = reading.told.first(reading.dataset, "dct:accrualPeriodicity")
    if term is None:
        return
    text = text_of(term).strip()
    known = FREQUENCIES.get(text.lower() if is_literal(term) and not is_web(text) else text)
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
            elif max(len(name), len(mail)) > _LONGEST_NAME:
                reading.remark("agent-long", role, node=node, value=max(name, mail, key=len))
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
    organisation = _one(told, node, "vcard:organization-name")
    if not organisation and (of := told.first(node, "vcard:org")) is not None:
        organisation = _one(told, of, "vcard:organization-name") or _one(told, of, "vcard:organisation-name")
    name = _joined(_one(told, node, "vcard:fn"), organisation)
    mail = _one(told, node, "vcard:hasEmail") or _one(told, node, "vcard:email")
    form = _one(told, node, "vcard:hasURL") or _one(told, node, "vcard:url") or _one(told, node, "vcard:hasUrl")
    return name, mail.removeprefix("mailto:").strip(), form


def _friend(told: Description, node: str) -> tuple[str, str, str]:
    own = _one(told, node, "foaf:name") or _one(told, node, "skos:prefLabel")
    mail = _one(told, node, "foaf:mbox")
    if (parent := told.first(node, "org:memberOf")) is not None:
        own, mail = _joined(own, _one(told, parent, "foaf:name")), mail or _one(told, parent, "foaf:mbox")
    elif (member := told.first(node, "foaf:member")) is not None:
        own, mail = _joined(_one(told, member, "foaf:name"), own), _one(told, member, "foaf:mbox") or mail
    return own, mail.removeprefix("mailto:").strip(), ""


def _joined(name: str, organisation: str) -> str:
    return f"{name} ({organisation})" if name and organisation else name or organisation


def _one(told: Description, node: str, prop: str) -> str:
    term = _chosen(told, node, prop)
    return "" if term is None else text_of(term)


def _distributions(reading: Reading) -> None:
    told, links, checksums = reading.told, list[str](), list[str | None]()
    for node in told.values(reading.dataset, "dcat:distribution dcat:distributions"):
        if is_literal(node):
            reading.remark("distribution-text", "distributions", value=text_of(node))
            continue
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
    links += _further_files(reading)
    reading.show("distributions", sorted(links))
    reading.show("checksums", checksums)


def _further_files(reading: Reading) -> list[str]:
    """Give what is a part of the dataset: udata takes its address for that of a file."""
    parts = [part for part in reading.told.values(reading.dataset, "dct:hasPart") if not is_blank(part)]
    for part in parts:
        if is_literal(part):
            reading.remark("distribution-text", "distributions", value=text_of(part))
        elif not is_web(text_of(part)):
            reading.remark("address-refused", "distributions", node=part, value=text_of(part))
    return [text_of(part) for part in parts]


def _size(reading: Reading, node: str) -> None:
    term = _chosen(reading.told, node, "dcat:byteSize")
    if term is not None and not is_whole_number(python_of(term)):
        reading.remark("size-refused", "sizes", node=node, value=text_of(term))


def is_whole_number(value: Any) -> bool:  # noqa: ANN401 (whatever rdflib makes of a literal)
    """Say whether the database takes a value for a number, which it makes whole."""
    try:
        if isinstance(value, float | Decimal) and abs(float(value)) >= _LARGEST:
            return False  # before it is written out, which could take long
        number = int(value)
    except (TypeError, ValueError, ArithmeticError):
        return False
    return -_LARGEST <= number < _LARGEST


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
        reading.remark("checksum-unread", "checksums", node=node)
        return None
    made = python_of(value)
    if not isinstance(made, str):
        rule = "checksum-binary" if isinstance(made, bytes) else "no-text"
        reading.remark(rule, "checksums", node=node, value=text_of(value))
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
    shown = None if found == NONE else found
    reading.show("licence", [shown])
    licences = [text for node, prop in places if prop == "dct:license" for text in told.texts(node, prop)]
    if licences and shown is None:
        reading.remark("licence-unknown", "licence", value=licences[0])


def _spoken(told: Description, term: str) -> str:
    """Give what a licence is called, else its address."""
    if is_literal(term):
        return text_of(term)
    return _one(told, term, "rdfs:label") or _one(told, term, "dct:description") or text_of(term)
