"""Everything the log says now, as one RDF document: the sources' own texts, without what is derived from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import BinaryIO, Literal, get_args

import pyoxigraph
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple

from graph.errors import NotKnown, UnknownFormat
from graph.instance import Instance
from graph.log.log import Log
from graph.log.rows import PUBLIC, Head
from graph.log.sources import OWN
from graph.rendering import rdfxml
from graph.terms import PREFIXES, parse_payload

Format = Literal["nt", "nq", "ttl", "trig", "rdf", "jsonld"]
FORMATS: tuple[str, ...] = get_args(Format)
"""Suffixes of N-Triples, N-Quads, Turtle, TriG, RDF/XML and JSON-LD."""

_SERIALISED = {"ttl": RdfFormat.TURTLE, "trig": RdfFormat.TRIG, "jsonld": RdfFormat.JSON_LD}
_QUADS = {"nq", "trig"}
_HEADS_A_READ = 500


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
    two IRIs share is written twice. Raises UnknownFormat, and NotKnown for a source that never was.
    """
    if format not in FORMATS:
        raise UnknownFormat(f"there is no export format {format!r}", remedy=f"use one of {', '.join(FORMATS)}")
    wanted = _sources(instance.log, sources, audiences)
    if format in _QUADS:
        _write_quads(instance, out, format, wanted, audiences)
        return
    payloads = _merged(instance.log, wanted, audiences)
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


def _write_quads(
    instance: Instance, out: BinaryIO, syntax: str, sources: Iterable[str], audiences: Collection[str]
) -> None:
    """Write source after source, each in its graph."""
    graphs = (
        (NamedNode(source_graph(instance.base, source)), payload)
        for source in sources
        for payload in _merged(instance.log, (source,), audiences)
    )
    if syntax == "nq":
        for graph, payload in graphs:
            out.write(payload.replace(b" .\n", f" {graph} .\n".encode()))
    else:
        quads = (Quad(q.subject, q.predicate, q.object, graph) for graph, payload in graphs for q in _quads(payload))
        _serialise(quads, out, syntax)


def _serialise(statements: Iterable[Triple] | Iterable[Quad], out: BinaryIO, syntax: str) -> None:
    pyoxigraph.serialize(statements, out, _SERIALISED[syntax], prefixes=PREFIXES)


def _quads(payload: bytes) -> Iterable[Quad]:
    return pyoxigraph.parse(payload, RdfFormat.N_TRIPLES)


def _sources(log: Log, sources: Collection[str] | None, audiences: Collection[str]) -> list[str]:
    """The names of the wanted sources, in order."""
    if sources is None:
        return sorted({head.source for head in log.heads(audiences=audiences)} - {OWN})
    for name in sources:
        if log.sources.get(name) is None and not any(log.heads(source=name, limit=1)):
            raise NotKnown(f"there is no source {name!r}", remedy="`civigraph source list` names them")
    return sorted(set(sources))


def _merged(log: Log, sources: Collection[str], audiences: Collection[str]) -> Iterator[bytes]:
    """IRI after IRI in order: the lines that these sources have about it, sorted, each once."""
    only = next(iter(sources)) if len(sources) == 1 else None
    wanted = (head for head in log.heads(source=only, audiences=audiences) if head.source in sources)
    for _, versions in groupby(_with_payloads(log, wanted), key=lambda version: version[0]):
        payloads = [payload for _, payload in versions]
        if len(payloads) == 1:
            yield payloads[0]
        else:
            lines = {line for payload in payloads for line in payload.splitlines(keepends=True)}
            yield b"".join(sorted(lines))


def _with_payloads(log: Log, heads: Iterable[Head]) -> Iterator[tuple[str, bytes]]:
    """Pairs of IRI and payload, read some at a time."""
    for some in _pieces(heads):
        payloads = log.payloads([head.sequence for head in some])
        yield from ((head.iri, payloads[head.sequence]) for head in some if head.sequence in payloads)


def _pieces(heads: Iterable[Head]) -> Iterator[Sequence[Head]]:
    some: list[Head] = []
    for head in heads:
        some.append(head)
        if len(some) == _HEADS_A_READ:
            yield some
            some = []
    yield some
