"""The words of pre-flight: what verdicts and fields are called."""

from __future__ import annotations

from api.languages import Texts, mark
from api.server.posted import NAMELESS
from graph.preflight.verdict import Effect, Verdict

EFFECTS = {
    Effect.STOPS: mark("ends the whole harvest"),
    Effect.DROPS: mark("dataset not taken"),
    Effect.LOSES: mark("lost"),
    Effect.CHANGES: mark("changed"),
    Effect.FAULTS: mark("reported as an error"),
}
FIELDS = {
    "title": mark("title"),
    "description": mark("description"),
    "identifier": mark("identifier"),
    "version": mark("version"),
    "keywords": mark("keywords"),
    "keyword": mark("keywords"),
    "issued": mark("date of issue"),
    "created": mark("date of creation"),
    "modified": mark("date of change"),
    "frequency": mark("frequency"),
    "publisher": mark("publisher"),
    "creator": mark("publisher"),
    "contact": mark("contact"),
    "contactPoint": mark("contact"),
    "contacts": mark("contacts"),
    "mail": mark("contact’s e-mail address"),
    "licence": mark("licence"),
    "license": mark("licence"),
    "landing page": mark("page of the data"),
    "access rights": mark("access rights"),
    "accessLevel": mark("access rights"),
    "distributions": mark("distributions"),
    "distribution": mark("distributions"),
    "sizes": mark("sizes"),
    "checksums": mark("checksums"),
    "address": mark("address"),
    "media type": mark("media type"),
    "rights": mark("rights"),
    "language": mark("language"),
    "theme": mark("themes"),
    "distribution title": mark("title of a distribution"),
    "distribution identifier": mark("identifier of a distribution"),
    "distribution issued": mark("date of a distribution"),
    "rightsHolder": mark("rights holder"),
    "class": mark("class"),
    "accessRights": mark("access rights"),
    "accessService": mark("data service"),
    "accessURL": mark("address of access"),
    "accrualPeriodicity": mark("frequency"),
    "algorithm": mark("algorithm of the checksum"),
    "applicableLegislation": mark("applicable legislation"),
    "availability": mark("availability"),
    "bbox": mark("bounding box"),
    "byteSize": mark("sizes"),
    "catalog": mark("catalogue"),
    "centroid": mark("centre of the area"),
    "checksum": mark("checksums"),
    "checksumValue": mark("checksums"),
    "compressFormat": mark("compression"),
    "conformsTo": mark("standard"),
    "dataset": mark("dataset"),
    "downloadURL": mark("address of the file"),
    "endDate": mark("end date"),
    "endpointDescription": mark("description of the endpoint"),
    "endpointURL": mark("address of the endpoint"),
    "format": mark("format"),
    "geometry": mark("geometry"),
    "hadRole": mark("role"),
    "hasBeginning": mark("beginning"),
    "hasEnd": mark("end"),
    "hasPart": mark("parts"),
    "hasPolicy": mark("policy"),
    "hasVersion": mark("versions"),
    "homepage": mark("home page"),
    "inSeries": mark("series"),
    "isReferencedBy": mark("referenced by"),
    "landingPage": mark("page of the data"),
    "mediaType": mark("media type"),
    "name": mark("name"),
    "notation": mark("notation"),
    "packageFormat": mark("package format"),
    "page": mark("documentation"),
    "prefLabel": mark("label"),
    "primaryTopic": mark("what the record describes"),
    "provenance": mark("provenance"),
    "qualifiedAttribution": mark("attribution"),
    "qualifiedRelation": mark("qualified relation"),
    "record": mark("catalogue record"),
    "relation": mark("related resource"),
    "sample": mark("sample"),
    "servesDataset": mark("datasets served"),
    "service": mark("service"),
    "source": mark("source"),
    "spatial": mark("territory"),
    "spatialResolutionInMeters": mark("spatial resolution"),
    "startDate": mark("start date"),
    "status": mark("status"),
    "temporal": mark("period"),
    "temporalResolution": mark("temporal resolution"),
    "themeTaxonomy": mark("vocabulary of themes"),
    "type": mark("type"),
    "versionNotes": mark("notes on the version"),
    "wasGeneratedBy": mark("made by"),
}
"""Fields by the names that portals and properties have: what readers call them."""


def field_name(texts: Texts, name: str) -> str:
    """Call a field by its name for people."""
    return texts.text(FIELDS[name]) if name in FIELDS else name


def heading_of(texts: Texts, name: str) -> str:
    """Call what was examined by its own name, or by what it is, with a capital letter."""
    if name not in NAMELESS:
        return name
    text = texts.text(name)
    return text[:1].upper() + text[1:]


def verdict_words(texts: Texts, verdict: Verdict) -> str:
    """Say in a few words what a portal makes of a dataset."""
    if verdict.stops:
        return texts.text("takes nothing of the source")
    if not verdict.taken:
        return texts.text("does not take it")
    if not verdict.whole:
        return texts.text("takes it, not all of it")
    if verdict.remarks:
        return texts.text("takes it, with remarks")
    return texts.text("takes it whole")


def sign_of(verdict: Verdict) -> str:
    """Give the sign that stands before the words: `no`, `partly` or `yes`."""
    return "no" if not verdict.taken else "yes" if verdict.whole else "partly"
