"""Checks a graph by a set of shapes and gives a report: each constraint in the way that suits it (`ways.py`)."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from threading import Lock

from graph.governance.checking.dates import at_date, evaluation
from graph.governance.checking.report import Report, make_report
from graph.governance.checking.texts import Texts
from graph.governance.checking.textual import TextChecker
from graph.governance.checking.ways import Way, divide
from graph.governance.compiling.compiler import Compiled
from graph.governance.compiling.model import Nested, Result, Shape
from graph.governance.compiling.presence import read_presence
from graph.governance.compiling.running import Ask, below_classes
from graph.governance.compiling.sources import Classes
from graph.governance.rules.shapesets import ShapeSet

Progress = Callable[[int, int], None]
"""Is told how many parts of a check are done, and of how many; called from any thread, one call at a time."""

THREADS = 2


@dataclass(frozen=True, slots=True)
class Checked:
    """A graph that is to be checked.

    `ask` answers a query over it, from several threads at the same time; `texts` are its statements as they were
    written, None where only the store has them; `derived` are the properties (N-Triples texts) that derivations make,
    which the store has and the texts have not. `public` says that it is what is publicly known of more.
    """

    ask: Ask
    texts: Texts | None = None
    derived: frozenset[str] = frozenset()
    public: bool = False


class Checker:
    """A set of shapes, made ready once and used for any graph; safe to use from several threads."""

    def __init__(self, shapes: ShapeSet, *, rules: Collection[str] | None = None) -> None:
        """`rules` are the numbers of those that are checked, None for all. Raises NotKnown."""
        self.shapes = shapes if rules is None else shapes.only(rules)
        self._parts: dict[frozenset[str] | None, dict[Way, tuple[Shape, ...]]] = {}

    def check(
        self,
        graph: Checked,
        *,
        nodes: Collection[str] | None = None,
        at: datetime.date | None = None,
        today: datetime.date | None = None,
        progress: Progress | None = None,
        threads: int = THREADS,
    ) -> Report:
        """Check a graph, or only some of its nodes (IRIs).

        `at` takes the place of the date that the graph records; where it records none and none is given, `today` does
        (the day in UTC). Raises DataError where an engine fails, ShapesRefused where a query keeps the date from being
        replaced, BadTerm for a node that is no IRI.
        """
        chosen = evaluation(graph.ask, at, today)
        classes = below_classes(graph.ask)
        parts = self._divided(graph)
        tasks = list(_textual(parts, graph.texts, classes, nodes) if graph.texts is not None else ())
        units = list(_units(at_date(parts["compiled"], chosen)))
        if nodes is None:
            presence = read_presence(graph.ask, units, classes)
            units = [kept for unit in units if (kept := presence.fit(unit)) is not None]
        tasks += [_compiled(unit, graph.ask, classes, nodes) for unit in units]
        return make_report(self.shapes, chosen, _run(tasks, progress, threads), public=graph.public)

    def _divided(self, graph: Checked) -> dict[Way, tuple[Shape, ...]]:
        """Part the shapes by the ways that a graph leaves open: without texts, all is compiled."""
        key = None if graph.texts is None else graph.derived
        if key not in self._parts:
            everything: dict[Way, tuple[Shape, ...]] = {"compiled": self.shapes.shapes}
            self._parts[key] = everything if key is None else divide(self.shapes.shapes, key)
        return self._parts[key]


Task = Callable[[], list[Result]]


def _textual(
    parts: dict[Way, tuple[Shape, ...]], texts: Texts, classes: Classes, nodes: Collection[str] | None
) -> Iterator[Task]:
    """Make the tasks that read texts: record by record, and records together."""
    record, together = (TextChecker(parts[way], classes) for way in ("record", "texts"))
    if parts["record"] and nodes is None:
        yield lambda: [result for text in texts.pieces(record.reads) for result in record.check(text)]
    elif parts["record"] and nodes is not None:
        yield lambda: _among(nodes, record.check(texts.about(nodes, record.reads)))
    if parts["texts"]:
        yield lambda: _among(nodes, together.check(texts.whole(together.reads)))


def _among(nodes: Collection[str] | None, results: Iterable[Result]) -> list[Result]:
    if nodes is None:
        return list(results)
    wanted = {f"<{node}>" for node in nodes}
    return [result for result in results if result.focus in wanted]


def _compiled(shape: Shape, ask: Ask, classes: Classes, nodes: Collection[str] | None) -> Task:
    compiled = Compiled((shape,), classes)
    return lambda: list(compiled.check(ask) if nodes is None else compiled.check_nodes(ask, nodes))


def _units(shapes: Sequence[Shape]) -> Iterator[Shape]:
    """Part shapes into such as can be checked at the same time: each property shape of a node shape by itself."""
    for shape in shapes:
        own = tuple(each for each in shape.constraints if shape.path is not None or not isinstance(each, Nested))
        if own:
            yield replace(shape, constraints=own)
        for each in shape.constraints:
            if isinstance(each, Nested) and shape.path is None:
                yield replace(each.shape, targets=shape.targets)


def _run(tasks: Sequence[Task], progress: Progress | None, threads: int) -> list[Result]:
    """Run tasks, so many at a time; the first that fails ends the rest."""
    told, lock = 0, Lock()

    def tell(_: Future[list[Result]]) -> None:
        nonlocal told
        with lock:
            told += 1
            if progress is not None:
                progress(told, len(tasks))

    with ThreadPoolExecutor(max(1, threads), thread_name_prefix="check") as pool:
        futures = [pool.submit(task) for task in tasks]
        for future in futures:
            future.add_done_callback(tell)
        done, waiting = wait(futures, return_when=FIRST_EXCEPTION)
        for future in waiting:
            future.cancel()
        for future in done:
            future.result()
    return [result for future in futures for result in future.result()]
