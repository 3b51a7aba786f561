"""Sets of shapes that a graph can be checked by: the governance rules, the profiles, any other shapes graph."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

import pyoxigraph as ox

from graph.errors import NotKnown
from graph.governance.graph import ShapesGraph
from graph.governance.model import Shape
from graph.governance.reader import read_shapes
from graph.governance.rules import Part, Rule, Words, read_parts, words
from graph.terms import DCT
from shapes import loader

GOVERNANCE = "governance"
PROFILES = ("dcat-ap", "hvd")
NAMES = (GOVERNANCE, *PROFILES)

_PROFILE = "http://www.w3.org/ns/dx/prof/Profile"


@dataclass(frozen=True, eq=False, slots=True)
class ShapeSet:
    """Shapes with what is known of them. `parts` tells the rule of a shape or constraint, as the model names it.

    `knows`: the shapes read the project's own knowledge (laws, licences, code lists) and what is derived, beside data.
    """

    name: str
    title: Words
    sources: tuple[str, ...]
    shapes: tuple[Shape, ...]
    parts: Mapping[str, Part]
    knows: bool

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that these shapes belong to, in the order of their numbers."""
        found = {part.rule.number: part.rule for part in self.parts.values()}
        return tuple(found[number] for number in sorted(found))

    def only(self, numbers: Collection[str]) -> ShapeSet:
        """Give the shapes of some rules alone. Raises NotKnown for a number that no rule has."""
        known = {rule.number for rule in self.rules}
        for number in numbers:
            if number not in known:
                raise NotKnown(f"no rule has the number {number!r}", remedy="see the list of rules")
        parts = {name: part for name, part in self.parts.items() if part.rule.number in numbers}
        return replace(self, shapes=tuple(shape for shape in self.shapes if shape.node in parts), parts=parts)


def read_shape_set(name: str, triples: Iterable[ox.Triple], *, knows: bool = False) -> ShapeSet:
    """Read a shapes graph. Raises ShapesRefused, which names what cannot be compiled."""
    told = list(triples)
    graph = ShapesGraph(told)
    title, sources = _described(graph)
    return ShapeSet(name, title, sources, read_shapes(told), read_parts(graph), knows)


@cache
def named(name: str) -> ShapeSet:
    """Give the governance rules or a profile. Raises NotKnown for another name."""
    if name == GOVERNANCE:
        return read_shape_set(name, _triples(text for _, text in loader.governance()), knows=True)
    if name in PROFILES:
        return read_shape_set(name, _triples([loader.profile(name)]))
    raise NotKnown(f"there is no profile {name!r}", remedy=f"one of {', '.join(NAMES)}")


def _triples(texts: Iterable[bytes]) -> Iterator[ox.Triple]:
    for text in texts:
        for quad in ox.parse(text, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True):
            yield quad.triple


def _described(graph: ShapesGraph) -> tuple[dict[str, str], tuple[str, ...]]:
    """Give the title and the sources of the profile that a shapes graph is, as far as it tells."""
    for profile in graph.instances(_PROFILE):
        title = words(str(term) for term in graph.objects(profile, f"{DCT}title"))
        sources = (term for term in graph.objects(profile, f"{DCT}source") if isinstance(term, ox.NamedNode))
        return title, tuple(sorted(source.value for source in sources))
    return {}, ()
