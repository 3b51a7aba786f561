"""Who is party to an agreement sees no finding that its records refute, on any page; members and everybody else do."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from api.tokens import new_token
from api.writes import finding_changes
from graph.entities import read_entities
from graph.findings.evaluation import move
from graph.instance import Instance
from graph.log.rows import MEMBERS, Entry
from graph.log.tokens import Role
from graph.reading.parties import parties_of
from tests.api.routes.test_records import Writers
from tests.api.serving import BASE, serving, settings
from tests.graph.findings.watching import TODAY, case_records


def test_a_party_is_not_told_that_the_agreement_is_missing(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (agreement,) = (each for each in case_records("R10/ok-in-force") if each.kind == "agreement")
    tokens = {}
    with Instance.open(folder, create=True, base=BASE) as instance:
        move(instance.log, instance.base, TODAY)
        others = [Entry(each, MEMBERS) for each in case_records("R10/ok-in-force") if each.kind != "agreement"]
        instance.log.append([*others, Entry(agreement, agreement.iri)], agent="test", source="cases")
        party = min(parties_of(read_entities(instance.log, [agreement.iri], None)[agreement.iri]))
        for name, actor in (("member", None), ("party", party)):
            tokens[name], hash = new_token(name)
            instance.log.tokens.add(name, Role.MEMBER, hash, actor=actor)
        with serving(settings(folder, findings=True, query_client_seconds=0)) as server:
            writers = Writers(server, instance.log, tokens)
            found = {
                role: writers.ask(role, "GET", "/findings.json?rule=R10").json() for role in ("", "member", "party")
            }
            assert {role: each["total"] for role, each in found.items()} == {"": 0, "member": 1, "party": 0}
            for role in found:
                at = writers.ask(role, "GET", f"/findings.json?limit=500&at={TODAY}").json()
                assert at.pop("at") == str(TODAY)
                assert at == writers.ask(role, "GET", "/findings.json?limit=500").json()
            (missing,) = found["member"]["findings"]
            for path in (f"/entity?iri={missing['focus']}", "/rules/R10", "/", "/findings"):
                shown = {
                    role: writers.server.client.get(
                        server.address + path.lstrip("/"),
                        headers={"authorization": f"Bearer {tokens[role]}", "accept": "text/html"},
                        follow_redirects=True,
                    )
                    for role in tokens
                }
                assert {each.status_code for each in shown.values()} == {200}
                anchor = missing["finding"].partition("#")[2]
                assert anchor not in shown["party"].text
                if path.startswith(("/entity", "/findings")):
                    assert anchor in shown["member"].text


def test_who_writes_is_told_what_he_sees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data are shared by an agreement that only its parties know: for them nothing is missing."""
    folder, some = tmp_path / "data", {each.kind: each for each in case_records("R10/ok-in-force")}
    agreement, dataset = some["agreement"], some["dataset"]
    tokens = {}
    monkeypatch.setattr(finding_changes, "WAIT_SECONDS", 300.0)
    with Instance.open(folder, create=True, base=BASE) as instance:
        move(instance.log, instance.base, TODAY)
        others = [each for each in case_records("R10/ok-in-force") if each not in (agreement, dataset)]
        instance.log.append([Entry(each, MEMBERS) for each in others], agent="test", source="cases")
        instance.log.append([Entry(agreement, agreement.iri)], agent="test", source="cases")
        tokens["party"], hash = new_token("party")
        instance.log.tokens.add("party", Role.STEWARD, hash, actor="https://example.org/id/grid")
        tokens["member"], hash = new_token("member")
        instance.log.tokens.add("member", Role.MEMBER, hash)
        with serving(settings(folder, findings=True, query_client_seconds=0)) as server:
            writers = Writers(server, instance.log, tokens)
            put = writers.ask("party", "PUT", "/records/dataset/meters?audience=members", dataset.payload.decode())
            assert put.status_code == 201, put.text
            assert "R10" not in {each["rule"] for each in put.json()["findings"]["opened"]}
            assert writers.ask("member", "GET", "/findings.json?rule=R10").json()["total"] == 1

            # What is told for the agreement's parties alone is in no list but theirs.
            address = f"/records/dataset/own?audience={quote(agreement.iri)}"
            body = """<https://example.org/id/own> a dcat:Dataset ; dct:title "Relevés"@fr ;
                dct:publisher <https://example.org/id/grid> {} ."""
            contact = "; dcat:contactPoint [ a <http://www.w3.org/2006/vcard/ns#Kind> ]"
            rules = []
            for method, text in (("PUT", body.format("")), ("PUT", body.format(contact)), ("DELETE", None)):
                answer = writers.ask("party", method, address, text)
                assert answer.status_code in {200, 201}, answer.text
                address = "/" + answer.json().get("record", "").removeprefix(BASE)
                told = answer.json()["findings"]
                rules.append({what: {each["rule"] for each in some} for what, some in told.items()})
                shown = writers.ask("party", "GET", "/findings.json?limit=500").json()["findings"]
                listed = {each["finding"] for each in shown}
                assert {each["finding"] for each in told["opened"]} <= listed
                assert {each["finding"] for each in told["cleared"]}.isdisjoint(listed)
                assert all(each["status"] == "cleared" and each["cleared"] for each in told["cleared"])
            assert "R51" in rules[0]["opened"]
            assert not rules[0]["cleared"]
            assert "R51" in rules[1]["cleared"]
            assert rules[2]["cleared"] == (rules[0]["opened"] - rules[1]["cleared"]) | rules[1]["opened"]
