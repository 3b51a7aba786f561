"""A dataset for search engines: https://developers.google.com/search/docs/appearance/structured-data/dataset.

Where a distribution is a table with an address to download and a checksum, the description is one in Croissant too:
https://docs.mlcommons.org/croissant/docs/croissant-spec.html.
"""

from __future__ import annotations

import json

from graph.feeds.dcat_us import Json, format_of, kept, media_type_of
from graph.feeds.texts import Described

CROISSANT = "http://mlcommons.org/croissant/1.0"
_CONTEXT: Json = {
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
}
_OPEN = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
_TABLES = {"text/csv": "text/csv", "text/tab-separated-values": "text/tab-separated-values"}
# Google refuses a description that is shorter or longer.
_SHORTEST, _LONGEST = 50, 5000


def dataset(about: Described, page: str, catalogue: str, catalogue_name: str) -> Json:
    """Write one dataset; `page` is its address."""
    tables = {node for node in about.iris("dcat:distribution") if _is_table(about, node)}
    title = about.first("dct:title") or about.iri
    description = about.first("dct:description") or title
    if len(description) < _SHORTEST:
        description = f"{title}: {description}" if description != title else title
    start, end = (next(iter(_period(about, name)), None) for name in ("dcat:startDate", "dcat:endDate"))
    found: Json = {
        "@context": _CONTEXT if tables else "https://schema.org/",
        "@type": "Dataset",
        "@id": about.iri,
        "conformsTo": CROISSANT if tables else None,
        "name": title,
        "description": description[:_LONGEST],
        "url": page,
        "identifier": list(dict.fromkeys([*about.texts("dct:identifier"), about.iri])),
        "keywords": about.texts("dcat:keyword"),
        "license": _first(about.iris("dct:license")),
        "isAccessibleForFree": True if _OPEN in about.iris("dct:accessRights") else None,
        "creator": _agent(about, "dct:creator dct:publisher"),
        "publisher": _agent(about, "dct:publisher"),
        "dateModified": about.first("dct:modified"),
        "datePublished": about.first("dct:issued"),
        "inLanguage": about.names("dct:language"),
        "spatialCoverage": about.names("dct:spatial"),
        "temporalCoverage": f"{start or '..'}/{end or '..'}" if start or end else None,
        "sameAs": about.iris("dcat:landingPage"),
        "version": about.first("dcat:version owl:versionInfo"),
        "includedInDataCatalog": {"@type": "DataCatalog", "name": catalogue_name, "url": catalogue},
        "distribution": [_distribution(about, node, table=node in tables) for node in about.iris("dcat:distribution")],
    }
    return kept(found)


def script(found: Json) -> str:
    """Write it as the contents of a script element, which no text of it can close."""
    text = json.dumps(found, ensure_ascii=False, sort_keys=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _first(values: list[str]) -> str | None:
    return values[0] if values else None


def _period(about: Described, prop: str) -> list[str]:
    return [text for node in about.iris("dct:temporal") for text in about.texts(prop, node)]


def _agent(about: Described, names: str) -> Json | None:
    for iri in about.iris(names):
        if name := about.name(iri):
            return {"@type": "Organization", "@id": iri, "name": name}
    return None


def _is_table(about: Described, node: str) -> bool:
    """Say whether a distribution is a table that can be downloaded, and checked: Croissant asks for a checksum."""
    return bool(media_type_of(about, node) in _TABLES and about.iris("dcat:downloadURL", node) and _sha256(about, node))


def _sha256(about: Described, node: str) -> str | None:
    for checksum in about.iris("spdx:checksum", node):
        algorithms = {iri.rpartition("_")[2].lower() for iri in about.iris("spdx:algorithm", checksum)}
        if "sha256" in algorithms and (value := about.first("spdx:checksumValue", checksum)):
            return value
    return None


def _distribution(about: Described, node: str, *, table: bool) -> Json:
    download = _first(about.iris("dcat:downloadURL", node))
    found: Json = {
        "@type": ["DataDownload", "cr:FileObject"] if table else "DataDownload",
        "@id": node,
        "name": about.first("dct:title", node) or (node.rpartition("/")[2] if table else None),
        "description": about.first("dct:description", node),
        "encodingFormat": media_type_of(about, node) or format_of(about, node),
        "contentUrl": download or _first(about.iris("dcat:accessURL", node)),
        "contentSize": f"{size} B" if (size := about.first("dcat:byteSize", node)) else None,
        "sha256": _sha256(about, node) if table else None,
        "license": _first(about.iris("dct:license", node)),
    }
    return kept(found)
