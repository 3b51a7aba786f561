"""Feeds against rdflib's serialisers, side by side in one run, content compared.

A catalogue of 100,000 datasets is imported. Pages of 100 are then read as the server reads them, first, middle and
last, in each syntax, whole and as 304; rdflib writes the very statements of the same pages. Times are of the processor,
so that other work on the machine changes little. The dump is compared with copying its bytes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pyoxigraph as ox
import rdflib

from benchmarks.generator import write
from benchmarks.settled import write_blocks
from graph.feeds.catalogue import Catalogue, Paging, shared
from graph.feeds.dumps import write_dumps
from graph.feeds.page import Page, Told
from graph.ingest.run import run_import
from graph.instance import Instance
from graph.log.rows import PUBLIC
from graph.rendering.syntaxes import JSON_LD, RDF_XML, TURTLE, Syntax
from graph.views.catalog import CatalogView
from graph.views.fragments.selection import Selection

SIZE = 100
MOST_MS = 15.0
MOST_UNCHANGED_MS = 3.0
MOST_APART = 1.2
FASTER = {TURTLE: 100, JSON_LD: 20, RDF_XML: 12}
FORMATS = {TURTLE: ox.RdfFormat.TURTLE, JSON_LD: ox.RdfFormat.JSON_LD, RDF_XML: ox.RdfFormat.RDF_XML}
NAMES = {TURTLE: "turtle", JSON_LD: "json-ld", RDF_XML: "xml"}
MOST_TIMES_COPY = 4.0
ALL = Selection((PUBLIC,), (("feed", "catalog"),))
CATALOGUE = Catalogue(
    "https://catalogue.example/catalog", {"fr": "Catalogue"}, {"fr": "Mesure"}, "https://catalogue.example/me",
    "Mesure", "https://creativecommons.org/licenses/by/4.0/", "https://catalogue.example/",
)  # fmt: skip


def page(view: CatalogView, after: str | None, syntax: Syntax | None, *, known: bool = False) -> bytes:
    """Do what the server does for one page; without a syntax, what it does for its tag; `known`, for a 304 again."""
    start = "https://catalogue.example/catalog?after="
    with view.reading.moment() as moment:
        if known and (kept := view.reading.tag(moment, (str(after),))):
            return kept.encode()
        total = view.reading.count_at(moment, ALL)
        keys = moment.page(ALL, after, SIZE + 1)[:SIZE]
        last = moment.before(ALL, None, (total % SIZE or SIZE) + 1)[0]
        before = moment.before(ALL, keys[0].iri, SIZE + 1)
        paging = Paging(
            f"{start}{after}",
            start,
            start + last,
            start + before[0] if before else None,
            start + keys[-1].iri,
            total,
            SIZE,
        )
        told = Told(moment, (PUBLIC,), keys, shared(CATALOGUE))
        made = Page(CATALOGUE, paging, told, "https://catalogue.example/entity?iri=")
        tag = made.tag()
        view.reading.note_tag(moment, (str(after),), tag)
        return made.write(syntax) if syntax else tag.encode()


def timed(work: Callable[[], object], times: int) -> float:
    """Give the median of the processor's time for some runs, in milliseconds; the first one only warms up."""
    work()
    taken = []
    for _ in range(times):
        start = time.thread_time()
        work()
        taken.append((time.thread_time() - start) * 1000)
    return median(taken)


def statements(body: bytes, syntax: Syntax) -> set[str]:
    """Read a page back, as sorted lines."""
    return {f"{q.subject} {q.predicate} {q.object}" for q in ox.parse(body, format=FORMATS[syntax])}


def pages(view: CatalogView, times: int) -> bool:
    """Measure pages."""
    with view.reading.moment() as moment:
        total = moment.count(ALL)
        middle = moment.numbered(ALL, total // SIZE // 2, 1)[0].iri
        last = moment.before(ALL, None, SIZE + 1)[0]
    good = True
    for place, after in (("first", None), ("middle", middle), ("last", last)):
        unchanged = timed(lambda after=after: page(view, after, None, known=True), times)  # type: ignore[misc]
        print(f"304     {place:<7} {unchanged:8.2f} ms")
        good &= unchanged < MOST_UNCHANGED_MS
    for syntax in (TURTLE, JSON_LD, RDF_XML):
        taken = {
            place: timed(lambda after=after, syntax=syntax: page(view, after, syntax), times)  # type: ignore[misc]
            for place, after in (("first", None), ("middle", middle), ("last", last))
        }
        apart = max(taken.values()) / min(taken.values())
        body = page(view, None, syntax)
        graph = rdflib.Graph()
        graph.parse(data=page(view, None, TURTLE), format="turtle")
        theirs = timed(lambda graph=graph, syntax=syntax: graph.serialize(format=NAMES[syntax]), 3)  # type: ignore[misc]
        assert statements(body, syntax) == statements(page(view, None, TURTLE), TURTLE)
        again = graph.serialize(format=NAMES[syntax], encoding="utf-8")
        assert len(statements(again, syntax)) == len(statements(body, syntax))
        # Rendering is what a page costs beyond finding what is on it, which its tag needs as well.
        ours = taken["first"] - timed(lambda: page(view, None, None), times)
        times_faster = theirs / ours
        print(
            f"{syntax.name:<8}" + " ".join(f"{place} {value:6.2f} ms" for place, value in taken.items()),
            f"apart {apart:4.2f}  rendering {ours:5.2f} ms  rdflib {theirs:8.1f} ms  {times_faster:6.1f} times",
            f"{len(body):,} bytes",
            flush=True,
        )
        good &= max(taken.values()) < MOST_MS and apart <= MOST_APART and times_faster >= FASTER[syntax]
    return good


def dump(view: CatalogView, folder: Path, kept: Path) -> bool:
    """Measure the dumps against reading the file that they are made of and writing as many bytes, both to the disk."""
    start = time.perf_counter()
    with view.reading.moment() as moment:
        done = write_dumps(moment, CATALOGUE, folder, "2026-01-01")
    taken = time.perf_counter() - start
    size = sum(each.bytes for each in done)
    start = time.perf_counter()
    with kept.open("rb") as source:
        while source.read(1 << 20):
            pass
    for each in done:
        with (folder / each.name).open("rb") as source, (folder / "copy").open("wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())
    copied = time.perf_counter() - start
    print(
        f"dumps {size / 1e6:,.0f} MB in {taken:.2f} s, {size / taken / 1e6:.0f} MB/s;"
        f" reading the catalog and copying as much: {copied:.2f} s",
        flush=True,
    )
    return taken < MOST_TIMES_COPY * copied + 1


def main() -> None:
    """Import, measure; end with 1 where something is out of bounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("datasets", nargs="?", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--folder", type=Path, help="where to work, on a real disk; default the system's")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name)
        write(folder / "catalogue.nt", given.datasets)
        with Instance.open(folder / "data", create=True) as instance, instance.following():
            run_import(instance, [folder / "catalogue.nt"], source="benchmark", agent="benchmark")
            instance.settle(instance.log.sequence())
        write_blocks(folder / "data")
        with Instance.open(folder / "data") as instance, instance.hold() as holder:
            view = holder.public.catalog
            assert view.count() == given.datasets
            kept = instance.views / "public" / "catalog.sqlite"
            print(f"{given.datasets:,} datasets, catalog {kept.stat().st_size / 1e6:,.0f} MB", flush=True)
            within = [pages(view, given.times), dump(view, folder, kept)]
    sys.exit(not all(within))


if __name__ == "__main__":
    main()
