"""Clients that people use, unmodified: SPARQLWrapper, rdflib's SPARQLStore, pandas, Comunica."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pandas
import pyoxigraph
import pytest
import rdflib
from rdflib.namespace import DCAT, DCTERMS, RDF
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, URLENCODED, XML, SPARQLWrapper
from SPARQLWrapper import RDF as RDF_FORMAT
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from tests.api.endpoint.test_sparql import catch_up
from tests.api.serving import Server
from tests.conformance.endpoint import endpoint

MANY = "http://example.org/many/"
SELECT = f"""
PREFIX dct: <http://purl.org/dc/terms/>
SELECT ?s ?title {{ ?s dct:title ?title FILTER(STRSTARTS(STR(?s), "{MANY}")) }} ORDER BY ?s
"""
GRAPH = f"""
CONSTRUCT {{ ?s <http://purl.org/dc/terms/title> ?t }} WHERE {{
  ?s <http://purl.org/dc/terms/title> ?t FILTER(STRSTARTS(STR(?s), "{MANY}")) }}
"""
EXPECTED = {f"{MANY}{number:03}": f"Comptage {number}" for number in range(50)}
GRAPHS = {
    "http://graphs.example/1": "<http://e/1> <http://e/p> 1 .",
    "http://graphs.example/2": "<http://e/2> <http://e/p> 2 .",
}


@pytest.fixture(scope="module")
def address(server: Server) -> str:
    """The endpoint over the data of all tests."""
    return catch_up(server).address + "sparql"


@pytest.fixture(scope="module")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An endpoint over two graphs that may be named."""
    texts = {
        name: lambda text=text: (text.encode(), pyoxigraph.RdfFormat.TURTLE)  # type: ignore[misc]
        for name, text in GRAPHS.items()
    }
    with endpoint(tmp_path_factory.mktemp("graphs"), texts) as running:
        yield running.address + "sparql"


# SPARQLWrapper


def wrapper(address: str, query: str, form: str = XML, way: str = "GET") -> SPARQLWrapper:
    """Ask by one of its three ways."""
    made = SPARQLWrapper(address)
    made.setQuery(query)
    made.setReturnFormat(form)
    if way != "GET":
        made.setMethod(POST)
        made.setRequestMethod(URLENCODED if way == "form" else POSTDIRECTLY)
    return made


@pytest.mark.parametrize("way", ["GET", "form", "direct"])
def test_sparqlwrapper_reads_solutions(address: str, way: str) -> None:
    rows = wrapper(address, SELECT, JSON, way).queryAndConvert()["results"]["bindings"]
    assert {row["s"]["value"]: row["title"]["value"] for row in rows} == EXPECTED
    document = wrapper(address, SELECT, XML, way).queryAndConvert()
    assert len(document.getElementsByTagName("result")) == 50
    for form, mark in ((CSV, "\r\n"), (TSV, "\n")):
        lines = wrapper(address, SELECT, form, way).queryAndConvert().decode().split(mark)
        assert len(lines) == 52


# The first is of its own making; by the second it says that it leaves the choice to its parameter `format`.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:Sending Accept header '*/*':RuntimeWarning")
@pytest.mark.parametrize("way", ["GET", "form", "direct"])
@pytest.mark.parametrize("form", [XML, RDF_FORMAT, RDFXML, TURTLE, N3, JSONLD])
def test_sparqlwrapper_reads_graphs(address: str, form: str, way: str) -> None:
    found = wrapper(address, GRAPH, form, way).queryAndConvert()
    if isinstance(found, bytes):  # what it leaves to its caller: N3 and Turtle
        found = rdflib.Graph().parse(data=found, format="turtle")
    graph = found if isinstance(found, rdflib.Graph) else next(iter(found))
    assert {str(s): str(o) for s, _, o in graph.triples((None, DCTERMS.title, None))} == EXPECTED


def test_sparqlwrapper_reads_booleans(address: str) -> None:
    query = f"ASK {{ <{MANY}001> ?p ?o }}"
    assert wrapper(address, query, JSON).queryAndConvert()["boolean"] is True
    document = wrapper(address, query, XML).queryAndConvert()
    assert document.getElementsByTagName("boolean")[0].firstChild.data == "true"


def test_sparqlwrapper_negotiates_alone(address: str) -> None:
    made = wrapper(address, SELECT, JSON)
    made.setOnlyConneg(True)
    assert len(made.queryAndConvert()["results"]["bindings"]) == 50


@pytest.mark.parametrize("way", ["GET", "form", "direct"])
def test_sparqlwrapper_names_graphs(graphs: str, way: str) -> None:
    made = wrapper(graphs, "SELECT ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }", JSON, way)
    one, two = GRAPHS
    made.addParameter("default-graph-uri", one)
    assert [row["o"]["value"] for row in made.queryAndConvert()["results"]["bindings"]] == ["1"]
    made.addParameter("named-graph-uri", two)
    assert Counter(row["o"]["value"] for row in made.queryAndConvert()["results"]["bindings"]) == Counter("12")


def test_sparqlwrapper_tells_why(address: str) -> None:
    with pytest.raises(QueryBadFormed, match="column"):
        wrapper(address, "SELECT nonsense {}").query()


# rdflib


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
def test_rdflib_asks_through_its_store(address: str, method: str, form: str) -> None:
    graph = rdflib.Graph(SPARQLStore(address, method=method, returnFormat=form))
    rows = list(graph.query(SELECT))
    assert {str(row.s): str(row.title) for row in rows} == EXPECTED
    if form != "csv":  # which tells no kinds of terms
        assert all(row.title.language == "fr" for row in rows)
    graph.close()


def test_rdflib_walks_a_graph_that_is_elsewhere(address: str) -> None:
    graph = rdflib.Graph(SPARQLStore(address))
    one = rdflib.URIRef(f"{MANY}007")
    assert (one, RDF.type, DCAT.Dataset) in graph
    assert graph.value(one, DCTERMS.title) == rdflib.Literal("Comptage 7", lang="fr")
    assert set(graph.subjects(DCTERMS.title, rdflib.Literal("Comptage 7", lang="fr"))) == {one}
    assert len(list(graph.triples((one, None, None)))) == 3
    assert len(graph) > 200
    graph.close()


def test_rdflib_takes_graphs_and_booleans(address: str) -> None:
    graph = rdflib.Graph(SPARQLStore(address, returnFormat="xml"))
    assert graph.query(f"ASK {{ <{MANY}001> ?p ?o }}").askAnswer is True
    made = rdflib.Graph(SPARQLStore(address, returnFormat="application/rdf+xml")).query(GRAPH).graph
    assert made is not None
    assert {str(s): str(o) for s, o in made.subject_objects(DCTERMS.title)} == EXPECTED
    graph.close()


def test_rdflib_reads_named_graphs(graphs: str) -> None:
    for number, name in enumerate(GRAPHS, start=1):
        graph = rdflib.Graph(SPARQLStore(graphs, context_aware=True), identifier=rdflib.URIRef(name))
        assert [o.toPython() for o in graph.objects()] == [number]
        assert [row.o.toPython() for row in graph.query("SELECT ?o { ?s ?p ?o }")] == [number]
        assert len(graph) == 1
        graph.close()


def test_rdflib_federates(address: str) -> None:
    query = f"SELECT ?t {{ SERVICE <{address}> {{ <{MANY}003> <http://purl.org/dc/terms/title> ?t }} }}"
    assert [str(row.t) for row in rdflib.Graph().query(query)] == ["Comptage 3"]


# pandas


def test_pandas_reads_csv(address: str) -> None:
    by_name = pandas.read_csv(f"{address}?{urlencode({'query': SELECT, 'format': 'csv'})}")
    by_header = pandas.read_csv(f"{address}?{urlencode({'query': SELECT})}", storage_options={"Accept": "text/csv"})
    assert dict(by_name.itertuples(index=False)) == EXPECTED
    pandas.testing.assert_frame_equal(by_name, by_header)


def test_pandas_reads_numbers_dates_and_gaps(address: str) -> None:
    query = """
    PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
    SELECT ?n ?x ?d ?t { VALUES (?n ?x ?d ?t) {
      (1 2.5 "2024-01-31"^^xsd:date "a, \\"b\\"\\nc") (2 UNDEF "2024-02-29"^^xsd:date "é") } }
    """
    table = pandas.read_csv(f"{address}?{urlencode({'query': query, 'format': 'csv'})}", parse_dates=["d"])
    assert table["n"].tolist() == [1, 2]
    assert table["x"].tolist()[0] == 2.5
    assert table["x"].isna().tolist() == [False, True]
    assert (table["d"].max() - table["d"].min()).days == 29
    assert table["t"].tolist() == ['a, "b"\nc', "é"]


# Comunica


COMUNICA = "5.4.1"
PACKAGE = {
    "private": True,
    "type": "module",
    "dependencies": {"@comunica/query-sparql": COMUNICA},
    # What it would take by itself asks for a newer Node than Debian and its like have.
    "overrides": {"undici": "^7.0.0"},
}


@pytest.fixture(scope="module")
def comunica(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Comunica, installed from the registry that npm knows."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("Comunica needs node and npm, which are not here: apt-get install nodejs npm")
    folder = tmp_path_factory.mktemp("comunica")
    (folder / "package.json").write_text(json.dumps(PACKAGE))
    command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=900, check=False)
    if done.returncode:
        pytest.skip(f"npm cannot install Comunica here: {done.stderr.strip()[-300:]}")
    shutil.copy(Path(__file__).parent / "comunica.mjs", folder)
    return folder


@pytest.mark.slow
def test_comunica_asks_alone_and_together_with_a_file(comunica: Path, address: str, tmp_path: Path) -> None:
    notes = tmp_path / "notes.ttl"
    notes.write_text(f'<{MANY}004> <http://e/note> "seen" . <{MANY}044> <http://e/note> "seen too" .')
    done = subprocess.run(
        [str(shutil.which("node")), "comunica.mjs", address, notes.as_uri(), MANY],
        cwd=comunica, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {row["s"]: row["title"] for row in told["typed"]} == EXPECTED
    assert told["detected"] == told["typed"]
    assert told["ask"] is True
    assert told["construct"] == 50
    assert told["service"] == [{"title": "Comptage 3", "language": "fr"}]
    assert sorted(row["title"] for row in told["together"]) == ["Comptage 4", "Comptage 44"]
    assert told["posted"] == 50
