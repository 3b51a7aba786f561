"""The twelve questions that a catalogue is asked most, as templates; each time with another parameter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from string import Template

from benchmarks.generator import BASE, Catalogue
from graph.terms import XSD, iri, literal

FOLDER = Path(__file__).parent / "queries"


@dataclass(frozen=True)
class Typical:
    """A question: its name, whether it asks for a graph, and its text for the n-th time."""

    name: str
    template: Template

    @property
    def is_for_graph(self) -> bool:
        """Whether the answer is a graph."""
        return "CONSTRUCT" in self.template.template

    def texts(self, catalogue: Catalogue, seed: int = 1) -> Iterator[str]:
        """Give its text again and again, no two alike until the parameters are used up."""
        random = Random(f"{self.name}{seed}")
        (name,) = self.template.get_identifiers()
        kinds = {
            "dataset": lambda number: iri(f"{BASE}dataset/{number % catalogue.datasets}"),
            "actor": lambda number: iri(f"{BASE}actor/{number % catalogue.actors}"),
            "service": lambda number: iri(f"{BASE}service/{number % catalogue.services}"),
            "day": lambda number: literal(f"2025-{9 + number % 4:02}-{1 + number // 4 % 28:02}", datatype=f"{XSD}date"),
            "text": lambda number: literal(f"secteur {number % catalogue.datasets}"),
            # So few that every group has more: the parameter changes the query and not its answer.
            "number": lambda number: literal(str(-number), datatype=f"{XSD}integer"),
        }  # fmt: skip
        make: Callable[[int], str] = kinds[name]
        start = random.randrange(100_000)
        # A step that shares no divisor with the number of things goes through all of them.
        for number in range(start, start + 7919 * 1_000_000, 7919):
            yield self.template.substitute({name: make(number)})


def typical() -> list[Typical]:
    """Give the questions in the order of their names."""
    return [Typical(path.stem, Template(path.read_text(encoding="utf-8"))) for path in sorted(FOLDER.glob("*.rq"))]
