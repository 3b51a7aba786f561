"""The ways through the site that stand in the head of every page, in order: add a line for a new one."""

from __future__ import annotations

from api.languages import mark

NAVIGATION = (
    ("search", "search", mark("Search")),
    ("questions", "questions", mark("Questions")),
    ("pictures", "pictures", mark("Pictures")),
    ("what-if", "what-if", mark("What if…")),
    ("rules", "rules", mark("Rules")),
    ("findings", "findings", mark("Findings")),
    ("validate", "validate", mark("Check")),
    ("preflight", "preflight", mark("Portals")),
    ("catalog", "catalog", mark("Catalogue")),
    ("sparql", "sparql", "SPARQL"),
)
"""(name that a page gives as `here`, path, text) of each way."""
