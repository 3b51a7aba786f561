"""Writing over HTTP: who may, in which forms, under which conditions; what is answered; nothing half written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.tokens import new_token
from graph.instance import Instance
from graph.log.log import Log
from graph.log.rows import MEMBERS
from graph.log.tokens import Role
from tests.api.serving import BASE, Server, serving, settings, tell

EX = "http://example.org/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix ex: <http://example.org/> .
"""
TOLD = """ex:city a foaf:Organization ; foaf:name "Ville" .
ex:firm a foaf:Organization ; foaf:name "Firme" .
ex:trees a dcat:Dataset ; dct:title "Arbres"@fr ; dct:publisher ex:city .
ex:pact a odrl:Agreement ; dct:title "Pacte"@fr ; odrl:assigner ex:city ; odrl:assignee ex:firm ;
  odrl:permission [ odrl:action odrl:use ; odrl:target ex:trees ] .
"""
HELD = 'a dcat:Dataset ; dct:title "Bancs"@fr ; dct:publisher ex:city'


class Writers:
    """A server, its log, and a client for each role."""

    def __init__(self, server: Server, log: Log, tokens: dict[str, str]) -> None:
        self.server, self.log, self.tokens = server, log, tokens

    def ask(self, role: str, method: str, path: str, body: str | bytes | None = None, **headers: str) -> httpx.Response:
        """Ask as a role ('' for nobody); a body is Turtle with the prefixes unless a media type is named."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if role:
            given["authorization"] = f"Bearer {self.tokens[role]}"
        if body is not None and "content-type" not in given:
            given["content-type"] = "text/turtle"
            body = PREFIXES + str(body)
        content = body.encode() if isinstance(body, str) else body
        return self.server.client.request(
            method, self.server.address + path.lstrip("/"), content=content, headers=given
        )


@pytest.fixture(scope="module")
def writers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writers]:
    folder = tmp_path_factory.mktemp("records") / "data"
    tokens = {}
    with Instance.open(folder, create=True, base=BASE) as instance:
        instance.log.sources.ensure("told", f"{EX}told.ttl")
        tell(instance, PREFIXES + TOLD, "told")
        tell(instance, PREFIXES + 'ex:hidden a dcat:Dataset ; dct:title "Caché"@fr .', "kept", MEMBERS)
        for name, role, actor in (
            ("member", Role.MEMBER, None),
            ("city", Role.STEWARD, f"{EX}city"),
            ("firm", Role.STEWARD, f"{EX}firm"),
            ("other", Role.STEWARD, f"{EX}other"),
            ("curator", Role.CURATOR, None),
            ("administrator", Role.ADMINISTRATOR, None),
        ):
            tokens[name], hash = new_token(name)
            instance.log.tokens.add(name, role, hash, actor=actor)
        with serving(settings(folder)) as server:
            yield Writers(server, instance.log, tokens)


def test_a_record_lives_from_creation_to_deletion(writers: Writers) -> None:
    made = writers.ask("curator", "PUT", "/records/dataset/bancs", f"<{EX}benches> {HELD} .")
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["change"], told["iri"], told["source"]) == ("created", f"{EX}benches", "curation")
    assert (told["audience"], told["page"]) == ("public", "/dataset/bancs")
    assert made.headers["location"] == told["record"] == "/records/dataset/bancs"
    assert "findings" in told
    assert int(made.headers["civigraph-sequence"]) == writers.log.public_sequence()
    read = writers.ask("", "GET", "/records/dataset/bancs", accept="text/turtle")
    assert "Bancs" in read.text
    assert read.headers["etag"].startswith(made.headers["etag"][:-1])
    assert writers.ask("", "GET", "/dataset/bancs").status_code == 200
    query = f"/sparql?query=ASK{{<{EX}benches> ?p ?o}}"
    seen = writers.ask("", "GET", query, civigraph_sequence=made.headers["civigraph-sequence"], accept="text/csv")
    assert seen.text == "true"

    again = writers.ask("curator", "PUT", "/records/dataset/bancs", f"<{EX}benches> {HELD} .")
    assert (again.status_code, again.json()["change"]) == (200, "unchanged")
    changed = writers.ask("curator", "PUT", "/records/dataset/bancs", f"<{EX}benches> {HELD}, ex:firm .")
    assert (changed.status_code, changed.json()["change"]) == (200, "replaced")
    assert changed.headers["etag"] != made.headers["etag"]

    gone = writers.ask("curator", "DELETE", "/records/dataset/bancs")
    assert (gone.status_code, gone.json()["change"]) == (200, "deleted")
    assert writers.ask("", "GET", "/records/dataset/bancs").status_code == 404
    assert writers.ask("", "GET", "/dataset/bancs").status_code == 404
    assert writers.ask("curator", "DELETE", "/records/dataset/bancs").status_code == 404


def test_the_address_is_kept_when_the_title_changes(writers: Writers) -> None:
    for title in ("Fontaines", "Fontaines à boire"):
        body = f'<{EX}fountains> a dcat:Dataset ; dct:title "{title}"@fr .'
        told = writers.ask("curator", "PUT", "/records/dataset/eau", body).json()
        assert told["page"] == "/dataset/eau", told
    moved = writers.ask("curator", "PUT", "/records/dataset/fontaines", body)
    assert moved.json()["page"] == "/dataset/fontaines"
    old = writers.ask("", "GET", "/dataset/eau")
    assert (old.status_code, old.headers["location"]) == (301, "/dataset/fontaines")


def test_a_relative_iri_is_the_thing_itself(writers: Writers) -> None:
    told = writers.ask("curator", "PUT", "/records/dataset/local", "<> " + HELD + " .").json()
    assert told["iri"] == f"{BASE}id/dataset/local"


JSON_FORM = {
    "iri": f"{EX}json",
    "type": "dcat:Dataset",
    "dct:title": [{"value": "Forme JSON", "language": "fr"}, {"value": "JSON form", "language": "en"}],
    "dct:publisher": {"iri": f"{EX}city"},
    "dct:modified": {"value": "2026-01-31", "datatype": "xsd:date"},
    "dcat:distribution": {"type": "dcat:Distribution", "dcat:accessURL": {"iri": f"{EX}file.csv"}},
}
FORMS = {
    "text/turtle": PREFIXES + f"<{EX}form> {HELD} .",
    "application/n-triples": f"<{EX}form> <{RDF}type> <http://www.w3.org/ns/dcat#Dataset> .\n"
    f'<{EX}form> <http://purl.org/dc/terms/title> "Bancs"@fr .\n'
    f"<{EX}form> <http://purl.org/dc/terms/publisher> <{EX}city> .\n",
    "application/ld+json": json.dumps({
        "@id": f"{EX}form",
        "@type": "http://www.w3.org/ns/dcat#Dataset",
        "http://purl.org/dc/terms/title": {"@value": "Bancs", "@language": "fr"},
        "http://purl.org/dc/terms/publisher": {"@id": f"{EX}city"},
    }),
    "application/rdf+xml": f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
      xmlns:dct="http://purl.org/dc/terms/"><rdf:Description rdf:about="{EX}form">
      <rdf:type rdf:resource="http://www.w3.org/ns/dcat#Dataset"/><dct:title xml:lang="fr">Bancs</dct:title>
      <dct:publisher rdf:resource="{EX}city"/></rdf:Description></rdf:RDF>""",
    "application/json": json.dumps({
        "iri": f"{EX}form",
        "type": "dcat:Dataset",
        "dct:title": {"value": "Bancs", "language": "fr"},
        "dct:publisher": {"iri": f"{EX}city"},
    }),
}  # fmt: skip


def test_every_form_says_the_same(writers: Writers) -> None:
    changes = []
    for media_type, body in FORMS.items():
        answer = writers.ask("curator", "PUT", "/records/dataset/form", body, content_type=media_type)
        assert answer.status_code in {200, 201}, (media_type, answer.text)
        changes.append(answer.json()["change"])
    assert changes == ["created", *["unchanged"] * (len(FORMS) - 1)]


def test_the_json_form_has_owned_nodes_languages_and_datatypes(writers: Writers) -> None:
    made = writers.ask(
        "curator", "PUT", "/records/dataset/json", json.dumps(JSON_FORM), content_type="application/json"
    )
    assert made.status_code == 201, made.text
    text = writers.ask("", "GET", "/records/dataset/json", accept="application/n-triples").text
    assert '"Forme JSON"@fr' in text
    assert '"2026-01-31"^^<http://www.w3.org/2001/XMLSchema#date>' in text
    assert f"<{EX}json#distribution-1> <http://www.w3.org/ns/dcat#accessURL> <{EX}file.csv>" in text


def test_many_are_written_together_or_not_at_all(writers: Writers) -> None:
    good = "\n".join(f"<{EX}many-{n}> {HELD} ." for n in range(5))
    made = writers.ask("curator", "POST", "/records", good)
    assert (made.status_code, made.json()["created"]) == (200, 5)
    assert [each["iri"] for each in made.json()["records"]] == [f"{EX}many-{n}" for n in range(5)]
    before = writers.log.sequence()
    bad = good.replace("Bancs", "Sièges") + f"\n<{EX}untitled> a dcat:Dataset ."
    refused = writers.ask("curator", "POST", "/records", bad)
    assert refused.status_code == 422
    assert {each["focus"] for each in refused.json()["violations"]} == {f"{EX}untitled"}
    assert writers.log.sequence() == before


def test_conditions(writers: Writers) -> None:
    path, body = "/records/dataset/condition", f"<{EX}condition> {HELD} ."
    assert writers.ask("curator", "PUT", path, body, if_match="*").status_code == 412
    made = writers.ask("curator", "PUT", path, body, if_none_match="*")
    assert made.status_code == 201
    assert writers.ask("curator", "PUT", path, body, if_none_match="*").status_code == 412
    stale = made.headers["etag"]
    read = writers.ask("", "GET", path, accept="application/rdf+xml").headers["etag"]
    changed = writers.ask("curator", "PUT", path, body.replace("Bancs", "Sièges"), if_match=read)
    assert changed.status_code == 200
    lost = writers.ask("curator", "PUT", path, body, if_match=stale)
    assert (lost.status_code, lost.json()["type"].rpartition("/")[2]) == (412, "state-changed")
    assert writers.ask("curator", "PUT", path, body, if_match=f"W/{changed.headers['etag']}").status_code == 412
    assert writers.ask("curator", "DELETE", path, if_match=stale).status_code == 412
    assert writers.ask("curator", "PUT", path, body, if_match="*", if_none_match="*").status_code == 400
    assert writers.ask("curator", "PUT", path, body, if_none_match='"x"').status_code == 400
    assert writers.ask("", "GET", path, accept="application/rdf+xml", if_none_match=read).status_code == 200
    assert writers.ask("curator", "DELETE", path, if_match=f'"no", {changed.headers["etag"]}').status_code == 200


REFUSED = [
    ("", f"<{EX}x> {HELD} .", 401),
    ("member", f"<{EX}x> {HELD} .", 403),
    ("other", f"<{EX}x> {HELD} .", 403),
    ("other", f"<{EX}trees> {HELD}, ex:other .", 403),
    ("firm", f'<{EX}pact> a dcat:Dataset ; dct:title "x" ; odrl:assigner ex:firm .', 403),
    ("curator", f"<{EX}x> {HELD} . <{EX}y> {HELD} .", 422),
    ("curator", f'<{EX}x> a foaf:Organization ; foaf:name "x" .', 422),
    ("curator", f"<{EX}x> a dcat:Dataset .", 422),
    ("curator", "", 422),
    ("curator", f"<{EX}x> {HELD} ", 422),
]


@pytest.mark.parametrize(("role", "body", "status"), REFUSED)
def test_what_may_not_be_written_is_refused_and_leaves_nothing(
    writers: Writers, role: str, body: str, status: int
) -> None:
    before = writers.log.sequence()
    refused = writers.ask(role, "PUT", "/records/dataset/x", body)
    assert refused.status_code == status, refused.text
    assert refused.headers["content-type"] == "application/problem+json"
    assert writers.log.sequence() == before


@pytest.mark.parametrize(("path", "headers", "status"), [
    ("/records/dataset/Not-A-Slug", {}, 400),
    ("/records/dataset/x?audience=http://example.org/trees", {}, 422),
    ("/records/dataset/x?audience=nonsense", {}, 422),
    ("/records/dataset/x?source=nowhere", {}, 404),
    ("/records/dataset/x?source=civigraph", {}, 403),
    ("/records/dataset/arbres", {}, 409),
    ("/records/dataset/x", {"content_type": "image/png"}, 415),
    ("/records/dataset/x", {"content_type": "text/turtle; charset=latin-1"}, 415),
])  # fmt: skip
def test_wrong_addresses_and_forms(writers: Writers, path: str, headers: dict[str, Any], status: int) -> None:
    before = writers.log.sequence()
    refused = writers.ask("curator", "PUT", path, f"<{EX}x> {HELD} .", **headers)
    assert refused.status_code == status, refused.text
    assert writers.log.sequence() == before


def test_a_steward_writes_what_its_actor_holds_in_its_own_source(writers: Writers) -> None:
    made = writers.ask("city", "PUT", "/records/dataset/velos", f"<{EX}bikes> {HELD} .")
    assert (made.status_code, made.json()["source"]) == (201, "actor-city")
    # The same thing as another source tells it: both stand, and only the own one is replaced.
    mine = writers.ask("city", "PUT", "/records/dataset/arbres", f"<{EX}trees> {HELD} .")
    assert (mine.status_code, mine.json()["change"]) == (201, "created")
    assert {head.source for head in writers.log.heads(iri=f"{EX}trees")} == {"told", "actor-city"}
    several = writers.ask("", "GET", "/records/dataset/arbres")
    assert (several.status_code, several.json()["sources"]) == (300, ["actor-city", "told"])
    assert "Arbres" in writers.ask("", "GET", "/records/dataset/arbres?source=told").text
    assert "Bancs" in writers.ask("city", "GET", "/records/dataset/arbres").text
    assert writers.ask("city", "DELETE", "/records/dataset/arbres?source=told").status_code == 403
    assert writers.ask("city", "DELETE", "/records/dataset/arbres").status_code == 200
    assert writers.ask("other", "DELETE", "/records/dataset/velos").status_code == 404


def test_a_curator_writes_any_record(writers: Writers) -> None:
    told = writers.ask("administrator", "PUT", "/records/actor/firme?source=told",
                       '<http://example.org/firm> a foaf:Organization ; foaf:name "Firme", "La Firme" .')  # fmt: skip
    assert told.status_code == 200, told.text
    assert (told.status_code, told.json()["source"], told.json()["change"]) == (200, "told", "replaced")


def test_an_audience_is_kept_until_another_is_named(writers: Writers) -> None:
    path, body = "/records/dataset/interne", f"<{EX}internal> {HELD} ."
    made = writers.ask("city", "PUT", f"{path}?audience=members", body)
    assert (made.status_code, made.json()["audience"], made.json()["page"]) == (
        201,
        MEMBERS,
        "/dataset/interne--members",
    )
    public = int(made.headers["civigraph-sequence"])
    assert writers.ask("", "GET", path).status_code == 404
    assert writers.ask("", "GET", "/records/dataset/interne--members").status_code == 404
    assert writers.ask("member", "GET", "/records/dataset/interne--members").status_code == 200
    again = writers.ask("city", "PUT", f"{path}?audience=members", body.replace("Bancs", "Internes"))
    assert (again.status_code, again.json()["change"]) == (200, "replaced")
    kept = writers.ask("city", "PUT", "/records/dataset/interne--members", body)
    assert (kept.json()["audience"], kept.json()["page"]) == (MEMBERS, "/dataset/interne--members")
    assert int(kept.headers["civigraph-sequence"]) == public
    # The writer reads it at once, though no public number tells of it.
    query = f"/sparql?query=SELECT ?t {{<{EX}internal> <http://purl.org/dc/terms/title> ?t}}"
    assert "Bancs" in writers.ask("city", "GET", query, accept="text/csv").text
    assert "Bancs" not in writers.ask("", "GET", query, accept="text/csv").text
    opened = writers.ask("city", "PUT", "/records/dataset/interne--members?audience=public", body)
    assert (opened.json()["audience"], opened.json()["page"]) == ("public", "/dataset/interne")


def test_a_steward_writes_for_audiences_that_it_sees(writers: Writers) -> None:
    body = f"<{EX}agreed> {HELD} ."
    pact = writers.ask("city", "PUT", f"/records/dataset/convenu?audience={EX}pact", body)
    assert pact.status_code == 201, pact.text
    assert (pact.status_code, pact.json()["audience"]) == (201, f"{EX}pact")
    path = pact.json()["record"]
    assert writers.ask("firm", "GET", path).status_code == 200
    assert writers.ask("other", "GET", path).status_code == writers.ask("member", "GET", path).status_code == 404
    mine = f'<{EX}own> a dcat:Dataset ; dct:title "x" ; dct:publisher ex:other .'
    assert writers.ask("other", "PUT", f"/records/dataset/own?audience={EX}pact", mine).status_code == 403


def test_nobody_makes_himself_a_party(writers: Writers) -> None:
    claim = f'<{EX}pact> a odrl:Agreement ; dct:title "Pacte"@fr ; odrl:assigner ex:other ; odrl:assignee ex:firm .'
    for path in ("/records/agreement/pacte", "/records/agreement/autre"):
        assert writers.ask("other", "PUT", path, claim).status_code == 403
    assert writers.ask("other", "POST", "/records", claim).status_code == 403


def test_an_answer_that_nobody_waits_for_is_short(writers: Writers) -> None:
    made = writers.ask("curator", "PUT", "/records/dataset/short", f"<{EX}short> {HELD} .", prefer="return=minimal")
    assert (made.status_code, made.content) == (201, b"")
    again = writers.ask(
        "curator", "PUT", "/records/dataset/short", f"<{EX}short> {HELD}, ex:firm .", prefer="return=minimal"
    )
    assert (again.status_code, again.content) == (204, b"")
    assert again.headers["preference-applied"] == "return=minimal"
    gone = writers.ask("curator", "DELETE", "/records/dataset/short", prefer="return=minimal")
    assert (gone.status_code, gone.content) == (204, b"")


def test_what_was_written_is_attributed(writers: Writers) -> None:
    writers.ask("city", "PUT", "/records/dataset/who", f"<{EX}who> {HELD} .")
    (row,) = writers.log.history(None, f"{EX}who")
    assert (row.agent, row.source) == ("city", "actor-city")


def test_no_room_means_no_write_and_reading_goes_on(tmp_path: Path) -> None:
    with Instance.open(tmp_path / "data", create=True, base=BASE) as instance:
        token, hash = new_token("curator")
        instance.log.tokens.add("curator", Role.CURATOR, hash)
        with serving(settings(tmp_path / "data", disk_reserve=1 << 60)) as server:
            writers = Writers(server, instance.log, {"curator": token})
            refused = writers.ask("curator", "PUT", "/records/dataset/x", f"<{EX}x> {HELD} .")
            assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (507, "disk-full")
            assert writers.ask("curator", "POST", "/records", f"<{EX}x> {HELD} .").status_code == 507
            assert server.get("/").status_code == 200
