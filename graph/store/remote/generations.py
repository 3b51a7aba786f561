"""Opens the remote stores of a data directory: which generation of a world is in use is written in its folder.

A folder without that note gets a new, empty generation, which the views then fill from the log; generations that no
folder names any more are removed when the next one is opened again.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from importlib.resources import files
from pathlib import Path
from string import Template

from pyoxigraph import Literal, NamedNode

from graph.errors import CivigraphError, DataError
from graph.store.remote.answers import read_solutions
from graph.store.remote.engine import Engine
from graph.store.remote.names import GRAPH, WORLD, Names
from graph.store.remote.store import RemoteStore
from graph.store.remote.updates import dropped
from graph.store.store import SEQUENCE
from graph.terms import iri, literal

logger = logging.getLogger(__name__)

_NOTE = "remote.json"
_LIST, _STATE = (
    Template(files("graph.store.remote").joinpath(f"{name}.rq").read_text(encoding="utf-8"))
    for name in ("generations", "state")
)


class RemoteStores:
    """Opens stores in an engine; every name there starts with `root`, an IRI with a slash at its end.

    One for each process that holds the views: what it has open is all that is in use.
    """

    def __init__(self, engine: Engine, root: str) -> None:
        self.engine = engine
        self.root = root
        self._open: set[str] = set()

    @property
    def kind(self) -> str:
        """Where the triples are: at another address the views are made again."""
        return f"remote {self.engine.query}"

    def open(self, world: str, folder: Path) -> RemoteStore:
        """Open the generation that a folder names, or begin one.

        Raises DataError where the engine has lost it, StoreUnavailable where it does not answer.
        """
        note = folder / "triples" / _NOTE
        known = _read(note)
        prefix = known or self._begun(world, note)
        self._open.add(prefix)
        try:
            store = RemoteStore(self.engine, Names(prefix), lambda: self._open.discard(prefix))
            if known is not None:
                self._remove_others(world)
        except BaseException:
            self._open.discard(prefix)
            raise
        return store

    def look(self, folder: Path) -> RemoteStore:
        """Look at the generation that a folder names, which another process may hold: for reading only.

        Raises DataError where it names none.
        """
        prefix = _read(folder / "triples" / _NOTE)
        if prefix is None:
            raise DataError("nothing was put into the remote store yet", where=str(folder))
        return RemoteStore(self.engine, Names(prefix))

    def _begun(self, world: str, note: Path) -> str:
        """Begin a generation: listed first, so that none is ever lost sight of, then marked, then noted here."""
        names = Names(f"{self.root}{world}/{secrets.token_hex(16)}/")
        listed = f"GRAPH {iri(self._list)} {{ {iri(names.prefix)} {WORLD} {literal(world)} }}"
        marked = f"GRAPH {iri(names.state)} {{ {iri(names.state)} {SEQUENCE} {Literal('0')} }}"
        self.engine.change(f"INSERT DATA {{ {listed} {marked} }}")
        note.parent.mkdir(parents=True, exist_ok=True)
        beside = note.with_suffix(".new")
        with beside.open("w") as file:
            json.dump({"generation": names.prefix}, file)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(note)
        return names.prefix

    @property
    def _list(self) -> str:
        return f"{self.root}generations"

    def _remove_others(self, world: str) -> None:
        """Remove the generations of a world that are not open; what fails is tried again another time."""
        try:
            text = _LIST.substitute(world=WORLD, name=literal(world))
            for row in self._rows(text, self._list):
                if row[0] not in self._open:
                    self._remove(Names(row[0]), world)
        except CivigraphError as error:
            logger.warning("an old generation of the %s world stays in the remote store: %s", world, error)

    def _remove(self, names: Names, world: str) -> None:
        marks = self._rows(_STATE.substitute(state=iri(names.state)), names.state)
        graphs = [mark[1] for mark in marks if mark[0] == GRAPH.value]
        for graph in (*graphs, names.probe, names.state):
            self.engine.change(dropped(graph))
        listed = f"{iri(names.prefix)} {WORLD} {literal(world)}"
        self.engine.change(f"DELETE DATA {{ GRAPH {iri(self._list)} {{ {listed} }} }}")

    def _rows(self, text: str, graph: str) -> list[tuple[str, ...]]:
        nothing = Names(self.root).nothing
        found = read_solutions(self.engine.ask(text, default_graphs=[graph], named_graphs=[nothing]).read())
        return [tuple(term.value for term in row if isinstance(term, NamedNode | Literal)) for row in found]


def _read(note: Path) -> str | None:
    """Read which generation a folder names, None where it names none."""
    try:
        return str(json.loads(note.read_text())["generation"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"the note of the remote store is damaged: {error}", where=str(note)) from error
