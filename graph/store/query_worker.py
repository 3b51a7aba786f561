"""The caged side of a query: opens a snapshot, evaluates, and writes the answer into the channel.

Everything here may be ended by the text it is given: it never runs in the server's process.
"""

from __future__ import annotations

import io
import re
import resource
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any, cast

import pyoxigraph
from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
)

from graph.cages.channel import Channel
from graph.store.description import describe
from graph.store.formats import BOOLEAN, GRAPH, SOLUTIONS, QueryFormat, choose
from graph.store.query_text import form_of
from graph.store.slips import explain
from graph.terms import PREFIXES, RDF, XSD

# Who gathers an answer does so while the rest is still found: 170 kB are there a millisecond sooner than in one piece.
FRAME = 64 * 1024

Table = QuerySolutions | QueryBoolean


@dataclass(frozen=True)
class Result:
    """What a query found, not yet read: a table, or triples where that is None."""

    table: Table | None
    triples: Iterable[Triple] = ()

    @property
    def kind(self) -> str:
        """The kind of answer that it makes."""
        if self.table is None:
            return GRAPH
        return BOOLEAN if isinstance(self.table, QueryBoolean) else SOLUTIONS

    def is_longer(self, rows: int) -> bool:
        """Read it, and say whether it has more than so many solutions or triples."""
        items: Iterable[object] = self.triples if self.table is None else cast("Iterable[object]", self.table)
        return not isinstance(self.table, QueryBoolean) and any(number >= rows for number, _ in enumerate(items))


def serve(channel: Channel) -> None:
    """Open the snapshot that the first frame names, then answer one query a frame until the channel closes."""
    header, _ = channel.receive()
    store = pyoxigraph.Store.read_only(header["snapshot"])
    channel.send({"opened": True})
    while True:
        header, body = channel.receive()
        if (error := _answer(store, channel, header, body.decode())) is not None:
            channel.send(error)


def _answer(store: pyoxigraph.Store, channel: Channel, header: dict[str, Any], query: str) -> dict[str, Any] | None:
    """Evaluate a query and send its answer in frames, or give the header that tells why there is none."""
    try:
        out = _evaluate(store, channel, header, query)
    except SyntaxError as error:
        return syntax_error(query, error)
    except OSError as error:
        # What the engine reads is local and already open: only SERVICE goes out, and the cage ends it.
        return {"error": "outside", "what": str(error)[:500]}
    except (ValueError, RuntimeError) as error:
        return {"error": "evaluation", "what": str(error)[:500]}
    if out is None:
        return {"error": "rows"}
    out.finish(memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
    return None


def _evaluate(store: pyoxigraph.Store, channel: Channel, header: dict[str, Any], query: str) -> Frames | None:
    """Write the answer, save its end; gives None where it has more rows than asked for."""
    result = _query(store, header, query)
    rows = header["max_rows"]
    if rows is not None:
        # Solutions can be counted or written, not both: what is small enough is evaluated again.
        if result.is_longer(rows):
            return None
        result = _query(store, header, query)
    chosen = choose(result.kind, [QueryFormat(value) for value in header["accept"]])
    if chosen is None:
        raise ValueError(f"the answer is of the kind {result.kind}, and none of the accepted formats can write it")
    out = Frames(channel, result.kind, chosen)
    write_answer(result, chosen, out)
    return out


def _query(store: pyoxigraph.Store, header: dict[str, Any], query: str) -> Result:
    # Always both: default_graph alone leaves GRAPH open to every graph of the store.
    default, named = _graphs(header["default_graphs"]), _named(header["named_graphs"])
    found = store.query(query, default_graph=default, named_graphs=named)
    if not isinstance(found, QueryTriples):
        return Result(found)
    return Result(None, describe(found, store, default) if form_of(query) == "DESCRIBE" else found)


def _graphs(names: Sequence[str | None]) -> list[NamedNode | pyoxigraph.BlankNode | DefaultGraph]:
    """Give graphs by name, None being the store's default graph."""
    default: list[DefaultGraph] = [DefaultGraph() for name in names if name is None]
    return [*default, *_named([name for name in names if name is not None])]


def _named(names: Sequence[str]) -> list[NamedNode | pyoxigraph.BlankNode]:
    return [NamedNode(name) for name in names]


_RESULT_WRITERS = {
    QueryFormat.JSON: QueryResultsFormat.JSON,
    QueryFormat.XML: QueryResultsFormat.XML,
    QueryFormat.CSV: QueryResultsFormat.CSV,
    QueryFormat.TSV: QueryResultsFormat.TSV,
}
_GRAPH_WRITERS = {
    QueryFormat.TURTLE: RdfFormat.TURTLE,
    QueryFormat.N_TRIPLES: RdfFormat.N_TRIPLES,
    QueryFormat.RDF_XML: RdfFormat.RDF_XML,
    QueryFormat.JSON_LD: RdfFormat.JSON_LD,
    QueryFormat.TRIG: RdfFormat.TRIG,
    QueryFormat.N_QUADS: RdfFormat.N_QUADS,
}


def write_answer(result: Result, chosen: QueryFormat, out: Frames) -> None:
    file = cast("IO[bytes]", out)
    if result.table is not None:
        result.table.serialize(file, _RESULT_WRITERS[chosen])
    elif chosen in _HEADS:
        # The engine writes every prefix it is given, in an order that changes from process to process.
        triples = list(result.triples)
        out.head = _HEADS[chosen]
        pyoxigraph.serialize(triples, file, _GRAPH_WRITERS[chosen], prefixes=_used_prefixes(triples))
    else:
        pyoxigraph.serialize(result.triples, file, _GRAPH_WRITERS[chosen])


# Datatypes that no syntax writes.
_UNWRITTEN = (NamedNode(f"{XSD}string"), NamedNode(f"{RDF}langString"))


def _used_prefixes(triples: Sequence[Triple]) -> dict[str, str]:
    """Give the project's prefixes whose namespace stands in the triples."""
    namespaces = set()
    for triple in triples:
        for term in (triple.subject, triple.predicate, triple.object):
            iri = term if isinstance(term, NamedNode) else getattr(term, "datatype", None)
            if iri is not None and iri not in _UNWRITTEN:
                namespaces.add(iri.value[: max(iri.value.rfind("/"), iri.value.rfind("#")) + 1])
    return {prefix: namespace for prefix, namespace in PREFIXES.items() if namespace in namespaces}


def _sorted_turtle_head(text: bytes) -> bytes:
    lines = text.splitlines(keepends=True)
    count = next((number for number, line in enumerate(lines) if not line.startswith(b"@prefix ")), len(lines))
    return b"".join(sorted(lines[:count]) + lines[count:])


def _sorted_xml_head(text: bytes) -> bytes:
    def ordered(match: re.Match[bytes]) -> bytes:
        return b"<rdf:RDF " + b" ".join(sorted(match[1].split())) + b">"

    return re.sub(rb"<rdf:RDF ([^>]*)>", ordered, text, count=1)


# Prefixes stand at the very start, well within the first frame.
_HEADS = {
    QueryFormat.TURTLE: _sorted_turtle_head,
    QueryFormat.TRIG: _sorted_turtle_head,
    QueryFormat.RDF_XML: _sorted_xml_head,
}


class Frames(io.RawIOBase):
    """A file whose bytes go out as frames of a fixed size: the first tells what answer it is, the last that it ends.

    A short answer is one frame: each wakes whoever waits for it, who has nothing in its processor's caches by then.
    """

    def __init__(self, channel: Channel, kind: str, chosen: QueryFormat) -> None:
        self._channel = channel
        self._kind = kind
        self._opening = {"kind": kind, "format": chosen.value}
        self._waiting = bytearray()
        self.head: Callable[[bytes], bytes] | None = None

    def writable(self) -> bool:
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        self._waiting += data
        if len(self._waiting) >= FRAME:
            self._send({})
        return len(data)

    def finish(self, **told: object) -> None:
        """Send what waits, with the word that it is all, and what else is told."""
        self._send({"end": self._kind, **told})

    def _send(self, told: dict[str, object]) -> None:
        data = bytes(self._waiting)
        self._waiting.clear()
        if self.head is not None:
            data, self.head = self.head(data), None
        self._channel.send({**self._opening, **told}, data)
        self._opening = {}


def syntax_error(query: str, error: SyntaxError) -> dict[str, Any]:
    """Give the header that tells of a query that cannot be parsed."""
    return {"error": "syntax", **explain(query, str(error))}
