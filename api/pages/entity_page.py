"""An entity's page as its template needs it: every statement once, in sections, the nodes it owns in their place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from api.languages import Texts
from api.links import Links
from api.pages.names import Name, Names, choose_name
from api.pages.sections import SECTIONS, place_of
from api.pages.values import Value, show
from graph.entities import Entity, Said, anchor_of
from graph.reading.agreements import RULES
from graph.records.kinds import LABEL_RANKS, kind_of
from graph.terms import CG, DCT, RDF, value_of

_ILLUSTRATIVE = f"<{CG}Illustrative>"
_TYPE = f"{RDF}type"
_TAG = 40
_UNFOLDED = 10


@dataclass(frozen=True)
class Line:
    """One value with the titles of its sources; an owned node stands in its place the first time it is named."""

    value: Value
    sources: tuple[str, ...]
    node: Node | None = None


@dataclass(frozen=True)
class Row:
    """A property with its values."""

    prop: str
    name: Name
    lines: list[Line]

    @property
    def tags(self) -> bool:
        """Whether the values are short words that stand side by side."""
        words = all(line.value.shape == "text" and len(line.value.text) <= _TAG for line in self.lines)
        return words and f"<{self.prop}>" not in LABEL_RANKS

    @property
    def folded(self) -> bool:
        """Whether the page says it in sentences, so that the statements themselves stand behind a fold."""
        return self.prop in RULES

    @property
    def in_sight(self) -> int:
        """How many of the values stand in sight, the others folded away: one more than a few is not worth folding."""
        return len(self.lines) if len(self.lines) <= _UNFOLDED + 2 else _UNFOLDED


@dataclass(frozen=True)
class Node:
    """An owned node: its title where it has one, its rows, the anchor that links lead to."""

    iri: str
    anchor: str
    kind: str
    title: Name | None
    rows: list[Row]


@dataclass
class Page:
    """What the template shows."""

    title: Name
    kind: str
    illustrative: bool
    sections: list[tuple[str, list[Row]]]
    loose: list[Node] = field(default_factory=list)
    access: list[str] = field(default_factory=list)


def page_of(
    entity: Entity, names: Names, texts: Texts, links: Links, *, kind: str, titles: Mapping[str, str] | None = None
) -> Page:
    """Lay out an entity's page; `titles` are those of sources by name, where several tell of it."""
    return _Layout(entity, names, texts, links, titles or {}).page(kind)


class _Layout:
    """Walks an entity's statements from its own node downwards; each owned node is laid out where it is first met."""

    def __init__(self, entity: Entity, names: Names, texts: Texts, links: Links, titles: Mapping[str, str]) -> None:
        self._entity = entity
        self._names = names
        self._texts = texts
        self._links = links
        self._titles = titles
        self._met = {entity.iri}

    def page(self, kind: str) -> Page:
        """Lay out the whole page; nodes that nothing leads to follow at its end."""
        own = self._entity.own
        title, titled = self._title(own)
        rows = self._rows(own, titled)
        sections = [(name, [row for row in rows if SECTIONS[place_of(row.prop)[0]] == name]) for name in SECTIONS]
        loose = [self._node(iri) for iri in self._entity.owned if iri not in self._met]
        return Page(
            title or Name(self._entity.label),
            kind,
            any(said.value == _ILLUSTRATIVE for said in own.get(f"{CG}factStatus", ())),
            [(name, some) for name, some in sections if some],
            loose,
            [said.value[1:-1] for said in own.get(f"{DCT}accessRights", ())],
        )

    def _title(self, properties: Mapping[str, tuple[Said, ...]]) -> tuple[Name | None, str | None]:
        """Choose a node's title in the reader's language, and say which property need not be shown again.

        A property with several values is shown again, so that no value is lost.
        """
        ranked = sorted((LABEL_RANKS[f"<{prop}>"], prop) for prop in properties if f"<{prop}>" in LABEL_RANKS)
        for _, prop in ranked:
            terms = [value_of(said.value) for said in properties[prop] if said.value.startswith('"')]
            name = choose_name([(term.value, term.language) for term in terms], self._texts.language)
            if name:
                return name, prop if len(properties[prop]) == 1 else None
        return None, None

    def _rows(self, properties: Mapping[str, tuple[Said, ...]], titled: str | None) -> list[Row]:
        """Lay out the properties of a node in the order of the sections, then of their names."""
        rows = [
            Row(prop, self._names.term(prop), [self._line(prop, said) for said in sorted(values, key=self._nearness)])
            for prop, values in sorted(properties.items(), key=lambda each: place_of(each[0]))
            if prop != titled
        ]
        return sorted(rows, key=lambda row: (place_of(row.prop), row.name.text))

    def _nearness(self, said: Said) -> int:
        """Say how near a value is to the reader: in the own language, in none, in another."""
        language = value_of(said.value).language
        if language is None:
            return 1
        return 0 if language.partition("-")[0] == self._texts.language else 2

    def _line(self, prop: str, said: Said) -> Line:
        """Lay out one value, with the node that it names where that is owned and not yet met."""
        sources = tuple(self._titles.get(name, name) for name in said.sources)
        iri = said.value[1:-1] if said.value.startswith("<") else ""
        if iri in self._entity.nodes and iri != self._entity.iri:
            anchor = anchor_of(self._entity.iri, iri)
            if iri not in self._met:
                self._met.add(iri)
                return Line(Value("node", iri, iri), sources, self._node(iri))
            name = self._title(self._entity.nodes[iri])[0] or Name(iri)
            return Line(Value("link", name.text, iri, name.language, f"#{anchor}"), sources)
        return Line(show(prop, said.value, self._names, self._texts, self._links), sources)

    def _node(self, iri: str) -> Node:
        """Lay out an owned node."""
        self._met.add(iri)
        properties = self._entity.nodes[iri]
        title, titled = self._title(properties)
        kind = kind_of(said.value for said in properties.get(_TYPE, ()))
        return Node(iri, anchor_of(self._entity.iri, iri), kind, title, self._rows(properties, titled))
