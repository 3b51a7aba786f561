"""The access log and request ids: one line a request, nothing of what was asked, never in an answer's way."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from api.routes import health
from api.server.access_log import AccessLog
from graph.errors import ConfigurationError
from tests.api.serving import Server, serving, settings
from tests.api.wire import connected, exchange

FIELDS = {"time", "id", "client", "method", "path", "parameters", "status", "bytes", "milliseconds"}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "access.jsonl"


@pytest.fixture(scope="module")
def logged(log: Path) -> Iterator[Server]:
    with serving(settings(log.parent / "data", access_log=str(log))) as running:
        yield running


def line_of(log: Path, request_id: str) -> dict[str, object]:
    """Wait for the line of a request."""
    end = monotonic() + 10
    while monotonic() < end:
        lines = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        if found := [line for line in lines if line["id"] == request_id]:
            assert len(found) == 1
            return found[0]
        sleep(0.02)
    raise AssertionError("it left no line")


def test_a_request_leaves_a_line_without_what_was_asked(logged: Server, log: Path) -> None:
    query = "SELECT ?x WHERE { ?x ?y 'Jeanne Secrète' }"
    answer = logged.client.get(
        logged.address + "sparql", params={"query": query, "format": "json"}, headers={"User-Agent": "Secret/1"}
    )
    line = line_of(log, answer.headers["x-request-id"])
    assert set(line) == FIELDS
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", str(line["time"]))
    assert (line["method"], line["path"], line["status"]) == ("GET", "/sparql", 200)
    assert line["parameters"] == ["query", "format"]
    assert line["bytes"] == len(answer.content)
    assert 0 < float(str(line["milliseconds"])) < 60_000
    assert line["client"] == "127.0.0.0/24"
    assert "Secr" not in log.read_text()


def test_a_posted_query_leaves_no_word_of_itself(logged: Server, log: Path) -> None:
    answer = logged.client.post(logged.address + "sparql", data={"query": "SELECT 'Jeanne Secrète'"})
    assert line_of(log, answer.headers["x-request-id"])["status"] == 400
    assert "Secr" not in log.read_text()


@pytest.mark.parametrize("given", ["a", "abc-123_X.y:z", "f" * 64])
def test_a_well_formed_id_is_taken(logged: Server, log: Path, given: str) -> None:
    assert logged.get("/health", x_request_id=given).headers["x-request-id"] == given
    assert line_of(log, given)["path"] == "/health"


@pytest.mark.parametrize("given", ["", "f" * 65, "a b", "a\tb", "é", "{}", "a,b", '"a"', "../x"])
def test_any_other_id_is_replaced(logged: Server, given: str) -> None:
    head = b"GET /health HTTP/1.1\r\nHost: x\r\nX-Request-Id: " + given.encode("latin-1") + b"\r\n\r\n"
    made = exchange(logged.address, head).headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{24}", made)


def test_two_ids_are_none(logged: Server) -> None:
    head = b"GET /health HTTP/1.1\r\nHost: x\r\nX-Request-Id: a\r\nX-Request-Id: b\r\n\r\n"
    assert exchange(logged.address, head).headers["x-request-id"] not in {"a", "b", "a, b"}


def test_every_request_has_another_id(logged: Server) -> None:
    assert len({logged.get("/health").headers["x-request-id"] for _ in range(5)}) == 5


@pytest.mark.parametrize("address", ["/", "/nothing/here", "/search?page=x", "/entity", "/sparql?query=%ff"])
def test_every_kind_of_answer_has_its_id_and_line(logged: Server, log: Path, address: str) -> None:
    answer = logged.get(address)
    assert line_of(log, answer.headers["x-request-id"])["status"] == answer.status_code


def test_what_is_no_http_has_a_line_too(logged: Server, log: Path) -> None:
    answer = exchange(logged.address, b"NONSENSE\r\n\r\n")
    line = line_of(log, answer.headers["x-request-id"])
    assert (line["status"], line["refused"]) == (400, True)


def test_a_client_that_goes_in_the_middle_is_no_error(logged: Server, log: Path) -> None:
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nX-Request-Id: gone\r\n"
    with connected(logged.address) as line:
        line.sendall(head + b"Content-Length: 100\r\n\r\nASK")
        sleep(0.2)
    assert "error" not in line_of(log, "gone")


def test_an_unexpected_error_is_named_and_not_told(logged: Server, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(health, "version", fail)
    answer = logged.get("/health")
    assert answer.status_code == 500
    line = line_of(log, answer.headers["x-request-id"])
    assert (line["status"], line["error"]) == (500, "RuntimeError")
    assert "secret" not in log.read_text()


def test_a_path_cannot_forge_a_line(logged: Server, log: Path) -> None:
    before = len(log.read_text().splitlines())
    answer = logged.get('/x%0a{"id":"forged"}%0d%1b[2J')
    line_of(log, answer.headers["x-request-id"])
    assert len(log.read_text().splitlines()) == before + 1
    assert log.read_bytes().isascii()


def test_a_renamed_log_is_begun_anew(logged: Server, log: Path) -> None:
    line_of(log, logged.get("/health").headers["x-request-id"])
    log.rename(log.with_suffix(".1"))
    line_of(log, logged.get("/health").headers["x-request-id"])


@pytest.mark.parametrize(("client", "address", "told"), [
    ("whole", "192.0.2.77", "192.0.2.77"), ("network", "192.0.2.77", "192.0.2.0/24"), ("none", "192.0.2.77", None),
    ("network", "2001:db8:1:2:3::4", "2001:db8:1::/48"), ("network", "no address", None),
])  # fmt: skip
def test_addresses_are_told_as_the_operator_wants(client: str, address: str, told: str | None) -> None:
    assert AccessLog("off", client).client(address) == told


def test_off_is_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    log = AccessLog("off", "whole")
    log.start()
    log.add({"id": "x"})
    log.stop()
    assert list(tmp_path.iterdir()) == []


def test_a_log_that_cannot_be_written_keeps_the_server_from_starting(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="access log cannot be written"):
        AccessLog(str(tmp_path / "none" / "access.jsonl"), "none").start()


def test_no_request_waits_for_a_log_that_is_stuck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free, taken = threading.Event(), threading.Event()
    log = AccessLog(str(tmp_path / "log"), "none")
    written: list[bytes] = []

    def write(text: bytes) -> None:
        taken.set()
        assert free.wait(30)
        written.append(text)

    monkeypatch.setattr(log, "_write", write)
    log.start()
    log.add({"id": "first"})
    assert taken.wait(10)
    for number in range(12_000):
        log.add({"id": number})
    free.set()
    end = monotonic() + 10
    while not log._lines.empty() and monotonic() < end:
        sleep(0.01)
    log.add({"id": "last"})
    log.stop()
    lines = [json.loads(line) for line in b"".join(written).splitlines()]
    assert lines[0]["id"] == "first"
    assert lines[-1]["id"] == "last"
    assert lines[-1]["dropped_before"] == 12_001 - (len(lines) - 1)
