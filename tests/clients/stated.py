"""What the graph states of its datasets, read from the log: what every client must have taken."""

from __future__ import annotations

from dataclasses import dataclass

from graph.log.log import Log
from graph.log.rows import PUBLIC
from graph.terms import CG, DCAT, DCT, FOAF, SKOS, parse_payload, value_of

TITLE, IDENTIFIER, PUBLISHER, LICENCE = (f"<{DCT}{name}>" for name in ("title", "identifier", "publisher", "license"))
ISSUED, MODIFIED = f"<{DCT}issued>", f"<{DCT}modified>"
DISTRIBUTION, DOWNLOAD, ACCESS = (f"<{DCAT}{name}>" for name in ("distribution", "downloadURL", "accessURL"))
NAMES = {f"<{FOAF}name>", f"<{SKOS}prefLabel>"}


@dataclass(frozen=True)
class Stated:
    """What is stated of a dataset; `distributions` are pairs of address and licence, "" where none is stated."""

    titles: set[str]
    identifiers: set[str]
    publishers: set[str]
    licences: set[str]
    issued: set[str]
    modified: set[str]
    distributions: list[tuple[str, str]]


def stated(log: Log) -> dict[str, dict[str, Stated]]:
    """Give catalogue (`catalog`, `illustration`) -> IRI -> what the public records state."""
    heads = list(log.heads(audiences=[PUBLIC]))
    payloads = log.payloads([head.sequence for head in heads])
    about: dict[str, dict[str, set[str]]] = {}
    for head in heads:
        for s, p, o in parse_payload(payloads[head.sequence]):
            about.setdefault(s, {}).setdefault(p, set()).add(o)
    found: dict[str, dict[str, Stated]] = {"catalog": {}, "illustration": {}}
    for iri in {head.iri for head in heads if head.kind == "dataset"}:
        own = about[f"<{iri}>"]
        invented = f"<{CG}Illustrative>" in own.get(f"<{CG}factStatus>", ())
        found["illustration" if invented else "catalog"][iri] = _stated(iri, about)
    return found


def _stated(iri: str, about: dict[str, dict[str, set[str]]]) -> Stated:
    own = about[f"<{iri}>"]
    licences = texts(own.get(LICENCE, ()))
    distributions = []
    for each in own.get(DISTRIBUTION, ()):
        node = about.get(each, {})
        address = min(texts(node.get(DOWNLOAD) or node.get(ACCESS) or ['""']))
        distributions.append((address, min(texts(node.get(LICENCE, ())) or licences or [""])))
    return Stated(
        titles=texts(own.get(TITLE, ())),
        identifiers=texts(own.get(IDENTIFIER, ())) or {iri},
        publishers={
            name
            for each in own.get(PUBLISHER, ())
            for prop in NAMES
            for name in texts(about.get(each, {}).get(prop, ()))
        },
        licences=licences or {licence for _, licence in distributions if licence},
        issued=texts(own.get(ISSUED, ())),
        modified=texts(own.get(MODIFIED, ())),
        distributions=sorted(distributions),
    )


def texts(values: object) -> set[str]:
    """Give the lexical forms of terms."""
    return {value_of(each).value for each in values}  # type: ignore[attr-defined]
