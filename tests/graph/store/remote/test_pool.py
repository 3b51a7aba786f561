"""Outside queries to a remote store: what no query may do, and that no part of an answer passes for the whole."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from graph.cages.limits import Limits
from graph.cages.zygote import Zygote
from graph.errors import (
    CivigraphError,
    ConfigurationError,
    DeadlineReached,
    LimitReached,
    Overloaded,
    QueryRefused,
    ResultTooLarge,
    ShareUsedUp,
    StoreUnavailable,
)
from graph.store.answers import Answer
from graph.store.fairness.rules import Fairness
from graph.store.remote import pool as remote_pool
from graph.store.remote.apart import check_apart
from graph.store.remote.engine import Engine
from graph.store.remote.generations import RemoteStores
from graph.store.remote.names import Names
from graph.store.remote.pool import EnginePool
from graph.store.remote.store import RemoteStore
from tests.graph.store.remote.engines import oxigraph, virtuoso

ROOT = "http://example.org/store/"
MEMBERS = NamedNode("http://example.org/audience/members")
AGREEMENT = NamedNode("http://example.org/audience/agreement")
LIMITS = Limits(memory_bytes=2 << 30)
SECRET = "a secret"
ROWS = 3000


@dataclass
class Opened:
    """A running engine with two worlds in it, and the pool that answers over each."""

    name: str
    public: RemoteStore
    full: RemoteStore
    ask_public: Callable[..., Answer]
    ask_full: Callable[..., Answer]
    engine: Engine


@pytest.fixture(scope="module", params=["oxigraph", pytest.param("virtuoso", marks=pytest.mark.slow)])
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    folder = tmp_path_factory.mktemp(request.param)
    start = {"oxigraph": oxigraph, "virtuoso": lambda where: virtuoso(where, rows=1000)}[request.param]
    with ExitStack() as stack:
        engine = stack.enter_context(start(folder / "engine"))
        stores = RemoteStores(engine, ROOT)
        public, full = (stores.open(world, folder / world) for world in ("public", "full"))
        said = [said_of(number) for number in range(ROWS)]
        public.change([], said, 7)
        full.change([], [quad_in(MEMBERS, SECRET), quad_in(AGREEMENT, "for the parties")], 9)
        zygote = stack.enter_context(Zygote(remote_pool.PRELOAD))
        pools = [stack.enter_context(EnginePool(zygote, lambda s=s: s, size=3, limits=LIMITS)) for s in (public, full)]
        for pool in pools:
            pool.wait_ready()
        yield Opened(request.param, public, full, pools[0].run, pools[1].run, engine)


def said_of(number: int) -> Quad:
    return Quad(
        NamedNode(f"http://example.org/s{number}"), NamedNode("http://example.org/p"), Literal("x"), DefaultGraph()
    )


def quad_in(graph: NamedNode, value: str) -> Quad:
    return Quad(NamedNode("http://example.org/a"), NamedNode("http://example.org/p"), Literal(value), graph)


def values(answer: Answer) -> list[dict[str, str]]:
    rows = json.loads(answer.read())["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in rows]


class TestWorldsStayApart:
    @pytest.mark.parametrize(
        "query",
        [
            "SELECT * { GRAPH ?g { ?s ?p ?o } }",
            "SELECT * { GRAPH <%(secret)s> { ?s ?p ?o } }",
            "SELECT * FROM <%(secret)s> { ?s ?p ?o }",
            "SELECT * FROM NAMED <%(secret)s> { GRAPH ?g { ?s ?p ?o } }",
            "SELECT * FROM <%(members)s> FROM NAMED <%(members)s> { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }",
            "PREFIX s: <%(prefix)s> SELECT * FROM s:default { ?s ?p ?o FILTER(?o = 'a secret') }",
            "SELECT * { ?s ?p 'a secret' }",
            "SELECT * { { SELECT * { GRAPH ?g { ?s ?p ?o } } } }",
            "SELECT * { ?s ?p ?o FILTER EXISTS { GRAPH ?g { ?a ?b 'a secret' } } }",
            "SELECT * { <%(state)s> ?p ?o }",
            "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }",
            "DESCRIBE <http://example.org/a>",
            "DESCRIBE ?s { GRAPH ?g { ?s ?p 'a secret' } }",
        ],
    )
    def test_no_query_of_the_public_world_sees_the_full_one(self, opened: Opened, query: str) -> None:
        names = opened.full.names
        text = query % {
            "secret": names.there(MEMBERS), "members": MEMBERS.value, "prefix": names.prefix, "state": names.state,
        }  # fmt: skip
        told = opened.ask_public(text, accept=["application/sparql-results+json", "application/n-triples"])
        assert SECRET.encode() not in told.read()
        for graph in (names.there(MEMBERS), MEMBERS.value, names.state):
            answer = opened.ask_public(
                "SELECT * { { ?s ?p ?o FILTER(?o != 'x') } UNION { GRAPH ?g { ?s ?p ?o } } }",
                default_graphs=[graph],
                named_graphs=[graph],
            )
            assert values(answer) == []

    def test_secret_is_there_for_who_may_see_it(self, opened: Opened) -> None:
        """Else the tests above would hold of any text."""
        seen = values(opened.ask_full("SELECT * { GRAPH ?g { ?s ?p ?o } }", visible=[MEMBERS.value]))
        assert [(row["g"], row["o"]) for row in seen] == [(MEMBERS.value, SECRET)]

    def test_visible_graphs_have_their_own_names(self, opened: Opened) -> None:
        one = f"SELECT ?o {{ GRAPH <{MEMBERS.value}> {{ ?s ?p ?o }} }}"
        other = f"SELECT ?o {{ GRAPH <{AGREEMENT.value}> {{ ?s ?p ?o }} }}"
        chosen = f"SELECT ?g {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g = <{MEMBERS.value}>) }}"
        assert values(opened.ask_full(one, visible=[MEMBERS.value])) == [{"o": SECRET}]
        assert values(opened.ask_full(other, visible=[MEMBERS.value])) == []
        assert values(opened.ask_full(chosen, visible=[MEMBERS.value, AGREEMENT.value])) == [{"g": MEMBERS.value}]
        assert values(opened.ask_full("SELECT ?o { ?s ?p ?o }", visible=[MEMBERS.value])) == [{"o": SECRET}]
        from_one = f"SELECT ?o FROM <{AGREEMENT.value}> {{ ?s ?p ?o }}"
        assert values(opened.ask_full(from_one, visible=[MEMBERS.value])) == []
        assert len(values(opened.ask_full(from_one, visible=[AGREEMENT.value]))) == 1


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("query", "told"),
        [
            ("SELECT * { SERVICE <%(canary)s> { ?s ?p ?o } }", "SERVICE"),
            ("SELECT * { SERVICE SILENT <%(canary)s> { ?s ?p ?o } }", "SERVICE"),
            ("SELECT * { { SELECT * { OPTIONAL { SERVICE ?x { ?s ?p ?o } } } } }", "SERVICE"),
            ("LOAD <%(canary)s>", "LOAD"),
            ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "INSERT"),
            ("SELECT * { ?s ?p ?o } ; DROP ALL", "DROP"),
            ("DEFINE input:default-graph-uri <urn:g> SELECT * { ?s ?p ?o }", "input:"),
            ('DEFINE get:soft "replace" SELECT * FROM <%(canary)s> { ?s ?p ?o }', "get:"),
            ('PREFIX get: <urn:x> DEFINE get:soft "replace" SELECT * { ?s ?p ?o }', "not well-formed"),
            ("SELECT * { { SELECT * FROM <urn:g> { ?s ?p ?o } } }", "not well-formed"),
            ("SELECT (bif:sys_stat('st_dbms_name') AS ?x) {}", "bif:"),
            ("SELECT (<bif:sys_stat>('st_dbms_name') AS ?x) { ?s ?p ?o }", "function"),
            ("PREFIX b: <bif:> SELECT (b:sys_stat('st_dbms_name') AS ?x) { ?s ?p ?o }", "function"),
            ("SELECT (<b\\u0069f:sys_stat>('st_dbms_name') AS ?x) { ?s ?p ?o }", "function"),
            ("SELECT (<sql:VAL>('x') AS ?x) { ?s ?p ?o }", "function"),
            ("SELECT * { ?s <bif:contains> 'x' }", "no SPARQL"),
            ("SELECT * { ?s ?p ?o FILTER <http://example.org/f>(?o) }", "function"),
            ("SELECT * { ?s ?p ?o } ORDER BY ?s <http://example.org/f>(?o)", "function"),
            ("SELECT * { { SELECT ?s { ?s ?p ?o } GROUP BY ?s <http://example.org/f>(?s) } }", "function"),
            ("SELECT * { ?s ?p ?o option(score ?x) }", "not well-formed"),
            ("SELECT * { ?s ?p ?o } LIMIT ten", "not well-formed"),
            ("SELECT * { <relative> ?p ?o }", "not well-formed|relative"),
        ],
    )
    def test_refused_before_the_engine_is_asked(self, opened: Opened, query: str, told: str) -> None:
        asked: list[str] = []

        class Watched(Engine):
            def ask(self, text: str, **given: object) -> None:  # type: ignore[override]
                asked.append(text)
                raise AssertionError("the engine was asked")

        known = opened.public.engine
        opened.public.engine = Watched(known.query, known.update)
        try:
            with pytest.raises(QueryRefused, match=told):
                opened.ask_public(query % {"canary": "http://127.0.0.1:9/"} if "%" in query else query)
        finally:
            opened.public.engine = known
        assert asked == []

    @pytest.mark.parametrize(
        "query",
        [
            "SELECT * { <http://example.org/s1> (<http://example.org/p>|<http://example.org/q>) ?o }",
            "SELECT (<http://www.w3.org/2001/XMLSchema#string>(?o) AS ?v) { <http://example.org/s1> ?p ?o }",
            "# DEFINE input:default-graph-uri <urn:g>\nSELECT * { <http://example.org/s1> ?p ?o } # SERVICE",
            "BASE <http://example.org/> PREFIX : <> SELECT * { <s1> :p ?o FILTER(?o != 'SERVICE <bif:x>') }",
            "SELECT * FROM <urn:g> { ?s ?p ?o }",
        ],
    )
    def test_what_only_looks_like_it_is_answered(self, opened: Opened, query: str) -> None:
        assert len(values(opened.ask_public(query))) == ("FROM" not in query)


class TestWholeOrNothing:
    def test_cap_of_the_engine_is_a_limit(self, opened: Opened) -> None:
        for query in (
            "SELECT * { ?s ?p ?o }",
            "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
            "CONSTRUCT WHERE { ?s ?p ?o }",
        ):
            if opened.name == "virtuoso":
                with pytest.raises(ResultTooLarge, match="at most 1000 rows"):
                    opened.ask_public(query)
            else:
                answer = opened.ask_public(query, accept=["text/csv", "application/n-triples"])
                assert answer.read().count(b"\n") == ROWS + (answer.kind == "solutions")

    def test_deadline_is_kept_whatever_the_engine_does(self, opened: Opened) -> None:
        with pytest.raises(DeadlineReached):
            opened.ask_public(
                "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a < ?d && ?d < ?g) }", deadline=1.5
            )
        assert values(opened.ask_public("SELECT ?o { <http://example.org/s1> ?p ?o }")) == [{"o": "x"}]

    def test_caps_of_our_own(self, opened: Opened) -> None:
        with pytest.raises(ResultTooLarge):
            opened.ask_public("SELECT * { ?s ?p ?o } LIMIT 500", max_bytes=2000)
        with pytest.raises(ResultTooLarge):
            opened.ask_public("SELECT * { ?s ?p ?o } LIMIT 500", max_rows=499)
        assert len(values(opened.ask_public("SELECT * { ?s ?p ?o } LIMIT 500", max_rows=500))) == 500

    def test_cancelled(self, opened: Opened) -> None:
        gone = threading.Event()
        threading.Timer(0.3, gone.set).start()
        with pytest.raises(LimitReached, match="cancelled"):
            opened.ask_public(
                "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a < ?d && ?d < ?g) }",
                deadline=30,
                cancelled=gone.is_set,
            )

    def test_answer_knows_the_sequence_and_its_format(self, opened: Opened) -> None:
        with opened.ask_public("ASK { <http://example.org/s1> ?p ?o }", accept=["text/turtle", "text/csv"]) as answer:
            assert (answer.sequence, answer.kind, answer.media_type) == (7, "boolean", "text/csv")


@dataclass
class Script:
    """What a false engine answers to outside queries: status, headers, body, and whether it breaks off."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    length: int | None = None
    silent: bool = False


@pytest.fixture
def false_engine() -> Iterator[tuple[Script, Engine]]:
    """An engine that answers what the test says, but for the questions about the store's own marks."""
    script, ended = Script(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            given = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            text = given.get("query", [""])[0]
            if "logSequence" in text or ("?p ?o }" in text and "state" in text):
                row = {"p": {"type": "uri", "value": SEQUENCE}, "o": {"type": "literal", "value": "3"}}
                self.answer(
                    Script(body=json.dumps({"head": {"vars": ["p", "o"]}, "results": {"bindings": [row]}}).encode())
                )
            elif script.silent:
                ended.wait(20)
            else:
                self.answer(script)

        def answer(self, told: Script) -> None:
            self.send_response(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(told.body) if told.length is None else told.length))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(told.body)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_address[1]}/"
    try:
        yield script, Engine(address, address)
    finally:
        ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


SEQUENCE = "https://w3id.org/civigraph#logSequence"
TABLE = b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "1"}}]}}'
LINES = b'<urn:a> <urn:b> "1" .\n'


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote(remote_pool.PRELOAD) as made:
        yield made


class TestPartsAreNoAnswers:
    @pytest.fixture
    def run(self, false_engine: tuple[Script, Engine], zygote: Zygote) -> Iterator[Callable[..., Answer]]:
        store = RemoteStore(false_engine[1], Names(f"{ROOT}public/0/"))
        with EnginePool(zygote, lambda: store, size=1, limits=LIMITS) as pool:
            yield pool.run

    @pytest.mark.parametrize(
        ("script", "error"),
        [
            (Script(headers={"X-SQL-State": "S1TAT", "X-SQL-Message": "incomplete"}, body=TABLE), DeadlineReached),
            (Script(headers={"X-SQL-State": "01W01"}, body=TABLE), ResultTooLarge),
            (Script(headers={"X-SPARQL-MaxRows": "1"}, body=TABLE), ResultTooLarge),
            (
                Script(500, body=b"Virtuoso S1T00 Error SR171: Transaction timed out\n\nSPARQL query:\nx"),
                DeadlineReached,
            ),
            (Script(500, body=b"Virtuoso 22023 Error SR353: Sorted TOP clause specifies more"), ResultTooLarge),
            (Script(500, body=b"Virtuoso 22012 Error SR084: Division by 0."), QueryRefused),
            (Script(500, body=b"no word\n\nSPARQL query:\nSELECT 'timed out'"), StoreUnavailable),
            (Script(400, body=b"Virtuoso 37000 Error SP030: SPARQL compiler: memory exhausted"), QueryRefused),
            (Script(503, body=b"busy"), Overloaded),
            (Script(504, body=b""), DeadlineReached),
            (Script(401, body=b""), StoreUnavailable),
            (Script(302, headers={"Location": "http://127.0.0.1:9/"}), StoreUnavailable),
            (Script(body=TABLE[:-10], length=len(TABLE)), StoreUnavailable),
            (Script(body=TABLE[:-10]), StoreUnavailable),
            (Script(body=TABLE[:-3] + b"The SPARQL operation has been cancelled"), DeadlineReached),
            (Script(body=b"<html>a page</html>"), StoreUnavailable),
            (Script(body=b'{"head": {}, "boolean": true}'), StoreUnavailable),
            (Script(silent=True), DeadlineReached),
        ],
    )
    def test_table(
        self, run: Callable[..., Answer], false_engine: tuple[Script, Engine], script: Script, error: type
    ) -> None:
        vars(false_engine[0]).update(vars(script))
        with pytest.raises(CivigraphError) as caught:
            run("SELECT ?x { ?x ?x ?x }", deadline=2)
        assert type(caught.value) is error
        assert ROOT not in str(caught.value)

    @pytest.mark.parametrize(
        ("script", "error"),
        [
            (Script(body=LINES + b"<urn:a> <urn:b"), StoreUnavailable),
            (Script(body=LINES + b"The SPARQL operation has been cancelled"), DeadlineReached),
            (Script(body=LINES, length=1000), StoreUnavailable),
            (Script(headers={"X-SPARQL-MaxRows": "1"}, body=LINES), ResultTooLarge),
        ],
    )
    def test_graph(
        self, run: Callable[..., Answer], false_engine: tuple[Script, Engine], script: Script, error: type
    ) -> None:
        vars(false_engine[0]).update(vars(script))
        with pytest.raises(error):
            run("CONSTRUCT WHERE { ?x ?y ?z }", deadline=2)

    def test_whole_answer_of_the_same_engine(
        self, run: Callable[..., Answer], false_engine: tuple[Script, Engine]
    ) -> None:
        vars(false_engine[0]).update(vars(Script(body=TABLE)))
        assert values(run("SELECT ?x { ?x ?x ?x }")) == [{"x": "1"}]

    def test_share_of_a_client(self, false_engine: tuple[Script, Engine], zygote: Zygote) -> None:
        """The engine's seconds are charged to who asks."""
        vars(false_engine[0]).update(vars(Script(silent=True)))
        store = RemoteStore(false_engine[1], Names(f"{ROOT}public/0/"))
        with EnginePool(zygote, lambda: store, size=1, limits=LIMITS, rules=Fairness(client_seconds=1)) as pool:
            with pool.admit("a") as place, pytest.raises(DeadlineReached):
                pool.run("SELECT ?x { ?x ?x ?x }", place=place, deadline=1.5)
            with pytest.raises(ShareUsedUp):
                pool.admit("a")
            pool.admit("b").leave()


class TestEnginesThatMixGraphs:
    def test_engine_that_keeps_to_the_dataset(self, opened: Opened) -> None:
        check_apart(opened.engine, opened.full.names)

    def test_engine_that_does_not(self, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
        asked = Engine.ask

        def leaking(self: Engine, text: str, *, named_graphs: list[str], default_graphs: list[str], **given: object):  # type: ignore[no-untyped-def]
            return asked(
                self, text, default_graphs=default_graphs, named_graphs=[*named_graphs, *default_graphs], **given
            )

        monkeypatch.setattr(Engine, "ask", leaking)
        with pytest.raises(ConfigurationError, match="dataset"):
            check_apart(opened.engine, opened.full.names)

    def test_engine_that_is_not_there(self, opened: Opened) -> None:
        with pytest.raises(StoreUnavailable, match="does not answer"):
            check_apart(replace(opened.engine, query="http://127.0.0.1:9/query"), opened.full.names)
