"""The glossary: the words of the site with what they mean, in the reader's language, in the order of the alphabet."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.negotiation import HTML
from api.openapi import answers
from api.pages.names import Names
from api.pages.signs import MEANINGS, POLES, RUNGS
from api.pages.term_pages import Cards, neighbours
from api.visit import OneVisit
from graph.reading.vocabulary import CLASS
from graph.views.words import fold

routes = APIRouter()

# What the pages of these modules' things are about.
_MODULES = (
    "actors",
    "agreements",
    "barriers",
    "law",
    "licences",
    "openness",
    "personal-data",
    "roles",
    "services",
    "territory",
)


@routes.get("/glossary", **answers(HTML))
def glossary(visit: OneVisit) -> Response:
    """Show what the signs mean, then the words of the ontology that stand on pages."""
    vocabulary = visit.site.vocabulary
    words = [word for module in _MODULES for word in vocabulary.modules().get(module, ()) if word.sort == CLASS]
    cards = Cards(vocabulary, Names.for_visit(visit, neighbours(vocabulary, words)), visit.texts, visit.links)
    shown = [card for card in (cards.card(word) for word in words if not word.deprecated) if card.definition]
    return visit.page(
        "glossary.html",
        rungs=[(sign, MEANINGS[f"rung-{sign[0]}"]) for sign in RUNGS.values()],
        poles=[(sign, MEANINGS[f"pole-{sign[0]}"]) for sign in POLES.values()],
        words=sorted(shown, key=lambda card: fold(card.label.text)),
    )
