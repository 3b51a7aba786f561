"""A dataset as DCAT-US 1.1 has it, for harvesters of `/data.json`: https://resources.data.gov/resources/dcat-us/.

What the source does not state is left out, though the profile asks for it: an invented contact helps nobody.
"""

from __future__ import annotations

from graph.feeds.texts import Described

CONFORMS_TO = "https://project-open-data.cio.gov/v1.1/schema"
DESCRIBED_BY = "https://project-open-data.cio.gov/v1.1/schema/catalog.json"
_RIGHTS = "http://publications.europa.eu/resource/authority/access-right/"
_LEVELS = {
    "PUBLIC": "public",
    "RESTRICTED": "restricted public",
    "SENSITIVE": "restricted public",
    "NON_PUBLIC": "non-public",
    "CONFIDENTIAL": "non-public",
}
_MEDIA_TYPE = "https://www.iana.org/assignments/media-types/"

Json = dict[str, object]


def record(dataset: Described) -> Json:
    """Write one dataset."""
    found: Json = {
        "@type": "dcat:Dataset",
        "identifier": dataset.first("dct:identifier") or dataset.iri,
        "title": dataset.first("dct:title"),
        "description": dataset.first("dct:description"),
        "keyword": dataset.texts("dcat:keyword"),
        "modified": dataset.first("dct:modified dct:issued"),
        "issued": dataset.first("dct:issued"),
        "publisher": _publisher(dataset),
        "contactPoint": _contact(dataset),
        "accessLevel": _level(dataset),
        "license": _first(dataset.iris("dct:license")),
        "rights": dataset.first("dct:rights"),
        "landingPage": _first(dataset.iris("dcat:landingPage")),
        "theme": dataset.names("dcat:theme"),
        "language": [_language(each) for each in dataset.iris("dct:language")],
        "spatial": _first(dataset.names("dct:spatial")),
        "distribution": [_distribution(dataset, each) for each in dataset.iris("dcat:distribution")],
    }
    return kept(found)


def kept(found: Json) -> Json:
    """Leave out what is not stated."""
    return {name: value for name, value in found.items() if value not in (None, [], "", {})}


def _first(values: list[str]) -> str | None:
    return values[0] if values else None


def _language(iri: str) -> str:
    """Give the code that ends the address of a language, as the schema asks for (RFC 5646): `fra`, `eng`."""
    return iri.rstrip("/").rpartition("/")[2].lower()


def _publisher(dataset: Described) -> Json | None:
    name = _first(dataset.names("dct:publisher"))
    return None if name is None else {"@type": "org:Organization", "name": name}


def _contact(dataset: Described) -> Json | None:
    for node in dataset.iris("dcat:contactPoint"):
        mail = _first([each.value for each in dataset.values("vcard:hasEmail", node)])
        name = dataset.first("vcard:fn vcard:organization-name foaf:name", node)
        if mail or name:
            address = mail if mail is None or mail.startswith("mailto:") else f"mailto:{mail}"
            return kept({"@type": "vcard:Contact", "fn": name, "hasEmail": address})
    return None


def _level(dataset: Described) -> str | None:
    stated = (iri.removeprefix(_RIGHTS) for iri in dataset.iris("dct:accessRights"))
    return next((_LEVELS[name] for name in stated if name in _LEVELS), None)


def media_type_of(dataset: Described, distribution: str) -> str | None:
    """Give a distribution's media type as `text/csv`, None where none is stated."""
    stated = [each.value for each in dataset.values("dcat:mediaType", distribution)]
    types = [each.replace("http://www.iana.org", "https://www.iana.org").removeprefix(_MEDIA_TYPE) for each in stated]
    return next((each for each in types if each.count("/") == 1), None)


def format_of(dataset: Described, distribution: str) -> str | None:
    """Give the name of a distribution's format."""
    return _first(dataset.names("dct:format", distribution))


def _distribution(dataset: Described, node: str) -> Json:
    return kept(
        {
            "@type": "dcat:Distribution",
            "title": dataset.first("dct:title", node),
            "description": dataset.first("dct:description", node),
            "downloadURL": _first(dataset.iris("dcat:downloadURL", node)),
            "accessURL": _first(dataset.iris("dcat:accessURL", node)),
            "mediaType": media_type_of(dataset, node),
            "format": format_of(dataset, node),
            "license": _first(dataset.iris("dct:license", node)),
        }
    )
