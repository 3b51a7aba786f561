"""The governance rules: all of them, and each with its law, its remedy, its shape and its examples."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache

from fastapi import APIRouter, Response

from api.checks.finding_words import NO_ADVICE
from api.checks.party_findings import findings_of
from api.checks.rule_pages import RulePages, mentioned, values_of
from api.languages import mark
from api.negotiation import HTML, page_or_rdf
from api.openapi import RDF, answers
from api.pages.names import Names
from api.problems import VARY, not_acceptable, not_known
from api.server.documents import document
from api.visit import OneVisit, Visit
from graph.findings.reading import Filter
from graph.governance.rules.rulebook import Rule, rulebook
from graph.rendering.syntaxes import BY_SUFFIX, SYNTAXES, TURTLE, Syntax

routes = APIRouter()


@routes.get("/rules", **answers(HTML, *RDF, also=(304, 406)))
def rules(visit: OneVisit) -> Response:
    """List the governance rules by family: as a page, or all their shapes as Turtle, JSON-LD, RDF/XML or N-Triples."""
    chosen = _chosen(visit)
    if isinstance(chosen, Syntax):
        return _document(visit, None, chosen, {"Vary": VARY})
    book = rulebook()
    names = Names.for_visit(visit, mentioned(book.rules))
    return visit.page(
        "rules.html",
        here="rules",
        headers=_alternates(visit, "rules"),
        families=RulePages(names, visit.texts, visit.links).families(book),
        number_of_rules=len(book.rules),
        open=_open(visit),
        formats=_formats(visit, "rules"),
        canonical=visit.links.absolute("rules"),
        no_advice=NO_ADVICE,
    )


@routes.get("/rules.{suffix}", **answers(*RDF, also=(304, 404)))
def rules_as(visit: OneVisit, suffix: str) -> Response:
    """Give all rules with their shapes in the syntax of the suffix: ttl, jsonld, rdf, xml or nt."""
    if suffix not in BY_SUFFIX:
        raise not_known()
    return _document(visit, None, BY_SUFFIX[suffix], {})


@routes.get("/rules/{name}", **answers(HTML, *RDF, also=(304, 404, 406)))
def rule(visit: OneVisit, name: str) -> Response:
    """Show a rule: as a page, or with its shapes as Turtle, JSON-LD, RDF/XML or N-Triples by Accept or suffix."""
    stem, dot, suffix = name.rpartition(".")
    named = BY_SUFFIX.get(suffix) if dot else None
    found = _found(stem if named else name)
    chosen = named or _chosen(visit)
    if isinstance(chosen, Syntax):
        return _document(visit, found, chosen, {} if named else {"Vary": VARY})
    names = Names.for_visit(visit, mentioned([found]) | values_of(found))
    path = f"rules/{found.number}"
    return visit.page(
        "rule.html",
        here="rules",
        headers=_alternates(visit, path),
        page=RulePages(names, visit.texts, visit.links).page(found),
        family=found.family.letter,
        open=_open(visit).get(found.number),
        iri=found.iri,
        turtle=found.turtle,
        formats=_formats(visit, path),
        canonical=visit.links.absolute(path),
        no_advice=NO_ADVICE,
    )


def _open(visit: Visit) -> dict[str, tuple[int, str]]:
    """Count the open findings of each rule that has any, by its number, with the address of their list."""
    counts = findings_of(visit).counts(Filter(), "rule")
    return {number: (count, visit.links.page("findings", [("rule", number)])) for number, count in counts.items()}


def _chosen(visit: Visit) -> Syntax | str:
    """Choose between RDF and the page. Raises Problem (406)."""
    chosen = page_or_rdf(visit.request.headers.get("accept"))
    if chosen is None:
        raise not_acceptable([*(syntax.media_type for syntax in SYNTAXES), HTML])
    return chosen


def _found(name: str) -> Rule:
    """Find a rule by its number. Raises Problem (404), with the numbers that look like it."""
    book = rulebook()
    if (found := book.find(name)) is not None:
        return found
    close = sorted(get_close_matches(name.upper(), [each.number for each in book.rules], n=3))
    if not close:
        raise not_known(mark("There is no rule of that number: they go from R01 to R56."))
    raise not_known(mark("There is no rule of that number. Was one of these meant: %(names)s?"), names=", ".join(close))


def _document(visit: Visit, found: Rule | None, syntax: Syntax, headers: dict[str, str]) -> Response:
    """Give a rule, or all of them, in one syntax."""
    body = _written(found.number if found else None, syntax)
    return document(visit.request, body, syntax.media_type, headers={**headers, **visit.sequence})


@lru_cache(maxsize=64)
def _written(number: str | None, syntax: Syntax) -> bytes:
    book = rulebook()
    found = book.find(number) if number else None
    triples = found.triples if found else book.triples
    if syntax is TURTLE:
        return book.write(triples).encode()
    told = [(str(each.subject), str(each.predicate), str(each.object)) for each in triples]
    return syntax.write(told, [f"<{found.iri}>"] if found else [])


def _formats(visit: Visit, path: str) -> list[tuple[Syntax, str]]:
    return [(syntax, visit.links.file(f"{path}.{syntax.suffix}")) for syntax in SYNTAXES]


def _alternates(visit: Visit, path: str) -> dict[str, str]:
    links = (f'<{href}>; rel="alternate"; type="{each.media_type}"' for each, href in _formats(visit, path))
    return {"Link": ", ".join(links)}
