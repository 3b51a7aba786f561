"""The ontology at `/ns`: as RDF, as documentation, and each of its terms at `/ns/{name}`."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from api.languages import mark
from api.negotiation import HTML, page_or_rdf
from api.openapi import RDF, answers
from api.pages.diagram import drawn
from api.pages.entity_page import page_of
from api.pages.incoming_links import FEW, links_towards, named_links
from api.pages.names import Name, Names
from api.pages.term_pages import SORTS, Card, Cards, module_name, neighbours
from api.pages.values import show
from api.problems import VARY, not_acceptable, not_known
from api.routes.entities import statements_of
from api.server.documents import document
from api.visit import OneVisit, Visit
from graph.entities import Entity
from graph.log.sources import OWN_ADDRESS
from graph.reading.relations import relations
from graph.reading.usage import usage
from graph.reading.vocabulary import PROPERTY, Vocabulary, Word, word_of
from graph.reading.vocabulary import SORTS as ORDER
from graph.rendering.syntaxes import BY_SUFFIX, SYNTAXES, Syntax
from graph.terms import CG, DCT, OWL, value_of

routes = APIRouter()

With = Annotated[
    Literal["alignments"] | None,
    Query(
        alias="with", description="`alignments` adds the labels that the project gives to terms of other vocabularies."
    ),
]


@routes.get("/ns", **answers(HTML, *RDF, also=(304, 406)))
def ontology(visit: OneVisit, more: With = None) -> Response:
    """Give the whole ontology by Accept: Turtle unless JSON-LD, RDF/XML, N-Triples or a page is asked for."""
    chosen = page_or_rdf(visit.request.headers.get("accept"))
    if chosen is None:
        raise not_acceptable([*(syntax.media_type for syntax in SYNTAXES), HTML])
    if isinstance(chosen, str):
        return _documentation(visit)
    return _whole(visit, chosen, more, {"Vary": VARY})


@routes.get("/ns.{suffix}", **answers(*RDF, also=(304, 404)))
def ontology_as(visit: OneVisit, suffix: str, more: With = None) -> Response:
    """Give the whole ontology in the syntax of the suffix: ttl, jsonld, rdf, xml or nt."""
    if suffix not in BY_SUFFIX:
        raise not_known()
    return _whole(visit, BY_SUFFIX[suffix], more, {})


@routes.get("/ns/{term}", **answers(HTML, *RDF, also=(304, 404, 406)))
def term(visit: OneVisit, term: str) -> Response:
    """Give a term of the ontology: as a page, or as Turtle, JSON-LD, RDF/XML or N-Triples by Accept or suffix."""
    stem, dot, suffix = term.rpartition(".")
    named = BY_SUFFIX.get(suffix) if dot else None
    found = _found(visit, stem if named else term)
    chosen = named or page_or_rdf(visit.request.headers.get("accept"))
    if chosen is None:
        raise not_acceptable([*(syntax.media_type for syntax in SYNTAXES), HTML])
    if isinstance(chosen, Syntax):
        return statements_of(visit, found, chosen, fixed=named is not None)
    return _page(visit, found)


def _found(visit: Visit, name: str) -> Entity:
    """Read what is said of a term. Raises Problem (404), with the names that look like it."""
    known = visit.site.vocabulary.words
    if name and (found := visit.known.entity(CG + name)):
        return found
    close = get_close_matches(name.lower(), {word.name.lower(): word for word in known.values()}, n=3, cutoff=0.6)
    meant = sorted(word.name for word in known.values() if word.name.lower() in close)
    if not meant:
        raise not_known(mark("The ontology has no term of that name."))
    detail = mark("The ontology has no term of that name. Was one of these meant: %(names)s?")
    raise not_known(detail, names=", ".join(meant))


def _whole(visit: Visit, syntax: Syntax, more: str | None, headers: dict[str, str]) -> Response:
    """Give all terms in one syntax."""
    body = _written(visit.site.vocabulary, syntax, more is not None)
    return document(visit.request, body, syntax.media_type, headers={**headers, **visit.sequence})


@lru_cache(maxsize=2 * len(SYNTAXES))
def _written(vocabulary: Vocabulary, syntax: Syntax, more: bool) -> bytes:
    """Write the ontology once for each syntax."""
    statements = [*vocabulary.statements, *(vocabulary.of_others if more else ())]
    return syntax.write(statements, [f"<{OWN_ADDRESS}>"])


def _documentation(visit: Visit) -> Response:
    """Show the whole ontology to a reader."""
    vocabulary, texts = visit.site.vocabulary, visit.texts
    drawing = relations()
    pictured = {prop for props in drawing.values() for prop in props}
    names = Names.for_visit(visit, neighbours(vocabulary, vocabulary.words.values()) | pictured)
    cards = Cards(vocabulary, names, texts, visit.links)
    about = vocabulary.words.get(OWN_ADDRESS)
    modules = [
        (module, module_name(module, texts), _sorted(words, cards)) for module, words in vocabulary.modules().items()
    ]
    schemes = [
        (cards.card(scheme), [cards.card(vocabulary.words[iri]) for iri in vocabulary.members.get(scheme.iri, ())])
        for scheme in vocabulary.schemes()
    ]
    formats = [(syntax, visit.links.file(f"ns.{syntax.suffix}")) for syntax in SYNTAXES]
    return visit.page(
        "ontology.html",
        headers={"Link": ", ".join(f'<{href}>; rel="alternate"; type="{each.media_type}"' for each, href in formats)},
        title=_text(about, f"{DCT}title", cards) or Name("Civigraph"),
        description=_text(about, f"{DCT}description", cards),
        version=_plain(about, f"{OWL}versionInfo"),
        issued=_plain(about, f"{DCT}issued"),
        licences=cards.linked(about.iris(f"{DCT}license"), away=True) if about else [],
        namespace=CG,
        canonical=visit.links.absolute("ns"),
        formats=formats,
        with_others=visit.links.file("ns.ttl", [("with", "alignments")]),
        diagram=drawn(drawing, names, texts.language),
        modules=modules,
        schemes=schemes,
        sorts=SORTS,
        counts=[(SORTS[sort], sum(word.sort == sort for word in vocabulary.words.values())) for sort in ORDER[:-1]],
        page_of_property=lambda iri: names.page(iri) or visit.links.node(iri),
    )


def _sorted(words: list[Word], cards: Cards) -> list[tuple[str, list[Card]]]:
    """Give the cards of a module's terms by what they are."""
    parts = [(sort, [cards.card(word) for word in words if word.sort == sort]) for sort in ORDER]
    return [(sort, some) for sort, some in parts if some]


def _text(word: Word | None, prop: str, cards: Cards) -> Name | None:
    return cards.text(word, prop) if word else None


def _plain(word: Word | None, prop: str) -> str:
    return next((value_of(text).value for text in word.properties.get(prop, ())), "") if word else ""


def _page(visit: Visit, found: Entity) -> Response:
    """Show one term: what it means, what stands around it, where the graph uses it, all its statements."""
    vocabulary = visit.site.vocabulary
    known = vocabulary.words.get(found.iri)
    word = known or word_of(found.iri, found.statements)
    uses = usage(visit.known.triples, found.iri, limit=FEW) if word.sort == PROPERTY else None
    subjects = [subject for subject, _ in uses.first] if uses else []
    values = {value[1:-1] for _, value in uses.first if value.startswith("<")} if uses else set()
    names = Names.for_visit(visit, neighbours(vocabulary, [word]) | found.mentioned | values)
    linked = named_links(visit, subjects)
    page = page_of(found, names, visit.texts, visit.links, kind="term")
    path = f"ns/{word.name}"
    formats = [(syntax, visit.links.file(f"{path}.{syntax.suffix}")) for syntax in SYNTAXES]
    return visit.page(
        "term.html",
        headers={"Link": ", ".join(f'<{href}>; rel="alternate"; type="{each.media_type}"' for each, href in formats)},
        card=Cards(vocabulary, names, visit.texts, visit.links).card(word),
        ours=known is not None,
        sort_name=SORTS[word.sort][0],
        page=page,
        iri=found.iri,
        canonical=visit.links.absolute(path),
        formats=formats,
        uses=uses,
        used=[
            (linked[subject], show(found.iri, value, names, visit.texts, visit.links))
            for subject, value in (uses.first if uses else ())
        ],
        incoming=links_towards(visit, found.iri, known=list(found.nodes)),
        sourced=len(found.tellings) > 1,
    )
