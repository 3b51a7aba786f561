"""Import into log and views against raw loading of the same statements, side by side in one run, counts compared.

Both run in a process of their own and are timed inside it, without the start of the interpreter. Import is timed from
the file to the last view, cages included, in a data folder that is there already; raw loading from the file to the
flushed store.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from pyoxigraph import Store

from benchmarks.generator import BASE, write
from benchmarks.memory import Peak
from graph.derivations.derivation import derivations
from graph.instance import LOG_FILE, Instance
from graph.log.log import Log
from graph.views.published import Published

SIZES = (1_000, 10_000, 100_000)
MOST_TIMES_RAW = 4.0
MOST_BYTES = 1_000_000_000

DERIVED = {derivation.makes[1:-1] for derivation in derivations()}
"""Properties of which derivation may add statements about a generated thing."""


def run(module: str, *arguments: Path) -> tuple[dict[str, float], int]:
    """Run a module of measurements; give what it prints, and the peak of memory of it and its workers in bytes."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIVIGRAPH_")}
    command = [sys.executable, "-m", module, *map(str, arguments)]
    with subprocess.Popen(command, env=kept, stdout=subprocess.PIPE) as process:
        with Peak(process) as peak:
            output, _ = process.communicate()
        if process.returncode:
            sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return json.loads(output), peak.bytes


def by_property(folder: Path, only: str = "") -> Counter[str]:
    """Count the statements of a store by property, only those whose subject starts so, blank nodes included."""
    query = "SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o FILTER(isBlank(?s) || STRSTARTS(STR(?s), '%s')) } GROUP BY ?p"
    counts: Counter[str] = Counter()
    store = Store.read_only(str(folder))
    for solution in store.query(query % only):  # type: ignore[union-attr]
        counts[solution["p"].value] = int(solution["n"].value)
    return counts


def compare(raw: Path, data: Path, datasets: int) -> None:
    """Stop where what was imported is not what was loaded."""
    loaded, imported = by_property(raw), by_property(data / "views" / "public" / "triples", BASE)
    for name, count in loaded.items():
        same = imported[name] >= count if name in DERIVED else imported[name] == count
        assert same, f"{name}: {count} loaded, {imported[name]} imported"
    assert set(imported) - set(loaded) <= DERIVED, set(imported) - set(loaded)
    with Log.open(data / LOG_FILE) as log:
        published = Published.read(data / "views" / "sequence.json")
        assert published.sequence == log.sequence(), "the command ended before the views had everything"
    with Instance.open(data) as instance, instance.hold() as holder:
        assert holder.public.search.counts_by_kind()["dataset"] == datasets
        assert holder.public.catalog.count() == datasets


def measure(datasets: int, folder: Path) -> bool:
    """Measure one size, print a line, and say whether it is within the bounds."""
    file, raw, data = folder / "catalogue.nt", folder / "raw", folder / "data"
    statements = write(file, datasets)
    with Instance.open(data, create=True) as instance:
        instance.settle(instance.log.sequence())
    loaded, raw_peak = run("benchmarks.raw", file, raw)
    imported, peak = run("benchmarks.pipeline", file, data)
    assert loaded["statements"] == imported["statements"] == statements
    compare(raw, data, datasets)
    ratio = imported["seconds"] / loaded["seconds"]
    print(
        f"{datasets:>8,} {statements:>10,} {loaded['seconds']:>8.2f} {imported['log']:>8.2f} "
        f"{imported['seconds']:>8.2f} {ratio:>6.2f} {raw_peak / 1e6:>7,.0f} {peak / 1e6:>9,.0f}",
        flush=True,
    )
    return ratio <= MOST_TIMES_RAW and peak < MOST_BYTES


def main() -> None:
    """Measure the sizes asked for; end with 1 when one is out of bounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--folder", type=Path, help="where to work, on a real disk; default the system's")
    given = parser.parse_args()
    print("datasets statements    raw s    log s    all s  ratio  raw MB import MB")
    within = []
    for size in given.sizes:
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            within.append(measure(size, Path(folder)))
    sys.exit(not all(within))


if __name__ == "__main__":
    main()
