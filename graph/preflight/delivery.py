"""How a source hands its description over, before anything of it is read: what a portal does at redirects and types."""

from __future__ import annotations

from dataclasses import dataclass

from graph.preflight.description import Description
from graph.preflight.portals import ckan, udata
from graph.preflight.verdict import Reading, Verdict

_CKAN_TYPES = """
    application/ld+json application/rdf+xml text/turtle text/n3 application/n-triples application/n-quads
    application/trig
"""
"""The media types that rdflib has a parser by."""
_UDATA_TYPES = """
    application/rdf+xml application/xml text/xml text/n3 application/x-turtle text/turtle application/n-triples
    application/ld+json application/json application/trig
"""
_UDATA_SUFFIXES = ("ttl", "rdf", "xml", "n3", "nt", "jsonld", "json", "trig", "owl")


@dataclass(frozen=True)
class Delivery:
    """A source as it was fetched: the address that was asked for, the type of what came, the one where it was found."""

    address: str
    media_type: str
    found: str


def received(delivery: Delivery, names: list[str]) -> list[Verdict]:
    """Say what stops these portals before they read; the verdict is on the source's address."""
    found = []
    media_type = delivery.media_type.partition(";")[0].strip().lower()
    node = f"<{delivery.address}>"
    if ckan.NAME in names:
        reading = Reading(ckan.NAME, ckan.RULES, Description([]), node)
        if media_type and media_type not in _CKAN_TYPES.split():
            reading.remark("media-type", "media type", value=media_type)
        found.append(reading.done())
    if udata.NAME in names:
        reading = Reading(udata.NAME, udata.RULES, Description([]), node)
        suffix = delivery.address.rpartition(".")[2].lower()
        if suffix not in _UDATA_SUFFIXES and media_type not in _UDATA_TYPES.split():
            reading.remark("media-type", "media type", value=media_type)
        if delivery.found != delivery.address:
            reading.remark("redirected", "address", value=delivery.found)
        found.append(reading.done())
    return [verdict for verdict in found if verdict.remarks]
