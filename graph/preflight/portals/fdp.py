"""The index of FAIR Data Points: walks from the catalogue to each dataset, and asks each at its address for Turtle.

Read from FAIRDataPoint's `HarvesterService` and its `defaultNavigationShacl.ttl`: it follows `ldp:contains`, else from
a catalogue `dcat:dataset`, from a dataset `dcat:distribution`. What has no address that can be asked is never met.
"""

from __future__ import annotations

from graph.preflight.description import Description, is_literal, text_of
from graph.preflight.rules import rules_of
from graph.preflight.verdict import Reader, Reading, Verdict

NAME, TITLE = "fdp", "FAIR Data Point"
_WEB = ("http://", "https://")

RULES = rules_of("fdp")


def reader(told: Description) -> Reader:
    """Give what reads the datasets of a description as this index does; without a catalogue, as if ours listed them."""
    catalogues = [node for node in told.about if told.has_type(node, "dcat:Catalog")]
    listed = {value for node in catalogues for value in _steps(told, node, "dcat:dataset")}

    def read(dataset: str) -> Verdict:
        reading = Reading(NAME, RULES, told, dataset)
        if not text_of(dataset).startswith(_WEB):
            reading.remark("no-address", "address", value=text_of(dataset))
        elif catalogues and dataset not in listed:
            reading.remark("not-listed", "address", value=text_of(dataset))
        titles = told.texts(dataset, "dct:title")
        reading.show("title", titles)
        if not any(titles):
            reading.remark("no-title", "title")
        _distributions(reading)
        return reading.done()

    return read


def _distributions(reading: Reading) -> None:
    met = []
    for node in _steps(reading.told, reading.dataset, "dcat:distribution"):
        if text_of(node).startswith(_WEB) and not is_literal(node):
            met.append(text_of(node))
        else:
            reading.remark("distribution-without-address", "distributions", node=node)
    reading.show("distributions", sorted(met))


def _steps(told: Description, node: str, prop: str) -> list[str]:
    """Give where the index goes from a node: what its container has, else what its property names."""
    return told.values(node, "ldp:contains") or told.values(node, prop)
