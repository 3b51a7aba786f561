"""One record changed, whom it concerns included: from the commit in the log until its findings can be read.

The holder follows the log as `serve` does, all views included; the time counts from the moment that the commit is
acknowledged. Ratios and counts are what holds; times are told with them. Sizes take turns, some changes each, so that
what else the machine does falls on all. Beside them pySHACL judges, by the same rules, an extracted neighbourhood of
the datasets that were changed.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from statistics import median, quantiles

import pyshacl
import rdflib
from pyoxigraph import DefaultGraph, RdfFormat, Store, Triple

from benchmarks.generator import BASE, write
from benchmarks.validators import read_report
from graph.findings.evaluation import move
from graph.governance.compiling.compiler import Compiled
from graph.governance.rejudging.judging import Counter
from graph.governance.rules.rulebook import rulebook
from graph.governance.rules.shapesets import named
from graph.ingest.run import run_import
from graph.instance import Instance
from graph.log.rows import Entry
from graph.records.record import Record
from graph.terms import parse_payload
from graph.views.holder import Holder

SIZES = (10_000, 100_000)
CHANGES = 200
TURN = 55
MOST_MEDIAN, MOST_P95, MOST_RATIO = 0.010, 0.060, 1.5
TITLES = 20
MOST_NODES_OF_A_TITLE = 50
# A licence may concern those too who lead to it by another way than a distribution.
MOST_NODES_A_CARRIER = 2


CARRIERS = Path(__file__).with_name("carriers.rq").read_text(encoding="utf-8")


@dataclass
class Measured:
    """Of one size: seconds to judge everything, seconds a change, focus nodes a title and a licence, its carriers.

    Of the titles it is the one that concerns most.
    """

    datasets: int
    everything: float
    median: float
    p95: float
    title: int
    licence: int
    carriers: int
    pyshacl: float


def changed(payload: bytes, random: Random) -> bytes:
    """Change a record: another title or date, a licence or a holder less."""
    lines = payload.decode().splitlines(keepends=True)
    kind = random.randrange(3)
    if kind == 0:
        lines = [
            line.replace('" .', ' *" .').replace('"@fr', ' *"@fr') if "/title>" in line else line for line in lines
        ]
    elif kind == 1:
        kept = [line for line in lines if "dc/terms/license" not in line and "/publisher>" not in line]
        lines = kept or lines
    else:
        place = random.randrange(len(lines))
        lines = lines[:place] + lines[place + 1 :] if len(lines) > 3 else lines
    return "".join(sorted(set(lines))).encode()


def replace(instance: Instance, record: Record, source: str) -> int:
    """Put a record in the place of what its source said; give the row."""
    return instance.log.append([Entry(record)], agent="bench", source=source).last


def wait(holder: Holder, sequence: int) -> None:
    """Wait until the findings of a row can be read."""
    holder.notify()
    if not holder.public.checkers.wait(sequence, 600):
        raise SystemExit("the findings did not come")


def records(instance: Instance, kind: str, number: int, random: Random) -> Iterator[tuple[Record, str]]:
    """Draw records of a kind."""
    heads = [head for head in instance.log.heads(kind=kind) if head.iri.startswith(BASE)]
    for head in random.sample(heads, min(number, len(heads))):
        payload = instance.log.payload(head.sequence)
        assert payload is not None
        yield Record(head.iri, head.kind, head.label, payload), head.source


class Size:
    """A graph of one size, judged once; then records of it are changed, one after the other."""

    def __init__(self, datasets: int, folder: Path, changes: int, stack: ExitStack) -> None:
        self.datasets = datasets
        self._random = Random(22)
        file = folder / "catalogue.nt"
        write(file, datasets)
        self.instance = stack.enter_context(Instance.open(folder / "data", create=True))
        run_import(self.instance, [file], source=None, audience="public")
        move(self.instance.log, self.instance.base, datetime.date(2026, 6, 30))
        self.instance.settle()
        start = time.perf_counter()
        self.holder = stack.enter_context(self.instance.hold(judging=True))
        if not self.holder.wait_for_findings(timeout=7200):
            raise SystemExit(self.holder.public.checkers.error or "not judged in time")
        self.everything = time.perf_counter() - start
        self.holder.wait_for(self.instance.log.sequence(), 7200)
        (judge,) = self.holder.public.checkers.judges
        judge.bench.prepare()
        self.times: list[float] = []
        self.drawn = [
            *records(self.instance, "dataset", changes, self._random),
            *records(self.instance, "agreement", changes // 10, self._random),
        ]

    def change(self, number: int) -> None:
        """Change the next records."""
        for record, source in self.drawn[len(self.times) : len(self.times) + number]:
            self.holder.wait_for(self.instance.log.sequence(), 600)
            other = Record(record.iri, record.kind, record.label, changed(record.payload, self._random))
            sequence = replace(self.instance, other, source)
            begun = time.perf_counter()
            wait(self.holder, sequence)
            self.times.append(time.perf_counter() - begun)

    def measured(self) -> Measured:
        """Tell what it took, and hold what is kept up to a check of everything."""
        instance, holder = self.instance, self.holder
        titles = list(records(instance, "dataset", TITLES, self._random))
        title = max(judged(instance, holder, each, '"Un autre titre"@fr', "/title>") for each in titles)
        licence, carriers = of_licence(instance, holder)
        check(holder)
        around = by_pyshacl(holder, [record.iri for record, _ in self.drawn[:5]])
        middle, late = median(self.times), quantiles(self.times, n=20)[-1]
        return Measured(self.datasets, self.everything, middle, late, title, licence, carriers, around)


def judged(instance: Instance, holder: Holder, drawn: tuple[Record, str], value: str, predicate: str) -> int:
    """Give how many focus nodes one other value makes judged again."""
    record, source = drawn
    lines = [f"{s} {p} {value if p.endswith(predicate) else o} .\n" for s, p, o in parse_payload(record.payload)]
    payload = "".join(sorted(set(lines))).encode()
    return concerned(instance, holder, Record(record.iri, record.kind, record.label, payload), source)


def concerned(instance: Instance, holder: Holder, record: Record, source: str) -> int:
    """Replace a record, and give how many focus nodes were judged again, each by itself."""
    (judge,) = holder.public.checkers.judges
    holder.wait_for(instance.log.sequence(), 600)
    judge.bench.counter = Counter()
    wait(holder, replace(instance, record, source))
    if judge.bench.counter.whole:
        raise SystemExit("a constraint was judged as a whole")
    return len(judge.bench.counter.nodes)


def of_licence(instance: Instance, holder: Holder) -> tuple[int, int]:
    """Change what a licence permits; give how many focus nodes were judged again, and how many carry it."""
    (row,) = holder.public.triples.store.query(CARRIERS, graphs=[DefaultGraph()])  # type: ignore[misc]
    name, carriers = row["l"].value, int(row["n"].value)
    said = f"<{name}> <http://creativecommons.org/ns#prohibits> <http://creativecommons.org/ns#DerivativeWorks> .\n"
    return concerned(instance, holder, Record(name, "licence", "", said.encode()), "bench"), carriers


def check(holder: Holder) -> None:
    """Hold what is kept up to a check of everything."""
    store = holder.public.triples.store
    found = {
        (each.focus, each.path or "", each.value or "", each.component)
        for each in Compiled(named("governance").shapes).check(lambda text: store.query(text, graphs=[DefaultGraph()]))
    }
    rows = holder.public.findings.rows("SELECT data FROM findings WHERE world = 'public' AND cleared IS NULL")
    plain = [json.loads(data) for (data,) in rows]
    kept = {(each["focus"], each["path"], each["value"], each["component"]) for each in plain}
    if found != kept:
        raise SystemExit(f"kept {len(kept)}, found {len(found)}: they differ by {len(found ^ kept)}")


def by_pyshacl(holder: Holder, datasets: list[str]) -> float:
    """Give the seconds that pySHACL takes for two steps around some datasets; what it finds there is what we find."""
    store, seen, waiting = holder.public.triples.store, set[str](), list(datasets)
    around: set[Triple] = set()
    for _ in range(3):
        further = []
        for iri in waiting:
            if iri not in seen:
                seen.add(iri)
                for quad in store.about(iri, DefaultGraph()):
                    around.add(quad.triple)
                    if str(quad.object).startswith("<"):
                        further.append(str(quad.object)[1:-1])
        waiting = further
    lines = "".join(f"{triple} .\n" for triple in around)
    data = rdflib.Graph().parse(data=lines, format="nt")
    rules = rdflib.Graph().parse(data=rulebook().write(rulebook().triples), format="turtle")
    start = time.perf_counter()
    _, report, words = pyshacl.validate(data, shacl_graph=rules, inplace=True)
    seconds = time.perf_counter() - start
    assert isinstance(report, rdflib.Graph), words
    theirs = read_report(report.serialize(format="nt").encode(), RdfFormat.N_TRIPLES)
    extracted = Store()
    extracted.load(lines.encode(), RdfFormat.N_TRIPLES)
    ours = {
        (each.focus, each.path or "", each.value or "", f"<{each.component}>", f"<{each.severity}>")
        for each in Compiled(named("governance").shapes).check(extracted.query)
    }
    if ours != set(theirs):
        raise SystemExit(f"pySHACL found {len(set(theirs))}, we {len(ours)}: they differ by {len(ours ^ set(theirs))}")
    return seconds


def made(folder: Path) -> Path:
    """Make a folder."""
    folder.mkdir()
    return folder


def main() -> None:
    """Measure, print, and end with 1 where a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--changes", type=int, default=CHANGES)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        sizes = [Size(number, made(Path(folder) / str(number)), given.changes, stack) for number in given.sizes]
        while any(len(size.times) < len(size.drawn) for size in sizes):
            for size in sizes:
                size.change(TURN)
        measured = []
        for size in sizes:
            measured.append(size.measured())
            print(json.dumps(asdict(measured[-1])), flush=True)
    missed = [
        text
        for each in measured
        for held, text in (
            (each.median < MOST_MEDIAN, f"median at {each.datasets}: {1000 * each.median:.1f} ms"),
            (each.p95 < MOST_P95, f"p95 at {each.datasets}: {1000 * each.p95:.1f} ms"),
            (each.title < MOST_NODES_OF_A_TITLE, f"a title at {each.datasets}: {each.title} nodes"),
            (
                each.licence <= MOST_NODES_A_CARRIER * each.carriers,
                f"a licence at {each.datasets}: {each.licence} nodes, {each.carriers} carry it",
            ),
        )
        if not held
    ]
    ratio = measured[-1].median / measured[0].median
    print(f"ratio of medians {ratio:.2f}")
    if ratio >= MOST_RATIO:
        missed.append(f"ratio of medians {ratio:.2f}")
    if missed:
        sys.exit("out of bounds: " + "; ".join(missed))


if __name__ == "__main__":
    main()
