"""What a thing is linked with: a list to go through by keyboard, a picture for who has scripts, JSON for that."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.languages import mark
from api.negotiation import HTML, choose
from api.openapi import JSON, answers
from api.pages.kinds import kind_name
from api.pages.names import Name, Names
from api.pages.signs import POLES, RUNGS
from api.problems import VARY, bad_request, not_acceptable, not_known
from api.server.documents import document
from api.visit import OneVisit, Visit
from graph.neighbours import Link, Neighbourhood, neighbourhood
from graph.records.kinds import UNLISTED
from graph.terms import CG, is_iri

routes = APIRouter()

Iri = Annotated[str, Query(max_length=2000, description="IRI of a thing that the graph describes.")]

# What the graph is written with is no neighbour: every second thing hangs together by a domain or a language.
_LEFT_OUT = {"concept", "scheme", "term", "other", "contact", *UNLISTED}
_WORDS = {
    "none": mark("Choose a thing in the picture."),
    "open": mark("Open its page"),
    "expand": mark("Show its links too"),
    "expanded": mark("Its links are shown"),
    "full": mark("The picture has 500 things and takes no more. Start anew from one of them."),
    "failed": mark("Its links could not be read. Try again."),
    "more": mark("More links than the picture shows: its page has all."),
    "count": mark("%(nodes)s things, %(edges)s links"),
}


@dataclass(frozen=True)
class Node:
    """A thing as picture and list show it; `signs` are (family, sign, word) of its rung or poles."""

    iri: str
    name: Name
    kind: str
    kind_words: str
    href: str
    around: str
    signs: tuple[tuple[str, str, str], ...]


@routes.get("/neighbours", **answers(HTML, JSON, also=(304, 404, 406)))
def neighbours(visit: OneVisit, iri: Iri) -> Response:
    """Show what a thing is linked with, one step away."""
    offers = [(JSON, False), (HTML, True)]
    chosen = choose(visit.request.headers.get("accept"), offers)
    if chosen is None:
        raise not_acceptable([HTML, JSON])
    return _page(visit, _read(visit, iri)) if chosen else _data(visit, _read(visit, iri), fixed=False)


@routes.get("/neighbours.json", **answers(JSON, also=(304, 404)))
def neighbours_as_json(visit: OneVisit, iri: Iri) -> Response:
    """Give what a thing is linked with for the picture: nodes and edges, bounded."""
    return _data(visit, _read(visit, iri), fixed=True)


@dataclass(frozen=True)
class _Around:
    """A neighbourhood with names and addresses: the thing itself first among its nodes."""

    nodes: dict[str, Node]
    links: list[Link]
    names: Names
    more: dict[tuple[str, bool], int]


def _read(visit: Visit, iri: str) -> _Around:
    """Read a neighbourhood. Raises Problem (400, 404)."""
    if not is_iri(iri):
        raise bad_request(mark("The parameter iri takes an absolute IRI."))
    if visit.known.address(iri) is None:
        raise not_known(mark("The graph does not describe that IRI."))
    found = neighbourhood(visit.known.triples, iri)
    ends = {iri, *(end for link in found.links for end in (link.source, link.target))}
    names = Names.for_visit(visit, ends | {link.prop for link in found.links})
    known = [end for end in ends if names.kind(end) and (end == iri or names.kind(end) not in _LEFT_OUT)]
    nodes = {end: _node(visit, names, end) for end in sorted(known, key=lambda end: (end != iri, end))}
    links = sorted({link for link in found.links if link.source in nodes and link.target in nodes})
    return _Around(nodes, links, names, _more(found, names))


def _more(found: Neighbourhood, names: Names) -> dict[tuple[str, bool], int]:
    return {way: number for way, number in found.more.items() if not way[0].startswith(f"{CG}factStatus")}


def _node(visit: Visit, names: Names, iri: str) -> Node:
    kind = names.kind(iri) or "other"
    words = kind_name(kind, visit.texts.language)
    href = names.page(iri) or visit.links.node(iri)
    around = visit.links.page("neighbours", [("iri", iri)])
    return Node(iri, names.name(iri) or Name(iri), kind, words, href, around, tuple(_signs(visit, iri, kind)))


def _signs(visit: Visit, iri: str, kind: str) -> Iterable[tuple[str, str, str]]:
    """Give the rung of a dataset, the poles of an actor."""
    if kind not in {"dataset", "series", "actor", "body"}:
        return
    for _, prop, value in visit.known.triples.describe(iri):
        if prop == f"<{CG}opennessStatus>" and value[1:-1] in RUNGS:
            sign, word = RUNGS[value[1:-1]]
            yield "rung", sign, visit.texts.text(word)
        if prop == f"<{CG}pole>" and value[1:-1] in POLES:
            sign, word = POLES[value[1:-1]]
            yield "pole", sign, visit.texts.text(word)


def _data(visit: Visit, around: _Around, *, fixed: bool) -> Response:
    """Write nodes and edges as JSON."""
    told = {
        "nodes": [
            {
                "id": node.iri,
                "label": node.name.text,
                "kind": node.kind,
                "kindName": node.kind_words,
                "href": node.href,
                "signs": [list(sign) for sign in node.signs],
            }
            for node in around.nodes.values()
        ],
        "edges": [
            {
                "source": link.source,
                "target": link.target,
                "property": link.prop,
                "label": around.names.term(link.prop).text,
            }
            for link in around.links
        ],
        "more": sum(around.more.values()),
    }
    headers = {"Vary": "Accept-Language" if fixed else VARY, "Content-Language": visit.texts.language}
    body = json.dumps(told, ensure_ascii=False).encode()
    return document(visit.request, body, JSON, headers={**headers, **visit.sequence})


def _page(visit: Visit, around: _Around) -> Response:
    """Show the picture and the list."""
    iri, subject = next(iter(around.nodes.items()))
    groups: dict[tuple[str, bool], list[Node]] = {}
    for link in around.links:
        pointing = link.target == iri
        groups.setdefault((link.prop, pointing), []).append(around.nodes[link.source if pointing else link.target])
    shown = [
        (around.names.term(prop), pointing, some, around.more.get((prop, pointing), 0))
        for (prop, pointing), some in groups.items()
    ]
    shown.sort(key=lambda each: (each[1], each[0].text))
    language = visit.texts.language
    return visit.page(
        "neighbours.html",
        subject=subject,
        groups=shown,
        data=visit.links.page("neighbours.json", [("iri", iri)]),
        source=visit.links.page("neighbours.json"),
        words={name: visit.texts.text(text) for name, text in _WORDS.items()},
        illustrative=any(node.name.text.startswith("[Illustration]") for node in around.nodes.values()),
        language_tag=language,
    )
