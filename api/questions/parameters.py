"""The values that a question lets its asker choose: read from the address, checked, offered from the graph."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from pyoxigraph import QuerySolutions

from api.languages import mark
from api.pages.names import Names
from api.problems import bad_request
from api.visit import Visit
from graph.terms import XSD, iri, is_iri, literal, value_of
from ontology.competency import Parameter, Question

DATE, PERCENTAGE = "date", "percentage"
# So many things stand in a list; where there are more, words narrow it.
OFFERED = 60
# So many values of one parameter are taken.
_MOST = 12
_SHOWN = 200
_EVALUATION = files("api.questions").joinpath("evaluation_date.rq").read_text(encoding="utf-8")
_ONE_YEAR = "horizon"
_TODAY = "today"

Values = Mapping[str, tuple[str, ...]]
"""The values of a question's parameters, N-Triples texts by name."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A thing that can be chosen."""

    value: str
    text: str
    language: str | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter as a form shows it: `kind` is `date`, `percentage` or `thing`.

    `find` are the words that narrow the choices, None where all of them are offered; `more` is how many are not.
    """

    name: str
    label: str
    kind: str
    many: bool
    values: tuple[str, ...]
    choices: tuple[Choice, ...] = ()
    find: str | None = None
    more: int = 0


def chosen_values(visit: Visit, question: Question) -> Values:
    """Give the value of every parameter: what the address says, else what fits the graph. Raises Problem (400)."""
    given = visit.request.query_params
    found: dict[str, tuple[str, ...]] = {}
    for parameter in question.parameters:
        texts = [text for text in given.getlist(parameter.name) if text.strip()]
        if len(texts) > (_MOST if parameter.many else 1):
            raise bad_request(mark("The parameter %(name)s has too many values."), name=parameter.name)
        found[parameter.name] = tuple(_term(parameter, text.strip()) for text in texts)
    return {
        parameter.name: found[parameter.name] or _usual(visit, parameter, found) for parameter in question.parameters
    }


def _term(parameter: Parameter, text: str) -> str:
    """Write a value of the address as a term. Raises Problem (400)."""
    if parameter.kind == DATE:
        try:
            day = datetime.date.fromisoformat(text)
        except ValueError:
            raise _refused(
                mark("The parameter %(name)s is a date, as 2026-06-30: %(value)s"), parameter, text
            ) from None
        return _date(day)
    if parameter.kind == PERCENTAGE:
        if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 100):
            raise _refused(mark("The parameter %(name)s is a whole number from 1 to 100: %(value)s"), parameter, text)
        return literal(str(int(text)), datatype=f"{XSD}integer")
    if not is_iri(text):
        raise _refused(mark("The parameter %(name)s is no absolute IRI: %(value)s"), parameter, text)
    return iri(text)


def _refused(detail: str, parameter: Parameter, text: str) -> Exception:
    return bad_request(detail, name=parameter.name, value=text[:_SHOWN])


def _date(day: datetime.date) -> str:
    return literal(day.isoformat(), datatype=f"{XSD}date")


def _usual(visit: Visit, parameter: Parameter, given: Values) -> tuple[str, ...]:
    """Give what a parameter is where the address does not say: the sample's value where the graph knows it."""
    if parameter.name == _TODAY:
        return (_date(evaluation_date(visit)),)
    if parameter.name == _ONE_YEAR:
        today = given.get(_TODAY)
        start = datetime.date.fromisoformat(value_of(today[0]).value) if today else evaluation_date(visit)
        return (_date(_a_year_after(start)),)
    if parameter.kind in {DATE, PERCENTAGE}:
        return parameter.default
    known = visit.known.addresses(value_of(text).value for text in parameter.default)
    if len(known) == len(parameter.default):
        return parameter.default
    hits = visit.known.search("", filters={"kind": [parameter.kind]}, limit=len(parameter.default)).hits
    return tuple(iri(hit.iri) for hit in hits) or parameter.default


def _a_year_after(day: datetime.date) -> datetime.date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # the 29th of February, or the last year there is
        return day + datetime.timedelta(days=365) if day.year < datetime.MAXYEAR else day


def evaluation_date(visit: Visit) -> datetime.date:
    """Give the day on which the graph is judged, the present day (UTC) where it names none."""
    return recorded_date(visit) or datetime.datetime.now(datetime.UTC).date()


def recorded_date(visit: Visit) -> datetime.date | None:
    """Give the day on which the graph is judged, None where it names none."""
    answer = visit.known.triples.query(_EVALUATION)
    assert isinstance(answer, QuerySolutions)
    for row in answer:
        try:
            return datetime.date.fromisoformat(row["day"].value)
        except ValueError:
            continue
    return None


def fields(visit: Visit, question: Question, values: Values) -> list[Field]:
    """Lay out the form of a question."""
    return [_field(visit, parameter, values[parameter.name]) for parameter in question.parameters]


def _field(visit: Visit, parameter: Parameter, values: Sequence[str]) -> Field:
    label = parameter.label[visit.texts.language]
    label = label[:1].upper() + label[1:]
    told = tuple(value_of(text).value for text in values)
    if parameter.kind in {DATE, PERCENTAGE}:
        return Field(parameter.name, label, parameter.kind, False, told)
    find = visit.request.query_params.get(f"find-{parameter.name}", "").strip()[:_SHOWN]
    found = visit.known.search(
        find, filters={"kind": [parameter.kind]}, sort="title", limit=OFFERED, language=visit.texts.language
    )
    named = {hit.iri: (hit.title, hit.title_language) for hit in found.hits}
    names = Names.for_visit(visit, told)
    for value in told:
        name = names.name(value)
        named.setdefault(value, (name.text if name else value, name.language if name else None))
    choices = [Choice(value, text, _foreign(visit, tag), value in told) for value, (text, tag) in named.items()]
    choices.sort(key=lambda each: (not each.chosen, each.text.lower(), each.value))
    more = max(0, found.total - len(found.hits))
    return Field(
        parameter.name, label, "thing", parameter.many, told, tuple(choices), find if more or find else None, more
    )


def _foreign(visit: Visit, language: str | None) -> str | None:
    return language if language and language.partition("-")[0] != visit.texts.language else None


def things_of(question: Question, values: Values) -> list[str]:
    """Give the IRIs of the things that a question is about."""
    asked = [each.name for each in question.parameters if each.kind not in {DATE, PERCENTAGE}]
    return [value_of(text).value for name in asked for text in values[name]]


def address_values(values: Values) -> list[tuple[str, str]]:
    """Give the values as an address has them."""
    return [(name, value_of(text).value) for name, some in values.items() for text in some]
