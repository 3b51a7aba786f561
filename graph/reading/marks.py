"""What is shown beside the name of a thing: its rungs, its poles, the status of a barrier, its last day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.resources import files
from string import Template

from pyoxigraph import Literal, NamedNode, QuerySolutions

from graph.terms import CG, DCAT
from graph.terms import iri as iri_text
from graph.views.seen import Seen

_MARKS = Template(files("graph.reading").joinpath("marks.rq").read_text())
_PERIODS = Template(files("graph.reading").joinpath("periods.rq").read_text())
_FIELDS = {
    f"{CG}opennessStatus": "rungs",
    f"{CG}pole": "poles",
    f"{CG}barrierStatus": "statuses",
    f"{DCAT}endDate": "ends",
}


@dataclass(frozen=True)
class Marks:
    """IRIs of rungs, poles and statuses; ISO texts of last days."""

    rungs: list[str] = field(default_factory=list)
    poles: list[str] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Period:
    """How open a dataset was from one day to another, and who decided it; texts are ISO dates, None where not told."""

    status: str
    start: str | None
    end: str | None
    by: str | None


def marks_of(triples: Seen, things: Iterable[str]) -> dict[str, Marks]:
    """Give the marks of things that have any."""
    wanted = sorted(set(things))
    if not wanted:
        return {}
    answer = triples.query(_MARKS.substitute(things=" ".join(map(iri_text, wanted))))
    assert isinstance(answer, QuerySolutions)
    found: dict[str, Marks] = {}
    for row in answer:
        thing, mark, value = row["thing"], row["mark"], row["value"]
        if isinstance(thing, NamedNode) and isinstance(value, NamedNode | Literal):
            getattr(found.setdefault(thing.value, Marks()), _FIELDS[mark.value]).append(value.value)
    return found


def periods_of(triples: Seen, dataset: str) -> list[Period]:
    """Give how open a dataset was in the course of time, the earliest first."""
    answer = triples.query(_PERIODS.substitute(dataset=iri_text(dataset)))
    assert isinstance(answer, QuerySolutions)
    told = ("status", "start", "end", "by")
    rows = [[row[name] for name in told] for row in answer]
    return [Period(row[0].value, *(None if each is None else each.value for each in row[1:])) for row in rows]
