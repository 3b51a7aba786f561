"""What a thing is linked with, told by what readers ask of its kind: who holds it, what it feeds, under which terms.

A table of paths for each kind; each thing that is found stands with the signs of its rung or pole, an agreement with
its last day. What the table does not name is on the page all the same, among the statements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.languages import mark
from api.pages.names import Name, Names
from api.pages.plain_facts import written
from api.pages.signs import poles_of, rungs_of
from api.visit import Visit
from graph.reading.marks import Marks, marks_of
from graph.reading.paths import Walker

IN_SIGHT = 10
# So many of one panel are named; the others are a click away.
_MOST = 80


@dataclass(frozen=True)
class Spec:
    """A panel: its heading, the paths to what stands in it, the kinds that may; `facet` leads on to a search."""

    title: str
    paths: tuple[str, ...]
    kinds: frozenset[str] = frozenset()
    facet: str | None = None
    side: str = ""


@dataclass(frozen=True)
class Item:
    """A thing in a panel; rungs and poles are (sign, word), `status` is a name, `end` an ISO date."""

    text: str
    language: str | None
    kind: str | None
    href: str
    rungs: list[tuple[str, str]]
    poles: list[tuple[str, str]]
    status: Name | None
    end: str | None


@dataclass(frozen=True)
class Panel:
    """A heading with the things under it; `more` leads to all of them; `side` is `from` or `to` in the chain."""

    title: str
    items: list[Item]
    more: str | None
    side: str

    @property
    def in_sight(self) -> int:
        """How many stand in sight: one more than a few is not worth folding."""
        return len(self.items) if len(self.items) <= IN_SIGHT + 2 else IN_SIGHT


def _panel(title: str, paths: str, kinds: str = "", facet: str | None = None, side: str = "") -> Spec:
    return Spec(title, tuple(written(each) for each in paths.split()), frozenset(kinds.split()), facet, side)


PANELS: Mapping[str, tuple[Spec, ...]] = {
    "dataset": (
        _panel(mark("Held by"), "dga:hasDataHolder", side="from"),
        _panel(mark("Published by"), "dct:publisher", side="from"),
        _panel(mark("Feeds"), "^cg:consumesDataset", "service", side="to"),
        _panel(mark("Agreements that cover it"), "^cg:coversDataset", "agreement"),
        _panel(mark("What holds it back"), "cg:hasBarrier ^cg:about", "barrier"),
        _panel(mark("Derived from"), "prov:wasDerivedFrom"),
        _panel(mark("What is derived from it"), "^prov:wasDerivedFrom"),
        _panel(mark("Wanted in vain by"), "^cg:needsDataset", "service"),
        _panel(mark("Part of"), "dcat:inSeries ^dct:hasPart"),
    ),
    "actor": (
        _panel(mark("Holds"), "^dga:hasDataHolder", "dataset series"),
        _panel(mark("Publishes"), "^dct:publisher", "dataset series catalog"),
        _panel(mark("Runs"), "^cg:operatedBy", "service"),
        _panel(mark("Gives data under"), "^odrl:assigner", "agreement"),
        _panel(mark("Receives data under"), "^odrl:assignee", "agreement"),
        _panel(mark("Has a seat in"), "^org:member/org:organization"),
        _panel(mark("Says what holds data back"), "^cg:statedBy", "barrier"),
        _panel(mark("Entrusted with services by"), "^cv:hasEconomicOperator", "contract"),
        _panel(mark("Entrusts services to others by"), "^cv:hasContractingAuthority", "contract"),
        _panel(mark("Has returned or received data"), "^cg:deliveredTo"),
    ),
    "service": (
        _panel(mark("Uses"), "cg:consumesDataset", side="from"),
        _panel(mark("Makes"), "^cg:producedThrough", side="to"),
        _panel(mark("Run by"), "cg:operatedBy cv:hasCompetentAuthority"),
        _panel(mark("Agreements that authorise it"), "^cg:authorises", "agreement"),
        _panel(mark("Wants in vain"), "cg:needsDataset"),
        _panel(mark("Contracts"), "^cg:concerns", "contract"),
    ),
    "agreement": (
        _panel(mark("Given by"), "odrl:permission/odrl:assigner odrl:assigner", side="from"),
        _panel(mark("Given to"), "odrl:permission/odrl:assignee odrl:assignee", side="to"),
        _panel(mark("Covers"), "cg:coversDataset odrl:permission/odrl:target", "dataset series"),
        _panel(mark("Authorises"), "cg:authorises", "service"),
        _panel(mark("Its terms were made by"), "cg:conditionsDefinedBy"),
        _panel(mark("Comes after"), "prov:wasRevisionOf"),
        _panel(mark("Is followed by"), "^prov:wasRevisionOf"),
    ),
    "barrier": (
        _panel(mark("Said by"), "cg:statedBy", side="from"),
        _panel(mark("Holds back"), "cg:about ^cg:hasBarrier", side="to"),
        _panel(mark("Ground in law"), "cg:legalGround"),
        _panel(mark("Lifted by"), "cg:liftedBy"),
    ),
    "law": (
        _panel(mark("Applies to"), "^dcatap:applicableLegislation", "dataset series data-service"),
        _panel(mark("Invoked by"), "^cg:legalGround"),
        _panel(mark("Gives a mission to"), "^cg:missionUnder"),
    ),
    "licence": (
        _panel(mark("Data under it"), "^dct:license", "dataset series data-service", facet="licence"),
        _panel(mark("What is under it may be published under"), "odrs:compatibleWith"),
        _panel(mark("Takes up data under"), "^odrs:compatibleWith"),
    ),
    "body": (
        _panel(mark("Who sits in it"), "^org:organization/org:member"),
        _panel(mark("Agreements whose terms it made"), "^cg:conditionsDefinedBy", "agreement"),
        _panel(mark("What it decided"), "^cg:decidedBy"),
    ),
    "place": (
        _panel(mark("Lies in"), "geo:sfWithin", side="from"),
        _panel(mark("Holds the places"), "^geo:sfWithin", side="to"),
        _panel(mark("Data on it"), "^dct:spatial", "dataset series", facet="territory"),
        _panel(mark("Urban services in it"), "^dct:spatial", "service"),
        _panel(mark("Agreements for it"), "^dct:spatial", "agreement"),
    ),
}
PANELS = {**PANELS, "series": PANELS["dataset"]}


class Panels:
    """Finds what stands in the panels of one page, so that all names are read at once, then names it."""

    def __init__(self, visit: Visit, walker: Walker, kind: str, iri: str) -> None:
        self._visit = visit
        self._iri = iri
        self._found = [(spec, self._reached(walker, spec)) for spec in PANELS.get(kind, ())]
        shown = {iri for _, some in self._found for iri in some}
        self._marks = marks_of(visit.known.triples, {*shown, iri})

    @property
    def mentioned(self) -> set[str]:
        """The IRIs to be named."""
        statuses = {status for marks in self._marks.values() for status in marks.statuses}
        return {iri for _, some in self._found for iri in some} | statuses

    @property
    def own(self) -> Marks:
        """The marks of the thing itself."""
        return self._marks.get(self._iri, Marks())

    def reached(self, title: str) -> list[str]:
        """The IRIs of what stands under a heading."""
        return [iri for spec, some in self._found if spec.title == title for iri in some]

    def named(self, names: Names) -> list[Panel]:
        """Give the panels that have anything in them."""
        panels: list[Panel] = []
        before: set[str] = set()
        for spec, found in self._found:
            kept = [iri for iri in found if not spec.kinds or names.kind(iri) in spec.kinds]
            if spec.side == "from":
                # A publisher that holds the data too stands there once.
                kept = [iri for iri in kept if iri not in before]
                before |= set(kept)
            if kept:
                items = [self._item(iri, names) for iri in kept]
                panels.append(Panel(spec.title, items, self._more(spec, len(found)), spec.side))
        return panels

    def _more(self, spec: Spec, number: int) -> str | None:
        """Lead to all of many: a search by the facet, or the list of what points here."""
        if number < _MOST:
            return None
        if spec.facet:
            return self._visit.links.page("search", [(spec.facet, self._iri)])
        path = spec.paths[0]
        backward = path.startswith("^") and " " not in path
        return self._visit.links.page("incoming", [("iri", self._iri), ("property", path[1:])]) if backward else None

    def _reached(self, walker: Walker, spec: Spec) -> list[str]:
        texts = (text for path in spec.paths for text in walker.values(path))
        return [text[1:-1] for text in dict.fromkeys(texts) if text.startswith("<") and text[1:-1] != self._iri][:_MOST]

    def _item(self, iri: str, names: Names) -> Item:
        name, marks = names.name(iri) or Name(iri), self._marks.get(iri, Marks())
        return Item(
            name.text,
            name.language,
            names.kind(iri),
            names.page(iri) or self._visit.links.node(iri),
            rungs_of(marks.rungs),
            poles_of(marks.poles),
            next((names.name(each) for each in marks.statuses), None),
            max(marks.ends, default=None),
        )


def sides(panels: Sequence[Panel]) -> tuple[list[Panel], list[Panel], list[Panel]]:
    """Part panels into what comes before the thing in the chain, what comes after it, and all others."""
    return (
        [panel for panel in panels if panel.side == "from"],
        [panel for panel in panels if panel.side == "to"],
        [panel for panel in panels if not panel.side],
    )
