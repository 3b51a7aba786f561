"""The pictures of the whole graph: a page that gathers them, and each with its table, its query, its downloads."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.negotiation import HTML
from api.openapi import answers
from api.problems import not_known
from api.questions.answer_page import MEDIA_TYPES, Answering, give
from api.visit import OneVisit
from ontology.competency import questions
from ontology.picture_queries import picture_queries

routes = APIRouter()

# Pictures of the whole graph, some of which are those of a question.
_GATHERED = ("flows", "09", "opening", "15", "reciprocity", "timeline", "territories", "24")


@routes.get("/pictures", **answers(HTML))
def pictures_page(visit: OneVisit) -> Response:
    """Gather the pictures of the whole graph."""
    language = visit.texts.language
    known = {each.number: (f"questions/{each.number}", each) for each in questions()}
    known |= {name: (f"pictures/{name}", each) for name, each in picture_queries().items()}
    shown = [
        (
            visit.links.page(path),
            *(visit.links.file(f"{path}.svg", [("lang", language), *dark]) for dark in ((), [("theme", "dark")])),
            question.words[language],
            question.reason[language],
        )
        for path, question in (known[name] for name in _GATHERED)
    ]
    return visit.page("pictures.html", here="pictures", pictures=shown)


@routes.get("/pictures/{name}", **answers(*MEDIA_TYPES, also=(304, 404, 406)))
async def picture_page(visit: OneVisit, name: str) -> Response:
    """Give a picture of the whole graph: as a page with its table, as SVG, as a table, as RDF."""
    stem, _, suffix = name.partition(".")
    question = picture_queries().get(stem)
    if question is None:
        raise not_known()
    language = visit.texts.language
    others = [(f"pictures/{key}", each.words[language]) for key, each in picture_queries().items() if key != stem]
    asked = Answering(
        question,
        path=f"pictures/{stem}",
        example=f"picture-{stem}",
        crumbs=[("pictures", visit.texts.text("Pictures"))],
        others=others,
        here="pictures",
    )
    return await give(visit, asked, suffix)
