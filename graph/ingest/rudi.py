"""RUDI's JSON to DCAT: the metadata of a RUDI node, as the portal of Rennes Métropole and others keep it.

The model: https://github.com/rudi-platform/rudi-node-catalog. What has no place in DCAT or a companion is told, once a
file; what a code table maps is kept as it was written under another property. A dataset never gets a distribution that
its record does not state.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256

from graph.ingest.codes import tables
from graph.ingest.description import Account, Description, Json, as_list, as_object, as_strings
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
    VCARD,
    XSD,
    Statement,
    iri,
    literal,
)

NODE = "rudi"
"""All RUDI nodes share one space of identifiers, so their things have one place among local IRIs."""

CNT = "http://www.w3.org/2011/content#"
DEFAULT_LANGUAGE = "fr"

_ALGORITHMS = frozenset({"md5", "sha1", "sha224", "sha256", "sha384", "sha512"})
_LAST_LINE_ADDRESS = re.compile(r"\s*\n\s*(https?://\S+)\s*$")
_LANGUAGE = re.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_SIDES = ("west_longitude", "south_latitude", "east_longitude", "north_latitude")
_RIGHTS = ("usage_constraint", "mandatory_mention", "access_constraint", "other_constraints")
_MEDIA = (
    "media_id media_type media_name media_caption media_dates connector file_type file_size file_structure"
    " file_encoding checksum"
)
_ABOUT_METADATA = "metadata_dates metadata_provider metadata_contacts metadata_source"


def is_rudi(document: object) -> bool:
    """Say whether a JSON document is RUDI's: one description of a dataset, or an array of them."""
    objects = document if isinstance(document, list) else [document]
    return bool(objects) and all(
        isinstance(each, dict) and "global_id" in each and "resource_title" in each for each in objects
    )


def map_rudi(document: object, account: Account) -> Iterator[Statement]:
    """Give the statements of all descriptions of a file, each once; what is left out is told to the account."""
    # A producer is described again in each of its datasets: that is the form of RUDI, not a doubled statement.
    seen: set[Statement] = set()
    for number, record in enumerate(document if isinstance(document, list) else [document], 1):
        stated = as_object(record)
        if not _identifier(stated.get("global_id")):
            account.tell(f"description {number}", "global_id", "a dataset without identifier has no address")
            continue
        for statement in _Dataset(account, stated, number).write():
            if statement not in seen:
                seen.add(statement)
                yield statement


class _Dataset(Description):
    """One description of a dataset; each field of it is read by a method."""

    def __init__(self, account: Account, record: Json, number: int) -> None:
        identifier = str(record["global_id"])
        super().__init__(account, number, f"dataset {identifier}", is_public=not _is_private(record))
        self._record = record
        self._identifier = identifier
        self._language = _first_language(record)
        self._dataset = self.own("dataset", identifier)

    def write(self) -> list[Statement]:
        """Give the statements of this description."""
        self.type(self._dataset, f"{DCAT}Dataset")
        self.text(self._dataset, f"{DCT}identifier", self._identifier)
        readers = self._readers()
        for key, value in self._record.items():
            if key not in readers and value not in (None, "", [], {}):
                self.leave(key)
        for key, read in readers.items():
            if (value := self._record.get(key)) is not None or key == "access_condition":
                read(value)
        return self.statements

    def _readers(self) -> Mapping[str, Callable[[object], None]]:
        return {
            "global_id": lambda _: None,
            "private": lambda _: None,
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
            "metadata_info": self._about_metadata,
        }

    def _texts(self, subject: str, predicate: str, value: object) -> None:
        for text, language in _texts(value, self._language):
            self.text(subject, predicate, text, language)

    def _synopsis(self, value: object) -> None:
        """Keep the short description where it says other words than the long one."""
        same = set(_texts(self._record.get("summary"), self._language))
        for text, language in _texts(value, self._language):
            if (text, language) not in same:
                self.text(self._dataset, f"{DCT}abstract", text, language)

    def _theme(self, value: object) -> None:
        for text in as_strings(value):
            found = tables.theme(text)
            self.mapped(self._dataset, f"{DCAT}theme", found, stated="statedTheme", text=text, scheme="themes")
            if found is not None and (domain := tables.domain(found)) is not None:
                self.add(self._dataset, f"{CG}domain", iri(domain))

    def _keywords(self, value: object) -> None:
        for word in as_strings(value):
            self.text(self._dataset, f"{DCAT}keyword", word, self._language)

    def _languages(self, value: object) -> None:
        for text in as_strings(value):
            found = tables.language(text)
            self.mapped(self._dataset, f"{DCT}language", found, stated="statedLanguage", text=text, scheme="languages")

    # Actors and contacts

    def _producer(self, value: object) -> None:
        actor = self._organization(value)
        if actor is not None:
            self.add(self._dataset, f"{DCT}publisher", iri(actor))
            self.add(self._dataset, f"{DCT}creator", iri(actor))

    def _organization(self, value: object) -> str | None:
        stated = as_object(value)
        identifier = _identifier(stated.get("organization_id"))
        if not identifier:
            if stated:
                self.tell(str(stated.get("organization_name")), "an organization without identifier has no address")
            return None
        actor = self.own("organization", identifier)
        self.type(actor, f"{FOAF}Agent", f"{ORG}Organization")
        self.text(actor, f"{DCT}identifier", identifier)
        self.text(actor, f"{FOAF}name", stated.get("organization_name"))
        if stated.get("organization_address"):
            address = self.part(actor, f"{LOCN}address", f"{LOCN}Address")
            self.text(address, f"{LOCN}fullAddress", stated["organization_address"])
        self.leave_others("producer", stated, "organization_id organization_name organization_address")
        return actor

    def _contacts(self, subject: str, value: object) -> None:
        for stated in map(as_object, as_list(value)):
            identifier = _identifier(stated.get("contact_id"))
            if identifier:
                contact = self.own("contact", identifier)
                self.add(subject, f"{DCAT}contactPoint", iri(contact))
                self._contact(contact, stated)
            elif stated:
                self.tell(str(stated.get("contact_name")), "a contact without identifier has no address")

    def _contact(self, contact: str, stated: Json) -> None:
        self.type(contact, f"{VCARD}Kind")
        self.text(contact, f"{VCARD}fn", stated.get("contact_name"))
        self.text(contact, f"{VCARD}organization-name", stated.get("organization_name"))
        self.text(contact, f"{VCARD}role", stated.get("role"))
        for address in as_strings(stated.get("email")):
            self.link(contact, f"{VCARD}hasEmail", f"mailto:{address.strip().removeprefix('mailto:')}")
        self.leave_others("contacts", stated, "contact_id contact_name organization_name role email")

    # When and where

    def _dates(self, subject: str, value: object, name: str, others: str = "") -> None:
        """Dates of what was done: made, made public, changed."""
        stated = as_object(value)
        for key, predicate in (("created", "created"), ("published", "issued"), ("updated", "modified")):
            self.text(subject, f"{DCT}{predicate}", stated.get(key), datatype=f"{XSD}dateTime")
        self.leave_others(name, stated, f"created published updated {others}")

    def _period(self, value: object) -> None:
        stated = as_object(value)
        if any(stated.get(key) for key in ("start_date", "end_date")):
            period = self.part(self._dataset, f"{DCT}temporal", f"{DCT}PeriodOfTime")
            self.text(period, f"{DCAT}startDate", stated.get("start_date"), datatype=f"{XSD}dateTime")
            self.text(period, f"{DCAT}endDate", stated.get("end_date"), datatype=f"{XSD}dateTime")

    def _place(self, value: object) -> None:
        stated = as_object(value)
        box = as_object(stated.get("bounding_box"))
        sides = [box.get(side) for side in _SIDES]
        if all(isinstance(side, int | float) and not isinstance(side, bool) for side in sides):
            west, south, east, north = sides
            corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
            place = self.part(self._dataset, f"{DCT}spatial", f"{DCT}Location")
            polygon = ", ".join(f"{x} {y}" for x, y in corners)
            self.text(place, f"{DCAT}bbox", f"POLYGON(({polygon}))", datatype=f"{GEO}wktLiteral")
        elif box:
            self.leave("geography.bounding_box")
        self.leave_others("geography", stated, "bounding_box")

    def _alternative(self, value: object, agency: str | None) -> None:
        """An identifier that others give: the producer's own, or a DOI."""
        for text in as_strings(value):
            node = self.part(self._dataset, f"{ADMS}identifier", f"{ADMS}Identifier")
            self.text(node, f"{SKOS}notation", text)
            self.text(node, f"{ADMS}schemaAgency", agency)

    # Distributions

    def _media(self, value: object) -> None:
        for stated in map(as_object, as_list(value)):
            identifier = _identifier(stated.get("media_id"))
            if identifier:
                self._distribution(identifier, stated)
            elif stated:
                self.tell(str(stated.get("media_name")), "a medium without identifier has no address")

    def _distribution(self, identifier: str, stated: Json) -> None:
        medium = self.own("media", identifier)
        self.add(self._dataset, f"{DCAT}distribution", iri(medium))
        self.type(medium, f"{DCAT}Distribution")
        self.text(medium, f"{DCT}identifier", identifier)
        self.text(medium, f"{DCT}title", stated.get("media_name"))
        self._texts(medium, f"{DCT}description", stated.get("media_caption"))
        url = as_object(stated.get("connector")).get("url")
        if url and self.link(medium, f"{DCAT}accessURL", url) and stated.get("media_type") == "FILE":
            self.link(medium, f"{DCAT}downloadURL", url)
        self._format(medium, stated.get("file_type"))
        self.text(medium, f"{DCAT}byteSize", stated.get("file_size"), datatype=f"{XSD}nonNegativeInteger")
        for address in as_strings(stated.get("file_structure")):
            self.link(medium, f"{DCT}conformsTo", address)
        self._dates(medium, stated.get("media_dates"), "available_formats.media_dates")
        self._checksum(medium, as_object(stated.get("checksum")))
        for encoding in as_strings(stated.get("file_encoding")):
            self.text(medium, f"{CNT}characterEncoding", encoding.removeprefix("charset="))
        conditions = as_object(self._record.get("access_condition"))
        self._licence(medium, as_object(conditions.get("licence")), is_part=True)
        self.leave_others("available_formats", stated, _MEDIA)

    def _format(self, medium: str, value: object) -> None:
        for text in as_strings(value):
            found = ((f"{DCT}format", tables.file_type(text)), (f"{DCAT}mediaType", tables.media_type(text)))
            for predicate, meant in found:
                if meant is not None:
                    self.add(medium, predicate, iri(meant))
                    self.account.mapped["formats"] += 1
            self.text(medium, f"{CG}statedFormat", text)

    def _checksum(self, medium: str, stated: Json) -> None:
        algorithm = str(stated.get("algo", "")).lower().replace("-", "")
        if stated.get("hash") and algorithm in _ALGORITHMS:
            node = self.part(medium, f"{SPDX}checksum", f"{SPDX}Checksum")
            self.add(node, f"{SPDX}algorithm", iri(f"{SPDX}checksumAlgorithm_{algorithm}"))
            self.text(node, f"{SPDX}checksumValue", stated["hash"], datatype=f"{XSD}hexBinary")
        elif stated.get("hash"):
            self.tell(str(stated.get("algo")), "a checksum's algorithm that SPDX does not know")
        # Some nodes write the file's encoding here.
        for encoding in as_strings(stated.get("file_encoding")):
            self.text(medium, f"{CNT}characterEncoding", encoding.removeprefix("charset="))

    # Access and licence

    def _conditions(self, value: object) -> None:
        stated = as_object(value)
        confidentiality = as_object(stated.get("confidentiality"))
        right = "RESTRICTED" if confidentiality.get("restricted_access") is True else "PUBLIC"
        self.add(self._dataset, f"{DCT}accessRights", iri(tables.ACCESS_RIGHT + right))
        if confidentiality.get("gdpr_sensitive") is True:
            self.add(self._dataset, f"{DPV}hasPersonalData", iri(f"{DPV}PersonalData"))
        self._licence(self._dataset, as_object(stated.get("licence")))
        self._texts(self._dataset, f"{DCT}bibliographicCitation", stated.get("bibliographical_reference"))
        for key in _RIGHTS:
            if texts := _texts(stated.get(key), self._language):
                node = self.part(self._dataset, f"{DCT}rights", f"{DCT}RightsStatement")
                for text, language in texts:
                    self.text(node, f"{RDFS}label", text, language)
        known = " ".join(("confidentiality licence bibliographical_reference", *_RIGHTS))
        self.leave_others("access_condition", stated, known)

    def _licence(self, subject: str, stated: Json, *, is_part: bool = False) -> None:
        """A licence of the table, or a custom one, which is never taken for another because its name is alike.

        What the source wrote is kept on the dataset, not again on each distribution.
        """
        for label in as_strings(stated.get("licence_label")):
            found = tables.licence(label)
            if is_part:
                self.add(subject, f"{DCT}license", literal(label) if found is None else iri(found))
            else:
                self.mapped(subject, f"{DCT}license", found, stated="statedLicence", text=label, scheme="licences")
        texts = _texts(stated.get("custom_licence_label"), self._language)
        address = str(stated.get("custom_licence_uri") or "").strip()
        if texts or address:
            told = "\n".join([*(f"{text}@{language}" for text, language in texts), address])
            licence = self.own("licence", sha256(told.encode()).hexdigest()[:16])
            self.add(subject, f"{DCT}license", iri(licence))
            if not is_part:
                self._custom_licence(licence, texts, address)

    def _custom_licence(self, licence: str, texts: list[tuple[str, str]], address: str) -> None:
        self.type(licence, f"{DCT}LicenseDocument", f"{CG}CustomLicence")
        for text, language in texts:
            self.text(self._dataset, f"{CG}statedLicence", text, language)
            # Some write the address of the text on a last line of its name.
            if found := _LAST_LINE_ADDRESS.search(text):
                self.link(licence, f"{FOAF}page", found[1])
            self.text(licence, f"{DCT}title", _LAST_LINE_ADDRESS.sub("", text), language)
        if address:
            self.text(licence, f"{DCT}title", None if texts else address)
            self.link(licence, f"{RDFS}seeAlso", address)

    def _about_metadata(self, value: object) -> None:
        """What is said about the description is a catalogue record, where it is more than a version of the API."""
        stated = as_object(value)
        if any(stated.get(key) for key in _ABOUT_METADATA.split()):
            record = self.own("record", self._identifier)
            self.type(record, f"{DCAT}CatalogRecord")
            self.add(record, f"{FOAF}primaryTopic", iri(self._dataset))
            self._dates(record, stated.get("metadata_dates"), "metadata_info.metadata_dates", "deleted")
            if (provider := self._organization(stated.get("metadata_provider"))) is not None:
                self.add(record, f"{DCT}creator", iri(provider))
            self._contacts(record, stated.get("metadata_contacts"))
            for address in as_strings(stated.get("metadata_source")):
                self.link(record, f"{PROV}hadPrimarySource", address)
        self.leave_others("metadata_info", stated, _ABOUT_METADATA)


def _is_private(record: Json) -> bool:
    """Say whether the source keeps this description back: it says so, or has deleted it.

    Restricted access is about the data: its description is public all the same.
    """
    dates = as_object(as_object(record.get("metadata_info")).get("metadata_dates"))
    return record.get("private") is True or bool(dates.get("deleted"))


def _first_language(record: Json) -> str:
    stated = as_strings(record.get("resource_languages"))
    return next((each for each in stated if _LANGUAGE.fullmatch(each)), DEFAULT_LANGUAGE)


def _identifier(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _texts(value: object, language: str) -> list[tuple[str, str]]:
    """Read dictionary entries, `[{"lang": "fr", "text": "…"}]`, or plain texts; `language` where none is said."""
    found: list[tuple[str, str]] = []
    for each in as_list(value):
        if isinstance(each, dict):
            found += [(text, str(each.get("lang") or language)) for text in as_strings(each.get("text"))]
        elif isinstance(each, str) and each.strip():
            found.append((each, language))
    return found
