"""The description of the API is true for bearers of tokens too: drawn writes get answers that it names, never 5xx."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from tests.api.routes.test_records import EX, HELD, JSON_FORM, PREFIXES, Writers, writers
from tests.api.test_openapi import ACCEPTED, CHECKS, DESCRIBED, OPERATIONS

__all__ = ["writers"]

WRITTEN = [(method, path) for method, path in OPERATIONS if path.startswith("/records") or path == "/finding"]
PLACES = [
    {"kind": "dataset", "slug": "drawn"},
    {"kind": "dataset", "slug": "arbres"},
    {"kind": "agreement", "slug": "pacte"},
    {"kind": "actor", "slug": "Not A Slug"},
]
BODIES: list[tuple[str, Any]] = [
    ("text/turtle", PREFIXES + f"<{EX}drawn> {HELD} ."),
    ("text/turtle", PREFIXES + f"<> {HELD} ; dct:description 'x'@fr ."),
    ("text/turtle", PREFIXES + f"<{EX}drawn> {HELD} . <{EX}other> {HELD} ."),
    ("text/turtle", "<http://example.org/unfinished> a"),
    ("text/turtle", f"<{EX}lone> <{EX}p> <<( <{EX}a> <{EX}b> <{EX}c> )>> ."),
    ("application/json", JSON_FORM),
    ("application/json", [JSON_FORM, {"iri": "no iri", "type": "dcat:Dataset"}]),
    ("application/ld+json", '{"@context": "http://127.0.0.1:1/context", "@id": "http://example.org/drawn"}'),
    ("text/html", "<p>no RDF</p>"),
]
HEADERS = [
    {}, {"If-None-Match": "*"}, {"If-Match": "*"}, {"If-Match": '"0"'}, {"If-Match": "*", "If-None-Match": "*"},
    {"Prefer": "return=minimal"}, {"Accept-Datetime": "Sun, 31 Jan 2027 10:00:00 GMT"}, {"Accept-Datetime": "soon"},
]  # fmt: skip


@pytest.mark.parametrize("examples", [5, pytest.param(150, marks=pytest.mark.slow)])
@pytest.mark.parametrize("role", ["curator", "city"])
@pytest.mark.parametrize(("method", "path"), WRITTEN)
def test_every_answer_to_a_token_is_described(
    writers: Writers, method: str, path: str, role: str, examples: int
) -> None:
    operation = schemathesis.openapi.from_dict(DESCRIBED)[path][method]
    answered: set[int] = set()

    @settings(max_examples=examples, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(
        case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        accept=st.sampled_from(ACCEPTED),
        place=st.sampled_from(PLACES),
        body=st.none() | st.sampled_from(BODIES),
        headers=st.sampled_from(HEADERS),
    )
    def ask(
        case: schemathesis.Case,
        accept: str,
        place: dict[str, str],
        body: tuple[str, Any] | None,
        headers: dict[str, str],
    ) -> None:
        case.headers.update({"Accept": accept, "Authorization": f"Bearer {writers.tokens[role]}", **headers})
        if case.path_parameters:
            case.path_parameters.update(place)
        if body is not None and operation.body and path != "/finding":
            case.media_type, case.body = body
        answer = case.call_and_validate(base_url=writers.server.address.rstrip("/"), checks=CHECKS)
        answered.add(answer.status_code)

    ask()
    assert 401 not in answered
