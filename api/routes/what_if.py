"""What-if: a change that is only supposed, chosen, worked out and told; nothing of it is stored."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.checks.finding_words import NO_ADVICE
from api.checks.what_if_data import outcome_data
from api.checks.what_if_words import HOWS_OF, OFFERS, RIGHTS, OutcomeWriter, mentioned
from api.endpoint.shares import in_share
from api.languages import mark
from api.negotiation import HTML
from api.openapi import answers
from api.pages.kinds import kind_name
from api.pages.names import Names
from api.pages.plain_words import Writer
from api.problems import Problem, bad_request
from api.server.documents import document
from api.visit import OneVisit, Visit
from graph.impact.outcome import Outcome, suppose
from graph.impact.supposition import HOWS, How, Supposition
from graph.reasoning.facts import TYPE_IRI, Facts
from graph.terms import CC, is_iri

routes = APIRouter()

JSON = "application/json"
_FOUND = 12
_INVENTED = "[Illustration]"
_ELSEWHERE = mark("It works on a copy of the graph, and this one is kept in an engine that gives none.")

Thing = Annotated[str, Query(max_length=2000, description="IRI of the thing that changes; none for another date.")]
Change = Annotated[str, Query(max_length=20, description=f"What is supposed: {', '.join(HOWS)}.")]
Value = Annotated[str, Query(max_length=2000, description="The new access right or licence (IRI), or date.")]
At = Annotated[str, Query(max_length=10, description="Date of judging, in place of the one that is recorded.")]
Words = Annotated[str, Query(max_length=500, description="Words to find the thing by.")]


@dataclass(frozen=True)
class Offer:
    """A supposition that can be chosen: its fields are hidden, but for one value where it needs one."""

    how: How
    text: str
    choices: list[tuple[str, str]]
    is_date: bool


@routes.get("/what-if", **answers(HTML, also=(304, 404, 422, 429, 503)))
def what_if(
    visit: OneVisit, *, thing: Thing = "", change: Change = "", value: Value = "", at: At = "", q: Words = ""
) -> Response:
    """Choose a thing and a change, and see what services and findings would be gained and lost."""
    if change:
        return _told(visit, _supposed(thing, change, value), _day(at))
    if visit.site.settings.store_url is not None:
        return _chosen(visit, elsewhere=_ELSEWHERE)
    if thing:
        return _offers(visit, thing)
    return _chosen(visit, q=q, found=_found(visit, q))


def _chosen(
    visit: Visit,
    *,
    q: str = "",
    found: list[tuple[str, str, str, str]] | None = None,
    chosen: dict[str, object] | None = None,
    elsewhere: str | None = None,
) -> Response:
    """Show the page before anything is supposed: nothing chosen, a thing chosen, or why nothing can be."""
    return visit.page(
        "what_if.html", here="what-if", q=q, found=found, chosen=chosen, outcome=None, elsewhere=elsewhere
    )


@routes.get("/what-if.json", **answers(JSON, also=(304, 400, 404, 422, 429, 503)))
def what_if_data(visit: OneVisit, change: Change, thing: Thing = "", value: Value = "", at: At = "") -> Response:
    """Give what a supposed change would gain and lose as JSON."""
    outcome = _worked_out(visit, _supposed(thing, change, value), _day(at))
    body = json.dumps(outcome_data(outcome), ensure_ascii=False, indent=1).encode()
    return document(visit.request, body, JSON, headers=visit.sequence)


def _supposed(thing: str, change: str, value: str) -> Supposition:
    for how in HOWS:
        if how == change:
            return Supposition(how, "" if how == "date" else thing, value)
    raise bad_request(mark("The parameter change takes one of: %(known)s."), known=", ".join(HOWS))


def _day(at: str) -> date | None:
    try:
        return date.fromisoformat(at) if at else None
    except ValueError:
        raise bad_request(mark("The parameter at takes a date, such as 2026-06-30.")) from None


def _worked_out(visit: Visit, supposed: Supposition, at: date | None) -> Outcome:
    """Work it out in the client's share, as a query is: at a deadline, and few at once.

    Raises Problem where the triples lie in another engine, Overloaded, ShareUsedUp and what `suppose` raises.
    """
    site, settings = visit.site, visit.site.settings
    if settings.store_url is not None:
        raise Problem(
            501, "what-if-elsewhere", mark("What-if is not served here"), _ELSEWHERE
        )  # fmt: skip

    def work() -> Outcome:
        instance, deadline = site.instance, settings.query_deadline
        with site.holder.snapshots().latest() as lease:
            return suppose(lease.path, instance.tmp, instance.log, supposed, at=at, deadline=deadline)

    return in_share(visit, work)


def _told(visit: Visit, supposed: Supposition, at: date | None) -> Response:
    outcome = _worked_out(visit, supposed, at)
    names = Names.for_visit(visit, mentioned(outcome))
    title = names.name(supposed.thing) if supposed.thing else None
    invented = title is not None and title.text.startswith(_INVENTED)
    words = Writer(names, visit.texts, visit.links, illustrative=invented)
    writer = OutcomeWriter(words, visit.texts.language, names.name)
    picture = writer.picture(outcome)
    parameters = [("thing", supposed.thing), ("change", supposed.how), ("value", supposed.value)]
    given = [(name, value) for name, value in [*parameters, ("at", at.isoformat() if at else "")] if value]
    return visit.page(
        "what_if.html",
        here="what-if",
        q="",
        found=None,
        chosen=None,
        outcome=outcome,
        question=writer.question(supposed),
        headline=writer.headline(outcome),
        gone=writer.gone(each for each in outcome.gone if each.why != "asked"),
        uses=writer.uses(outcome.uses),
        gained=writer.findings(outcome.gained, outcome),
        mended=writer.findings(outcome.mended, outcome),
        vanished=writer.findings((each for each in outcome.lost if each not in outcome.mended), outcome),
        invented=invented,
        mixed=not invented and any(name.startswith(_INVENTED) for name in map(names.text, mentioned(outcome))),
        picture=picture.svg("supposed") if picture else None,
        others=visit.links.page("what-if", [("thing", supposed.thing)]) if supposed.thing else None,
        address=visit.links.absolute("what-if", given),
        data=visit.links.file("what-if.json", given),
        no_advice=NO_ADVICE,
    )


def _offers(visit: Visit, thing: str) -> Response:
    """Offer what can be supposed of a thing."""
    if not is_iri(thing):
        raise bad_request(mark("The parameter thing takes an absolute IRI."))
    names = Names.for_visit(visit, [thing, *_licences(visit)])
    kind = names.kind(thing) or "other"
    offers = [_offer(visit, names, how) for how in HOWS_OF.get(kind, ("remove", "hide"))]
    chosen: dict[str, object] = {"iri": thing, "name": names.name(thing), "href": names.page(thing), "kind": kind,
              "kind_name": kind_name(kind, visit.texts.language), "offers": offers}  # fmt: skip
    return _chosen(visit, chosen=chosen)


def _offer(visit: Visit, names: Names, how: How) -> Offer:
    choices: list[tuple[str, str]] = []
    if how == "access":
        choices = [(iri, visit.texts.text(text)) for iri, text in RIGHTS.items()]
    elif how == "licence":
        choices = sorted(((iri, names.text(iri)) for iri in _licences(visit)), key=lambda each: each[1].casefold())
    return Offer(how, OFFERS[how], choices, is_date=how == "end")


def _licences(visit: Visit) -> list[str]:
    found = Facts(visit.known.triples.query).towards(TYPE_IRI, [f"{CC}License"])
    return [iri for iri, _ in found]


def _found(visit: Visit, q: str) -> list[tuple[str, str, str, str]] | None:
    """Find things by words: (address of what can be supposed, kind, name of the kind, name)."""
    if not q.strip():
        return None
    kinds = list(HOWS_OF)
    results = visit.known.search(q.strip(), filters={"kind": kinds}, limit=_FOUND, language=visit.texts.language)
    names = Names.for_visit(visit, [hit.iri for hit in results.hits])
    language = visit.texts.language
    return [
        (
            visit.links.page("what-if", [("thing", hit.iri)]),
            hit.kind,
            kind_name(hit.kind, language),
            names.text(hit.iri),
        )
        for hit in results.hits
    ]
