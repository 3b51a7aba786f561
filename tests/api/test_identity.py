"""Who shows a token sees what it may see, in every place; nobody else sees it, and no answer is kept for others."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import anyio
import httpx
import pytest

from api.identity import Identities
from api.problems import Problem
from api.tokens import is_of, name_of, new_token
from graph.instance import LOG_FILE, Instance
from graph.log.clock import now
from graph.log.log import Log
from graph.log.rows import MEMBERS
from graph.log.tokens import Role
from graph.views.triples import graph_name
from tests.api.serving import BASE, Server, follow, serving, settings, tell
from tests.processes import civigraph

EX = "http://example.org/"
PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix ex: <http://example.org/> .
"""
PUBLIC_PART = """ex:city a foaf:Organization ; foaf:name "Ville" . ex:firm a foaf:Organization ; foaf:name "Firme" .
ex:open a dcat:Dataset ; dct:title "Arbres"@fr ; dct:publisher ex:city .
ex:pact a odrl:Agreement ; dct:title "Pacte"@fr ; odrl:assigner ex:city ; odrl:assignee ex:firm ;
  odrl:permission [ odrl:action odrl:use ; odrl:target ex:open ] ."""
MEMBERS_PART = 'ex:inner a dcat:Dataset ; dct:title "Arbres internes"@fr ; dct:publisher ex:city .'
PARTY_PART = 'ex:deep a dcat:Dataset ; dct:title "Arbres convenus"@fr ; dct:publisher ex:city ; dct:relation ex:open .'
ALL = {"open", "inner", "deep"}
CALLERS = {
    "nobody": {"open"},
    "member": {"open", "inner"},
    "stranger": {"open", "inner"},
    "party": ALL,
    "giver": ALL,
    "curator": ALL,
    "administrator": ALL,
}

Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path, dict[str, str]]]:
    """A server over records of three audiences, its folder, and a token for each caller."""
    folder = tmp_path_factory.mktemp("identity") / "data"
    tokens: dict[str, str] = {}
    with Instance.open(folder, create=True, base=BASE) as instance:
        for text, audience in ((PUBLIC_PART, "public"), (MEMBERS_PART, MEMBERS), (PARTY_PART, f"{EX}pact")):
            tell(instance, PREFIXES + text, audience.rpartition("/")[2], audience)
        for name, role, actor in (
            ("member", Role.MEMBER, None),
            ("stranger", Role.MEMBER, f"{EX}stranger"),
            ("party", Role.MEMBER, f"{EX}firm"),
            ("giver", Role.STEWARD, f"{EX}city"),
            ("curator", Role.CURATOR, None),
            ("administrator", Role.ADMINISTRATOR, None),
        ):
            token, hash = new_token(name)
            instance.log.tokens.add(name, role, hash, actor=actor)
            tokens[name] = token
    with serving(settings(folder)) as server:
        yield server, folder, tokens


@pytest.fixture
def ask(place: tuple[Server, Path, dict[str, str]]) -> Ask:
    """Ask for a path as a caller of that name."""
    server, _, tokens = place

    def asked(caller: str, path: str, accept: str = "text/html", **headers: str) -> httpx.Response:
        shown = {"authorization": f"Bearer {tokens[caller]}"} if caller in tokens else {}
        return server.get(path, accept, **{**shown, **headers})

    return asked


def titles(text: str) -> set[str]:
    """Which of the three datasets an answer tells of."""
    return {name for name in ALL if f"example.org/{name}" in text}


def sparql(query: str, **parameters: str) -> str:
    """The path that asks a query."""
    return "/sparql?query=" + quote(query) + "".join(f"&{name}={quote(value)}" for name, value in parameters.items())


DATASETS = (
    "SELECT ?d WHERE { ?d a <http://www.w3.org/ns/dcat#Dataset> FILTER(STRSTARTS(STR(?d), 'http://example.org/')) }"
)


@pytest.mark.parametrize("caller", CALLERS)
def test_each_place_shows_what_the_caller_may_see(ask: Ask, caller: str) -> None:
    seen = CALLERS[caller]
    assert titles(ask(caller, "/catalog.nt").text) == seen
    assert titles(ask(caller, sparql(DATASETS), "application/json").text) == seen
    assert titles(ask(caller, "/search?q=arbres").text.replace("entity?iri=", "")) <= seen
    found = ask(caller, "/search?q=arbres").text
    for name, title in (("open", "Arbres"), ("inner", "Arbres internes"), ("deep", "Arbres convenus")):
        assert (f">{title}<" in found) == (name in seen), name
        page = ask(caller, f"/entity?iri={quote(EX + name, safe='')}")
        assert page.status_code == (303 if name in seen else 404), name
        if name in seen:
            told = ask(caller, page.headers["location"], "text/turtle")
            assert title in told.text
    count = ask(caller, f"/incoming?iri={EX}city&property=http://purl.org/dc/terms/publisher").text
    assert ("Arbres internes" in count, "Arbres convenus" in count) == ("inner" in seen, "deep" in seen)
    related = ask(caller, f"/incoming?iri={EX}open&property=http://purl.org/dc/terms/relation")
    assert (related.status_code == 200) == ("deep" in seen)


@pytest.mark.parametrize("caller", CALLERS)
def test_graphs_are_those_of_the_caller_however_they_are_asked_for(ask: Ask, caller: str) -> None:
    graphs = {name: graph_name(BASE, audience) for name, audience in (("inner", MEMBERS), ("deep", f"{EX}pact"))}
    everything = (
        "SELECT * WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } FILTER(?p = <http://purl.org/dc/terms/title>) }"
    )
    assert titles(ask(caller, sparql(everything), "application/json").text) == CALLERS[caller]
    for name, graph in graphs.items():
        for query, parameters in (
            (f"SELECT * FROM <{graph}> WHERE {{ ?s ?p ?o }}", {}),
            (f"SELECT * FROM NAMED <{graph}> WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}", {}),
            (f"SELECT * WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}", {}),
            ("SELECT * WHERE { ?s ?p ?o }", {"default-graph-uri": graph}),
            ("SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }", {"named-graph-uri": graph}),
            (f"DESCRIBE <{EX}{name}> FROM <{graph}>", {}),
        ):
            found = titles(ask(caller, sparql(query, **parameters), "*/*").text) - {"open"}
            assert found == ({name} if name in CALLERS[caller] else set()), query
    described = ask(caller, "/sparql/description", "application/n-triples").text
    assert [f"<{graph}>" in described for graph in graphs.values()] == [name in CALLERS[caller] for name in graphs]


PLACES = [
          "/", "/search?q=arbres", "/catalog", "/catalog.ttl", sparql(DATASETS), "/sparql", "/sparql/description",
          "/health", f"/entity?iri={EX}open", "/ns", "/nowhere/at-all", "/search?page=sideways",
          "/sparql/spreadsheet?query=" + quote(DATASETS)]  # fmt: skip


@pytest.mark.parametrize("path", PLACES)
def test_what_is_told_to_a_caller_is_kept_by_nobody(ask: Ask, path: str) -> None:
    before = ask("nobody", path, x_request_id="same")
    told = ask("curator", path)
    assert told.headers["cache-control"] == "private, no-store"
    assert "Authorization" in told.headers["vary"]
    assert "cache-status" not in told.headers
    after = ask("nobody", path, x_request_id="same")
    assert after.content == before.content
    assert "Authorization" not in after.headers.get("vary", "")
    assert after.headers.get("cache-control") != "private, no-store"


def test_a_kept_answer_is_never_handed_to_another_world(ask: Ask) -> None:
    path = sparql(DATASETS + " ORDER BY ?d")
    for _ in range(2):
        for caller, seen in CALLERS.items():
            assert titles(ask(caller, path, "application/json").text) == seen, caller
    tag = ask("nobody", path, "application/json").headers["etag"]
    assert ask("nobody", path, "application/json", if_none_match=tag).status_code == 304
    assert titles(ask("curator", path, "application/json", if_none_match=tag).text) == ALL


@pytest.mark.parametrize("shown", [
    "Bearer nothing", "Bearer", "Basic dXNlcjpwYXNz", "bearer cg_curator_" + "A" * 43, "cg_curator_x",
    "Bearer cg_nobody_" + "A" * 43, "Bearer é",
])  # fmt: skip
@pytest.mark.parametrize("path", ["/", "/sparql?query=ASK{}", "/catalog.ttl", "/health"])
def test_a_wrong_token_is_refused_and_never_taken_for_none(
    place: tuple[Server, Path, dict[str, str]], shown: str, path: str
) -> None:
    refused = place[0].client.get(place[0].address + path[1:], headers={"authorization": shown.encode()})
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == 'Bearer realm="civigraph", error="invalid_token"'
    assert refused.headers["cache-control"] == "private, no-store"
    assert refused.json()["type"].endswith("token-refused")


def test_a_token_shown_twice_is_refused(place: tuple[Server, Path, dict[str, str]]) -> None:
    server, _, tokens = place
    headers = [("authorization", f"Bearer {tokens['member']}"), ("authorization", f"Bearer {tokens['curator']}")]
    assert server.client.get(server.address, headers=headers).status_code == 401


def test_revoked_and_expired_tokens_end_at_once(place: tuple[Server, Path, dict[str, str]]) -> None:
    server, folder, _ = place
    with Log.open(folder / LOG_FILE) as log:
        for name in ("gone", "over"):
            token, hash = new_token(name)
            log.tokens.add(name, Role.CURATOR, hash, expires="2099-01-01T00:00:00.000000Z")
            shown = {"authorization": f"Bearer {token}"}
            assert server.get("/catalog", **shown).status_code == 200
            if name == "gone":
                log.tokens.revoke(name)
            else:
                log.tokens.revoke(name)
                log.tokens.add(name, Role.CURATOR, hash, expires=now())
            assert server.get("/catalog", **shown).status_code == 401


def test_an_agreement_shows_only_while_one_is_party_to_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with Instance.open(folder, create=True, base=BASE) as instance:
        tell(instance, PREFIXES + PUBLIC_PART, "told")
        tell(instance, PREFIXES + PARTY_PART, "kept", f"{EX}pact")
        token, hash = new_token("party")
        instance.log.tokens.add("party", Role.MEMBER, hash, actor=f"{EX}firm")
        with serving(settings(folder)) as server:
            shown = {"authorization": f"Bearer {token}"}
            assert titles(server.get("/catalog.nt", **shown).text) == {"open", "deep"}
            tell(instance, PREFIXES + PUBLIC_PART.replace("odrl:assignee ex:firm", "odrl:assignee ex:other"), "told")
            follow(server)
            assert titles(server.get("/catalog.nt", **shown).text) == {"open"}
            instance.log.retract("told", [f"{EX}pact"], agent="test")
            follow(server)
            assert titles(server.get("/catalog.nt", **shown).text) == {"open"}


def test_a_token_is_printed_alone_and_its_secret_kept_nowhere(tmp_path: Path) -> None:
    made = civigraph(tmp_path / "data", "token", "add", "city-desk", "--role", "steward", "--actor", f"{EX}city",
                     "--expires", "30")  # fmt: skip
    token = made.stdout.strip()
    assert (made.returncode, made.stdout) == (0, f"{token}\n"), made.stderr
    assert name_of(token) == "city-desk"
    # A secret may hold underscores too; a name holds none.
    secret = token.split("_", 2)[2]
    assert len(secret) == 43
    assert secret not in made.stderr
    listed = civigraph(tmp_path / "data", "token", "list")
    assert listed.stdout.split("\t")[:3] == ["city-desk", "steward", f"{EX}city"]
    assert secret not in listed.stdout
    for file in (tmp_path / "data").glob(f"{LOG_FILE}*"):
        assert secret.encode() not in file.read_bytes()
    with sqlite3.connect(tmp_path / "data" / LOG_FILE) as database:
        ((hash,),) = database.execute("SELECT hash FROM tokens")
    database.close()
    assert hash.startswith("$argon2id$")
    assert is_of(token, hash)
    assert civigraph(tmp_path / "data", "token", "revoke", "city-desk").returncode == 0
    assert civigraph(tmp_path / "data", "token", "list").stdout == ""
    assert civigraph(tmp_path / "data", "token", "revoke", "city-desk").returncode == 1


@pytest.mark.parametrize(("arguments", "code"), [
    (("Stadt", "--role", "member"), 1),
    (("a", "--role", "king"), 2),
    (("a", "--role", "steward"), 1),
    (("a", "--role", "steward", "--actor", "no iri"), 1),
    (("a", "--role", "member", "--expires", "2001-01-01"), 2),
    (("a", "--role", "member", "--expires", "soon"), 2),
])  # fmt: skip
def test_a_token_that_cannot_be_is_refused(tmp_path: Path, arguments: tuple[str, ...], code: int) -> None:
    refused = civigraph(tmp_path / "data", "token", "add", *arguments)
    assert (refused.returncode, refused.stdout) == (code, ""), refused.stderr


def test_names_are_taken_once(tmp_path: Path) -> None:
    assert civigraph(tmp_path / "data", "token", "add", "a", "--role", "member").returncode == 0
    again = civigraph(tmp_path / "data", "token", "add", "a", "--role", "curator")
    assert again.returncode == 1
    assert "there is a token named 'a'" in again.stderr


def test_a_token_is_compared_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []

    def counted(token: str, hash: str | None) -> bool:
        compared.append(threading.current_thread().name)
        return is_of(token, hash)

    monkeypatch.setattr("api.identity.is_of", counted)
    with Log.open(tmp_path / "log.sqlite") as log:
        token, hash = new_token("a")
        log.tokens.add("a", Role.MEMBER, hash)
        identities = Identities(log)

        async def shown() -> None:
            for _ in range(5):
                assert (await identities.identify([f"Bearer {token}"])).role is Role.MEMBER
            with pytest.raises(Problem):
                await identities.identify([f"Bearer {token[:-1]}{'A' if token[-1] != 'A' else 'B'}"])

        anyio.run(shown)
        assert len(compared) == 2
        assert threading.main_thread().name not in compared
        kept = repr(vars(identities))
        # The secret may have lines under it too.
        assert token.split("_", 2)[2] not in kept
