"""No leak by absence: whatever happens to records that are not public, no anonymous answer changes by a byte."""

from __future__ import annotations

import re
from collections.abc import Iterator
from time import sleep
from urllib.parse import quote

import httpx
import pytest
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as rounds
from hypothesis import strategies as st

from api.app import create_app
from api.settings import Settings
from api.site import Site
from api.tokens import new_token
from graph.instance import Instance
from graph.log.log import Log
from graph.log.rows import MEMBERS, Entry
from graph.log.tokens import Role
from tests.api.absence import AGREEMENT, EX, OWN, Question, forms, questions_of, routes_of
from tests.api.serving import BASE, DATA, Server, records, serving, settings, tell

PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix ex: <http://example.org/> .
@prefix cg: <https://w3id.org/civigraph#> . @prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix right: <http://publications.europa.eu/resource/authority/access-right/> .
"""
# Of these none may depend on what is not public either, but they differ from one request to the next.
# The last two tell whether a body was ready when it was asked for; the body itself is compared.
ASIDE = {"date", "cache-status", "age", "content-length", "transfer-encoding"}
RESPONSE_DATE = re.compile(rb"<responseDate>[^<]*</responseDate>")
ROUTES = routes_of(create_app(Settings()))
# Who shows a token and may not see what is hidden: party to nothing, to another agreement, a steward of something else.
WRONG = [("stranger", Role.MEMBER), ("party", Role.MEMBER), ("steward", Role.STEWARD)]
ASK = Question("GET", "/sparql?query=ASK%7B%7D", "*/*")
WRITTEN = [("/records", {"POST"}), ("/finding", {"POST"})]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Site, list[dict[str, str]]]]:
    """A server over a public graph, and who may not see what is hidden: their headers."""
    folder = tmp_path_factory.mktemp("absence") / "data"
    with Instance.open(folder, create=True, base=BASE) as instance:
        for file in sorted(DATA.glob("*.ttl")):
            if file.stem != "private":
                tell(instance, file.read_text(), file.stem)
        callers: list[dict[str, str]] = [{}]
        for name, role in WRONG:
            token, hash = new_token(name)
            instance.log.tokens.add(name, role, hash, actor=EX + name)
            callers.append({"authorization": f"Bearer {token}"})
        sites: list[Site] = []
        chosen = settings(folder, query_client_seconds=0, query_workers=4, findings=True)
        with serving(chosen, prepare=lambda app: sites.append(app.state.site)) as server:
            settled(server, sites[0])
            OWN["/finding"]["iri"][0] = server.get("/findings.json").json()["findings"][0]["finding"]
            yield server, sites[0], callers


Answer = tuple[int, list[tuple[str, str]], bytes]
"""Status, headers and body."""


def asked(server: Server, question: Question, **further: str) -> httpx.Response:
    try:
        return server.client.request(
            question.method,
            server.address.rstrip("/") + question.path,
            content=question.body or None,
            headers={**question.headers(), **further},
        )
    except httpx.TransportError as error:
        error.add_note(f"asked: {question.method} {question.path}")
        raise


def told(answer: httpx.Response) -> Answer:
    """All of an answer that has to stay the same."""
    # A cookie that ends in a year ends a second later a second later.
    headers = sorted(
        (name, value.partition("expires=")[0]) for name, value in answer.headers.items() if name not in ASIDE
    )
    return answer.status_code, headers, RESPONSE_DATE.sub(b"", answer.content)


@pytest.fixture(scope="module")
def before(
    place: tuple[Server, Site, list[dict[str, str]]],
) -> dict[Question, Answer]:
    """Every answer of the public graph, before there was anything else."""
    return {question: told(asked(place[0], question)) for route in ROUTES for question in questions_of(route)}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{'/'.join(sorted(route.methods))} {route.path}")
def test_every_route_is_asked_for_something_that_it_answers(before: dict[Question, Answer], route: APIRoute) -> None:
    """Without this the comparison could be one of problems with problems."""
    statuses = {before[question][0] for question in questions_of(route)}
    writes = route.methods & {"PUT", "DELETE"} or (route.path, route.methods) in WRITTEN
    fine = {401} if writes else {200, 303, 302}
    # Nobody has written a dump.
    if route.path.startswith("/dumps/") or route.path == "/CITATION.cff":
        fine = fine | {404}
    if route.path in {"/id/{path:path}", "/.well-known/genid/{path}", "/records/{kind}/{slug}/versions/{time}"}:
        fine = fine | {404}
    assert statuses & fine, statuses
    assert not {status for status in statuses if status >= 500}


SUBJECTS = ["secret", "trees", "city", "only-secretly-mentioned", "pact", "new"]
PHRASES = [
    'a dcat:Dataset ; dct:title "Plan confidentiel"@fr',
    'a foaf:Organization ; foaf:name "Ville secrète"',
    'a odrl:Agreement ; dct:title "Pacte" ; odrl:assigner ex:city ; odrl:assignee ex:firm',
    'a dcat:Dataset ; dct:title "Arbres d\'alignement"@fr ; dct:description "Note interne confidentielle"@fr',
]
FURTHER = [
    "dct:publisher ex:city", "dct:accessRights right:RESTRICTED", "dct:accessRights right:PUBLIC",
    "dct:relation ex:trees", "cg:consumesDataset ex:trees", "dct:isReferencedBy ex:absent",
    "cg:feeds ex:city", "dct:license <http://creativecommons.org/licenses/by/4.0/>",
]  # fmt: skip
sayings = st.tuples(
    st.just("put"),
    st.sampled_from(["private", "city", "own"]),
    st.sampled_from(SUBJECTS),
    st.sampled_from([MEMBERS, AGREEMENT]),
    st.sampled_from(PHRASES),
    st.lists(st.sampled_from(FURTHER), max_size=3, unique=True),
)
ends = st.tuples(st.sampled_from(["delete", "erase"]), st.sampled_from(["private", "own"]), st.sampled_from(SUBJECTS))


def act(log: Log, step: tuple) -> None:
    """Do to records that are not public what a step says; public ones are left alone."""
    operation, source, name = step[:3]
    head = log.head(source, EX + name)
    if head is not None and head.audience == "public":
        return
    if operation == "put":
        _, _, _, audience, phrase, further = step
        made = records(PREFIXES + f"ex:{name} {' ; '.join([phrase, *further])} .", source)
        log.append([Entry(record, audience) for record in made], agent="test", source=source)
    elif head is not None:
        if operation == "delete":
            log.retract(source, [EX + name], agent="test")
        else:
            log.erase(source, EX + name, agent="test")


@pytest.mark.parametrize("examples", [2, pytest.param(60, marks=pytest.mark.slow)])
def test_no_anonymous_answer_changes(
    place: tuple[Server, Site, list[dict[str, str]]],
    before: dict[Question, Answer],
    examples: int,
) -> None:
    server, site, _ = place

    # Shrinking would ask some hundred times more; the steps that fail are few.
    @rounds(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(sayings | sayings | ends, min_size=3, max_size=6))
    def change_and_ask(steps: list[tuple]) -> None:
        for step in steps:
            act(site.instance.log, step)
        settled(server, site)
        for question, answer in before.items():
            assert not differences(answer, told(asked(server, question))), question
        tags = [
            (question, dict(answer[1])["etag"])
            for question, answer in before.items()
            if answer[0] == 200 and question.method == "GET" and "etag" in dict(answer[1])
        ]
        for question, tag in tags[:: max(1, len(tags) // 20)]:
            assert asked(server, question, **{"if-none-match": tag}).status_code == 304, question

    change_and_ask()


def differences(before: Answer, now: Answer) -> list[object]:
    """What is other in an answer than it was: status, headers, lines of the body."""
    if before == now:
        return []
    lines = [set(body.splitlines()) for _, _, body in (before, now)]
    return [
        (before[0], now[0]), sorted(set(before[1]) ^ set(now[1])),
        sorted(lines[0] - lines[1]), sorted(lines[1] - lines[0]),
    ]  # fmt: skip


def settled(server: Server, site: Site) -> None:
    """Wait until the views have all that is in the log, public or not, and the rules have judged it."""
    last = -1
    while last != site.instance.log.sequence():
        # What the rules find is told in rows of the log, which have to be applied too.
        last = site.instance.log.sequence()
        assert site.holder.wait_for(last, 300)
        # After an erasure views are made anew, and answers may be 503 while they change places.
        site.holder.wait_scrubbed(site.instance.log.erased())
        assert site.holder.wait_for_findings(last, timeout=300)
    # Queries are answered from copies, which may be a second old.
    while asked(server, ASK).headers["civigraph-sequence"] != str(site.holder.public_sequence()):
        sleep(0.05)


@pytest.fixture(scope="module")
def hidden(place: tuple[Server, Site, list[dict[str, str]]]) -> tuple[Server, list[dict[str, str]]]:
    """A record of an agreement, and one that only it mentions; no caller is party to it, one to another agreement."""
    server, site, callers = place
    log = site.instance.log
    other = (
        'ex:other-pact a odrl:Agreement ; dct:title "Autre pacte" ; odrl:assigner ex:city ; odrl:assignee ex:party .'
    )
    made = [Entry(record, f"{EX}other-pact") for record in records(PREFIXES + other, "private")]
    log.append(made, agent="test", source="private")
    text = PREFIXES + f"ex:secret {PHRASES[0]} ; dct:publisher ex:city ; dct:relation ex:only-secretly-mentioned ."
    log.append([Entry(record, AGREEMENT) for record in records(text, "private")], agent="test", source="private")
    settled(server, site)
    return server, callers


# As long, and next to it in any order.
ABSENT = f"{EX}secres"
SECRET = f"{EX}secret"


def test_there_are_sixty_forms() -> None:
    assert len(list(forms(SECRET, BASE))) == 60


@pytest.mark.parametrize("number", range(60))
def test_no_form_of_a_query_tells_private_from_absent(hidden: tuple[Server, list[dict[str, str]]], number: int) -> None:
    assert len(SECRET) == len(ABSENT)
    server, callers = hidden
    private, absent = (list(forms(iri, BASE))[number] for iri in (SECRET, ABSENT))
    for shown in callers:
        answers = []
        for query, iri in ((private, SECRET), (absent, ABSENT)):
            question = Question("GET", f"/sparql?query={quote(query)}", "*/*")
            status, headers, body = told(asked(server, question, **shown))
            # The tag is made of what was asked.
            kept = [(name, value) for name, value in headers if name != "etag"]
            answers.append((status, kept, body.replace(iri.encode(), b"*")))
            assert b"confidentiel" not in body
        assert answers[0] == answers[1], private
        assert answers[0][0] == 200, answers[0][2]


@pytest.mark.parametrize("path", [
    "/entity?iri={}", "/incoming?iri={}&property=http://purl.org/dc/terms/publisher", "/search?q={}",
    "/catalog?after={}",
    "/sparql/spreadsheet?query=SELECT * {{ <{}> ?p ?o }}",
])  # fmt: skip
def test_no_page_tells_private_from_absent(hidden: tuple[Server, list[dict[str, str]]], path: str) -> None:
    server, callers = hidden
    for shown in callers:
        answers = []
        for iri in (SECRET, ABSENT):
            status, headers, body = told(asked(server, Question("GET", path.format(iri), "text/html"), **shown))
            kept = [(name, value) for name, value in headers if name != "etag"]
            answers.append((status, kept, body.replace(b"secret", b"secres")))
        assert answers[0] == answers[1]
    for slug in ("plan-confidentiel", "plan-confidentiel--members"):
        for prefix in ("", "/records"):
            for shown in callers:
                found = asked(server, Question("GET", f"{prefix}/dataset/{slug}", "text/html"), **shown)
                assert found.status_code == 404
