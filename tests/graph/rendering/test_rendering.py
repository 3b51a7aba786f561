"""Every syntax says exactly the statements it was given, in the same bytes each time."""

from __future__ import annotations

import io
import json

import pyoxigraph
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.rendering import jsonld, rdfxml, turtle
from graph.rendering.syntaxes import BY_SUFFIX, JSON_LD, N_TRIPLES, RDF_XML, SYNTAXES, TURTLE, Syntax
from graph.terms import DCT, FOAF, RDF, TYPE, XSD, Statement, iri, literal

FORMATS = {
    "Turtle": pyoxigraph.RdfFormat.TURTLE,
    "JSON-LD": pyoxigraph.RdfFormat.JSON_LD,
    "RDF/XML": pyoxigraph.RdfFormat.RDF_XML,
    "N-Triples": pyoxigraph.RdfFormat.N_TRIPLES,
}

A, B = iri("http://example.org/a"), iri("http://example.org/é/b#c-1")
KNOWN: list[Statement] = [
    (A, TYPE, iri("http://www.w3.org/ns/dcat#Dataset")),
    (A, iri(DCT + "title"), literal('Eau & <gaz> "quoted" \\ \n\r\t', "fr")),
    (A, iri(DCT + "title"), literal("Plain")),
    (A, iri(DCT + "issued"), literal("007", datatype=XSD + "integer")),
    (A, iri(DCT + "issued"), literal("1.50", datatype=XSD + "decimal")),
    (A, iri(DCT + "publisher"), B),
    (A, iri(DCT + "relation"), iri("time:abc")),
    (A, iri(DCT + "relation"), iri("http://www.w3.org/2006/time#month")),
    (A, iri("http://example.org/v1.2/odd.name"), literal("x", datatype="urn:my:type")),
    (B, iri(FOAF + "name"), literal("Ville --> de Rennes ]]>")),
    (B, iri(RDF + "_1"), literal("first")),
]


def read(document: bytes, syntax: Syntax) -> set[Statement]:
    """Read a document back by a parser that keeps lexical forms."""
    return {
        (str(quad.subject), str(quad.predicate), str(quad.object))
        for quad in pyoxigraph.parse(io.BytesIO(document), format=FORMATS[syntax.name])
    }


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda each: each.name)
def test_says_exactly_what_it_was_given(syntax: Syntax) -> None:
    assert read(syntax.write(KNOWN), syntax) == set(KNOWN)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own JSON-LD reader
@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda each: each.name)
def test_is_read_by_rdflib_too(syntax: Syntax) -> None:
    graph = rdflib.Graph().parse(data=syntax.write(KNOWN[:8]), format=syntax.media_type)
    assert len(graph) == 8


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda each: each.name)
def test_order_and_doubles_change_no_byte(syntax: Syntax) -> None:
    assert syntax.write(KNOWN) == syntax.write([*reversed(KNOWN), *KNOWN])


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
LITERALS = st.builds(literal, TEXTS, language=st.sampled_from([None, "fr", "en-gb"])) | st.builds(
    literal, TEXTS, datatype=st.sampled_from([XSD + "date", "http://example.org/t", "cg:x", "urn:t"])
)
IRIS = st.sampled_from(
    [A, B, iri("urn:x:y"), iri("dct:title"), iri(DCT + "title"), iri(DCT + "a.b"), iri(DCT + "1a"), iri(DCT + "//x")]
)
PROPERTIES = st.sampled_from(
    [TYPE, iri(DCT + "title"), iri("http://example.org/x-"), iri("urn:p"), iri(DCT + "a%20b_c")]
)


@settings(deadline=None)
@given(st.lists(st.tuples(IRIS, PROPERTIES, IRIS | LITERALS), min_size=1, max_size=12))
@pytest.mark.parametrize("syntax", [TURTLE, JSON_LD, N_TRIPLES], ids=lambda each: each.name)
def test_any_statements_survive(syntax: Syntax, statements: list[Statement]) -> None:
    assert read(syntax.write(statements), syntax) == set(statements)


XML_TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff", include_characters="\t\n\r"),
    max_size=30,
)


@settings(deadline=None)
@given(
    st.lists(st.tuples(IRIS, PROPERTIES.filter(lambda each: "x-" not in each), IRIS | st.builds(literal, XML_TEXTS)))
)
def test_what_xml_can_say_survives_as_rdfxml(statements: list[Statement]) -> None:
    assert read(RDF_XML.write(statements), RDF_XML) == set(statements)


def test_rdfxml_names_what_it_cannot_say() -> None:
    document = rdfxml.write(
        [(A, iri("http://example.org/--1"), literal("x")), (A, iri(RDF + "li"), literal("y")), KNOWN[2]]
    )
    assert document.count(b"not sayable") == 2
    assert read(document, RDF_XML) == {KNOWN[2]}
    assert b"\xef\xbf\xbd" in rdfxml.write([(A, iri(DCT + "title"), literal("\x01"))])


def test_turtle_reads_well() -> None:
    assert turtle.write(KNOWN[:2] + KNOWN[5:6] + KNOWN[9:10], first=[B]).decode() == (
        "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n"
        "@prefix dct: <http://purl.org/dc/terms/> .\n"
        "@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
        "\n"
        '<http://example.org/é/b#c-1> foaf:name "Ville --> de Rennes ]]>" .\n'
        "\n"
        "<http://example.org/a> a dcat:Dataset ;\n"
        "    dct:publisher <http://example.org/é/b#c-1> ;\n"
        '    dct:title "Eau & <gaz> \\"quoted\\" \\\\ \\n\\r\\t"@fr .\n'
    )


def test_jsonld_needs_no_other_document() -> None:
    document = json.loads(jsonld.write(KNOWN))
    assert document["@context"]["dct"] == DCT
    assert "time" not in document["@context"]
    assert all(isinstance(value, str) for value in document["@context"].values())


def test_every_suffix_leads_to_one_syntax() -> None:
    assert set(BY_SUFFIX) == {"ttl", "jsonld", "rdf", "xml", "nt"}
    assert BY_SUFFIX["xml"] is BY_SUFFIX["rdf"] is RDF_XML
