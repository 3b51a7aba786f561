"""What is exported is what the log says: every statement, every literal as it was written."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from pyoxigraph import RdfFormat

from graph.errors import NotKnown, UnknownFormat
from graph.export import FORMATS, export
from graph.instance import Instance
from graph.log.rows import MEMBERS, PUBLIC
from graph.terms import literal
from tests.graph.views.making import EX, actor, dataset, ex, integer, put, record

READERS = {
    "nt": RdfFormat.N_TRIPLES,
    "nq": RdfFormat.N_QUADS,
    "ttl": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
VALUES = [
    integer("007"),
    literal("1.50", datatype="http://www.w3.org/2001/XMLSchema#decimal"),
    literal("32/13/2024", datatype="http://www.w3.org/2001/XMLSchema#date"),
    literal('deux\nlignes\r\n\t"citées" \\ <b>&amp;</b> \U0001f6b2', "fr-fr"),
    literal(""),
    ex("é"),
]


# rdflib's own readers use names that rdflib calls old.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    with Instance.open(tmp_path / "data", create=True) as opened:
        put(opened.log, "one", dataset("a", *[(ex("a"), ex("p"), value) for value in VALUES]), actor("x", "X"))
        also = [(ex("a"), ex("q"), literal("also")), (ex("a"), ex("p"), integer("7"))]
        put(opened.log, "two", record(f"{EX}a", also))
        put(opened.log, "hidden", dataset("secret"), audience=MEMBERS)
        yield opened


def exported(instance: Instance, syntax: str, **chosen) -> bytes:
    out = io.BytesIO()
    export(instance, out, format=syntax, **chosen)
    return out.getvalue()


def lines(instance: Instance, *sources: str, audiences=(PUBLIC,)) -> set[str]:
    """What the log holds."""
    heads = [head for head in instance.log.heads(audiences=audiences) if head.source in sources]
    payloads = instance.log.payloads([head.sequence for head in heads])
    return {line for payload in payloads.values() for line in payload.decode().splitlines()}


def read(text: bytes, syntax: str) -> set[str]:
    return {f"{quad.triple} ." for quad in pyoxigraph.parse(text, READERS[syntax])}


@pytest.mark.parametrize("syntax", FORMATS)
def test_every_statement_survives(instance: Instance, syntax: str) -> None:
    assert read(exported(instance, syntax), syntax) == lines(instance, "one", "two")


@pytest.mark.parametrize("syntax", FORMATS)
def test_same_log_same_bytes(instance: Instance, syntax: str) -> None:
    assert exported(instance, syntax) == exported(instance, syntax)


def test_rdflib_reads_it_too(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    # Its default, which pySHACL switches off for the whole process; without it, rdflib reads Turtle's 007 as 7.
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", True)
    text = "\n".join(sorted(lines(instance, "one", "two")))
    known = rdflib.Graph().parse(data=text, format="nt")
    assert len(known) >= 10
    for syntax, name in (("ttl", "turtle"), ("rdf", "xml"), ("jsonld", "json-ld"), ("nt", "nt")):
        graph = rdflib.Graph().parse(data=exported(instance, syntax), format=name)
        assert set(graph) == set(known), syntax


def test_quads_name_the_source(instance: Instance) -> None:
    for syntax in ("nq", "trig"):
        quads = list(pyoxigraph.parse(exported(instance, syntax), READERS[syntax]))
        graphs = {f"{instance.base}source/{name}": lines(instance, name) for name in ("one", "two")}
        assert {quad.graph_name.value for quad in quads} == graphs.keys()
        for graph, said in graphs.items():
            assert {f"{quad.triple} ." for quad in quads if quad.graph_name.value == graph} == said


def test_sources_and_audiences_are_chosen(instance: Instance) -> None:
    assert read(exported(instance, "nt", sources=["two"]), "nt") == lines(instance, "two")
    everything = exported(instance, "nt", audiences=(PUBLIC, MEMBERS))
    assert read(everything, "nt") == lines(instance, "one", "two", "hidden", audiences=(PUBLIC, MEMBERS))
    assert b"secret" not in exported(instance, "nt")
    assert read(exported(instance, "nt", sources=["civigraph"]), "nt") == lines(instance, "civigraph")


def test_n_triples_are_in_the_order_of_records(instance: Instance) -> None:
    text = exported(instance, "nt").decode().splitlines()
    assert text == sorted(text)


def test_more_records_than_one_read_takes(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.export._RECORDS_A_READ", 3)
    put(instance.log, "many", *[dataset(f"d{number}", title=literal(str(number))) for number in range(20)])
    assert read(exported(instance, "ttl"), "ttl") == lines(instance, "one", "two", "many")


def test_record_replaced_meanwhile_is_written_once(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    heads = instance.log.heads

    def slowly(**chosen):
        for number, head in enumerate(heads(**chosen)):
            yield head
            if number == 0:
                put(instance.log, "one", dataset("a", (ex("a"), ex("p"), literal("newer"))))

    monkeypatch.setattr(instance.log, "heads", slowly)
    found = read(exported(instance, "nt", sources=["one"]), "nt")
    monkeypatch.undo()
    assert found == lines(instance, "one")
    assert any("newer" in line for line in found)


def test_empty_export_is_a_document(tmp_path: Path) -> None:
    with Instance.open(tmp_path / "data", create=True) as empty:
        for syntax in FORMATS:
            assert read(exported(empty, syntax), syntax) == set()


def test_unknown_names_are_refused(instance: Instance) -> None:
    with pytest.raises(UnknownFormat, match="xlsx"):
        exported(instance, "xlsx")
    with pytest.raises(NotKnown, match="nobody"):
        exported(instance, "nt", sources=["nobody"])


def test_what_rdf_xml_cannot_say_is_named(instance: Instance) -> None:
    odd = [(ex("odd"), ex("p/"), literal("x")), (ex("odd"), ex("p"), literal("a\x01b"))]
    put(instance.log, "odd", dataset("odd", *odd))
    text = exported(instance, "rdf", sources=["odd"])
    assert b"not sayable in RDF/XML" in text
    assert '"a\ufffdb"' in "".join(read(text, "rdf"))
