"""Import into log and views against raw loading of the same statements, side by side in one run, counts compared.

The time of import is that of the whole command, interpreter and cages included; the time of raw loading is that of the
call alone.
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
from time import perf_counter

from pyoxigraph import Store

from benchmarks.generator import BASE, NAMESPACES, write
from benchmarks.memory import Peak
from graph.instance import Instance

SIZES = (1_000, 10_000, 100_000)
MOST_TIMES_RAW = 4.0
MOST_BYTES = 1_000_000_000

DERIVED = {NAMESPACES["rdf"] + "type", *(NAMESPACES["cg"] + local for local in ("pole", "feeds"))}
"""Properties of which derivation may add statements about a generated thing."""


def run(command: list[str], data: Path) -> tuple[float, int, bytes]:
    """Run a command on a data folder; give its seconds, its peak of memory in bytes and its output."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIVIGRAPH_")}
    began = perf_counter()
    with subprocess.Popen(command, env={**kept, "CIVIGRAPH_DATA": str(data)}, stdout=subprocess.PIPE) as process:
        with Peak(process) as peak:
            output, _ = process.communicate()
        seconds = perf_counter() - began
        if process.returncode:
            sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return seconds, peak.bytes, output


def civigraph(data: Path, *arguments: str) -> tuple[float, int, bytes]:
    """Run a command of the project."""
    return run([sys.executable, "-m", "civigraph", *arguments], data)


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
    with Instance.open(data) as instance:
        assert instance.applied() == instance.log.sequence(), "the command ended before the views had everything"
        with instance.hold() as holder:
            assert holder.public.search.counts_by_kind()["dataset"] == datasets
            assert holder.public.catalog.count() == datasets


def measure(datasets: int, folder: Path) -> bool:
    """Measure one size, print a line, and say whether it is within the bounds."""
    file, raw, data = folder / "catalogue.nt", folder / "raw", folder / "data"
    statements = write(file, datasets)
    _, raw_peak, output = run([sys.executable, "-m", "benchmarks.raw", str(file), str(raw)], data)
    loaded = json.loads(output)
    assert loaded["statements"] == statements
    seconds, peak, _ = civigraph(data, "import", str(file), "--source", "generated")
    compare(raw, data, datasets)
    ratio = seconds / loaded["seconds"]
    print(
        f"{datasets:>8,} {statements:>10,} {loaded['seconds']:>9.2f} {seconds:>9.2f} {ratio:>7.2f} "
        f"{raw_peak / 1e6:>9,.0f} {peak / 1e6:>9,.0f}",
        flush=True,
    )
    return ratio <= MOST_TIMES_RAW and peak < MOST_BYTES


def main() -> None:
    """Measure the sizes asked for; end with 1 when one is out of bounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--folder", type=Path, help="where to work, on a real disk; default the system's")
    given = parser.parse_args()
    print("datasets statements     raw s  import s   ratio    raw MB import MB")
    within = []
    for size in given.sizes:
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            within.append(measure(size, Path(folder)))
    sys.exit(not all(within))


if __name__ == "__main__":
    main()
