"""One answer in every form in which it is given: a page, a picture, tables for programs, RDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import anyio.to_thread
from fastapi import Response

from api.endpoint.querying import answer
from api.endpoint.sparql import Question as Asked
from api.languages import mark
from api.negotiation import HTML, choose, rdf_offers
from api.pages.names import Names
from api.pages.plain_words import Sentence, Writer
from api.pictures.canvas import Canvas
from api.pictures.compositions import COMPOSITIONS, compose
from api.pictures.material import Material
from api.problems import VARY, not_acceptable, not_known
from api.questions.parameters import Values, address_values, chosen_values, fields, things_of
from api.questions.result_graph import answer_graph
from api.questions.sentences import named, told
from api.questions.solutions import Solutions, solutions
from api.questions.table import SHOWN, table_of
from api.questions.tellings.table import TELLINGS
from api.server.compression import compress
from api.server.documents import document
from api.server.security import EMBEDDED_POLICY
from api.visit import Visit
from graph.rendering.syntaxes import BY_SUFFIX, SYNTAXES, Syntax
from graph.store.formats import RESULT_FORMATS, QueryFormat
from ontology.competency import Question

SVG = "image/svg+xml"
TABLES = {"csv": QueryFormat.CSV, "json": QueryFormat.JSON, "tsv": QueryFormat.TSV, "xml": QueryFormat.XML}
_NAMES = {"csv": "CSV", "json": "JSON", "tsv": "TSV", "xml": "XML"}
_ALSO = {QueryFormat.JSON: ("application/json",), QueryFormat.XML: ("application/xml", "text/xml")}

MEDIA_TYPES = (HTML, SVG, *(each.media_type for each in RESULT_FORMATS), *(each.media_type for each in SYNTAXES))

Form = QueryFormat | Syntax | str


@dataclass(frozen=True)
class Answering:
    """A question at its address: `path` has no suffix, `example` is its name in the editor."""

    question: Question
    path: str
    example: str
    crumbs: Sequence[tuple[str, str]]
    others: Sequence[tuple[str, str]] = ()
    here: str = ""

    @property
    def drawn(self) -> bool:
        """Whether a picture can fit the answer."""
        return self.question.number in COMPOSITIONS


@dataclass(frozen=True)
class _Answered:
    """What is given in one form or another: the query as it was asked, its values, its answer."""

    asked: Answering
    values: Values
    query: str
    found: Solutions


async def give(visit: Visit, asked: Answering, suffix: str) -> Response:
    """Answer in the form that the suffix names, else by Accept. Raises Problem, CivigraphError."""
    form = _form(visit, asked, suffix)
    values = await anyio.to_thread.run_sync(chosen_values, visit, asked.question)
    query = asked.question.filled(values)
    if isinstance(form, QueryFormat):
        return await answer(visit, Asked(query, None, None, (form,)))
    found = await solutions(visit, query)
    answered = _Answered(asked, values, query, found)
    if isinstance(form, Syntax):
        return await anyio.to_thread.run_sync(partial(_graph, visit, answered, form, fixed=bool(suffix)))
    return await anyio.to_thread.run_sync(_picture if form == SVG else _page, visit, answered)


def _form(visit: Visit, asked: Answering, suffix: str) -> Form:
    """Choose the form. Raises Problem (404 for a suffix that names none, 406)."""
    if suffix:
        form: Form | None = SVG if suffix == "svg" and asked.drawn else TABLES.get(suffix) or BY_SUFFIX.get(suffix)
        if form is None:
            raise not_known()
        return form
    offers: list[tuple[str, Form]] = [
        *((name, each) for each in RESULT_FORMATS for name in (each.media_type, *_ALSO.get(each, ()))),
        *rdf_offers(),
        (HTML, HTML),
        *([(SVG, SVG)] if asked.drawn else []),
    ]
    chosen = choose(visit.request.headers.get("accept"), offers)
    if chosen is None:
        raise not_acceptable(list(MEDIA_TYPES))
    return chosen


def _material(visit: Visit, asked: Answering, values: Values, found: Solutions, names: Names) -> Material:
    language = visit.texts.language
    question = asked.question
    return Material(question.words[language], question.reason[language], found, names, visit.texts, values)


def _drawing(visit: Visit, asked: Answering, values: Values, found: Solutions) -> Canvas | None:
    """Draw the picture of an answer, None where there is none."""
    if not asked.drawn:
        return None
    # A picture of thousands of rows shows a few of them: only these are named.
    some = found.only(found.rows[:_ROWS_DRAWN])
    names = Names.for_visit(visit, some.iris())
    canvas = compose(asked.question.number, _material(visit, asked, values, some, names))
    if canvas is not None and len(found.rows) > _ROWS_DRAWN:
        canvas.caption += " " + visit.texts.text("Only the first rows of the table are drawn.")
    return canvas


_ROWS_DRAWN = 2000


def _nothing(visit: Visit, asked: Answering) -> Canvas:
    """Draw that there is nothing to draw: who shows the picture within a page needs one that says so."""
    text = visit.texts.text(mark("There is nothing to draw yet."))
    canvas = Canvas(360, asked.question.words[visit.texts.language], text)
    canvas.text(180, 80, text, size=16, tone="soft", anchor="middle")
    return canvas


def _picture(visit: Visit, answered: _Answered) -> Response:
    """Give the picture as a file of its own."""
    asked = answered.asked
    canvas = _drawing(visit, asked, answered.values, answered.found) or _nothing(visit, asked)
    dark = visit.request.query_params.get("theme") == "dark"
    body = canvas.svg(f"picture-{asked.question.number}", alone=True, dark=dark).encode()
    headers = {"Vary": VARY, "Content-Language": visit.texts.language, **visit.sequence}
    return document(visit.request, body, SVG, headers=headers, packing=compress)


def _graph(visit: Visit, answered: _Answered, syntax: Syntax, *, fixed: bool) -> Response:
    """Give the answer as RDF."""
    asked = answered.asked
    address = visit.links.absolute(asked.path, address_values(answered.values))
    told = answer_graph(address, asked.question, answered.query, answered.found)
    headers = {**({} if fixed else {"Vary": VARY}), **visit.sequence}
    return document(visit.request, syntax.write(told, [f"<{address}#answer>"]), syntax.media_type, headers=headers)


def _page(visit: Visit, answered: _Answered) -> Response:
    """Show the answer to a reader."""
    asked, values, found = answered.asked, answered.values, answered.found
    embedded = bool(visit.request.query_params.get("embed"))
    number, language = asked.question.number, visit.texts.language
    shown = found.only(found.rows[:SHOWN])
    names = Names.for_visit(visit, shown.iris() | (named(number, found) if number in TELLINGS else set()))
    canvas = _drawing(visit, asked, values, found)
    parameters = address_values(values)
    links = visit.links
    return visit.page(
        "answer.html",
        headers={"Content-Security-Policy": EMBEDDED_POLICY} if embedded else None,
        here=asked.here,
        embedded=embedded,
        title=asked.question.words[language],
        reason=asked.question.reason[language],
        crumbs=[(links.page(path), text, None) for path, text in asked.crumbs],
        fields=fields(visit, asked.question, values),
        action=links.page(asked.path),
        sentences=_sentences(visit, answered, names),
        picture=canvas.svg(f"picture-{number}") if canvas else None,
        picture_note=canvas.caption if canvas else "",
        could_draw=asked.drawn,
        table=table_of(found, names, visit.texts, links),
        illustrative=_illustrative(shown, names),
        query=answered.query,
        editor=links.page("sparql", [("example", asked.example), *parameters]),
        files=[(_NAMES[suffix], links.file(f"{asked.path}.{suffix}", parameters)) for suffix in ("csv", "json")],
        graphs=[(each.name, links.file(f"{asked.path}.{each.suffix}", parameters)) for each in SYNTAXES],
        drawn=links.page(f"{asked.path}.svg", parameters) if canvas else None,
        address=links.absolute(asked.path, [*parameters, ("lang", language)]),
        embed_address=links.absolute(asked.path, [*parameters, ("lang", language), ("embed", "1")]),
        others=[(links.page(path), text) for path, text in asked.others],
    )


def _sentences(visit: Visit, answered: _Answered, names: Names) -> list[Sentence]:
    """Answer in sentences, where the question is one of the thirty and about things that the graph describes."""
    question, writer = answered.asked.question, Writer(names, visit.texts, visit.links)
    things = {iri for iri in things_of(question, answered.values) if visit.known.address(iri) is None}
    if things:
        return [writer.say(mark("The graph does not describe %(things)s."), things=writer.things(sorted(things)))]
    return told(question.number, answered.found, writer) if question.number in TELLINGS else []


def _illustrative(found: Solutions, names: Names) -> bool:
    """Say whether something that the page names is an illustration: its name says so."""
    known = (names.name(iri) for iri in found.iris())
    return any(name is not None and name.text.startswith("[Illustration]") for name in known)
