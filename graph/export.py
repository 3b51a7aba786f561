"""Everything the log says now, as one RDF document: the sources' own texts, without what is derived from them."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from itertools import groupby
from typing import BinaryIO, Literal, get_args

import pyoxigraph
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple

from graph.errors import NotKnown, UnknownFormat
from graph.instance import Instance
from graph.log.log import Log
from graph.log.rows import MEMBERS, PUBLIC
from graph.log.sources import OWN
from graph.records.kinds import UNLISTED
from graph.rendering import rdfxml
from graph.terms import PREFIXES, parse_payload

Format = Literal["nt", "nq", "ttl", "trig", "rdf", "jsonld"]
FORMATS: tuple[str, ...] = get_args(Format)
"""Suffixes of N-Triples, N-Quads, Turtle, TriG, RDF/XML and JSON-LD."""

_SERIALISED = {"ttl": RdfFormat.TURTLE, "trig": RdfFormat.TRIG, "jsonld": RdfFormat.JSON_LD}
_QUADS = {"nq", "trig"}
_RECORDS_A_READ = 500


def export(
    instance: Instance,
    out: BinaryIO,
    *,
    format: str,
    sources: Collection[str] | None = None,
    audiences: Collection[str] = (PUBLIC,),
) -> None:
    """Write the present records of some sources and audiences, a few at a time, with every literal as it was written.

    `format` is one of `FORMATS`; N-Quads and TriG name the graph of a source `{base}source/{name}`. `sources` None is
    all but the ontology's own. What several sources say about one IRI is put together; a statement that records about
    two IRIs share is written twice. Raises UnknownFormat, and NotKnown for a source or an audience
    that never was.
    """
    if format not in FORMATS:
        raise UnknownFormat(f"there is no export format {format!r}", remedy=f"use one of {', '.join(FORMATS)}")
    with closing(_listed(instance.log, sources, audiences)) as listed:
        if format in _QUADS:
            _write_quads(instance, out, format, listed)
            return
        payloads = _by_iri(instance.log, listed)
        if format == "nt":
            out.writelines(payloads)
        elif format == "rdf":
            out.write(rdfxml.HEAD)
            out.writelines(rdfxml.piece(parse_payload(payload)) for payload in payloads)
            out.write(rdfxml.FOOT)
        else:
            _serialise((quad.triple for payload in payloads for quad in _quads(payload)), out, format)


def source_graph(base: str, source: str) -> str:
    """The IRI of the graph of a source in N-Quads and TriG."""
    return f"{base}source/{source}"


def _write_quads(instance: Instance, out: BinaryIO, syntax: str, listed: sqlite3.Connection) -> None:
    """Write source after source, each in its graph."""
    order = "SELECT source, sequence FROM listed ORDER BY source, iri"
    graphs = (
        (NamedNode(source_graph(instance.base, source)), payload)
        for source, payload in _with_payloads(instance.log, listed.execute(order))
    )
    if syntax == "nq":
        out.writelines(payload.replace(b" .\n", f" {graph} .\n".encode()) for graph, payload in graphs)
    else:
        quads = (Quad(q.subject, q.predicate, q.object, graph) for graph, payload in graphs for q in _quads(payload))
        _serialise(quads, out, syntax)


def _serialise(statements: Iterable[Triple] | Iterable[Quad], out: BinaryIO, syntax: str) -> None:
    pyoxigraph.serialize(statements, out, _SERIALISED[syntax], prefixes=PREFIXES)


def _quads(payload: bytes) -> Iterable[Quad]:
    return pyoxigraph.parse(payload, RdfFormat.N_TRIPLES)


def _listed(log: Log, sources: Collection[str] | None, audiences: Collection[str]) -> sqlite3.Connection:
    """List the wanted records in a database of its own that lies on disk and goes when it is closed.

    The log gives them in the order of its rows, and one that is replaced meanwhile twice: here the newer stays.
    """
    _refuse_unknown(log, sources or (), audiences)
    listed = sqlite3.connect("")
    listed.execute("CREATE TABLE listed (iri, source, sequence, PRIMARY KEY (iri, source)) WITHOUT ROWID")
    wanted = (
        (head.iri, head.source, head.sequence)
        for head in log.heads(audiences=audiences)
        if (head.source != OWN and head.kind not in UNLISTED if sources is None else head.source in sources)
    )
    listed.executemany("INSERT OR REPLACE INTO listed VALUES (?, ?, ?)", wanted)
    return listed


def _refuse_unknown(log: Log, sources: Collection[str], audiences: Collection[str]) -> None:
    for name in sources:
        if log.sources.get(name) is None and not any(log.heads(source=name, limit=1)):
            raise NotKnown(f"there is no source {name!r}", remedy="`civigraph source list` names them")
    known = sorted({PUBLIC, MEMBERS, *log.audiences()})
    for audience in audiences:
        if audience not in known:
            raise NotKnown(f"there is no audience {audience!r}", remedy=f"use one of {', '.join(known)}")


def _by_iri(log: Log, listed: sqlite3.Connection) -> Iterator[bytes]:
    """IRI after IRI in order: the lines that the sources have about it, sorted, each once."""
    rows = listed.execute("SELECT iri, sequence FROM listed ORDER BY iri, source")
    for _, versions in groupby(_with_payloads(log, rows), key=lambda version: version[0]):
        payloads = [payload for _, payload in versions]
        if len(payloads) == 1:
            yield payloads[0]
        else:
            lines = {line for payload in payloads for line in payload.splitlines(keepends=True)}
            yield b"".join(sorted(lines))


def _with_payloads(log: Log, rows: sqlite3.Cursor) -> Iterator[tuple[str, bytes]]:
    """Pairs of a name and the payload of a row, read some at a time; what was erased meanwhile is left out."""
    while some := rows.fetchmany(_RECORDS_A_READ):
        payloads = log.payloads([sequence for _, sequence in some])
        yield from ((name, payloads[sequence]) for name, sequence in some if sequence in payloads)
