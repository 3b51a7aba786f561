"""The thirty questions: a page that groups them, and each with its answer."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.negotiation import HTML
from api.openapi import answers
from api.problems import not_known
from api.questions.answer_page import MEDIA_TYPES, Answering, give
from api.questions.groups import READERS, grouped, neighbours
from api.visit import OneVisit, Visit
from graph.views.words import fold
from ontology.competency import Question, questions

routes = APIRouter()


@routes.get("/questions", **answers(HTML))
def questions_page(visit: OneVisit) -> Response:
    """Show the thirty questions in the groups in which people ask them; words narrow them."""
    wanted = visit.request.query_params.get("q", "").strip()[:200]
    language = visit.texts.language
    groups = [
        (title, [_shown(visit, each) for each in some if _fits(each, wanted, language)]) for _, title, some in grouped()
    ]
    return visit.page(
        "questions.html",
        here="questions",
        q=wanted,
        groups=[(title, some) for title, some in groups if some],
        total=sum(len(some) for _, some in groups),
    )


@routes.get("/questions/{number}", **answers(*MEDIA_TYPES, also=(304, 404, 406)))
async def question_page(visit: OneVisit, number: str) -> Response:
    """Answer a question, with the values that the address gives its parameters: as a page, a picture, a table, RDF."""
    stem, _, suffix = number.partition(".")
    found = next((each for each in questions() if each.number == stem), None)
    if found is None:
        raise not_known()
    return await give(visit, _answering(visit, found), suffix)


def _answering(visit: Visit, question: Question) -> Answering:
    language = visit.texts.language
    return Answering(
        question,
        path=f"questions/{question.number}",
        example=f"question-{question.number}",
        crumbs=[("questions", visit.texts.text("Questions"))],
        others=[(f"questions/{each.number}", each.words[language]) for each in neighbours(question.number)],
        here="questions",
    )


def _shown(visit: Visit, question: Question) -> tuple[str, str, str, list[str]]:
    """Give address, words, reason and readers of a question."""
    language = visit.texts.language
    readers = [visit.texts.text(READERS[each]) for each in question.audience]
    return (
        visit.links.page(f"questions/{question.number}"),
        question.words[language],
        question.reason[language],
        readers,
    )


def _fits(question: Question, wanted: str, language: str) -> bool:
    """Say whether a question has every word that is looked for, or its beginning, accents aside."""
    text = fold(f"{question.words[language]} {question.reason[language]} q{question.number}")
    return all(word in text for word in fold(wanted).split())
