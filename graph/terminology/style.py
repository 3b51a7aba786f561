"""The ontology held to its own style: labels, definitions, names, lists, terms given up; by SHACL shapes (pySHACL)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyshacl
from rdflib import Graph
from rdflib.namespace import SH
from rdflib.term import Node

from graph.errors import ConfigurationError
from shapes import loader


@dataclass(frozen=True, slots=True)
class Flaw:
    """One breach: the term (IRI), the value at fault or '', the message in two languages."""

    term: str
    value: str
    message_fr: str
    message_en: str

    def message(self, language: str) -> str:
        """Give the message in French or English."""
        return self.message_fr if language == "fr" else self.message_en


def flaws(files: Iterable[tuple[str, bytes]]) -> list[Flaw]:
    """Check Turtle files, (name, text) each, as one ontology; flaws by term and message.

    Raises ConfigurationError where the shapes cannot be evaluated: that is no clean result.
    """
    shapes = _graph(loader.ontology())
    # No inference and no sub-classes: what must be said is said of the term itself.
    _, report, text = pyshacl.validate(_graph(files), shacl_graph=shapes, inference="none", inplace=True)
    if not isinstance(report, Graph):
        raise ConfigurationError(f"the shapes about the ontology cannot be evaluated: {text}")
    found = [_flaw(report, shapes, result) for result in report.objects(None, SH.result)]
    return sorted(found, key=lambda flaw: (flaw.term, flaw.message_en, flaw.value))


def _graph(files: Iterable[tuple[str, bytes]]) -> Graph:
    graph = Graph()
    for _, text in files:
        graph.parse(data=text, format="turtle")
    return graph


def _flaw(report: Graph, shapes: Graph, result: Node) -> Flaw:
    """Read one result; a constraint in SPARQL has its messages on itself, any other on its shape."""
    of = report.value(result, SH.sourceConstraint) or report.value(result, SH.sourceShape)
    messages = {text.language: str(text) for text in shapes.objects(of, SH.message)}  # type: ignore[attr-defined]
    value = report.value(result, SH.value)
    focus = report.value(result, SH.focusNode)
    fallback = str(report.value(result, SH.resultMessage) or "")
    return Flaw(
        term=str(focus),
        value="" if value is None or value == focus else str(value),
        message_fr=messages.get("fr", fallback),
        message_en=messages.get("en", fallback),
    )
