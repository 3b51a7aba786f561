"""The page at /validate: the form as it was sent last, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Response

from api.languages import mark
from api.problems import Problem
from api.visit import Visit
from graph.governance.rules.shapesets import GOVERNANCE

PROFILES = {
    "governance": mark("The governance rules"),
    "dcat-ap": mark("DCAT-AP 3.0.1, the European profile of catalogues"),
    "hvd": mark("DCAT-AP for high-value datasets (HVD) 3.0.0"),
}
SYNTAXES = {
    "": mark("As it looks"),
    "text/turtle": "Turtle",
    "application/ld+json": "JSON-LD",
    "application/rdf+xml": "RDF/XML",
    "application/n-triples": "N-Triples",
    "application/n-quads": "N-Quads",
    "application/trig": "TriG",
    "text/n3": "N3",
    "application/json": "JSON",
}
ANSWERS = {
    "html": mark("A page"),
    "json": "JSON",
    "turtle": mark("Turtle, as a report of SHACL"),
    "csv": "CSV",
    "spreadsheet": mark("CSV for a spreadsheet"),
}
# What a problem may tell beside its title.
_TOLD = ("detail", "errors", "line", "column", "remedy")
# A text up to this size stands in the form again, to be mended.
_KEPT = 200_000


@dataclass(frozen=True)
class _Form:
    """What stands in the form: what was sent last, so that it can be mended and sent again."""

    text: str
    profile: str
    at: str
    syntax: str
    format: str


def validate_page(
    visit: Visit,
    fields: Mapping[str, str],
    *,
    report: object = None,
    problem: Problem | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Show the form, with what came of it last."""
    text = fields.get("text", "")
    filled = _Form(
        text if len(text) <= _KEPT else "",
        fields.get("profile", GOVERNANCE),
        fields.get("at", ""),
        fields.get("syntax", ""),
        fields.get("format", "html"),
    )
    return visit.page(
        "validate.html",
        here="validate",
        status=problem.status if problem else 200,
        headers={
            **(headers or {}),
            **({"Cache-Control": "no-store"} if problem else {}),
            **(problem.headers if problem else {}),
        },
        form=filled,
        report=report,
        problem={**dict.fromkeys(_TOLD), **problem.body(visit.texts)} if problem else None,
        profiles=PROFILES.items(),
        syntaxes=SYNTAXES.items(),
        formats=ANSWERS.items(),
        address=visit.links.absolute("validate"),
        most=visit.site.settings.validate_bytes,
        seconds=visit.site.settings.validate_deadline,
    )
