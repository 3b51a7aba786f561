"""A copy of a snapshot of the public triples that may be changed: by hard links, so in milliseconds whatever its size.

What follows from a change is derived in the copy as it would be in the view, by the same code. Nothing else keeps it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Triple, parse

from graph.derivations.derivation import derivations
from graph.derivations.deriver import Concerns, Deriver
from graph.derivations.premises import derived_graph, placed
from graph.derivations.recent import Recent
from graph.governance.rejudging.candidates import Change, texts
from graph.impact.supposition import Line
from graph.store.embedded import EmbeddedStore
from graph.store.store import TripleStore

_IMMUTABLE = ".sst"


@contextmanager
def copied(snapshot: Path, tmp: Path) -> Iterator[EmbeddedStore]:
    """Give a store to change, copied from a snapshot (a folder) that must be there until the end.

    `tmp` lies in the same file system. Table files are shared, as the engine never changes one; all others are copied.
    """
    with TemporaryDirectory(prefix="what-if-", dir=tmp) as folder:
        path = Path(folder) / "triples"
        path.mkdir()
        for file in snapshot.iterdir():
            if file.suffix == _IMMUTABLE:
                os.link(file, path / file.name)
            elif file.name != "LOCK":
                shutil.copyfile(file, path / file.name)
        store = EmbeddedStore(path)
        try:
            yield store
        finally:
            store.close()


def make(store: TripleStore, removed: Collection[Line], added: Collection[Line], still: Callable[[], None]) -> Change:
    """Take out and put in what is stated, and whatever follows from it; gives all that changed.

    What is derived is never taken out by itself. `still` is called between steps, and may raise to end it.
    """
    marks = derived_graph(DefaultGraph())
    gone = {quad for quad in _quads(removed) if not store.holds(placed(quad.triple, marks))}
    come = {quad for quad in _quads(added) if not store.holds(quad) or store.holds(placed(quad.triple, marks))}
    deriver = Deriver(store, derivations(), DefaultGraph())
    recent = Recent()
    concerns: Concerns = {}
    change = Change(texts(quad.triple for quad in gone), texts(quad.triple for quad in come))
    deriver.concerned(deriver.starts(gone), recent, concerns)
    still()
    store.begin(gone | deriver.marks(come), come)
    deriver.concerned(deriver.starts(come), recent, concerns)
    still()
    for difference in deriver.differences(concerns, recent):
        _write(store, difference.removed, difference.added)
        change.removed |= texts(difference.removed)
        change.added |= texts(difference.added)
        still()
    return change


def _write(store: TripleStore, removed: Iterable[Triple], added: Iterable[Triple]) -> None:
    graphs = (DefaultGraph(), derived_graph(DefaultGraph()))
    store.begin(
        [placed(triple, graph) for triple in removed for graph in graphs],
        [placed(triple, graph) for triple in added for graph in graphs],
    )


def _quads(lines: Iterable[Line]) -> set[Quad]:
    text = "".join(f"{' '.join(line)} .\n" for line in lines)
    return set(parse(text.encode(), RdfFormat.N_TRIPLES))
