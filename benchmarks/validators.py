"""The sides of the comparison of validators, each in a process of its own: what it takes and what it finds.

A process is told a side, a folder with `data.nt` and `SHAPES.ttl`, and where to write rows: focus, path, value,
component, severity. It prints the seconds of loading and of checking, and its peak of memory.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import pyoxigraph as ox
import pyshacl
import rdflib
import shacl

from graph.governance.checking.checker import Checked, Checker
from graph.governance.checking.loose import derived
from graph.governance.checking.report import Finding
from graph.governance.checking.texts import in_pieces
from graph.governance.checking.textual import selected
from graph.governance.compiling.graph import ShapesGraph
from graph.governance.compiling.model import RdfTerm
from graph.governance.compiling.paths import read_path
from graph.governance.rules.shapesets import NAMES, named, read_shape_set
from graph.store.embedded import EmbeddedStore
from graph.terms import SH

Row = tuple[str, str, str, str, str]
"""Focus, path, value, component and severity."""

DATA = "data.nt"


@dataclass(frozen=True)
class Taken:
    """What a side took, in seconds and bytes, and what it found.

    `load` is None where it cannot be told apart from `check`; `used` are the seconds of processors in `check`.
    """

    load: float | None
    check: float
    used: float
    memory: int
    found: Counter[Row]

    @property
    def whole(self) -> float:
        """Loading and checking."""
        return self.check + (self.load or 0.0)


class FileTexts:
    """N-Triples in a file, as `graph.governance.checking.texts` gives those of a log."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def pieces(self, wanted: frozenset[str] | None) -> Iterator[str]:
        """Give all statements in pieces of bounded size, by subject."""
        return in_pieces(self._read(), wanted)

    def whole(self, wanted: frozenset[str] | None) -> str:
        """Give all statements together."""
        return b"".join(selected(each, wanted) for each in self._read()).decode()

    def about(self, nodes: Collection[str], wanted: frozenset[str] | None) -> str:
        """Give all statements about some nodes."""
        raise NotImplementedError("whole graphs are measured here")

    def _read(self) -> Iterator[bytes]:
        with self._path.open("rb") as stream:
            yield from (b"".join(lines) for lines in iter(lambda: stream.readlines(1 << 22), []))


def civigraph(folder: Path, shapes: Collection[str], store: str) -> Taken:
    """Check by ours: triples in an embedded store on disk or in memory, texts in a file."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        began = perf_counter()
        if store == "disk":
            embedded = EmbeddedStore(Path(place) / "triples")
            embedded.load((folder / DATA).read_bytes(), ox.DefaultGraph())
            embedded.optimize()
            graph = Checked(lambda text: embedded.query(text, graphs=[ox.DefaultGraph()]), FileTexts(folder / DATA))
        else:
            memory = ox.Store()
            memory.bulk_load(path=str(folder / DATA), format=ox.RdfFormat.N_TRIPLES)
            graph = Checked(memory.query, FileTexts(folder / DATA))
        graph = Checked(graph.ask, graph.texts, derived())
        checkers = [
            Checker(named(name) if name in NAMES else read_shape_set(name, _triples(folder / f"{name}.ttl")))
            for name in shapes
        ]
        load, began, used = perf_counter() - began, perf_counter(), spent()
        reports = [checker.check(graph) for checker in checkers]
        check, used = perf_counter() - began, spent() - used
        found = rows_of(each for report in reports for each in report.findings)
    return Taken(load, check, used, peak(), found)


def rows_of(findings: Iterable[Finding]) -> Counter[Row]:
    """Give findings of ours as rows."""
    return Counter(
        (each.focus, each.path or "", each.value or "", f"<{each.component}>", f"<{each.severity}>")
        for each in findings
    )


def by_pyshacl(folder: Path, shapes: Collection[str], store: str) -> Taken:
    """Check by pySHACL on rdflib."""
    began = perf_counter()
    data = rdflib.Graph().parse(folder / DATA, format="nt")
    rules = rdflib.Graph()
    for name in shapes:
        rules.parse(folder / f"{name}.ttl")
    load, began, used = perf_counter() - began, perf_counter(), spent()
    _, report, words = pyshacl.validate(data, shacl_graph=rules, inplace=True)
    check, used = perf_counter() - began, spent() - used
    assert isinstance(report, rdflib.Graph), words
    found = read_report(report.serialize(format="nt").encode(), ox.RdfFormat.N_TRIPLES)
    return Taken(load, check, used, peak(), found)


def by_shacl(folder: Path, shapes: Collection[str], store: str) -> Taken:
    """Check by the `shacl` package, which reads the data as a part of each check."""
    began, used = perf_counter(), spent()
    rules = [shacl.Shapes.from_turtle((folder / f"{name}.ttl").read_text(encoding="utf-8")) for name in shapes]
    text = (folder / DATA).read_text(encoding="utf-8")
    results = [each for rule in rules for each in rule.validate_text(text, format="ntriples").results]
    check, used = perf_counter() - began, spent() - used
    found = Counter(
        (each.focus_node, each.path or "", each.value or "", f"<{each.component_iri}>", f"<{each.severity_iri}>")
        for each in results
    )
    return Taken(None, check, used, peak(), found)


def jena(folder: Path, shapes: Collection[str], store: str) -> Taken:
    """Check by Jena as Debian packages it, with the resources that the package leaves in the wrong place."""
    jars = [each for each in sorted(Path("/usr/share/java").glob("*.jar")) if not _unwanted(each.name)]
    assert jars, "Debian's package libapache-jena-java is not there"
    with tempfile.TemporaryDirectory(dir=folder) as place:
        with zipfile.ZipFile("/usr/share/java/jena-core.jar") as core:
            old = "org/apache/jena/ext/"
            for name in core.namelist():
                if name.startswith(f"{old}xerces/") and not name.endswith("/"):
                    path = Path(place) / name.removeprefix(old)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(core.read(name))
        command = ["java", "-cp", ":".join([place, *map(str, jars)]), "shacl.shacl", "validate"]
        return _by_java(folder, shapes, lambda rules: [*command, "--shapes", str(rules), "--data", str(folder / DATA)])


def _unwanted(jar: str) -> bool:
    """Say whether a jar makes the loggers quarrel."""
    return jar.startswith(("log4j", "jcl-over", "jul-to", "slf4j-")) and jar not in ("slf4j-api.jar", "slf4j-nop.jar")


def topbraid(folder: Path, shapes: Collection[str], store: str) -> Taken:
    """Check by the TopBraid jar; `store` is the folder of its jars and the program that runs them, by a colon."""
    jars, _, java = store.partition(":")
    command = [java or "java", "-cp", f"{jars}/*", "org.topbraid.shacl.tools.Validate"]
    return _by_java(
        folder, shapes, lambda rules: [*command, "-datafile", str(folder / DATA), "-shapesfile", str(rules)]
    )


def _by_java(folder: Path, shapes: Collection[str], command: Callable[[Path], list[str]]) -> Taken:
    """Run a program once for all shapes; what it takes to start and to read is a part of it."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        rules = Path(place) / "shapes.ttl"
        rules.write_text("\n".join((folder / f"{name}.ttl").read_text(encoding="utf-8") for name in shapes))
        began, used = perf_counter(), spent()
        done = subprocess.run(command(rules), capture_output=True, check=False)
        check, used = perf_counter() - began, spent() - used
    if not done.stdout.strip():
        raise RuntimeError(done.stderr.decode(errors="replace")[-2000:])
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return Taken(None, check, used, memory, read_report(done.stdout, ox.RdfFormat.TURTLE))


def read_report(text: bytes, format: ox.RdfFormat) -> Counter[Row]:
    """Read a validation report of SHACL."""
    read = ShapesGraph(quad.triple for quad in ox.parse(text, format=format))
    return Counter(
        _row(read, result)
        for report in read.instances(f"{SH}ValidationReport")
        for result in read.objects(report, f"{SH}result")
    )


def _row(read: ShapesGraph, result: RdfTerm) -> Row:
    names = ("focusNode", "value", "sourceConstraintComponent", "resultSeverity")
    focus, value, component, severity = (_text(read.one(result, SH + name)) for name in names)
    path = read.one(result, f"{SH}resultPath")
    return (focus, read_path(read, path).text if path is not None else "", value, component, severity)


def _text(term: RdfTerm | None) -> str:
    return "" if term is None else str(term)


def _triples(path: Path) -> Iterable[ox.Triple]:
    return (quad.triple for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))


def spent() -> float:
    """Give the seconds of processors that this process and those that it waited for have used."""
    whole = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in whole)


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


SIDES = {"civigraph": civigraph, "pyshacl": by_pyshacl, "shacl": by_shacl, "jena": jena, "topbraid": topbraid}


def run(side: str, folder: Path, shapes: Collection[str], store: str = "", seconds: float | None = None) -> Taken | str:
    """Measure a side in a process of its own; give a reason where it has no result within some seconds."""
    with _folder(folder) as place:
        command = [sys.executable, "-m", "benchmarks.validators", side, str(folder), str(place), store, *shapes]
        # A group of its own: a program in Java that outlives who started it takes a processor from the others.
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        ) as process:
            try:
                output, errors = process.communicate(timeout=seconds)
            except BaseException as error:
                os.killpg(process.pid, signal.SIGKILL)
                if isinstance(error, subprocess.TimeoutExpired):
                    return f"not within {seconds:g} s"
                raise
        if process.returncode:
            return f"failed: {errors.decode(errors='replace').strip().splitlines()[-1][:200]}"
        told = json.loads(output.splitlines()[-1])
        rows = (json.loads(line) for line in (place / "rows").read_text(encoding="utf-8").splitlines())
        return Taken(
            told["load"],
            told["check"],
            told["used"],
            told["memory"],
            Counter({tuple(row): count for row, count in rows}),
        )


@contextmanager
def _folder(folder: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        yield Path(place)


def _main() -> None:
    side, folder, place, store, *shapes = sys.argv[1:]
    taken = SIDES[side](Path(folder), shapes, store)
    with (Path(place) / "rows").open("w", encoding="utf-8") as out:
        for row, count in taken.found.items():
            out.write(json.dumps([row, count]) + "\n")
    told = {"load": taken.load, "check": taken.check, "used": taken.used, "memory": taken.memory}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    _main()
