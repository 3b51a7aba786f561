"""Anyone's RDF checked over HTTP: reports in every form, lines, wrong requests as problems, the form without script."""

from __future__ import annotations

import csv
import gzip
import html
import io
import json
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from api.checks.validator import Asked, Document, Validator
from graph.errors import DataError, Overloaded, ShareUsedUp
from graph.instance import Instance
from graph.terms import SH
from tests.api.serving import BASE, Server, serving, settings

HTML = "text/html,application/xhtml+xml,*/*;q=0.8"
BAD = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<http://example.org/d> a dcat:Dataset ;
  dct:title "Comptages"@fr , "Counts"@en ;
  dcat:contactPoint [ a vcard:Kind ] ;
  dct:temporal [ a dct:PeriodOfTime ;
     dcat:startDate "2027-01-01"^^xsd:date ;
     dcat:endDate "2026-01-01"^^xsd:date ] .
"""
GOOD = "<http://example.org/p> a <http://purl.org/dc/terms/Location> .\n"
HOSTILE = '<http://example.org/d> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> "%s"@en .'


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over an empty folder, whose checkers have started."""
    path = tmp_path_factory.mktemp("validate") / "data"
    with Instance.open(path, create=True, base=BASE):
        pass
    with serving(settings(path, validate_bytes=60_000)) as running:
        assert post(running, GOOD).status_code == 200
        yield running


def post(
    server: Server,
    text: str | bytes,
    query: str = "",
    media_type: str = "text/turtle",
    accept: str = "*/*",
    **more: str,
) -> httpx.Response:
    """Send a document as it is."""
    return server.client.post(
        f"{server.address}validate{query}", content=text, headers={"Content-Type": media_type, "Accept": accept, **more}
    )


def send(server: Server, *, accept: str = HTML, file: tuple[str, bytes] | None = None, **fields: str) -> httpx.Response:
    """Send the form."""
    parts: dict[str, tuple[str | None, str | bytes]] = {name: (None, value) for name, value in fields.items()}
    if file is not None:
        parts["file"] = file
    return server.client.post(f"{server.address}validate", files=parts, headers={"Accept": accept})


def problem(answer: httpx.Response, status: int, name: str) -> dict[str, object]:
    """See that an answer is a problem of a kind."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, object] = answer.json()
    assert found["type"] == f"https://w3id.org/civigraph/problem/{name}"
    return found


def test_a_report_tells_rule_words_and_line(checked: Server) -> None:
    answer = post(checked, BAD, "?at=2026-06-30")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    report = answer.json()
    assert report["conforms"] is False
    assert (report["date"], report["dateOrigin"]) == ("2026-06-30", "given")
    found = {each["rule"]: each for each in report["findings"]}
    assert found["R53"]["line"] == 10
    assert found["R51"]["line"] == 8
    assert found["R01"]["line"] == 6
    assert found["R53"]["message"].keys() == {"fr", "en"}
    assert {rule["identifier"] for rule in report["rules"]} == set(found)
    assert "R15" not in found


def test_the_same_document_has_the_same_report(checked: Server) -> None:
    query = "?at=2026-06-30"
    assert post(checked, BAD, query).content == post(checked, BAD, query).content


def test_what_conforms_is_answered_with_200_too(checked: Server) -> None:
    report = post(checked, GOOD).json()
    assert report["conforms"] is True
    assert report["findings"] == report["rules"] == []


def test_the_date_changes_what_is_found(checked: Server) -> None:
    text = BAD.replace("2027-01-01", "2025-01-01") + '<http://example.org/d> dct:issued "2026-06-01"^^xsd:date .'
    assert "R53" not in {each["rule"] for each in post(checked, text, "?at=2026-06-30").json()["findings"]}
    assert "R53" in {each["rule"] for each in post(checked, text, "?at=2026-05-01").json()["findings"]}


@pytest.mark.parametrize(("profile", "title"), [("dcat-ap", "DCAT-AP 3.0.1"), ("hvd", "HVD")])
def test_profiles(checked: Server, profile: str, title: str) -> None:
    report = post(checked, BAD, f"?profile={profile}").json()
    assert report["profile"]["name"] == profile
    assert title in report["profile"]["title"]["en"]
    assert report["rules"] == []
    assert report["findings"]


def test_a_report_of_shacl(checked: Server) -> None:
    answer = post(checked, BAD, accept="text/turtle")
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    triples = list(ox.parse(answer.content, format=ox.RdfFormat.TURTLE))
    results = [each for each in triples if each.predicate.value == f"{SH}result"]
    assert len(results) == len(post(checked, BAD).json()["findings"])


def test_a_table(checked: Server) -> None:
    answer = post(checked, BAD, accept="text/csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["rule"]: row["line"] for row in rows}["R53"] == "10"
    safe = send(checked, text=HOSTILE.replace("<http://example.org/d>", "<x:y>") % "=1+1", format="spreadsheet")
    assert safe.content.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_page(checked: Server, language: str) -> None:
    answer = post(checked, BAD, accept=HTML, **{"Accept-Language": language})
    text = html.unescape(answer.text)
    assert {"fr": "Comptages", "en": "Counts"}[language] in text
    assert {"fr": "ligne 10", "en": "line 10"}[language] in text
    assert {"fr": "non un avis juridique", "en": "not legal advice"}[language] in text
    assert 'href="/rules/R53"' in answer.text
    assert "dct:PeriodOfTime" in text


SYNTAXES = {
    "application/n-triples": (ox.RdfFormat.N_TRIPLES, True),
    "application/n-quads": (ox.RdfFormat.N_QUADS, True),
    "application/trig": (ox.RdfFormat.TRIG, True),
    "application/rdf+xml": (ox.RdfFormat.RDF_XML, False),
    "application/ld+json": (ox.RdfFormat.JSON_LD, False),
}


@pytest.mark.parametrize("media_type", SYNTAXES)
def test_every_syntax(checked: Server, media_type: str) -> None:
    syntax, _ = SYNTAXES[media_type]
    triples = list(ox.parse(BAD.encode(), format=ox.RdfFormat.TURTLE))
    text = ox.serialize([each.triple for each in triples], format=syntax)
    assert text is not None
    report = post(checked, text, "?at=2026-06-30", media_type).json()
    wanted = [each["rule"] for each in post(checked, BAD, "?at=2026-06-30").json()["findings"]]
    assert [each["rule"] for each in report["findings"]] == wanted


# What is wrong


def test_what_is_malformed_is_told_with_its_place(checked: Server) -> None:
    found = problem(post(checked, BAD.replace("a dcat:Dataset", "a dcat:Dataset dcat:")), 422, "input")
    assert found["line"] == 6
    assert isinstance(found["column"], int)


@pytest.mark.parametrize("query", ["?profile=none", "?at=tomorrow", "?at=2026-02-30", "?at=20260630"])
def test_wrong_parameters(checked: Server, query: str) -> None:
    found = problem(post(checked, GOOD, query), 422, "parameters")
    assert query[1:].partition("=")[0] in json.dumps(found["errors"])


def test_a_parameter_twice(checked: Server) -> None:
    problem(post(checked, GOOD, "?profile=hvd&profile=dcat-ap"), 400, "bad-request")


def test_too_large(checked: Server) -> None:
    assert problem(post(checked, GOOD * 2000), 413, "body-too-large")["limit"] == 60_000


def test_a_small_document_that_unpacks_to_a_large_one(checked: Server) -> None:
    problem(post(checked, gzip.compress(b"# \n" * 20_000_000)), 413, "input-too-large")


@pytest.mark.parametrize("media_type", ["text/plain", "image/png", "", "application/sparql-query"])
def test_another_media_type(checked: Server, media_type: str) -> None:
    found = problem(post(checked, GOOD, media_type=media_type), 415, "unsupported-media-type")
    assert "text/turtle" in found["taken"]  # type: ignore[operator]


def test_none_of_the_forms_that_are_asked_for(checked: Server) -> None:
    assert "text/csv" in problem(post(checked, GOOD, accept="image/png"), 406, "not-acceptable")["offered"]  # type: ignore[operator]


def test_a_check_that_takes_too_long(tmp_path: Path) -> None:
    with serving(settings(tmp_path / "data", validate_deadline=0.001)) as server:
        found = problem(post(server, GOOD), 503, "deadline-reached")
        assert found["title"] == "The check was stopped: it took too long"


# The form


def test_the_form_is_there_in_both_languages(checked: Server) -> None:
    for language, word in (("fr", "Contrôler une description"), ("en", "Check a description")):
        answer = checked.get("/validate", HTML, accept_language=language)
        assert answer.status_code == 200
        assert word in html.unescape(answer.text)
        assert "<form" in answer.text


def test_a_text_in_the_form(checked: Server) -> None:
    answer = send(checked, text=BAD, profile="dcat-ap", at="2026-06-30", syntax="", format="html")
    assert answer.status_code == 200
    assert 'id="report"' in answer.text
    assert "dct:PeriodOfTime" in html.unescape(answer.text), "the text stands in the form again"
    assert '<option value="dcat-ap" selected>' in answer.text


@pytest.mark.parametrize(("name", "packed"), [("data.ttl", False), ("data.ttl.gz", True), ("data.rdf", False)])
def test_a_file_in_the_form(checked: Server, name: str, packed: bool) -> None:
    content = BAD.encode()
    answer = send(checked, file=(name, gzip.compress(content) if packed else content), text="", format="json")
    assert answer.status_code == 200
    assert answer.json()["checked"] == name
    assert "R53" in {each["rule"] for each in answer.json()["findings"]}


def test_the_form_without_files_may_be_urlencoded(checked: Server) -> None:
    answer = checked.client.post(f"{checked.address}validate", data={"text": BAD, "format": "json", "at": ""})
    assert answer.status_code == 200
    assert answer.json()["findings"]


@pytest.mark.parametrize(("fields", "status", "word"), [
    ({"text": ""}, 422, "There is nothing to check"),
    ({"text": "no RDF at all"}, 415, "choose its syntax"),
    ({"text": GOOD, "profile": "none"}, 422, "is none of"),
    ({"text": GOOD, "at": "30/06/2026"}, 422, "is no date"),
    ({"text": GOOD, "format": "pdf"}, 422, "is none of"),
    ({"text": GOOD, "syntax": "image/png"}, 415, "image/png"),
    ({"text": "<http://e/a> <http://e/b> ", "syntax": "text/turtle"}, 422, "Line 1"),
])  # fmt: skip
def test_what_is_wrong_in_the_form_is_told_above_it(
    checked: Server, fields: dict[str, str], status: int, word: str
) -> None:
    answer = send(checked, **fields)
    assert answer.status_code == status
    page = html.unescape(answer.text)
    assert 'id="problem"' in page
    assert word in page
    assert fields["text"] in page, "what was written is not lost"
    assert problem(send(checked, accept="application/json", **fields), status, answer_name(status, word))


def answer_name(status: int, word: str) -> str:
    """Name the problem of a wrong form."""
    if status == 415:
        return "unknown-format"
    return "input" if word.startswith("Line") else "parameters"


@pytest.mark.parametrize("body", [b"", b"--x\r\n", b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--\r\n"])
def test_a_form_that_cannot_be_taken_apart(checked: Server, body: bytes) -> None:
    answer = post(checked, body, media_type="multipart/form-data; boundary=x")
    assert answer.status_code in {400, 422}
    assert post(checked, body, media_type="multipart/form-data").status_code == 400


def test_nothing_that_data_say_acts_in_the_page(checked: Server) -> None:
    script = "<script>alert(1)</script>"
    for text in (HOSTILE % script, HOSTILE % "x" + f" # {script}"):
        page = send(checked, text=text, format="html").text
        assert script not in page
        assert html.escape(script) in page or "&lt;script&gt;" in page


def test_the_name_of_a_file_acts_nowhere(checked: Server) -> None:
    answer = send(checked, file=("<img src=x>\x1b.ttl", b"no turtle"), format="html")
    assert answer.status_code == 422
    assert "<img src=x>" not in answer.text


# Shares


def test_one_document_of_a_client_at_a_time() -> None:
    with Validator(seconds=60) as validator:
        document = Document(BAD.encode(), "text/turtle", "one", "http://example.org/")
        entered, leave = threading.Event(), threading.Event()

        def wait() -> bool:
            entered.set()
            leave.wait(60)
            return False

        first = threading.Thread(
            target=validator.check, args=(document, Asked("hvd")), kwargs={"client": "a", "cancelled": wait}
        )
        first.start()
        assert entered.wait(60)
        with pytest.raises(ShareUsedUp):
            validator.check(document, Asked("hvd"), client="a")
        leave.set()
        first.join(60)
        assert validator.check(document, Asked("hvd"), client="a").report.findings


def test_no_more_clients_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.checks.workers.MOST_CLIENTS", 0)
    with Validator(seconds=60) as validator, pytest.raises(Overloaded):
        validator.check(Document(b"", "text/turtle", "one", "http://example.org/"), Asked("hvd"), client="a")


def test_a_closed_validator_checks_nothing() -> None:
    validator = Validator(seconds=60)
    validator.close()
    with pytest.raises(DataError):
        validator.check(Document(b"", "text/turtle", "one", "http://example.org/"), Asked("hvd"), client="a")


def test_a_client_that_goes_away_leaves_room_for_itself(checked: Server) -> None:
    body = "".join(HOSTILE.replace("/d>", f"/d{number}>") % number + "\n" for number in range(400))
    with httpx.Client() as client, pytest.raises(httpx.TimeoutException):
        client.post(
            f"{checked.address}validate",
            content=body,
            headers={"Content-Type": "text/turtle"},
            timeout=httpx.Timeout(0.05, connect=60),
        )
    end = time.monotonic() + 60
    while (answer := post(checked, GOOD)).status_code == 429 and time.monotonic() < end:
        time.sleep(0.2)
    assert answer.status_code == 200


def test_nothing_of_a_document_is_kept(checked: Server) -> None:
    before = checked.get("/health").json()
    post(checked, BAD)
    assert checked.get("/entity?iri=http://example.org/d", "application/json").status_code == 404
    assert re.sub(r"[0-9.]+", "", json.dumps(checked.get("/health").json())) == re.sub(
        r"[0-9.]+", "", json.dumps(before)
    )
