"""All that the page of one thing shows: read first, then named at once, then written in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from api.languages import mark
from api.links import outward
from api.pages.entity_page import Page, page_of
from api.pages.names import Name, Names
from api.pages.panels import Panels, sides
from api.pages.plain import Plain
from api.pages.plain_agreements import Part, PlainWords
from api.pages.plain_licences import Duties, DutyWriter, duties_of
from api.pages.plain_routes import RouteWriter, UseLines, mentioned, uses_of
from api.pages.plain_words import Writer
from api.pages.signs import poles_of, rungs_of, rungs_of_right
from api.pages.source_names import source_titles
from api.pages.values import show
from api.visit import Visit
from graph.entities import Entity, anchor_of
from graph.reading.marks import Period, periods_of
from graph.reading.paths import Walker
from graph.reasoning.routes import Legality
from graph.terms import CG, DCAT, DCT

# What is told of data, and of what a service makes.
_DATA = {"dataset", "series"}
_ILLUSTRATION = "[Illustration] "
_ADDRESSES = (f"{DCAT}downloadURL", f"{DCAT}accessURL")
_FORMATS = (f"{DCT}format", f"{DCAT}mediaType")


@dataclass(frozen=True)
class File:
    """A file or address of a dataset, on the page as a way to the data."""

    text: str
    language: str | None
    formats: list[str]
    href: str | None
    anchor: str


@dataclass(frozen=True)
class Time:
    """How open a dataset was from a day to a day; the rung is (sign, word)."""

    rungs: list[tuple[str, str]]
    status: Name
    start: str | None
    end: str | None
    by: Name | None
    by_href: str | None


class ThingPage:
    """Gathers what one page needs, for one reader."""

    def __init__(self, visit: Visit, found: Entity, kind: str) -> None:
        self._visit = visit
        self._found = found
        self._kind = kind
        known = visit.known
        self._plain = Plain(visit, found, kind)
        self._panels = Panels(visit, Walker(known.triples, found), kind, found.iri)
        self._uses: list[Legality] = []
        if kind == "service":
            self._uses = uses_of(known, service=found.iri)
        elif kind in _DATA:
            self._uses = uses_of(known, dataset=found.iri)
        self._duties: Duties | None = (
            duties_of(known, found.iri, visit.site.licences.of(known)) if kind in _DATA else None
        )
        self._periods: list[Period] = periods_of(known.triples, found.iri) if kind in _DATA else []

    @cached_property
    def names(self) -> Names:
        """The names of all that the page mentions."""
        periods = {iri for each in self._periods for iri in (each.status, each.by) if iri}
        found = self._found.mentioned | self._plain.mentioned | self._panels.mentioned
        found |= mentioned(self._uses) | periods | (self._duties.mentioned if self._duties else set())
        return Names.for_visit(self._visit, found)

    def reached(self, title: str) -> list[str]:
        """The IRIs of what stands in a panel, whether in sight or folded."""
        return self._panels.reached(title)

    def values(self) -> dict[str, Any]:
        """Give what the template shows."""
        visit, names = self._visit, self.names
        tellings = self._found.tellings
        titles = source_titles(visit, (each.source for each in tellings)) if len(tellings) > 1 else None
        page = page_of(self._found, names, visit.texts, visit.links, kind=self._kind, titles=titles)
        if self._kind == "report":
            page.title = self._report_title(page.title)
        writer = Writer(names, visit.texts, visit.links, illustrative=page.illustrative)
        before, after, others = sides(self._panels.named(names))
        own = self._panels.own
        return {
            "page": page,
            "heading": page.title.text.removeprefix(_ILLUSTRATION) if page.illustrative else page.title.text,
            "lead": self._lead(page),
            "rungs": rungs_of(own.rungs),
            "poles": poles_of(own.poles),
            "plain": self._words(page),
            "before": before,
            "after": after,
            "panels": others,
            "uses": self._lines(writer),
            "uses_data": self._kind == "service",
            "duties": self._duty_parts(writer),
            "times": [self._time(each, names) for each in self._periods],
            "files": self._files(page, names),
        }

    def _report_title(self, title: Name) -> Name:
        """Name a report by what it is on: it has no name of its own."""
        for said in self._found.own.get(f"{CG}reportOn", ()):
            thing = self.names.text(said.value[1:-1]) if said.value.startswith("<") else said.value
            return Name(self._visit.texts.text(mark("Findings on %(thing)s"), thing=thing))
        return title

    def _words(self, page: Page) -> PlainWords | None:
        return self._plain.words(self.names, illustrative=page.illustrative)

    def _lead(self, page: Page) -> tuple[str, str | None] | None:
        """Give the description that the reader's language has, with its language where it is another one."""
        for _, rows in page.sections:
            for row in rows:
                if row.prop == f"{DCT}description" and row.lines and row.lines[0].value.shape == "text":
                    return row.lines[0].value.text, row.lines[0].value.language
        return None

    def _lines(self, writer: Writer) -> list[UseLines]:
        return RouteWriter(writer).lines(self._uses)

    def _duty_parts(self, writer: Writer) -> list[Part]:
        return DutyWriter(writer, self._duties.licences).parts(self._duties) if self._duties else []

    def _time(self, period: Period, names: Names) -> Time:
        by = names.name(period.by) if period.by else None
        href = (names.page(period.by) or self._visit.links.node(period.by)) if period.by else None
        status = names.name(period.status) or Name(period.status)
        return Time(rungs_of_right(period.status), status, period.start, period.end, by, href)

    def _files(self, page: Page, names: Names) -> list[File]:
        """Give the distributions that lead somewhere."""
        found = []
        for said in self._found.own.get(f"{DCAT}distribution", ()):
            iri = said.value[1:-1]
            node = self._found.nodes.get(iri, {})
            addresses = [each.value for prop in _ADDRESSES for each in node.get(prop, ()) if each.value.startswith("<")]
            href = next((address for each in addresses if (address := outward(each[1:-1]))), None)
            formats = [
                show(prop, each.value, names, self._visit.texts, self._visit.links).text
                for prop in _FORMATS
                for each in node.get(prop, ())
            ]
            name = names.name(iri)
            if node:
                text = name.text if name else ""
                language = name.language if name else None
                found.append(File(text, language, sorted(set(formats)), href, anchor_of(self._found.iri, iri)))
        return found
