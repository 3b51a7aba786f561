"""Entities: their pages and their RDF, and the ways from an IRI to its page."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from api.checks.finding_pages import shown
from api.checks.party_findings import findings_of
from api.checks.preflight_page import Opinion, opinion
from api.checks.rule_links import rule_address
from api.checks.what_if_words import HOWS_OF
from api.feeds import MAIN
from api.languages import mark
from api.links import outward, term_path
from api.negotiation import HTML, choose, rdf_offers
from api.openapi import RDF, answers
from api.pages.history import history_of
from api.pages.incoming_links import links_towards
from api.pages.kinds import kind_name
from api.pages.names import Name, Names
from api.pages.source_names import title_of
from api.pages.thing_page import ThingPage
from api.problems import VARY, bad_request, not_acceptable, not_known
from api.server.documents import document
from api.visit import OneVisit, Visit
from graph.entities import Entity, anchor_of
from graph.feeds import schema_org
from graph.feeds.page import Told
from graph.feeds.texts import describe, statements_of_each
from graph.findings.finding import measurement_of
from graph.findings.reading import Filter
from graph.preflight.own import identifiers_before, judge
from graph.rendering.syntaxes import BY_SUFFIX, SYNTAXES, Syntax
from graph.terms import DCAT, is_iri

routes = APIRouter()
_logger = logging.getLogger(__name__)

_DISTRIBUTION = f"<{DCAT}distribution>"
_JUDGED_AT_ONCE = 100
"""Distributions up to which a dataset's page tells what portals would make of it; of more, their own page does."""

Iri = Annotated[str, Query(max_length=2000, description="IRI of anything that the graph describes or mentions.")]


@dataclass(frozen=True)
class Teller:
    """A source of an entity, as its page names it."""

    name: str
    title: str
    created: str
    changed: str


@routes.get("/entity", **answers(HTML, also=(303, 304, 404)))
def entity_of(visit: OneVisit, iri: Iri) -> Response:
    """Lead to the page of an IRI, or show in place what points at one that is only mentioned."""
    if not is_iri(iri):
        raise bad_request(mark("The parameter iri takes an absolute IRI."))
    return _lead(visit, iri)


@routes.get("/id/{path:path}", **answers(HTML, also=(303, 304, 404)))
def local(visit: OneVisit, path: str) -> Response:
    """Lead from a local IRI to its page."""
    return _lead(visit, f"{visit.site.instance.base}id/{path}")


@routes.get("/.well-known/genid/{path}", **answers(HTML, also=(303, 304, 404)))
def generated(visit: OneVisit, path: str) -> Response:
    """Lead from the IRI that a nameless node was given to its page."""
    return _lead(visit, f"{visit.site.instance.base}.well-known/genid/{path}")


@routes.get("/{kind}/{slug}", **answers(HTML, *RDF, also=(301, 304, 404, 406)))
def entity(visit: OneVisit, kind: str, slug: str) -> Response:
    """Show an entity: as a page, or as Turtle, JSON-LD, RDF/XML or N-Triples by Accept or suffix."""
    stem, dot, suffix = slug.rpartition(".")
    named = BY_SUFFIX.get(suffix) if dot else None
    known = visit.known.find(kind, stem if named else slug)
    if known is None:
        raise not_known()
    address = visit.known.address(known.iri)
    if address is None:
        raise not_known()
    path = term_path(known.iri) or "/".join(address)
    if path != f"{kind}/{known.slug}":
        return _moved(visit, path, f".{suffix}" if named else "")
    found = visit.known.entity(known.iri)
    if found is None:
        raise not_known()
    syntax = named or page_or_syntax(visit)
    if syntax is None:
        return _page(visit, found, address)
    return statements_of(visit, found, syntax, fixed=named is not None)


def page_or_syntax(visit: Visit) -> Syntax | None:
    """Choose between the page (None) and RDF by the Accept header. Raises Problem (406)."""
    offers: list[tuple[str, Syntax | str]] = [(HTML, HTML), ("application/xhtml+xml", HTML), *rdf_offers()]
    chosen = choose(visit.request.headers.get("accept"), offers)
    if chosen is None:
        raise not_acceptable([HTML, *(syntax.media_type for syntax in SYNTAXES)])
    return None if isinstance(chosen, str) else chosen


def _moved(visit: Visit, path: str, suffix: str) -> Response:
    """Lead for good from an address that was renamed, or to the one address of a term."""
    target = path + suffix
    return RedirectResponse(visit.links.file(target) if suffix else visit.links.page(target), 301)


def _lead(visit: Visit, iri: str) -> Response:
    """Lead to the page that tells of an IRI: its own, its owner's, or one in place where it is only mentioned."""
    if (rule := rule_address(iri)) is not None:
        return RedirectResponse(visit.links.page(rule[0]) + rule[1], 303, {"Vary": VARY})
    known = visit.known
    address = known.address(iri)
    anchor = ""
    if address is None and (owner := known.triples.owners([iri]).get(iri)):
        address = known.address(owner)
        anchor = f"#{anchor_of(owner, iri)}"
    if address is not None:
        # 303: what is asked for is a thing, what is found a document about it; Accept is negotiated there.
        return RedirectResponse(visit.links.page(term_path(iri) or "/".join(address)) + anchor, 303, {"Vary": VARY})
    groups = links_towards(visit, iri)
    if not groups:
        raise not_known(mark("The graph neither describes nor mentions that IRI."))
    name = Names.for_visit(visit, [iri]).name(iri) or Name(iri)
    return visit.page("mentioned.html", title=name, iri=iri, outside=outward(iri), incoming=groups)


def statements_of(visit: Visit, found: Entity, syntax: Syntax, *, fixed: bool) -> Response:
    """Give all statements about an entity in the log's own texts."""
    body = syntax.write(found.statements, [f"<{found.iri}>"])
    headers = {} if fixed else {"Vary": VARY}
    return document(visit.request, body, syntax.media_type, headers={**headers, **visit.sequence})


def _page(visit: Visit, found: Entity, address: tuple[str, str]) -> Response:
    """Show an entity to a reader."""
    kind, slug = address
    path = f"{kind}/{slug}"
    formats = [(syntax, visit.links.file(f"{path}.{syntax.suffix}")) for syntax in SYNTAXES]
    language = visit.texts.language
    thing = ThingPage(visit, found, kind)
    findings = findings_of(visit).about([found.iri, *found.nodes])
    measured = {measurement_of(each.report) for each in findings}
    structured, opinions = _for_others(visit, found, path) if kind == "dataset" else (None, [])
    return visit.page(
        "entity.html",
        structured=structured,
        portals=opinions,
        portals_told=structured is not None,
        headers={"Link": ", ".join(f'<{href}>; rel="alternate"; type="{each.media_type}"' for each, href in formats)},
        iri=found.iri,
        outside=None if found.iri.startswith(visit.site.instance.base) else outward(found.iri),
        canonical=visit.links.absolute(path),
        kind_one=kind_name(kind, language),
        kind_many=kind_name(kind, language, many=True),
        formats=formats,
        findings=shown(visit, findings),
        incoming=links_towards(visit, found.iri, known=[*found.nodes, *measured]),
        sources=_tellers(visit, found),
        history=history_of(visit, found, path),
        mendable=_mendable(visit, found.iri) if kind in {"actor", "body"} else None,
        offended=_offended(visit, thing) if kind == "law" else [],
        sourced=len(found.tellings) > 1,
        supposable=kind in HOWS_OF,
        **thing.values(),
    )


def _for_others(visit: Visit, found: Entity, path: str) -> tuple[Markup | None, list[Opinion]]:
    """Give what search engines read of a dataset and what portals would make of it; nothing where it is in no feed."""
    known = visit.known
    with known.catalog.reading.moment() as moment:
        keys = moment.keys([found.iri], known.audiences)
        stated = next(statements_of_each(Told(moment, tuple(known.audiences), keys)), None)
    if stated is None:
        return None, []
    name = visit.texts.text(MAIN.title)
    made = schema_org.dataset(describe(*stated), visit.links.absolute(path), visit.links.absolute(MAIN.path), name)
    script = Markup(schema_org.script(made))  # noqa: S704 (it writes < and > as escapes of JSON: nothing ends the block)
    if sum(prop == _DISTRIBUTION for _, prop, _ in stated[1]) > _JUDGED_AT_ONCE:
        return script, []
    try:
        before = identifiers_before(known.triples, found.iri, stated[1])
        verdicts = judge(found.iri, stated[1], before=before, page=made)
        return script, [opinion(visit.texts, verdict) for verdict in verdicts]
    except Exception:  # it runs what many portals' programs do, on any text: a fault there takes no page away
        _logger.exception("what portals would make of a dataset cannot be told")
        return script, []


def _mendable(visit: Visit, iri: str) -> tuple[int, str, str] | None:
    """Give how many open findings an actor can mend, with the ways to them and to their feed; None for none."""
    number, pairs = findings_of(visit).total(Filter(actor=iri)), [("actor", iri)]
    return (number, visit.links.page("findings", pairs), visit.links.file("findings.atom", pairs)) if number else None


def _offended(visit: Visit, thing: ThingPage) -> list[tuple[str, str | None, int, str]]:
    """Give what a law applies to and the rules find something wrong with: name, language, number, link; worst first."""
    bound = thing.reached(mark("Applies to"))
    found: dict[str, int] = {}
    for each in findings_of(visit).about(bound):
        iri = each.found.focus[1:-1]
        found[iri] = found.get(iri, 0) + 1
    named = [(thing.names.name(iri) or Name(iri), number, iri) for iri, number in found.items()]
    return [
        (name.text, name.language, number, visit.links.page("findings", [("focus", iri)]))
        for name, number, iri in sorted(named, key=lambda each: (-each[1], each[0].text))
    ]


def _tellers(visit: Visit, found: Entity) -> list[Teller]:
    """Give the sources of an entity with the times they told of it."""
    log = visit.site.instance.log
    times = visit.known.times(found)
    tellers = []
    for telling in found.tellings:
        source = log.sources.get(telling.source)
        created, changed = times.get(telling.source, ("", ""))
        title = title_of(visit.texts, source) if source else telling.source
        tellers.append(Teller(telling.source, title, created, changed))
    return tellers
