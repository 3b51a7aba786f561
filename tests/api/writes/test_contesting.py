"""A steward contests a finding by a form without script; the note stands with it, and nobody else can send it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import quote, urlencode

import httpx
import pytest

from api.tokens import new_token
from api.writes import finding_changes
from graph.errors import DataError
from graph.findings.evaluation import move
from graph.instance import Instance
from graph.log.rows import MEMBERS, Entry
from graph.log.tokens import Role
from graph.views.holder import Holder
from tests.api.routes.test_records import Writers
from tests.api.serving import BASE, records, serving, settings, tell
from tests.graph.findings.watching import TODAY

EX = "https://example.org/id/"
WRONG = """<{0}> a <http://www.w3.org/ns/org#Organization> ; <http://xmlns.com/foaf/0.1/name> "{1}"@fr ;
    <http://www.w3.org/ns/org#identifier> "{2}"^^<https://w3id.org/civigraph#siren> ."""
ODRL = "http://www.w3.org/ns/odrl/2/"
PACTS = "".join(
    f"<{EX}{name}> a <{ODRL}Agreement> ; <{ODRL}assigner> <{EX}city> ; <{ODRL}assignee> <{EX}{other}> .\n"
    for name, other in (("pact", "firm"), ("accord", "office"))
)
FORM = "application/x-www-form-urlencoded"
WHY = "Le numéro <b>est</b> celui du registre."


@pytest.fixture(scope="module")
def writers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writers]:
    folder = tmp_path_factory.mktemp("contesting") / "data"
    tokens = {}
    with Instance.open(folder, create=True, base=BASE) as instance:
        move(instance.log, instance.base, TODAY)
        instance.log.sources.ensure("told", f"{EX}told.ttl")
        tell(instance, WRONG.format(f"{EX}city", "Ville d’Exemple", "00000018"), "told")
        tell(instance, WRONG.format(f"{EX}hidden", "Cachée", "00000026"), "kept", MEMBERS)
        tell(instance, PACTS, "pacts")
        tell(instance, WRONG.format(f"{EX}between", "Entre nous", "00000034"), "kept", f"{EX}pact")
        # Each agreement tells a part of what is wrong.
        wrong = WRONG.format(f"{EX}joint", "Ensemble", "00000042")
        said, number = wrong.rpartition(" ;")[0] + " .", f"<{EX}joint> {wrong.rpartition(';')[2]}"
        tell(instance, said, "kept", f"{EX}pact")
        tell(instance, number, "other", f"{EX}accord")
        for name, role, actor in (
            ("firm", Role.MEMBER, f"{EX}firm"),
            ("office", Role.MEMBER, f"{EX}office"),
            ("late", Role.STEWARD, f"{EX}late"),
            ("member", Role.MEMBER, None),
            ("city", Role.STEWARD, f"{EX}city"),
            ("curator", Role.CURATOR, None),
        ):
            tokens[name], hash = new_token(name)
            instance.log.tokens.add(name, role, hash, actor=actor)
        with pytest.MonkeyPatch.context() as patch, serving(settings(folder, findings=True)) as server:
            # However busy the machine is.
            patch.setattr(finding_changes, "WAIT_SECONDS", 300.0)
            yield Writers(server, instance.log, tokens)


def findings(writers: Writers, role: str = "", **asked: str) -> list[dict[str, object]]:
    """The findings of R52 that a role sees."""
    answer = writers.ask(role, "GET", f"/findings.json?{urlencode({'rule': 'R52', **asked})}")
    found: list[dict[str, object]] = json.loads(answer.text)["findings"]
    return found


def finding(writers: Writers, role: str = "", focus: str = f"{EX}city") -> str:
    (found,) = findings(writers, role, focus=focus)
    return str(found["finding"])


def send(writers: Writers, role: str = "", fields: dict[str, str] | None = None, **headers: str) -> httpx.Response:
    """Send the form as a browser does."""
    asked = fields or {}
    filled = {"iri": asked.get("iri") or finding(writers), "text": WHY, "language": "fr", **asked}
    return writers.ask(role, "POST", "/finding", urlencode(filled), content_type=FORM, accept="text/html", **headers)


def page(writers: Writers, iri: str, role: str = "") -> str:
    answer = writers.ask(role, "GET", f"/finding?iri={quote(iri)}&lang=en", accept="text/html")
    assert answer.status_code == 200
    return answer.text


def note_name(actor: str, iri: str) -> str:
    """The address of an actor's note on a finding."""
    return f"{BASE}id/note/{sha256(f'{EX}{actor} {iri}'.encode()).hexdigest()[:20]}"


def test_a_note_stands_with_the_finding_in_every_world(writers: Writers) -> None:
    iri = finding(writers)
    assert 'type="password"' in page(writers, iri)
    assert findings(writers, status="contested") == []
    sent = send(writers, fields={"token": writers.tokens["city"]})
    assert (sent.status_code, sent.headers["location"]) == (303, f"/finding?iri={quote(iri, safe=':/')}#notes")
    shown = page(writers, iri)
    assert "Le numéro &lt;b&gt;est&lt;/b&gt; celui du registre." in shown
    assert "Ville d’Exemple" in shown
    (contested,) = findings(writers, status="contested")
    (note,) = contested["notes"]  # type: ignore[misc]
    assert (note["text"], note["language"], note["actor"]) == (WHY, "fr", f"{EX}city")
    for role in ("member", "curator"):
        other = finding(writers, role)
        assert other != iri
        assert WHY in json.dumps(findings(writers, role, status="contested"), ensure_ascii=False)
    # Whoever says it again says it anew.
    assert send(writers, fields={"token": writers.tokens["city"], "text": "Autrement"}).status_code == 303
    (contested,) = findings(writers, status="contested")
    assert [each["text"] for each in contested["notes"]] == ["Autrement"]  # type: ignore[attr-defined]


def test_who_may_not_is_told_and_loses_no_word(writers: Writers) -> None:
    before = findings(writers, status="contested")
    for fields, status in (
        ({}, 401),
        ({"token": "cg_city_" + "x" * 43}, 401),
        ({"token": writers.tokens["member"]}, 403),
        ({"token": writers.tokens["city"], "text": " "}, 422),
        ({"token": writers.tokens["city"], "text": "x" * 2001}, 422),
        ({"token": writers.tokens["city"], "language": "de"}, 422),
    ):
        answer = send(writers, fields=fields)
        assert answer.status_code == status, answer.text
        assert 'role="alert"' in answer.text
        assert "&lt;b&gt;est" in answer.text or "text" in fields
        assert writers.tokens["city"] not in answer.text
        plain = writers.ask("", "POST", "/finding", urlencode({"iri": finding(writers), **fields}), content_type=FORM)
        assert plain.headers["content-type"] == "application/problem+json"
    assert send(writers, fields={"iri": f"{EX}nothing", "token": writers.tokens["city"]}).status_code == 404
    assert writers.ask("city", "POST", "/finding", "{}", content_type="application/json").status_code == 415
    assert findings(writers, status="contested") == before


@pytest.mark.parametrize("told", [{"sec_fetch_site": "cross-site"}, {"sec_fetch_site": "same-site"},
                                  {"origin": "https://elsewhere.example"}, {"origin": "null"}])  # fmt: skip
def test_a_page_elsewhere_sends_nothing_in_a_name_that_is_added_on_the_way(
    writers: Writers, told: dict[str, str]
) -> None:
    assert send(writers, "city", {"text": "Forged"}, **told).status_code == 403
    assert "Forged" not in page(writers, finding(writers))


@pytest.mark.parametrize("told", [{}, {"sec_fetch_site": "same-origin"}, {"origin": "here"}])
def test_a_page_of_this_site_does(writers: Writers, told: dict[str, str]) -> None:
    given = {name: writers.server.address.rstrip("/") if value == "here" else value for name, value in told.items()}
    assert send(writers, "city", {"text": f"Said {sorted(told)}"}, **given).status_code == 303
    assert f"Said {sorted(told)}" in page(writers, finding(writers)).replace("&#39;", "'")


def test_a_note_on_what_members_see_is_theirs(writers: Writers) -> None:
    public = writers.ask("", "GET", "/findings.json?status=any").json()
    iri = finding(writers, "city", f"{EX}hidden")
    assert writers.ask("", "GET", f"/finding?iri={quote(iri)}").status_code == 404
    assert send(writers, "city", {"iri": iri, "text": "Only members"}).status_code == 303
    assert "Only members" in page(writers, iri, "member")
    assert writers.ask("", "GET", f"/finding?iri={quote(iri)}").status_code == 404
    assert writers.ask("", "GET", "/findings.json?status=any").json() == public
    full = finding(writers, "curator", f"{EX}hidden")
    assert send(writers, "curator", {"iri": full, "text": "Only curators"}).status_code == 303
    assert {"Only members", "Only curators"} <= set(
        page(writers, full, "curator").replace("<p>", "\n").replace("</p>", "\n").split("\n")
    )
    assert "Only curators" not in page(writers, iri, "member")


def test_a_note_on_what_parties_see_is_theirs(writers: Writers) -> None:
    iri = finding(writers, "city", f"{EX}between")
    assert "by the same agreement" in page(writers, iri, "city")
    assert finding(writers, "firm", f"{EX}between") == iri
    thing = writers.ask("firm", "GET", f"/entity?iri={EX}between", accept="text/html")
    seen = writers.ask("firm", "GET", thing.headers["location"], accept="text/html")
    assert seen.status_code == 200
    assert iri.partition("#")[2] in seen.text
    shown = {role: writers.ask(role, "GET", "/findings.json?status=any").json() for role in ("", "member", "office")}
    assert send(writers, "city", {"iri": iri, "text": "Between us"}).status_code == 303
    assert "Between us" in page(writers, iri, "firm")
    assert "Between us" in page(writers, finding(writers, "curator", f"{EX}between"), "curator")
    note = note_name("city", iri)
    assert [head.audience for head in writers.log.heads(iri=note)] == [f"{EX}pact"]
    for role, before in shown.items():
        assert writers.ask(role, "GET", "/findings.json?status=any").json() == before
        assert writers.ask(role, "GET", f"/finding?iri={quote(iri)}").status_code == 404
        assert writers.ask(role, "GET", f"/entity?iri={quote(note)}").status_code == 404


def test_no_note_is_written_on_what_no_agreement_makes_alone(writers: Writers) -> None:
    iri = finding(writers, "city", f"{EX}joint")
    for role in ("firm", "office"):
        assert findings(writers, role, focus=f"{EX}joint") == []
    rows = writers.log.sequence()
    answer = send(writers, "city", {"iri": iri, "text": "Of both"})
    assert answer.status_code == 403
    assert "several agreements together" in answer.text
    assert writers.log.sequence() == rows


def test_who_may_not_write_leaves_no_source(writers: Writers) -> None:
    iri, before = finding(writers), writers.log.sources.all()
    name = note_name("late", iri)
    # What stands there already is another's.
    writers.log.append([Entry(record) for record in records(WRONG.format(name, "Prise", "000000018"), "told")],
                       agent="test", source="told")  # fmt: skip
    assert send(writers, "late").status_code == 403
    assert writers.log.sources.all() == before


def test_what_is_written_is_no_fault_where_views_are_closed_meanwhile(
    writers: Writers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object, **__: object) -> bool:
        raise DataError("the views were closed while a change waited for them")

    iri = finding(writers)
    with monkeypatch.context() as patch:
        patch.setattr(Holder, "wait_for", closed)
        assert send(writers, "city", {"text": "Meanwhile"}).status_code == 303
        answer = writers.ask(
            "curator", "PUT", "/records/actor/other", f'<{EX}other> a foaf:Agent ; foaf:name "Autre" .'
        )
        assert (answer.status_code, answer.json()["findings"]) == (201, None)
    writers.ask("curator", "DELETE", "/records/actor/other")
    assert "Meanwhile" in page(writers, iri)


def test_a_finding_has_a_history(writers: Writers) -> None:
    iri = finding(writers)
    told = writers.ask("", "GET", f"/finding?iri={quote(iri)}", accept="application/json").json()
    assert [each["change"] for each in told["history"]] == ["opened"]
    assert told["finding"] == iri
    answer = writers.ask("curator", "PUT", "/records/actor/ville?source=told",
                         WRONG.format(f"{EX}city", "Ville d’Exemple", "000000018"))  # fmt: skip
    assert "R52" in [each["rule"] for each in answer.json()["findings"]["cleared"]]
    seen = page(writers, iri)
    assert "Cleared" in seen
    assert "Contest it" not in seen
    assert send(writers, "curator", {"iri": iri}).status_code == 422
