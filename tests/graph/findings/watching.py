"""A data folder that is watched by the rules, in tests: what is written to it, and what a full check finds."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch

from pyoxigraph import RdfFormat, parse

from graph.findings import checkers
from graph.findings.evaluation import move
from graph.findings.reading import Filter, Findings
from graph.findings.standards import Standard, standard
from graph.governance.compiling.compiler import Compiled
from graph.governance.rules.shapesets import ShapeSet, named
from graph.instance import Instance
from graph.log.rows import MEMBERS, PUBLIC, Entry
from graph.records.record import Record
from graph.records.split import split
from graph.store.store import Graph
from graph.views.holder import Holder
from tests.shapes.case import cases

TODAY = datetime.date(2026, 6, 30)
AGREEMENT = "https://example.org/id/some-agreement"
AUDIENCES = (PUBLIC, MEMBERS, AGREEMENT)
BASE = "https://watched.example/"

Row = tuple[str, str, str, str, str]
"""Focus, path, value, component and shape of a finding."""


def case_records(address: str, to: str | None = None) -> list[Record]:
    """Cut the data of a case into records, as they are or moved below another address."""
    (case,) = (each for each in cases() if each.address == address)
    data = case.data if to is None else case.copied(to).data
    statements = (
        (str(quad.subject), str(quad.predicate), str(quad.object)) for quad in parse(data, RdfFormat.N_TRIPLES)
    )
    return [record for record in split(statements, base=BASE, source="cases") if isinstance(record, Record)]


class Watched:
    """An instance with its holder; what is written is waited for. `shapes` are what judges it."""

    def __init__(self, instance: Instance, holder: Holder) -> None:
        self.instance = instance
        self.holder = holder
        self.log = instance.log
        self.shapes = named("governance")

    def judge_by(self, shapes: ShapeSet) -> None:
        """Have other shapes judge, as they would after another version of the software was installed."""
        self.holder.close()
        text = repr([(shape.node, shape.constraints) for shape in shapes.shapes])
        made = standard(shapes)
        other = Standard(shapes, made.units, made.versions, sha256(text.encode()).hexdigest())
        with patch.object(checkers, "governance", lambda: other):
            self.holder = self.instance.hold(judging=True)
        self.shapes = shapes

    def settle(self) -> None:
        """Wait until all is applied and judged, the checker's own rows included."""
        while True:
            last = self.log.sequence()
            assert self.holder.wait_for_findings(last, timeout=300), self.holder.public.checkers.error
            assert self.holder.wait_for(last, 300)
            if self.log.sequence() == last:
                return

    def put(self, records: list[Record], audience: str = PUBLIC, source: str = "cases") -> None:
        """Write records of a source."""
        self.log.append([Entry(record, audience) for record in records], agent="test", source=source)

    def take(self, records: list[Record], source: str = "cases") -> None:
        """Take records of a source away."""
        self.log.retract(source, [record.iri for record in records], agent="test")

    def date(self, day: datetime.date) -> None:
        """Move the date of evaluation."""
        move(self.log, self.instance.base, day)

    def worlds(self) -> dict[str, tuple[Findings, list[Graph]]]:
        """Give each world that there is, with the graphs that it sees."""
        public = self.holder.public
        found = {"public": (Findings(public.findings, "public"), [public.triples.graph_of(PUBLIC)])}
        if (full := self.holder.full) is not None:
            members = [full.triples.graph_of(audience) for audience in (PUBLIC, MEMBERS)]
            found["members"] = Findings(full.findings, "members"), members
            found["full"] = Findings(full.findings, "full"), full.triples.all_graphs()
        return found

    def kept(self, world: str) -> set[Row]:
        """What the view of a world has open."""
        return rows_of(self.worlds()[world][0])

    def full(self, world: str) -> set[Row]:
        """What a check of everything finds in a world."""
        return self.found_in(world, self.worlds()[world][1])

    def found_in(self, world: str, graphs: list[Graph]) -> set[Row]:
        """What a check of everything finds in some graphs of the store of a world."""
        views = self.holder.public if world == "public" else self.holder.full
        assert views is not None
        store = views.triples.store
        results = Compiled(self.shapes.shapes).check(lambda query: store.query(query, graphs=graphs))
        return {
            (each.focus, each.path or "", each.value or "", each.component, each.shape if each.shape[0] == "<" else "")
            for each in results
        }


def rows_of(findings: Findings) -> set[Row]:
    """What is open."""
    return {
        (each.found.focus, each.found.path, each.found.value, each.found.component, each.found.shape)
        for each in findings.all(Filter())
    }


@contextmanager
def watched(folder: Path) -> Iterator[Watched]:
    """Open a data folder whose rules are judged, with a date of evaluation."""
    with Instance.open(folder, create=not folder.exists(), base=BASE) as instance:
        if not folder.joinpath("views", "public").exists():
            move(instance.log, instance.base, TODAY)
        made = Watched(instance, instance.hold(judging=True))
        try:
            made.settle()
            yield made
        finally:
            made.holder.close()
