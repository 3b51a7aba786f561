"""Sets of shapes that a graph can be checked by: the governance rules, the profiles, any other shapes graph."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cache

import pyoxigraph as ox

from graph.errors import NotKnown
from graph.governance.compiling.graph import ShapesGraph
from graph.governance.compiling.model import Shape
from graph.governance.compiling.reader import read_shapes
from graph.governance.rules.rulebook import Rule, RuleBook, Words, rulebook
from graph.terms import DCT
from shapes import loader

GOVERNANCE = "governance"
PROFILES = ("dcat-ap", "hvd")
NAMES = (GOVERNANCE, *PROFILES)

_TITLE = {"en": "Governance rules", "fr": "Règles de gouvernance"}
_PROFILE = "http://www.w3.org/ns/dx/prof/Profile"


@dataclass(frozen=True, eq=False, slots=True)
class ShapeSet:
    """Shapes with what is known of them: title, addresses of what they come from, rules if they have any.

    `knows`: the shapes read the project's own knowledge (laws, licences, code lists) and what is derived, beside data.
    """

    name: str
    title: Words
    sources: tuple[str, ...]
    shapes: tuple[Shape, ...]
    rules: tuple[Rule, ...] = ()
    book: RuleBook | None = None
    knows: bool = False

    def rule_of(self, shape: str) -> Rule | None:
        """Give the rule that a shape belongs to, by the name that the model has for it."""
        return self.book.of_shape(shape.strip("<>")) if self.book is not None else None

    def class_of(self, shape: str) -> str | None:
        """Give the class (IRI) of what a shape finds, None where it belongs to no rule."""
        return self.book.class_of(shape.strip("<>")) if self.book is not None else None

    def only(self, numbers: Collection[str]) -> ShapeSet:
        """Give the shapes of some rules alone. Raises NotKnown for a number that no rule has."""
        known = {rule.number: rule for rule in self.rules}
        for number in numbers:
            if number not in known:
                raise NotKnown(f"no rule has the number {number!r}", remedy="see the list of rules")
        rules = tuple(known[number] for number in sorted(set(numbers)))
        shapes = read_shapes(triple for rule in rules for triple in rule.triples)
        return replace(self, shapes=shapes, rules=rules)


def read_shape_set(name: str, triples: Iterable[ox.Triple]) -> ShapeSet:
    """Read a shapes graph. Raises ShapesRefused, which names what cannot be compiled."""
    told = list(triples)
    graph = ShapesGraph(told)
    title, sources = _described(graph)
    return ShapeSet(name, title, sources, read_shapes(told))


@cache
def named(name: str) -> ShapeSet:
    """Give the governance rules or a profile. Raises NotKnown for another name."""
    if name == GOVERNANCE:
        book = rulebook()
        shapes = read_shapes(book.triples)
        return ShapeSet(name, _TITLE, (), shapes, rules=book.rules, book=book, knows=True)
    if name in PROFILES:
        parsed = ox.parse(loader.profile(name), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
        return read_shape_set(name, (quad.triple for quad in parsed))
    raise NotKnown(f"there is no profile {name!r}", remedy=f"one of {', '.join(NAMES)}")


def _described(graph: ShapesGraph) -> tuple[dict[str, str], tuple[str, ...]]:
    """Give the title and the sources of the profile that a shapes graph is, as far as it tells."""
    for profile in graph.instances(_PROFILE):
        texts = graph.objects(profile, f"{DCT}title")
        title = {term.language or "": term.value for term in texts if isinstance(term, ox.Literal)}
        sources = (term for term in graph.objects(profile, f"{DCT}source") if isinstance(term, ox.NamedNode))
        return title, tuple(sorted(source.value for source in sources))
    return {}, ()
