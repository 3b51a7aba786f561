"""RUDI's JSON to DCAT: the metadata of a RUDI node, as the portal of Rennes Métropole and others keep it.

The model: https://github.com/rudi-platform/rudi-node-catalog. What has no place in DCAT or a companion is told, once a file;
what a code table maps is kept as it was written under another property. A record of a dataset never gets a distribution that
it does not state.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import quote

from graph.errors import BadTerm
from graph.ingest.codes import tables
from graph.ingest.report import Line, shorten
from graph.terms import (
    ADMS,
    CG,
    DCAT,
    DCT,
    DPV,
    FOAF,
    GEO,
    LOCN,
    ORG,
    PROV,
    RDFS,
    SKOS,
    SPDX,
    TYPE,
    VCARD,
    XSD,
    Statement,
    iri,
    literal,
)

CNT = "http://www.w3.org/2011/content#"
DEFAULT_LANGUAGE = "fr"

Json = Mapping[str, object]

_ALGORITHMS = {"md5": "md5", "sha1": "sha1", "sha256": "sha256", "sha384": "sha384", "sha512": "sha512"}
_LAST_LINE_ADDRESS = re.compile(r"\s*\n\s*(https?://\S+)\s*$")


def is_rudi(document: object) -> bool:
    """Say whether a JSON document is RUDI's: one description of a dataset, or an array of them."""
    objects = document if isinstance(document, list) else [document]
    return bool(objects) and all(
        isinstance(each, dict) and "global_id" in each and "resource_title" in each for each in objects
    )


@dataclass(slots=True)
class Reading:
    """A file being read: `base` is the base of local IRIs, `mark` that of the file's blank nodes; the rest is told after."""

    base: str
    name: str
    mark: str = ""
    lines: list[Line] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    mapped: Counter[str] = field(default_factory=Counter)
    named: dict[str, bool] = field(default_factory=dict)

    def statements(self, document: object) -> Iterator[Statement]:
        """Give the statements of all descriptions of a file, each once."""
        descriptions = document if isinstance(document, list) else [document]
        # A producer is described again in each of its datasets: that is the form of RUDI, not a doubled statement.
        seen: set[Statement] = set()
        for number, description in enumerate(descriptions, 1):
            assert isinstance(description, dict), "is_rudi has looked at it"
            if not isinstance(description["global_id"], str) or not description["global_id"].strip():
                self.tell(f"description {number}", "global_id", "a dataset without identifier has no address")
                continue
            for statement in _Description(self, description, number).statements():
                if statement not in seen:
                    seen.add(statement)
                    yield statement

    def local(self, kind: str, name: str) -> str:
        """Name a thing of a RUDI node by its own identifier."""
        return f"{self.base}id/rudi/{kind}/{quote(name.strip(), safe='')}"

    def tell(self, where: str, what: str, why: str) -> None:
        """Add a line about something that is not taken over."""
        self.lines.append(Line(f"{self.name}, {where}", shorten(what), shorten(why)))

    def private(self) -> set[str]:
        """Give the IRIs that are not for all."""
        return {name for name, is_public in self.named.items() if not is_public}

    def finish(self) -> list[Line]:
        """Give the lines, those about whole fields last."""
        why = "a field of RUDI's own that no property here carries"
        return [*self.lines, *(Line(self.name, f"{name} ({count} times)", why) for name, count in sorted(self.left.items()))]


class _Description:
    """One description of a dataset."""

    def __init__(self, reading: Reading, record: Json, number: int) -> None:
        self._reading = reading
        self._record = record
        self._identifier = str(record["global_id"])
        self._blank = f"_:{reading.mark}r{number}n"
        self._nodes = 0
        self._out: list[Statement] = []
        self._dataset = self._own("dataset", self._identifier)
        self._language = self._first_language()

    def statements(self) -> list[Statement]:
        """Give the statements of this description; each field is read by the method of its name."""
        self._type(self._dataset, f"{DCAT}Dataset")
        self._text(self._dataset, f"{DCT}identifier", self._identifier)
        readers: Mapping[str, Callable[[object], None]] = {
            "resource_title": lambda value: self._texts(self._dataset, f"{DCT}title", value),
            "summary": lambda value: self._texts(self._dataset, f"{DCT}description", value),
            "synopsis": self._synopsis,
            "purpose": lambda value: self._texts(self._dataset, f"{RDFS}comment", value),
            "theme": self._theme,
            "keywords": self._keywords,
            "producer": self._producer,
            "contacts": lambda value: self._contacts(self._dataset, value),
            "resource_languages": self._languages,
            "dataset_dates": lambda value: self._dates(self._dataset, value, "dataset_dates"),
            "temporal_spread": self._period,
            "geography": self._place,
            "local_id": lambda value: self._alternative(value, None),
            "doi": lambda value: self._alternative(value, "DOI"),
            "available_formats": self._media,
            "access_condition": self._conditions,
            "metadata_info": self._description_of_description,
            "global_id": lambda _: None,
            "private": lambda _: None,
        }
        for key, value in self._record.items():
            if value is None or value == "":
                continue
            if key in readers:
                readers[key](value)
            else:
                self._leave(key)
        if "access_condition" not in self._record:
            self._conditions({})
        return self._out

    # What is written

    def _add(self, subject: str, predicate: str, value: str) -> None:
        self._out.append((subject if subject[0] == "_" else iri(subject), iri(predicate), value))

    def _type(self, subject: str, *classes: str) -> None:
        self._out.extend((subject if subject[0] == "_" else iri(subject), TYPE, iri(cls)) for cls in classes)

    def _text(self, subject: str, predicate: str, text: object, language: str | None = None, datatype: str = "") -> None:
        if isinstance(text, str | int | float) and not isinstance(text, bool):
            try:
                self._add(subject, predicate, literal(str(text), language, datatype or None))
            except BadTerm as error:
                self._tell(str(text), error.what)

    def _link(self, subject: str, predicate: str, address: object) -> bool:
        """Add a link to an address that the source wrote; False, and a line, where it is none."""
        try:
            self._add(subject, predicate, iri(str(address).strip()))
        except BadTerm as error:
            self._tell(str(address), error.what)
            return False
        return True

    def _node(self) -> str:
        self._nodes += 1
        return f"{self._blank}{self._nodes}"

    def _part(self, subject: str, predicate: str, cls: str) -> str:
        """Begin a part of the description that has no identifier of its own."""
        node = self._node()
        self._add(subject, predicate, node)
        self._type(node, cls)
        return node

    def _own(self, kind: str, name: str) -> str:
        """Name a thing, and remember whether all may see who names it."""
        local = self._reading.local(kind, name)
        self._reading.named[local] = self._reading.named.get(local, False) or not self._is_private()
        return local

    def _texts(self, subject: str, predicate: str, value: object) -> None:
        for text, language in _texts(value, self._language):
            self._text(subject, predicate, text, language)

    def _mapped(self, subject: str, predicate: str, found: str | None, stated: str, text: str, scheme: str) -> None:
        """Add what a table found on the property and the original on another; or the original alone, on the property."""
        if found is None:
            self._text(subject, predicate, text)
            return
        self._add(subject, predicate, iri(found))
        self._text(subject, f"{CG}{stated}", text)
        self._reading.mapped[scheme] += 1

    def _tell(self, what: str, why: str) -> None:
        self._reading.tell(f"dataset {self._identifier}", what, why)

    def _leave(self, name: str) -> None:
        self._reading.left[name] += 1

    def _leave_others(self, name: str, value: Json, known: str) -> None:
        for key, each in value.items():
            if key not in known.split() and each not in (None, "", [], {}):
                self._leave(f"{name}.{key}")

    # What is read

    def _is_private(self) -> bool:
        """Say whether the source keeps this description back: it says so, or has deleted it.

        Restricted access is about the data: its description is public all the same.
        """
        dates = _object(_object(self._record.get("metadata_info")).get("metadata_dates"))
        return self._record.get("private") is True or bool(dates.get("deleted"))

    def _first_language(self) -> str:
        for language in _list(self._record.get("resource_languages")):
            if isinstance(language, str) and re.fullmatch("[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", language):
                return language
        return DEFAULT_LANGUAGE

    def _synopsis(self, value: object) -> None:
        """Keep the short description where it says other words than the long one."""
        same = set(_texts(self._record.get("summary"), self._language))
        for text, language in _texts(value, self._language):
            if (text, language) not in same:
                self._text(self._dataset, f"{DCT}abstract", text, language)

    def _theme(self, value: object) -> None:
        for text in _strings(value):
            found = tables.theme(text)
            self._mapped(self._dataset, f"{DCAT}theme", found, "statedTheme", text, "themes")
            if found is not None and (domain := tables.domain(found)) is not None:
                self._add(self._dataset, f"{CG}domain", iri(domain))

    def _keywords(self, value: object) -> None:
        for word in _strings(value):
            self._text(self._dataset, f"{DCAT}keyword", word, self._language)

    def _languages(self, value: object) -> None:
        for text in _strings(value):
            self._mapped(self._dataset, f"{DCT}language", tables.language(text), "statedLanguage", text, "languages")

    def _producer(self, value: object) -> None:
        actor = self._organization(value)
        if actor is not None:
            self._add(self._dataset, f"{DCT}publisher", iri(actor))
            self._add(self._dataset, f"{DCT}creator", iri(actor))

    def _organization(self, value: object) -> str | None:
        stated = _object(value)
        identifier = stated.get("organization_id")
        if not isinstance(identifier, str) or not identifier.strip():
            if stated:
                self._tell(str(stated.get("organization_name")), "an organization without identifier has no address")
            return None
        actor = self._own("organization", identifier)
        self._type(actor, f"{FOAF}Agent", f"{ORG}Organization")
        self._text(actor, f"{DCT}identifier", identifier)
        self._text(actor, f"{FOAF}name", stated.get("organization_name"))
        if stated.get("organization_address"):
            address = self._part(actor, f"{LOCN}address", f"{LOCN}Address")
            self._text(address, f"{LOCN}fullAddress", stated["organization_address"])
        self._leave_others("producer", stated, "organization_id organization_name organization_address")
        return actor

    def _contacts(self, subject: str, value: object) -> None:
        for stated in map(_object, _list(value)):
            identifier = stated.get("contact_id")
            if not isinstance(identifier, str) or not identifier.strip():
                if stated:
                    self._tell(str(stated.get("contact_name")), "a contact without identifier has no address")
                continue
            contact = self._own("contact", identifier)
            self._add(subject, f"{DCAT}contactPoint", iri(contact))
            self._type(contact, f"{VCARD}Kind")
            self._text(contact, f"{VCARD}fn", stated.get("contact_name"))
            self._text(contact, f"{VCARD}organization-name", stated.get("organization_name"))
            self._text(contact, f"{VCARD}role", stated.get("role"))
            if stated.get("email"):
                self._link(contact, f"{VCARD}hasEmail", f"mailto:{str(stated['email']).removeprefix('mailto:').strip()}")
            self._leave_others("contacts", stated, "contact_id contact_name organization_name role email")

    def _dates(self, subject: str, value: object, name: str) -> None:
        """Dates of what was done to the data: made, made public, changed."""
        stated = _object(value)
        for key, predicate in (("created", "created"), ("published", "issued"), ("updated", "modified")):
            self._text(subject, f"{DCT}{predicate}", stated.get(key), datatype=f"{XSD}dateTime")
        self._leave_others(name, stated, "created published updated deleted" if "metadata" in name else "created published updated")

    def _period(self, value: object) -> None:
        stated = _object(value)
        if any(stated.get(key) for key in ("start_date", "end_date")):
            period = self._part(self._dataset, f"{DCT}temporal", f"{DCT}PeriodOfTime")
            self._text(period, f"{DCAT}startDate", stated.get("start_date"), datatype=f"{XSD}dateTime")
            self._text(period, f"{DCAT}endDate", stated.get("end_date"), datatype=f"{XSD}dateTime")

    def _place(self, value: object) -> None:
        stated = _object(value)
        box = _object(stated.get("bounding_box"))
        sides = [box.get(f"{side}_{axis}") for side, axis in _SIDES]
        if all(isinstance(side, int | float) and not isinstance(side, bool) for side in sides):
            west, south, east, north = sides
            corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
            place = self._part(self._dataset, f"{DCT}spatial", f"{DCT}Location")
            polygon = ", ".join(f"{x} {y}" for x, y in corners)
            self._text(place, f"{DCAT}bbox", f"POLYGON(({polygon}))", datatype=f"{GEO}wktLiteral")
        self._leave_others("geography", stated, "bounding_box")

    def _alternative(self, value: object, agency: str | None) -> None:
        """An identifier that others give: the producer's own, or a DOI."""
        node = self._part(self._dataset, f"{ADMS}identifier", f"{ADMS}Identifier")
        self._text(node, f"{SKOS}notation", value)
        if agency is not None:
            self._text(node, f"{ADMS}schemaAgency", agency)

    def _media(self, value: object) -> None:
        for stated in map(_object, _list(value)):
            if stated:
                self._distribution(stated)

    def _distribution(self, stated: Json) -> None:
        connector = _object(stated.get("connector"))
        identifier = stated.get("media_id")
        if not isinstance(identifier, str) or not identifier.strip():
            self._tell(str(stated.get("media_name")), "a medium without identifier has no address")
            return
        medium = self._own("media", identifier)
        self._add(self._dataset, f"{DCAT}distribution", iri(medium))
        self._type(medium, f"{DCAT}Distribution")
        self._text(medium, f"{DCT}identifier", identifier)
        self._text(medium, f"{DCT}title", stated.get("media_name"))
        self._texts(medium, f"{DCT}description", stated.get("media_caption"))
        if connector.get("url") and self._link(medium, f"{DCAT}accessURL", connector["url"]) and stated.get("media_type") == "FILE":
            self._link(medium, f"{DCAT}downloadURL", connector["url"])
        self._format(medium, stated.get("file_type"))
        self._text(medium, f"{DCAT}byteSize", stated.get("file_size"), datatype=f"{XSD}nonNegativeInteger")
        if stated.get("file_structure"):
            self._link(medium, f"{DCT}conformsTo", stated["file_structure"])
        self._dates(medium, stated.get("media_dates"), "available_formats.media_dates")
        self._checksum(medium, _object(stated.get("checksum")), stated.get("file_encoding"))
        self._licence(medium, _object(_object(self._record.get("access_condition")).get("licence")), is_part=True)
        self._leave_others("available_formats", stated, _MEDIA_FIELDS)

    def _format(self, medium: str, value: object) -> None:
        for text in _strings(value):
            kind, media = tables.file_type(text), tables.media_type(text)
            if kind is not None:
                self._add(medium, f"{DCT}format", iri(kind))
            if media is not None:
                self._add(medium, f"{DCAT}mediaType", iri(media))
            self._reading.mapped["formats"] += kind is not None or media is not None
            self._text(medium, f"{CG}statedFormat", text)

    def _checksum(self, medium: str, stated: Json, encoding: object) -> None:
        algorithm = _ALGORITHMS.get(str(stated.get("algo", "")).lower().replace("-", ""))
        if algorithm is not None and stated.get("hash"):
            node = self._part(medium, f"{SPDX}checksum", f"{SPDX}Checksum")
            self._add(node, f"{SPDX}algorithm", iri(f"{SPDX}checksumAlgorithm_{algorithm}"))
            self._text(node, f"{SPDX}checksumValue", stated["hash"], datatype=f"{XSD}hexBinary")
        elif stated.get("hash"):
            self._tell(str(stated.get("algo")), "a checksum's algorithm that is not known here")
        for text in _strings(encoding) + _strings(stated.get("file_encoding")):
            self._text(medium, f"{CNT}characterEncoding", text.removeprefix("charset="))

    def _conditions(self, value: object) -> None:
        stated = _object(value)
        confidentiality = _object(stated.get("confidentiality"))
        right = "RESTRICTED" if confidentiality.get("restricted_access") is True else "PUBLIC"
        self._add(self._dataset, f"{DCT}accessRights", iri(tables.ACCESS_RIGHT + right))
        if confidentiality.get("gdpr_sensitive") is True:
            self._add(self._dataset, f"{DPV}hasPersonalData", iri(f"{DPV}PersonalData"))
        self._licence(self._dataset, _object(stated.get("licence")))
        self._texts(self._dataset, f"{DCT}bibliographicCitation", stated.get("bibliographical_reference"))
        for key in _RIGHTS_FIELDS:
            if texts := _texts(stated.get(key), self._language):
                node = self._part(self._dataset, f"{DCT}rights", f"{DCT}RightsStatement")
                for text, language in texts:
                    self._text(node, f"{RDFS}label", text, language)
        known = " ".join(("confidentiality licence bibliographical_reference", *_RIGHTS_FIELDS))
        self._leave_others("access_condition", stated, known)

    def _licence(self, subject: str, stated: Json, *, is_part: bool = False) -> None:
        """A licence of the tables, or a custom one, which is never taken for another because its name is alike."""
        label = stated.get("licence_label")
        if isinstance(label, str) and label:
            found = tables.licence(label)
            if not is_part:
                self._mapped(subject, f"{DCT}license", found, "statedLicence", label, "licences")
            else:
                self._add(subject, f"{DCT}license", literal(label) if found is None else iri(found))
        texts = _texts(stated.get("custom_licence_label"), self._language)
        address = str(stated.get("custom_licence_uri") or "").strip()
        if not texts and not address:
            return
        digest = sha256("\n".join([*(f"{text}@{language}" for text, language in texts), address]).encode()).hexdigest()
        licence = self._own("licence", digest[:16])
        self._add(subject, f"{DCT}license", iri(licence))
        if not is_part:
            self._custom_licence(licence, texts, address)

    def _custom_licence(self, licence: str, texts: list[tuple[str, str]], address: str) -> None:
        self._type(licence, f"{DCT}LicenseDocument", f"{CG}CustomLicence")
        for text, language in texts:
            self._text(self._dataset, f"{CG}statedLicence", text, language)
            # Some write the address of the text on a last line of its name.
            if found := _LAST_LINE_ADDRESS.search(text):
                self._link(licence, f"{FOAF}page", found[1])
            self._text(licence, f"{DCT}title", _LAST_LINE_ADDRESS.sub("", text), language)
        if not texts:
            self._text(licence, f"{DCT}title", address)
        if address:
            self._link(licence, f"{RDFS}seeAlso", address)

    def _description_of_description(self, value: object) -> None:
        """What is said about the description itself is a catalogue record, where it says more than a version of the API."""
        stated = _object(value)
        if any(stated.get(key) for key in ("metadata_dates", "metadata_provider", "metadata_contacts", "metadata_source")):
            record = self._own("record", self._identifier)
            self._type(record, f"{DCAT}CatalogRecord")
            self._add(record, f"{FOAF}primaryTopic", iri(self._dataset))
            self._dates(record, stated.get("metadata_dates"), "metadata_info.metadata_dates")
            if (provider := self._organization(stated.get("metadata_provider"))) is not None:
                self._add(record, f"{DCT}creator", iri(provider))
            self._contacts(record, stated.get("metadata_contacts"))
            if stated.get("metadata_source"):
                self._link(record, f"{PROV}hadPrimarySource", stated["metadata_source"])
        self._leave_others("metadata_info", stated, "metadata_dates metadata_provider metadata_contacts metadata_source")


_SIDES = (("west", "longitude"), ("south", "latitude"), ("east", "longitude"), ("north", "latitude"))
_RIGHTS_FIELDS = ("usage_constraint", "mandatory_mention", "access_constraint", "other_constraints")
_MEDIA_FIELDS = (
    "media_id media_type media_name media_caption media_dates connector file_type file_size file_structure file_encoding checksum"
)


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _strings(value: object) -> list[str]:
    return [each for each in _list(value) if isinstance(each, str) and each.strip()]


def _texts(value: object, language: str) -> list[tuple[str, str]]:
    """Read RUDI's dictionary entries, `[{"lang": "fr", "text": "…"}]`, or plain texts."""
    found: list[tuple[str, str]] = []
    for each in _list(value):
        if isinstance(each, dict):
            found += [(text, str(each.get("lang") or language)) for text in _strings(each.get("text"))]
        elif isinstance(each, str) and each.strip():
            found.append((each, language))
    return found
