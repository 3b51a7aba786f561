"""What a store says of many nodes at once: all that is reasoned about is read by these few queries.

A query is asked for some hundreds of nodes together, so one service takes some lookups and all services some more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from importlib.resources import files
from itertools import islice
from string import Template

from pyoxigraph import QueryBoolean, QuerySolution, QuerySolutions, QueryTriples

from graph.errors import BadTerm, DataError
from graph.terms import CG, iri, value_of

Ask = Callable[[str], QuerySolutions | QueryBoolean | QueryTriples]
"""Answers one query of our own over the graph that is read, whichever world it is."""

Said = dict[str, dict[str, tuple[str, ...]]]
"""Node -> property -> values: IRIs without brackets, and N-Triples texts."""

Use = tuple[str, str]
"""An urban service and a dataset (IRIs)."""

# With more values Oxigraph scans the whole property and joins by hashing, as graph/derivations measured.
_NODES_A_QUERY = 500
_ABOUT, _TOWARDS, _USES, _TRIPLES = (
    Template(files("graph.reasoning").joinpath(f"{name}.rq").read_text(encoding="utf-8"))
    for name in ("about", "towards", "uses", "triples")
)


class Facts:
    """Reads one state of a graph. Every method raises DataError where the engine fails, BadTerm for what is no IRI."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def about(self, nodes: Iterable[str], properties: Collection[str]) -> Said:
        """Give what some properties say of some nodes; each node is there, with nothing where nothing is said."""
        found: dict[str, dict[str, list[str]]] = {node: {} for node in nodes}
        written = [iri(each) for each in properties]
        pairs = (f"({iri(node)} {name})" for node in found for name in written)
        while some := " ".join(islice(pairs, _NODES_A_QUERY)):
            for row in self._rows(_ABOUT.substitute(pairs=some)):
                subject, name, value = (str(row[index]) for index in range(3))
                found[subject[1:-1]].setdefault(name[1:-1], []).append(value)
        return {
            node: {name: tuple(sorted(set(values))) for name, values in said.items()} for node, said in found.items()
        }

    def towards(self, prop: str, nodes: Iterable[str]) -> list[tuple[str, str]]:
        """Give the pairs of a subject and a node that it points at by a property, in order."""
        found = set()
        for scope in _scopes("value", dict.fromkeys(nodes)):
            for row in self._rows(_TOWARDS.substitute(scope=scope, property=iri(prop))):
                subject, value = str(row[0]), str(row[1])
                if subject.startswith("<"):
                    found.add((subject[1:-1], value[1:-1]))
        return sorted(found)

    def uses(self, *, services: Iterable[str] | None = None, datasets: Iterable[str] | None = None) -> list[Use]:
        """Give what services consume: of some services, of some datasets, or all there is; in order."""
        if services is not None:
            scopes = _scopes("service", dict.fromkeys(services))
        elif datasets is not None:
            scopes = _scopes("dataset", dict.fromkeys(datasets))
        else:
            scopes = iter([""])
        pairs = {(str(row[0]), str(row[1])) for scope in scopes for row in self._rows(_USES.substitute(scope=scope))}
        return sorted((one[1:-1], other[1:-1]) for one, other in pairs if one[0] == other[0] == "<")

    def everything(self, nodes: Iterable[str]) -> list[tuple[str, str, str]]:
        """Give all that is said of some nodes: node and property (IRIs), value as a text."""
        rows = self._triples("subject", nodes)
        return sorted((subject[1:-1], prop[1:-1], value) for subject, prop, value in rows)

    def pointing(self, nodes: Iterable[str]) -> list[tuple[str, str, str]]:
        """Give all that points at some nodes, as IRIs."""
        rows = self._triples("value", nodes)
        return sorted((subject[1:-1], prop[1:-1], value[1:-1]) for subject, prop, value in rows if subject[0] == "<")

    def _triples(self, variable: str, nodes: Iterable[str]) -> set[tuple[str, str, str]]:
        return {
            (str(row[0]), str(row[1]), str(row[2]))
            for scope in _scopes(variable, dict.fromkeys(nodes))
            for row in self._rows(_TRIPLES.substitute(scope=scope))
        }

    def evaluation_date(self) -> date | None:
        """Give the date that the graph is judged at, where it states one; of several the latest."""
        contexts = self.towards(TYPE_IRI, [f"{CG}EvaluationContext"])
        said = self.about((subject for subject, _ in contexts), [f"{CG}evaluationDate"])
        days = [
            day for values in said.values() for text in values.get(f"{CG}evaluationDate", ()) if (day := day_of(text))
        ]
        return max(days, default=None)

    def _rows(self, text: str) -> Iterator[QuerySolution]:
        try:
            answer = self._ask(text)
            if not isinstance(answer, QuerySolutions):
                raise DataError("the store gave no solutions")
            yield from answer
        except (OSError, ValueError, RuntimeError, SyntaxError) as error:
            raise DataError(f"the store failed on a query: {error}") from error


class RememberedFacts(Facts):
    """The same, for one look at a few things: what was asked is not asked again."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        self._known: dict[tuple[frozenset[str], frozenset[str]], Said] = {}

    def about(self, nodes: Iterable[str], properties: Collection[str]) -> Said:
        """Give what `Facts.about` gives."""
        asked = frozenset(nodes), frozenset(properties)
        if asked not in self._known:
            self._known[asked] = super().about(*asked)
        return self._known[asked]


TYPE_IRI = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def iris(said: dict[str, tuple[str, ...]], *properties: str) -> tuple[str, ...]:
    """Give the IRIs that some properties of a node lead to, each once."""
    values = (value for name in properties for value in said.get(name, ()))
    return tuple(dict.fromkeys(value[1:-1] for value in values if value.startswith("<")))


def day_of(text: str) -> date | None:
    """Read the day of a literal (N-Triples text) that is a date or a date with a time; None for another value."""
    try:
        return date.fromisoformat(value_of(text).value[:10])
    except (BadTerm, ValueError):
        return None


def _scopes(variable: str, nodes: Collection[str]) -> Iterator[str]:
    """Write nodes as VALUES of a variable, some hundreds at a time."""
    left = iter(nodes)
    while some := list(islice(left, _NODES_A_QUERY)):
        yield f"VALUES ?{variable} {{ {' '.join(iri(node) for node in some)} }}"
