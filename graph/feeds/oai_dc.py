"""A dataset in simple Dublin Core, the format that every OAI-PMH provider has: http://www.openarchives.org/OAI/2.0/oai_dc/."""

from __future__ import annotations

from collections.abc import Iterator

from graph.feeds.texts import Described
from graph.rendering.rdfxml import content

NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
_OPEN = (
    f'<oai_dc:dc xmlns:oai_dc="{NAMESPACE}" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="{NAMESPACE} {SCHEMA}">\n'
)

# Element, and the properties of the dataset it is made of: as names for people, or as they stand.
_NAMES = (
    ("title", "dct:title"),
    ("creator", "dct:creator dga:hasDataHolder"),
    ("subject", "dcat:keyword dcat:theme"),
    ("description", "dct:description"),
    ("publisher", "dct:publisher"),
    ("contributor", "dct:contributor"),
    ("date", "dct:modified dct:issued"),
    ("language", "dct:language"),
    ("coverage", "dct:spatial"),
    ("rights", "dct:accessRights dct:rights"),
)


def write(dataset: Described) -> str:
    """Write one dataset."""
    seen = dict.fromkeys(_elements(dataset))
    lines = [f"  <dc:{name}>{content(text)}</dc:{name}>\n" for name, text in seen if text.strip()]
    return f"{_OPEN}{''.join(lines)}</oai_dc:dc>\n"


def _elements(dataset: Described) -> Iterator[tuple[str, str]]:
    yield "identifier", dataset.iri
    for name, properties in _NAMES:
        yield from ((name, text) for text in dataset.names(properties))
    yield "type", "Dataset"
    yield from (("identifier", each.value) for each in dataset.values("dct:identifier dcat:landingPage"))
    yield from (("source", iri) for iri in dataset.iris("dct:source prov:wasDerivedFrom"))
    yield from (("relation", iri) for iri in dataset.iris("dct:relation dct:isPartOf"))
    yield from (("rights", each.value) for each in dataset.values("dct:license"))
    for distribution in dataset.iris("dcat:distribution"):
        yield from (("format", text) for text in dataset.names("dct:format dcat:mediaType", distribution))
