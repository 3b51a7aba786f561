"""Outside queries are answered whole or not at all, and no query harms the process that asks."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic, process_time, sleep

import pytest
from pyoxigraph import RdfFormat, parse

from graph.cages.limits import Limits
from graph.cages.zygote import Zygote
from graph.errors import (
    CageUnavailable,
    CivigraphError,
    DataError,
    DeadlineReached,
    LimitReached,
    MemoryReached,
    Overloaded,
    QueryRefused,
    ResultTooLarge,
    UnknownFormat,
    WorkerDied,
)
from graph.store import answering
from graph.store.fairness.rules import Fairness
from graph.store.formats import GRAPH_FORMATS, RESULT_FORMATS, QueryFormat
from graph.store.query_text import QueryText
from graph.store.snapshots import Snapshots
from graph.store.workers import PRELOAD, QueryPool
from tests.graph.store.written import EX, Written

POINT = f"SELECT ?o {{ <{EX}s7> <{EX}p> ?o }}"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote([*PRELOAD, "tests.graph.store.entries"]) as zygote:
        yield zygote


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Written:
    """A store that the tests of this module only read."""
    return Written(tmp_path_factory.mktemp("read"))


@pytest.fixture(scope="module")
def pool(zygote, written) -> Iterator[QueryPool]:
    with QueryPool(zygote, written.snapshots, size=4) as pool:
        pool.wait_ready()
        yield pool


@pytest.fixture
def unchecked(monkeypatch):
    """Let every query reach a worker: the cage must hold without the look before it."""
    monkeypatch.setattr(answering, "check", lambda query: QueryText())


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """A SPARQL endpoint on loopback that answers anything and notes who came."""
    visits: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            visits.append(self.path)
            body = b'{"head":{"vars":[]},"results":{"bindings":[{}]}}'
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", visits
        server.shutdown()
        thread.join()


def _rows(answer) -> list[dict[str, str]]:
    bindings = json.loads(answer.read())["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in bindings]


def _children(pid: int | None) -> list[int]:
    """The processes that a process started and that are still in the table, zombies too."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _fails(pool: QueryPool, query: str, deadline: float) -> None:
    with pytest.raises(CivigraphError):
        pool.run(query, deadline=deadline)


# Answers


@pytest.mark.parametrize("form", RESULT_FORMATS)
def test_solutions_come_in_each_format(pool, written, form):
    with pool.run("SELECT ?s ?o { ?s ?p ?o } ORDER BY ?s", accept=form) as answer:
        body = answer.body.read()
        assert (answer.kind, answer.format, answer.media_type, answer.length) == (
            "solutions",
            form,
            form.value,
            len(body),
        )
    assert body.count(b"value 1999") == 1


@pytest.mark.parametrize("form", RESULT_FORMATS)
def test_a_boolean_comes_in_each_format(pool, form):
    answer = pool.run(f"ASK {{ <{EX}s7> ?p ?o }}", accept=form)
    assert (answer.kind, answer.format) == ("boolean", form)
    assert b"true" in answer.read()


@pytest.mark.parametrize("form", GRAPH_FORMATS)
def test_a_graph_comes_in_each_format(pool, form):
    query = (
        f"CONSTRUCT {{ ?s <http://purl.org/dc/terms/title> ?o ; <http://www.w3.org/ns/dcat#x> 1.5 ; <{EX}p> ?s }}"
        f" WHERE {{ ?s ?p ?o }}"
    )
    answers = [pool.run(query, accept=form) for _ in range(3)]
    assert {(answer.kind, answer.format) for answer in answers} == {("graph", form)}
    bodies = [answer.read() for answer in answers]
    # Three workers may have answered, and each process orders prefixes in its own way.
    assert len({body[:2000] for body in bodies}) == 1
    assert len(list(parse(bodies[0], RdfFormat.from_media_type(form.value)))) == 6000
    if form is QueryFormat.TURTLE:
        assert bodies[0].startswith(b"@prefix dcat: <http://www.w3.org/ns/dcat#> .\n@prefix dct: <")
    if form is QueryFormat.RDF_XML:
        assert b' xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="' in bodies[0]


def test_a_description_is_what_is_said_about_a_node(pool):
    answer = pool.run(f"DESCRIBE <{EX}s7>", accept=QueryFormat.N_TRIPLES)
    assert answer.read() == f'<{EX}s7> <{EX}p> "value 7" .\n'.encode()


def test_the_first_accepted_format_that_fits_is_taken(pool):
    accept = [QueryFormat.TURTLE, "text/csv", QueryFormat.JSON]
    assert pool.run(POINT, accept=accept).read() == b"o\r\nvalue 7\r\n"
    with pytest.raises(QueryRefused, match="none of the accepted formats"):
        pool.run(POINT, accept=QueryFormat.TURTLE)
    with pytest.raises(UnknownFormat, match="image/png"):
        pool.run(POINT, accept="image/png")


def test_a_large_answer_is_whole(pool):
    query = "SELECT ?a ?b { ?a ?p ?x . ?b ?q ?y } LIMIT 300000"
    with pool.run(query, accept=QueryFormat.TSV, max_bytes=64 << 20) as answer:
        lines = sum(1 for _ in answer.body)
    assert lines == 300_001


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT * {\n ?s ?p }", "line 2"),
        ("SELECT * { ?s ex:p ?o }", "ex: is not declared"),
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", "line 1"),
        ("SELECT * { BIND(<http://example.org/f>(1) AS ?x) }", "custom function"),
    ],
)
def test_an_ill_formed_query_is_refused_with_its_place(pool, query, words):
    with pytest.raises(QueryRefused, match=words) as refused:
        pool.run(query)
    assert len(str(refused.value)) < 500


# The dataset


@pytest.mark.parametrize(
    ("options", "clause", "seen"),
    [
        ({}, "", {"default"}),
        ({"visible": [f"{EX}g"]}, "", {"default", "seen", "named seen"}),
        ({}, f"FROM <{EX}g> FROM NAMED <{EX}g>", set()),
        ({"visible": [f"{EX}g"]}, f"FROM <{EX}g> FROM <{EX}hidden>", {"seen"}),
        ({"visible": [f"{EX}g"]}, f"FROM NAMED <{EX}g> FROM NAMED <{EX}hidden>", {"named seen"}),
        ({"visible": [f"{EX}g"], "default_graphs": [f"{EX}g"]}, f"FROM <{EX}x>", {"seen"}),
        ({"visible": [f"{EX}g"], "named_graphs": [f"{EX}g", f"{EX}hidden"]}, "", {"named seen"}),
        ({"default_graphs": [f"{EX}g"], "named_graphs": [f"{EX}hidden"]}, "", set()),
        ({"default_graphs": ["no IRI"]}, "", set()),
    ],
)
def test_a_query_sees_its_dataset_and_nothing_else(pool, options, clause, seen):
    query = f"""SELECT DISTINCT ?x {clause} {{
        {{ <{EX}s7> <{EX}p> ?o BIND("default" AS ?x) }}
        UNION {{ <{EX}s> <{EX}p> ?x }}
        UNION {{ GRAPH ?g {{ <{EX}s> <{EX}p> ?o }} BIND(CONCAT("named ", ?o) AS ?x) }}
        UNION {{ GRAPH <{EX}hidden> {{ <{EX}s> <{EX}p> ?x }} }} }}"""
    assert {row["x"] for row in _rows(pool.run(query, **options))} == seen


# No network


def _service_queries(address: str) -> list[str]:
    service = f"SERVICE <{address}> {{ ?s ?p ?o }}"
    silent = f"SERVICE SILENT <{address}> {{ ?s ?p ?o }}"
    return [
        f"SELECT * {{ {service} }}",
        f"SELECT * {{ {silent} }}",
        f"SELECT * {{ {{ SELECT * {{ {silent} }} }} }}",
        f"ASK {{ ?a ?b ?c FILTER EXISTS {{ {silent} }} }}",
        f"ASK {{ ?a ?b ?c FILTER NOT EXISTS {{ {service} }} }}",
        f"SELECT * {{ BIND(<{address}> AS ?e) SERVICE ?e {{ ?s ?p ?o }} }}",
        f"PREFIX c: <{address}> SELECT * {{ SERVICE SILENT c: {{ ?s ?p ?o }} }}",
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {silent} }}",
    ]


def test_without_a_cage_the_canary_is_reached(written, canary, unchecked):
    """The test of the tests: an uncaged worker does go out."""
    address, visits = canary
    with (
        Zygote([*PRELOAD, "tests.graph.store.no_cage"]) as zygote,
        QueryPool(zygote, written.snapshots, size=1, allow_network=True) as open_pool,
    ):
        open_pool.run(_service_queries(address)[0]).close()
    assert visits


def test_no_service_reaches_the_canary(pool, canary, unchecked):
    address, visits = canary
    for query in _service_queries(address):
        try:
            pool.run(query).close()
        except QueryRefused:
            continue
    assert visits == []


def test_a_service_is_refused_before_a_worker_sees_it(pool, canary):
    for query in _service_queries(canary[0]):
        with pytest.raises(QueryRefused, match="SERVICE is not offered"):
            pool.run(query)


def test_what_needs_the_network_is_told_as_such(pool, canary, unchecked):
    with pytest.raises(QueryRefused, match="another server"):
        pool.run(_service_queries(canary[0])[0])


@pytest.mark.parametrize("words", ["LOAD", "LOAD SILENT"])
def test_no_load_reaches_the_canary(zygote, canary, words):
    address, visits = canary
    with zygote.spawn("tests.graph.store.entries:update") as worker:
        worker.send({}, f"{words} <{address}>".encode())
        worker.receive(10)
    assert visits == []


def test_an_update_is_refused_by_the_engine_too(pool, written, unchecked):
    with pytest.raises(QueryRefused):
        pool.run(f"INSERT DATA {{ <{EX}x> <{EX}y> 1 }}")


# Hostile queries

NESTED = "SELECT * " + "{" * 4000 + "}" * 4000
CROSS = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(4))
CONCAT = " ".join(f"BIND(CONCAT({', '.join([f'?v{n}'] * 8)}) AS ?v{n + 1})" for n in range(12))

HOSTILE = {
    "nested groups": (NESTED, WorkerDied),
    "parentheses": ("ASK { FILTER(" + "(" * 8000 + "1" + ")" * 8000 + ") }", WorkerDied),
    "nested NOT EXISTS": (
        "ASK { ?s ?p ?o " + "FILTER NOT EXISTS { ?s ?p ?o " * 1000 + "}" * 1000 + " }",
        WorkerDied,
    ),
    "cross product": (f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}", DeadlineReached),
    "order of a product": (f"SELECT * {{ {CROSS} }} ORDER BY ?c0 ?c1", LimitReached),
    "endless rows": (f"SELECT * {{ {CROSS} }}", ResultTooLarge),
    "group concatenation": (
        f"SELECT (GROUP_CONCAT(CONCAT(?c0, ?c1, ?c2)) AS ?all) {{ {CROSS} }}",
        LimitReached,
    ),
    "concatenation": (f'SELECT (STRLEN(?v12) AS ?n) {{ BIND("xxxxxxxx" AS ?v0) {CONCAT} }}', MemoryReached),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_query_ends_and_the_next_is_answered(pool, unchecked, name):
    query, error = HOSTILE[name]
    process = os.getpid()
    start = monotonic()
    with pytest.raises(error):
        # Memory fills at the speed of copying, hence the longer time for it.
        pool.run(query, deadline=30 if error is MemoryReached else 1.5, max_bytes=1 << 20)
    assert monotonic() - start < (25 if error is MemoryReached else 4)
    assert _rows(pool.run(POINT, deadline=5)) == [{"o": "value 7"}]
    assert os.getpid() == process


@pytest.mark.parametrize("name", ["nested groups", "parentheses", "nested NOT EXISTS"])
def test_what_would_end_a_worker_is_refused_before(pool, name):
    with pytest.raises(QueryRefused, match="nested"):
        pool.run(HOSTILE[name][0])


def test_ten_hostile_clients_do_not_keep_others_out(zygote, written, unchecked):
    """Hostile queries without pause in all places but one; cheap ones go on and all are answered."""
    with QueryPool(zygote, written.snapshots, size=6) as pool:
        pool.wait_ready()
        stop = threading.Event()
        ended: list[type[Exception]] = []

        def attack(query: str) -> None:
            while not stop.is_set():
                try:
                    pool.run(query, deadline=0.5, max_bytes=1 << 20).close()
                except CivigraphError as error:
                    ended.append(type(error))

        attackers = [
            threading.Thread(target=attack, args=(HOSTILE[name][0],)) for name in ("nested groups", "cross product")
        ]
        for thread in attackers:
            thread.start()
        for _ in range(40):
            assert _rows(pool.run(POINT)) == [{"o": "value 7"}]
        stop.set()
        for thread in attackers:
            thread.join()
    assert {WorkerDied, DeadlineReached} <= set(ended)


# Limits


def test_rows_over_the_limit_are_no_answer(pool):
    assert len(_rows(pool.run("SELECT * { ?s ?p ?o }", max_rows=2000))) == 2000
    with pytest.raises(ResultTooLarge, match="rows"):
        pool.run("SELECT * { ?s ?p ?o }", max_rows=1999)
    with pytest.raises(ResultTooLarge, match="rows"):
        pool.run("CONSTRUCT WHERE { ?s ?p ?o }", max_rows=1999)
    assert b"true" in pool.run("ASK {}", max_rows=0).read()


def test_bytes_over_the_limit_are_no_answer(pool):
    length = len(pool.run("SELECT * { ?s ?p ?o }").read())
    assert len(pool.run("SELECT * { ?s ?p ?o }", max_bytes=length).read()) == length
    with pytest.raises(ResultTooLarge, match="larger"):
        pool.run("SELECT * { ?s ?p ?o }", max_bytes=length - 1)


def test_a_gone_client_ends_its_query(pool):
    start = monotonic()
    with pytest.raises(LimitReached, match="cancelled"):
        pool.run(HOSTILE["cross product"][0], deadline=20, cancelled=lambda: monotonic() - start > 0.3)
    assert monotonic() - start < 3


def test_a_full_pool_says_so(zygote, written):
    # Nothing is slow here: who answers keeps the one place.
    with QueryPool(zygote, written.snapshots, size=1, rules=Fairness(slow_after=60), queue_seconds=0.2) as pool:
        pool.wait_ready()
        slow = threading.Thread(target=_fails, args=(pool, HOSTILE["cross product"][0], 2))
        slow.start()
        sleep(0.3)
        with pytest.raises(Overloaded, match="busy"):
            pool.run(POINT)
        slow.join()
        assert _rows(pool.run(POINT)) == [{"o": "value 7"}]


def test_many_clients_share_few_workers(pool):
    answers: list[list[dict[str, str]]] = []

    def ask(number: int) -> None:
        answers.extend(_rows(pool.run(f"SELECT ?o {{ <{EX}s{n}> ?p ?o }}")) for n in range(number, number + 25))

    threads = [threading.Thread(target=ask, args=(100 * number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {row["o"] for rows in answers for row in rows} == {
        f"value {n}" for number in range(8) for n in range(100 * number, 100 * number + 25)
    }


# Snapshots


def test_who_writes_reads_what_he_wrote(zygote, tmp_path):
    written = Written(tmp_path)
    with QueryPool(zygote, written.snapshots, size=3, patience=10) as pool:
        for _ in range(5):
            number = written.write()
            answer = pool.run(f"ASK {{ <{EX}right/{number}> ?p {number} }}", at_least=number)
            assert answer.sequence >= number
            assert b"true" in answer.read()


def test_who_waits_for_a_sequence_gets_it_when_it_comes(zygote, tmp_path):
    written = Written(tmp_path)
    with QueryPool(zygote, written.snapshots, size=3, patience=4) as pool:
        pool.wait_ready()
        sleep(0.6)
        threading.Timer(0.2, written.write).start()
        start = monotonic()
        with pool.run(POINT, at_least=1) as answer:
            assert answer.sequence == 1
        assert monotonic() - start < 3
        # What does not come is not waited for beyond the bound; the answer tells.
        with pool.run(POINT, at_least=99) as answer:
            assert answer.sequence == 1


def _sequence(pool):
    with pool.run(POINT) as answer:
        return answer.sequence


def _becomes(look, wanted, seconds=30.0):
    """Whether what is looked at becomes what is wanted, in however long a busy machine takes."""
    end = monotonic() + seconds
    while (found := look()) != wanted and monotonic() < end:
        sleep(0.05)
    return found == wanted


def test_a_long_write_does_not_slow_queries_down(zygote, tmp_path):
    written = Written(tmp_path)
    with QueryPool(zygote, written.snapshots, size=3, max_age=0.3) as pool:
        pool.wait_ready()
        written.write()
        with written.lock:
            # While the write lasts they are answered from the older snapshot: else this would never end.
            end = monotonic() + 2
            while monotonic() < end:
                with pool.run(POINT) as answer:
                    assert answer.sequence == 0
        assert _becomes(lambda: _sequence(pool), 1)


def test_a_store_that_cannot_tell_its_sequence_is_borne(zygote, tmp_path):
    """The views are opened again after an error: meanwhile the last snapshot serves."""
    written = Written(tmp_path)
    closed = threading.Event()

    def sequence() -> int:
        if closed.is_set():
            raise DataError("the views are closed")
        return written.sequence

    snapshots = Snapshots(written.store, tmp_path / "others", sequence, interval=0)
    with QueryPool(zygote, snapshots, size=2, max_age=0.1, patience=4) as pool:
        pool.wait_ready()
        sleep(0.3)
        closed.set()
        sleep(0.3)
        assert _rows(pool.run(POINT)) == [{"o": "value 7"}]
        closed.clear()
        number = written.write()
        with pool.run(POINT, at_least=number) as answer:
            assert answer.sequence == number


def test_many_waiters_do_not_keep_the_processor_busy(zygote, written):
    """Waiting for a worker is sleeping: forty who wait two seconds take little time of this process."""
    with QueryPool(zygote, written.snapshots, size=1) as pool:
        pool.wait_ready()
        slow = threading.Thread(target=_fails, args=(pool, HOSTILE["cross product"][0], 2))
        slow.start()
        sleep(0.2)
        threads = [threading.Thread(target=lambda: pool.run(POINT).close()) for _ in range(40)]
        before = process_time()
        for thread in threads:
            thread.start()
        slow.join()
        spent = process_time() - before
        for thread in threads:
            thread.join()
    assert spent < 0.7


def test_no_answer_lies_far_behind_the_store(zygote, tmp_path):
    written = Written(tmp_path)
    with QueryPool(zygote, written.snapshots, size=3, max_age=0.5, patience=10) as pool:
        pool.run(POINT).close()
        number = written.write()
        sleep(0.6)
        with pool.run(POINT) as answer:
            assert answer.sequence == number


def test_all_ready_workers_follow_the_store_in_the_end(zygote, tmp_path):
    """A few at once, the others one by one, and the old snapshot goes."""
    written = Written(tmp_path)
    with QueryPool(zygote, written.snapshots, size=8) as pool:
        roster = pool._roster
        assert _becomes(lambda: len(roster._idle), 8)
        number = written.write()
        assert _becomes(lambda: _sequence(pool), number)
        assert _becomes(lambda: {slot.lease.sequence for slot in roster._idle}, {number})
        assert _becomes(lambda: len(roster._idle), 8)


def test_no_reader_sees_half_a_commit(zygote, tmp_path):
    written = Written(tmp_path)
    stop = threading.Event()
    faults: list[str] = []
    seen: set[int] = set()

    def write() -> None:
        while not stop.wait(0.005):
            written.write()

    def read(pool: QueryPool) -> None:
        while not stop.is_set():
            answer = pool.run(COUNT)
            seen.add(answer.sequence)
            count = int(_rows(answer)[0]["n"])
            if count != 2000 + 2 * answer.sequence:
                faults.append(f"{count} triples at {answer.sequence}")

    with QueryPool(zygote, written.snapshots, size=5) as pool:
        threads = [threading.Thread(target=write), *(threading.Thread(target=read, args=(pool,)) for _ in range(3))]
        for thread in threads:
            thread.start()
        sleep(4)
        stop.set()
        for thread in threads:
            thread.join()
    assert faults == []
    assert len(seen) > 3
    # Two kept, none in use any more.
    assert len(list((tmp_path / "snapshots").iterdir())) == 2


# Life and death


def test_a_killed_worker_is_replaced(zygote, written):
    with QueryPool(zygote, written.snapshots, size=1) as pool:
        pool.wait_ready()
        before = set(_children(zygote.pid))
        pool.run(POINT).close()
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        sleep(0.1)
        # The pool of this module loses its idle workers too, and finds out by itself.
        assert _rows(pool.run(POINT)) == [{"o": "value 7"}]


def test_a_killed_zygote_is_replaced(written):
    with Zygote(PRELOAD) as zygote, QueryPool(zygote, written.snapshots, size=2) as pool:
        pool.wait_ready()
        assert zygote.pid is not None
        os.kill(zygote.pid, signal.SIGKILL)
        sleep(0.1)
        assert _rows(pool.run(POINT)) == [{"o": "value 7"}]


def test_nothing_is_left_after_close(written):
    before = set(os.listdir("/proc/self/fd"))
    with Zygote(PRELOAD) as zygote:
        pool = QueryPool(zygote, written.snapshots, size=4)
        pool.wait_ready()
        pool.run(POINT).close()
        with pytest.raises(DeadlineReached):
            pool.run(HOSTILE["cross product"][0], deadline=0.3)
        asking = threading.Thread(target=_fails, args=(pool, HOSTILE["cross product"][0], 30))
        asking.start()
        sleep(0.3)
        pids = _children(zygote.pid)
        assert pids
        pool.close()
        asking.join(5)
        assert not asking.is_alive()
        assert _children(zygote.pid) == []
        with pytest.raises(Overloaded, match="closing"):
            pool.run(POINT)
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
    assert set(os.listdir("/proc/self/fd")) == before


def test_a_machine_that_cages_nobody_serves_nobody(written):
    """Unless the operator names the override."""
    with Zygote([*PRELOAD, "tests.graph.store.no_cage"]) as zygote:
        with QueryPool(zygote, written.snapshots, size=1) as pool:
            with pytest.raises(CageUnavailable):
                pool.wait_ready()
            with pytest.raises(CageUnavailable):
                pool.run(POINT)
        with QueryPool(zygote, written.snapshots, size=1, allow_network=True) as pool:
            assert _rows(pool.run(POINT)) == [{"o": "value 7"}]


def test_a_worker_that_cannot_start_is_told(zygote, written):
    with (
        QueryPool(zygote, written.snapshots, size=1, limits=Limits(memory_bytes=32 << 20)) as pool,
        pytest.raises((MemoryReached, WorkerDied)),
    ):
        pool.run(POINT)
