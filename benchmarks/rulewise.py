"""pySHACL and ours rule by rule on the same data, each side in a process of its own.

pySHACL parses and runs a query of a rule anew for each focus node, so all rules together take about an hour on a
thousand datasets. Rule by rule the comparison ends whatever one rule does: each is compared by itself, and one that
does not end in time is told by name and counts for the time that it had.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import pyoxigraph as ox
import pyshacl
import rdflib

from benchmarks.validators import DATA, FileTexts, Row, Taken, peak, read_report, rows_of, spent
from graph.governance.checking.checker import Checked, Checker
from graph.governance.checking.loose import derived
from graph.governance.rules.rulebook import Rule, rulebook
from graph.governance.rules.shapesets import GOVERNANCE, named
from graph.terms import SH

Judge = Callable[[Rule], Counter[Row]]


def told_in_english(triples: Sequence[ox.Triple]) -> list[ox.Triple]:
    """Leave out French messages: Jena takes one message a shape, and nobody's results hang on them."""
    return [each for each in triples if not _is_french(each)]


def _is_french(triple: ox.Triple) -> bool:
    value = triple.object
    return triple.predicate.value == f"{SH}message" and isinstance(value, ox.Literal) and value.language == "fr"


def _pyshacl(folder: Path) -> Judge:
    data = rdflib.Graph().parse(folder / DATA, format="nt")

    def judge(rule: Rule) -> Counter[Row]:
        shapes = rdflib.Graph().parse(data=rulebook().write(told_in_english(rule.triples)), format="turtle")
        _, report, words = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
        assert isinstance(report, rdflib.Graph), words
        return read_report(report.serialize(format="nt").encode(), ox.RdfFormat.N_TRIPLES)

    return judge


def _ours(folder: Path) -> Judge:
    store = ox.Store()
    store.bulk_load(path=str(folder / DATA), format=ox.RdfFormat.N_TRIPLES)
    graph, shapes = Checked(store.query, FileTexts(folder / DATA), derived()), named(GOVERNANCE)
    return lambda rule: rows_of(Checker(shapes, rules=[rule.number]).check(graph).findings)


_SIDES: dict[str, Callable[[Path], Judge]] = {"pyshacl": _pyshacl, "civigraph": _ours}


def run_by_rule(side: str, folder: Path, seconds: float) -> Iterator[tuple[str, Taken | str]]:
    """Measure a side rule by rule; of a rule that takes more than some seconds, say so, and go on with the next.

    Each rule's time is its own: loading is told with the first of a process.
    """
    waiting = [rule.number for rule in rulebook().rules]
    while waiting:
        command = [sys.executable, "-m", "benchmarks.rulewise", side, str(folder), *waiting]
        with subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0) as process:
            assert process.stdout is not None
            process.stdout.readline()
            while waiting:
                if not select.select([process.stdout], [], [], seconds)[0]:
                    process.kill()
                    yield waiting.pop(0), f"not within {seconds:g} s"
                    break
                line = process.stdout.readline()
                if not line:
                    yield waiting.pop(0), "failed: it ended before its time"
                    break
                yield waiting.pop(0), _read(json.loads(line))


def _read(told: dict[str, Any]) -> Taken:
    found = Counter({tuple(row): count for row, count in told["rows"]})
    return Taken(told["load"], told["check"], told["used"], told["memory"], found)


def _main() -> None:
    """Print a line when the data is loaded, and one for each rule."""
    side, folder, *numbers = sys.argv[1:]
    judge = _SIDES[side](Path(folder))
    sys.stdout.write("{}\n")
    for number in numbers:
        rule = rulebook().find(number)
        assert rule is not None, number
        sys.stdout.flush()
        began, busy = perf_counter(), spent()
        found = judge(rule)
        told = {"load": None, "check": perf_counter() - began, "used": spent() - busy, "memory": peak()}
        sys.stdout.write(json.dumps({**told, "rows": list(found.items())}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _main()
