"""A small store of triples with its snapshots, which the tests of query workers read and write."""

from __future__ import annotations

import threading
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Store

from graph.store.snapshots import Snapshots

EX = "http://example.org/"
P = NamedNode(f"{EX}p")


class Written:
    """A store with a sequence, written two quads at a time, both or none."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(str(folder / "triples"))
        self.store.extend(Quad(NamedNode(f"{EX}s{n}"), P, Literal(f"value {n}")) for n in range(2000))
        self.store.add(Quad(NamedNode(f"{EX}s"), P, Literal("seen"), NamedNode(f"{EX}g")))
        self.store.add(Quad(NamedNode(f"{EX}s"), P, Literal("hidden"), NamedNode(f"{EX}hidden")))
        self.lock = threading.Lock()
        self.sequence = 0
        self.snapshots = Snapshots(self.store, folder / "snapshots", lambda: self.sequence, writing=self.lock)

    def write(self) -> int:
        with self.lock:
            number = self.sequence + 1
            self.store.extend(Quad(NamedNode(f"{EX}{side}/{number}"), P, Literal(number)) for side in ("left", "right"))
            self.sequence = number
            return number
