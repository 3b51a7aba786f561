"""The description of the API is true: drawn requests, right and wrong, get only answers that it names, never a 5xx."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from schemathesis.core.failures import FailureGroup

from api.app import create_app
from api.settings import Settings
from tests.api.serving import Server

DESCRIBED = json.loads(json.dumps(create_app(Settings()).openapi()))
OPERATIONS = [(method.upper(), path) for path, item in DESCRIBED["paths"].items() for method in item]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]
# Accept headers of every sort of reader.
ACCEPTED = [
    "*/*",
    "text/html",
    "text/turtle",
    "application/json",
    "text/csv;q=0.5, application/xml",
    "image/png",
    "",
    ";;",
]


# Any form is a request, and what is wrong with it is told in the protocol's own XML (OAI-PMH 2.0, section 3.6).
TAKES_ALL = {("POST", "/oai")}


@pytest.fixture(scope="module")
def schema() -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_dict(DESCRIBED)


@pytest.mark.parametrize("examples", [10, pytest.param(150, marks=pytest.mark.slow)])
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.name.lower())
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_answer_is_described(  # noqa: PLR0917
    server: Server, schema: Any, method: str, path: str, mode: GenerationMode, examples: int
) -> None:
    operation = schema[path][method]
    nothing_wrong = (method, path) in TAKES_ALL or not (operation.query or operation.body)
    if mode is GenerationMode.NEGATIVE and nothing_wrong:
        pytest.skip("takes nothing that could be wrong: any text may stand in its path")

    @settings(max_examples=examples, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode), accept=st.sampled_from(ACCEPTED))
    def ask(case: schemathesis.Case, accept: str) -> None:
        case.headers["Accept"] = accept
        case.call_and_validate(base_url=server.address.rstrip("/"), checks=CHECKS)

    ask()


def test_every_route_is_described_with_what_it_answers() -> None:
    routes = [
        route for route in create_app(Settings()).routes if isinstance(route, APIRoute) and route.include_in_schema
    ]
    assert {(method, route.path_format) for route in routes for method in route.methods} == set(OPERATIONS)
    for method, path in OPERATIONS:
        found = DESCRIBED["paths"][path][method.lower()]["responses"]
        assert found["200"]["content"], path
        assert {"400", "408", "413", "431", "503"} <= set(found)
        for status, answer in found.items():
            if status >= "400":
                assert "application/problem+json" in answer["content"]


def test_problems_are_of_the_described_form(server: Server) -> None:
    known = DESCRIBED["components"]["schemas"]["Problem"]
    problem = server.get("/sparql?query=SELECT").json()
    assert set(known["required"]) <= set(problem)
    assert isinstance(problem["line"], int)


def test_an_undescribed_answer_is_found_out(server: Server, schema: Any) -> None:
    """Without this the tests above could pass for the wrong reason."""
    poor = json.loads(json.dumps(DESCRIBED))
    del poor["paths"]["/search"]["get"]["responses"]["422"]
    operation = schemathesis.openapi.from_dict(poor)["/search"]["GET"]
    case = operation.Case(query={"page": "sideways"})
    with pytest.raises(FailureGroup) as caught:
        case.call_and_validate(base_url=server.address.rstrip("/"), checks=CHECKS)
    assert [type(each).__name__ for each in caught.value.exceptions] == ["UndefinedStatusCode"]
