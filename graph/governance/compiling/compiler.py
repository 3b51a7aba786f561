"""Shapes compiled to SPARQL, once a shapes graph; run in any store that speaks SPARQL 1.1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from graph.governance.compiling.model import Result, Shape
from graph.governance.compiling.reader import read_shapes
from graph.governance.compiling.running import Ask, Run
from graph.governance.compiling.sources import Among, Classes, Given, Targets
from graph.terms import iri


@dataclass(frozen=True, eq=False, slots=True)
class Compiled:
    """The shapes of a graph that have targets, with all that they refer to."""

    shapes: tuple[Shape, ...]
    classes: Classes | None = None
    """The classes below each class, None to read them when a check begins."""

    def check(self, ask: Ask) -> Iterator[Result]:
        """Give every violation in a graph, for all focus nodes at once. Raises DataError where the engine fails."""
        run = Run(ask, self.classes)
        for shape in self.shapes:
            yield from run.results(shape, Targets(shape.targets))
            run.forget()

    def check_nodes(self, ask: Ask, nodes: Iterable[str]) -> Iterator[Result]:
        """Give the violations by some focus nodes (IRIs) of the shapes that target them. Raises BadTerm, DataError."""
        given = Given(tuple(iri(node) for node in nodes))
        run = Run(ask, self.classes)
        for shape in self.shapes:
            targeted = run.nodes(shape, Among(given, Targets(shape.targets)))
            if targeted:
                yield from run.results(shape, Given(targeted))
            run.forget()


def compile_shapes(triples: Iterable[ox.Triple]) -> Compiled:
    """Compile a shapes graph. Raises ShapesRefused, which names what cannot be compiled: nothing is passed over."""
    return Compiled(read_shapes(triples))
