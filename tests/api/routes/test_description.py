"""What the endpoint says of itself, over HTTP and through itself, held to what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from api.endpoint.kept_descriptions import KeptDescriptions
from api.endpoint.service import FUNCTIONS, VALUES_ONLY
from graph import executables
from graph.instance import Instance
from graph.rendering.syntaxes import SYNTAXES
from graph.statistics.signature import ALL
from graph.store.formats import QueryFormat
from tests.api.serving import BASE, Server, follow, settings, tell

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
SH = "http://www.w3.org/ns/shacl#"
CG = "https://w3id.org/civigraph#"
XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIXES = f"PREFIX sd: <{SD}> PREFIX void: <{VOID}> PREFIX sh: <{SH}> PREFIX cg: <{CG}> PREFIX xsd: <{XSD}>\n"
PUBLIC = f"<{BASE}.well-known/void#public>"
PLACES = ("/sparql/description", "/.well-known/void", "/sparql")

WKT = "^^<http://www.opengis.net/ont/geosparql#wktLiteral>"
AREA, POINT = f'"POLYGON((0 0,0 9,9 9,9 0,0 0))"{WKT}', f'"POINT(1 1)"{WKT}'
CAST = {
    "date": "2020-01-01", "time": "10:00:00", "duration": "P1Y", "dayTimeDuration": "PT1H", "yearMonthDuration": "P1Y",
    "gYear": "2020",
}  # fmt: skip
METRE = "<http://www.opengis.net/def/uom/OGC/1.0/metre>"
ARGUMENTS = [AREA, f"{AREA}, {AREA}", f"{POINT}, {POINT}, {METRE}"]


def read(server: Server, path: str, syntax: str = "text/turtle") -> ox.Store:
    """Read what a place says."""
    answer = server.get(path, syntax)
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == syntax
    store = ox.Store()
    store.load(answer.content, ox.RdfFormat.from_media_type(syntax), base_iri=server.address)
    return store


def rows(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    return sorted(tuple(value.value for value in row) for row in store.query(PREFIXES + query))


def ask(server: Server, query: str) -> list[tuple[str, ...]]:
    """Ask the endpoint itself for what the views know by now; terms without what marks them."""
    headers = {"accept": "application/json", "civigraph-sequence": str(server.get("/health").json()["sequence"])}
    answer = server.client.get(server.address + "sparql", params={"query": PREFIXES + query}, headers=headers)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    names = found["head"]["vars"]
    return sorted(tuple(each.get(name, {}).get("value", "") for name in names) for each in found["results"]["bindings"])


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.name)
def test_every_syntax_says_the_same(server: Server, path: str, syntax: object) -> None:
    media_type = syntax.media_type  # type: ignore[attr-defined]
    assert {str(quad) for quad in read(server, path, media_type)} == {str(quad) for quad in read(server, path)}


@pytest.mark.parametrize("path", PLACES[:2])
def test_it_is_there_for_all_and_moved_for_nobody(server: Server, path: str) -> None:
    answer = server.get(path)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
    assert server.get(path, "text/html").headers["content-type"] == "text/turtle; charset=utf-8"
    assert server.get(path, "image/png").status_code == 406
    assert server.get(path, if_none_match=answer.headers["etag"]).status_code == 304


def test_without_a_query_the_endpoint_says_what_its_description_says(server: Server) -> None:
    assert server.get("/sparql", "text/turtle").content == server.get("/sparql/description", "text/turtle").content


def test_the_service_is_described(server: Server) -> None:
    store, service = read(server, "/sparql/description"), server.address + "sparql"
    assert rows(store, "SELECT ?s ?e { ?s a sd:Service ; sd:endpoint ?e ; sd:supportedLanguage sd:SPARQL11Query }") == [
        (service, service)
    ]
    formats = rows(store, "SELECT ?f { ?s sd:resultFormat ?f }")
    assert len(formats) == len(QueryFormat)
    assert all(name.startswith("http://www.w3.org/ns/formats/") for (name,) in formats)
    count = rows(store, "SELECT ?n { ?s sd:defaultDataset/sd:defaultGraph ?g . ?g a sd:Graph ; void:triples ?n }")
    ((all_statements,),) = ask(server, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    ((own,),) = ask(server, f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o FILTER({OWN}) }}")
    assert count == [(str(int(all_statements) - int(own)),)]
    assert not rows(store, "SELECT ?g { ?s sd:namedGraph ?g }")


OWN = f'STRSTARTS(STR(?s), "{BASE}.well-known/void") || STR(?s) = "{BASE}sparql"'


def test_limits_are_those_of_the_settings(server: Server, folder: Path) -> None:
    given = settings(folder, page_size=20, query_deadline=3)
    names = ("queryDeadline", "queryMemory", "answerSize", "clientProcessorSeconds", "clientQueries")
    pattern = " ; ".join(f"cg:{name} ?{name}" for name in names)
    ((*values,),) = rows(read(server, "/sparql/description"), f"SELECT * {{ ?s {pattern} }}")
    store = read(server, "/sparql/description")
    told = {name: float(rows(store, f"SELECT ?v {{ ?s cg:{name} ?v }}")[0][0]) for name in names}
    assert len(values) == len(names) + 1
    assert told == {
        "queryDeadline": 3,
        "queryMemory": given.query_memory,
        "answerSize": given.query_bytes,
        "clientProcessorSeconds": given.query_client_seconds,
        "clientQueries": given.query_client_running,
    }


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_that_is_told_answers(server: Server, function: str) -> None:
    assert (function,) in rows(read(server, "/sparql/description"), "SELECT ?f { ?s sd:extensionFunction ?f }")
    cast = CAST.get(function.removeprefix(XSD))
    given = [f'"{cast}"'] if cast else ARGUMENTS
    # An argument too few or too many is an error for some functions, an unbound value for others.
    answers = [
        server.client.get(server.address + "sparql", params={"query": f"SELECT (<{function}>({each}) AS ?x) {{}}"})
        for each in given
    ]
    assert any(answer.status_code == 200 and answer.json()["results"]["bindings"] != [{}] for answer in answers)


def test_a_function_that_is_not_told_does_not_answer(server: Server) -> None:
    answer = server.client.get(server.address + "sparql", params={"query": "SELECT (<http://e.org/f>(1) AS ?x) {}"})
    assert answer.status_code != 200


UNCANONICAL = {
    "boolean": "1", "decimal": "1.50", "float": "1.0", "double": "1E0", "dateTime": "2020-01-01T24:00:00Z",
    "time": "24:00:00", "dateTimeStamp": "2020-01-01T00:00:00Z", "duration": "P12M", "yearMonthDuration": "P12M",
    "dayTimeDuration": "PT24H",
}  # fmt: skip


def test_literals_are_changed_where_it_is_told_and_only_there(folder: Path, server: Server) -> None:
    """Each datatype of XML Schema that can show it; a date has one form only, which it keeps."""
    texts = dict.fromkeys((name.removeprefix(XSD) for name in VALUES_ONLY), "007") | UNCANONICAL
    forms = ("date", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay")
    kept = {
        "token": "007",
        "anyURI": "a",
        "hexBinary": "aa",
        "normalizedString": " a",
        "string": " a",
        "language": "fr",
    }
    said = [(name, text) for name, text in (texts | kept).items() if name not in forms]
    lines = "\n".join(f'<http://example.org/lit> <http://example.org/{n}> "{t}"^^<{XSD}{n}> .' for n, t in said)
    told = {name for (name,) in rows(read(server, "/sparql/description"), "SELECT ?d { ?s cg:keepsValueOnlyOf ?d }")}
    assert told == set(VALUES_ONLY)
    with Instance.open(folder) as instance:
        tell(instance, lines, "literals")
        follow(server)
        found = ask(server, "SELECT ?p ?o (DATATYPE(?o) AS ?d) { <http://example.org/lit> ?p ?o }")
        instance.log.retract("literals", None, agent="test")
        follow(server)
    changed = {p.rpartition("/")[2] for p, o, d in found if (texts | kept)[p.rpartition("/")[2]] != o}
    changed |= {p.rpartition("/")[2] for p, o, d in found if d.removeprefix(XSD) != p.rpartition("/")[2]}
    assert changed == {name for name, _ in said} - kept.keys()


def test_examples_prefixes_and_derivations_are_told(server: Server) -> None:
    store, service = read(server, "/sparql/description"), server.address + "sparql"
    query = """SELECT ?query ?target ?text {
        ?query a sh:SPARQLExecutable ; <http://schema.org/target> ?target ; sh:select|sh:ask|sh:construct ?text }"""
    told = rows(store, query)
    expected = [(executables.iri_of(query), service, query.text) for query in executables.executables()]
    assert told == sorted(expected)
    declared = "SELECT ?p ?n { ?s sh:declare [ sh:prefix ?p ; sh:namespace ?n ] }"
    assert rows(store, declared) == ask(server, declared) != []
    derived = "SELECT ?d ?p { ?s cg:appliesDerivation ?d . ?d cg:derives ?p }"
    assert len(rows(store, derived)) == 9
    asked = ask(server, "SELECT ?d ?p { ?d cg:derives ?p }")
    assert asked == rows(store, derived)


def test_the_graph_describes_itself_to_those_who_ask(server: Server) -> None:
    query = """SELECT ?c ?p ?n { ?g a void:Dataset ; void:classPartition ?cp .
        ?cp void:class ?c ; void:propertyPartition ?pp . ?pp void:property ?p ; void:triples ?n }"""
    assert ask(server, query) == rows(read(server, "/.well-known/void"), query) != []
    assert ask(server, f"SELECT ?e {{ ?e a sd:Service ; sd:defaultDataset/sd:defaultGraph {PUBLIC} }}") == [
        (f"{BASE}sparql",)
    ]


@pytest.fixture
def told(folder: Path, server: Server) -> Iterator[Instance]:
    """The log, which what a test tells under the source `counted` leaves again."""
    with Instance.open(folder) as instance:
        yield instance
        instance.log.retract("counted", None, agent="test")
        follow(server)


LAMP = "<http://example.org/lamp> a <http://example.org/Lamp> ."
LAMPS = "SELECT ?n { ?p void:class <http://example.org/Lamp> ; void:entities ?n }"


def test_counts_follow_what_is_told(told: Instance, server: Server) -> None:
    before = server.get("/.well-known/void")
    assert rows(read(server, "/.well-known/void"), LAMPS) == []
    tell(told, LAMP, "counted")
    follow(server)
    assert rows(read(server, "/.well-known/void"), LAMPS) == [("1",)]
    assert server.get("/.well-known/void").headers["etag"] != before.headers["etag"]


def test_what_is_not_public_changes_no_byte(told: Instance, server: Server) -> None:
    before = [server.get(path, "text/turtle") for path in PLACES]
    tell(told, LAMP, "counted", "members")
    follow(server)
    after = [server.get(path, "text/turtle") for path in PLACES]
    assert [(each.content, each.headers["etag"]) for each in after] == [
        (each.content, each.headers["etag"]) for each in before
    ]


def test_a_description_is_written_once_until_a_count_changes() -> None:
    kept, first, second = KeptDescriptions(), {ALL: (1, 1)}, {ALL: (1, 1)}
    written: list[str] = []

    def write(name: str) -> Callable[[], bytes]:
        def body() -> bytes:
            written.append(name)
            return name.encode()

        return body

    assert [kept.get(("a",), first, write("one")), kept.get(("a",), first, write("two"))] == [b"one", b"one"]
    assert kept.get(("a",), second, write("three")) == b"three"
    for number in range(100):
        kept.get((str(number),), second, write("other"))
    assert kept.get(("99",), second, write("never")) == b"other"
    assert kept.get(("a",), second, write("again")) == b"again"
