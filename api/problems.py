"""Problem details (RFC 9457): the only module that knows which HTTP status an error has, and their one body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match

from api.error_words import refusal, told
from api.languages import ENGLISH, Texts, choose_language, mark, texts_in
from api.negotiation import wants_page
from api.server.security import DATA_POLICY, HEADERS, PAGE_POLICY
from api.server.sharing import SHARED
from graph import errors

MEDIA_TYPE = "application/problem+json"
TYPES = "https://w3id.org/civigraph/problem/"
VARY = "Accept, Accept-Language"
# What every answer carries; said here too since some problems are told outside the layers that add it.
ALWAYS = {**HEADERS, **SHARED}


@dataclass(eq=False)
class Problem(Exception):
    """Why a request has no answer: title and detail for a person, further members for a program."""

    status: int
    name: str
    title: str
    detail: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, object] = field(default_factory=dict)
    values: Mapping[str, object] = field(default_factory=dict)

    def body(self, texts: Texts) -> dict[str, object]:
        """Give the members of the problem details object in the reader's language."""
        return {
            "type": TYPES + self.name,
            "title": texts.text(self.title),
            "status": self.status,
            **({"detail": told(texts, texts.text(self.detail, **self.values))} if self.detail else {}),
            **{name: _said(texts, name, value) for name, value in self.members.items()},
        }


def _said(texts: Texts, name: str, value: object) -> object:
    """Say a member of a problem in the reader's language, where it is words."""
    if name == "remedy":
        return told(texts, str(value))
    if name == "errors" and isinstance(value, list):
        return [{**each, "what": told(texts, each["what"])} for each in value]
    return value


@dataclass(frozen=True)
class _Meaning:
    """What an error of the graph means over HTTP; `told` says whether its own words may leave the house."""

    status: int
    name: str
    title: str
    told: bool = True
    retry_after: int | None = None


_UNEXPECTED = "internal"
_MEANINGS: dict[type[errors.CivigraphError], _Meaning] = {
    errors.CivigraphError: _Meaning(500, _UNEXPECTED, mark("Something went wrong on our side"), told=False),
    errors.InputError: _Meaning(422, "input", mark("What was sent cannot be taken as it is")),
    errors.UnknownFormat: _Meaning(415, "unknown-format", mark("That format is not known here")),
    errors.BadTerm: _Meaning(400, "bad-term", mark("That is no well-formed RDF term")),
    errors.RecordRefused: _Meaning(422, "record-refused", mark("The description lacks what it must have")),
    errors.QueryRefused: _Meaning(400, "query-refused", mark("The query cannot be run")),
    errors.NameTaken: _Meaning(409, "name-taken", mark("That address belongs to something else")),
    errors.StateChanged: _Meaning(412, "state-changed", mark("It is not in the state that you expect")),
    errors.NotAllowed: _Meaning(403, "not-allowed", mark("Your token does not allow that")),
    errors.AddressRefused: _Meaning(422, "address-refused", mark("That address is not fetched")),
    errors.FetchFailed: _Meaning(502, "elsewhere", mark("The other site does not answer as it should")),
    errors.NotKnown: _Meaning(404, "not-known", mark("Nothing is known under that name")),
    errors.LimitReached: _Meaning(503, "limit-reached", mark("The query reached a limit")),
    errors.InputTooLarge: _Meaning(413, "input-too-large", mark("What was sent is too large")),
    errors.DeadlineReached: _Meaning(
        503, "deadline-reached", mark("The query was stopped: it took too long"), retry_after=60
    ),
    errors.MemoryReached: _Meaning(503, "memory-reached", mark("The query was stopped: it needed too much memory")),
    errors.ResultTooLarge: _Meaning(413, "result-too-large", mark("The answer is too large")),
    errors.Overloaded: _Meaning(429, "overloaded", mark("Too many queries are running"), retry_after=5),
    errors.ShareUsedUp: _Meaning(429, "share-used-up", mark("Your queries have used up their share"), retry_after=5),
    errors.CageError: _Meaning(503, "cage", mark("Queries cannot be run safely at the moment"), told=False),
    errors.WorkerDied: _Meaning(500, "worker-died", mark("The query ended its worker"), told=False),
    errors.DiskFull: _Meaning(507, "disk-full", mark("There is no room to write at the moment"), told=False),
    errors.DataError: _Meaning(503, "data", mark("The graph cannot be read at the moment"), told=False),
}


def of_error(error: errors.CivigraphError) -> Problem:
    """Turn an error of the graph into a problem."""
    meaning = next(_MEANINGS[kind] for kind in type(error).__mro__ if kind in _MEANINGS)
    pause = getattr(error, "retry_after", None) or meaning.retry_after
    headers = {"Retry-After": str(pause)} if pause else {}
    members: dict[str, object] = {}
    if meaning.told:
        for name in ("remedy", "line", "column"):
            if getattr(error, name, None):
                members[name] = getattr(error, name)
    if isinstance(error, errors.RecordRefused):
        members["violations"] = [vars_of(violation) for violation in error.violations]
    return Problem(
        meaning.status,
        meaning.name,
        meaning.title,
        error.what if meaning.told else "",
        headers=headers,
        members=members,
    )


# What is said of a limit where no query reached it but the check of a document.
_OF_CHECKS: dict[type[errors.CivigraphError], str] = {
    errors.LimitReached: mark("The check reached a limit"),
    errors.DeadlineReached: mark("The check was stopped: it took too long"),
    errors.MemoryReached: mark("The check was stopped: it needed too much memory"),
    errors.Overloaded: mark("Too many documents are being checked"),
    errors.ShareUsedUp: mark("Another document of yours is being checked"),
    errors.CageError: mark("Documents cannot be checked safely at the moment"),
    errors.WorkerDied: mark("The check ended its worker"),
    errors.DataError: mark("The document cannot be checked at the moment"),
}


def of_check(error: errors.CivigraphError) -> Problem:
    """Turn an error of a document's check into a problem, told in the words of checks."""
    problem = of_error(error)
    return replace(problem, title=_OF_CHECKS.get(type(error), problem.title))


def wrong_parameter(name: str, what: str) -> Problem:
    """Say that a parameter is wrong, and how, in the form in which the framework's own refusals are told."""
    return Problem(422, "parameters", mark("A parameter is wrong"), members={"errors": [{"where": name, "what": what}]})


def vars_of(violation: errors.Violation) -> dict[str, object]:
    """Give the members of one violation, its message in both languages."""
    return {
        "focus": violation.focus,
        "path": violation.path,
        "message": {"en": violation.message_en, "fr": violation.message_fr},
        "value": violation.value,
    }


def bad_request(detail: str, **values: object) -> Problem:
    """Say that a request is ill-formed; the values fill in the detail."""
    return Problem(400, "bad-request", mark("The request is ill-formed"), detail, values=values)


def token_refused(detail: str) -> Problem:
    """Say that what was shown is no valid token (RFC 6750 3)."""
    challenge = 'Bearer realm="civigraph", error="invalid_token"'
    title = mark("A valid token is needed")
    return Problem(401, "token-refused", title, detail, headers={"WWW-Authenticate": challenge})


def token_needed() -> Problem:
    """Say that this is done for bearers of tokens only."""
    challenge = 'Bearer realm="civigraph"'
    return Problem(401, "token-needed", mark("A token is needed"), headers={"WWW-Authenticate": challenge})


def too_many_attempts() -> Problem:
    """Say that too many tokens wait to be looked at."""
    return Problem(429, "too-many-attempts", mark("Too many tokens are being checked"), headers={"Retry-After": "2"})


def not_known(detail: str = "", **values: object) -> Problem:
    """Say that there is nothing at this address; the values fill in the detail."""
    return Problem(404, "not-known", mark("There is nothing at this address"), detail, values=values)


def several_sources(sources: list[str]) -> Problem:
    """Say that several sources tell of the thing, and which."""
    return Problem(
        300,
        "several-sources",
        mark("Several sources tell of it"),
        mark("Name one of them by the parameter source."),
        members={"sources": sources},
    )


def not_acceptable(offered: list[str]) -> Problem:
    """Say that none of the asked-for media types is offered, and which are."""
    return Problem(
        406, "not-acceptable", mark("None of the formats asked for is offered here"), members={"offered": offered}
    )


def unsupported_media_type(taken: list[str]) -> Problem:
    """Say that the body is of a media type that is not taken, and which are."""
    return Problem(
        415, "unsupported-media-type", mark("A body of that media type is not taken"), members={"taken": taken}
    )


def body_too_large(limit: int) -> Problem:
    """Say that the request's body is over the cap."""
    return Problem(413, "body-too-large", mark("The body of the request is too large"), members={"limit": limit})


def content_coding_refused() -> Problem:
    """Say that bodies are not taken compressed (RFC 9110 15.5.16)."""
    return Problem(
        415,
        "content-coding",
        mark("A compressed body is not taken"),
        headers={"Accept-Encoding": "identity"},
        members={"taken": ["identity"]},
    )


def head_too_large(limit: int) -> Problem:
    """Say that address and headers together are over the cap (RFC 6585 5)."""
    return Problem(
        431,
        "head-too-large",
        mark("Address and headers of the request are too large"),
        members={"limit": limit},
    )


def too_slow() -> Problem:
    """Say that the request did not come in time."""
    return Problem(408, "too-slow", mark("The request did not come in time"))


def no_http() -> Problem:
    """Say that what came is no HTTP."""
    return Problem(400, "no-http", mark("What was sent is no well-formed HTTP request"))


def too_many_connections() -> Problem:
    """Say that one client has too many connections."""
    return Problem(
        429, "too-many-connections", mark("Too many connections from one address"), headers={"Retry-After": "5"}
    )


def no_room() -> Problem:
    """Say that all connections are in use."""
    return Problem(503, "no-room", mark("Too many clients are connected"), headers={"Retry-After": "5"})


def views_behind(wanted: int, known: int) -> Problem:
    """Say that the change a reader wants to see is in the log and not yet in what answers come from."""
    return Problem(
        503,
        "views-behind",
        mark("That change cannot be read yet"),
        mark("The log has it, and answers know of %(known)s of %(wanted)s changes so far."),
        headers={"Retry-After": "2"},
        values={"known": known, "wanted": wanted},
    )


def update_refused() -> Problem:
    """Say that SPARQL Update is not spoken here, and where changes go."""
    return Problem(
        403,
        "update-refused",
        mark("This endpoint reads only"),
        mark("SPARQL Update is not spoken here: every statement is checked and attributed, so changes come by import."),
        members={"writes": "civigraph import FILE --source NAME"},
    )


def _of_http(request: Request, error: HTTPException) -> Problem:
    """Turn what the framework itself refuses into a problem."""
    if error.status_code == HTTPStatus.NOT_FOUND:
        return not_known()
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = ", ".join(_methods(request))
        title = mark("That method is not allowed here")
        return Problem(405, "method-not-allowed", title, headers={"Allow": allowed}, members={"allowed": allowed})
    name = HTTPStatus(error.status_code).phrase
    return Problem(error.status_code, name.lower().replace(" ", "-"), name, headers=dict(error.headers or {}))


def _methods(request: Request) -> list[str]:
    """List the methods that the asked-for path answers."""
    found: set[str] = set()
    for route in request.app.routes:
        match, _ = route.matches(request.scope)
        if match is not Match.NONE:
            found |= set(getattr(route, "methods", None) or ())
    return sorted(found | ({"HEAD"} if "GET" in found else set()))


def _of_validation(error: RequestValidationError) -> Problem:
    """Turn parameters of the wrong kind into a problem that names each."""
    wrong = [{"where": ".".join(map(str, each["loc"])), "what": refusal(each)} for each in error.errors()]
    return Problem(422, "parameters", mark("A parameter is wrong"), members={"errors": wrong})


def to_problem(request: Request, error: Exception) -> Problem:
    """Turn whatever ended a request into a problem; of an unexpected error nothing leaks."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, errors.CivigraphError):
        return of_error(error)
    if isinstance(error, RequestValidationError):
        return _of_validation(error)
    if isinstance(error, HTTPException):
        return _of_http(request, error)
    if isinstance(error, ClientDisconnect):
        return bad_request("")  # nobody reads it; without it, every client that goes away would leave a traceback
    return of_error(errors.CivigraphError("unexpected"))


def answer(request: Request, error: Exception) -> Response:
    """Answer a request that failed: a page for a browser, else problem details."""
    problem = to_problem(request, error)
    language = choose_language(request.query_params.get("lang"), request.headers.get("accept-language"))
    # The handler of unexpected errors stands outside the middleware that adds these to all else.
    headers = {**ALWAYS, **problem.headers, "Vary": VARY, "Content-Language": language}
    if problem.name == _UNEXPECTED:
        headers["Connection"] = "close"  # which the server does after any exception, so the client had better know
    if "request_id" in request.scope:
        headers["X-Request-Id"] = request.scope["request_id"]
    body = problem.body(texts_in(language))
    if wants_page(request.headers.get("accept")) and (page := getattr(request.app.state, "problem_page", None)):
        return cast(Response, page(request, problem, body, {**headers, "Content-Security-Policy": PAGE_POLICY}))
    return _document(problem, body, headers)


def plain(problem: Problem) -> Response:
    """Answer in English where no request was understood that would tell a language."""
    return _document(problem, problem.body(texts_in(ENGLISH)), {**ALWAYS, **problem.headers})


def _document(problem: Problem, body: Mapping[str, object], headers: Mapping[str, str]) -> Response:
    """Write problem details; media type: RFC 9457 3."""
    text = json.dumps(body, ensure_ascii=False, indent=2) + "\n"
    kept = {**headers, "Content-Security-Policy": DATA_POLICY, "Cache-Control": "no-store"}
    return Response(text, problem.status, kept, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Let every error of the application end as a problem."""
    for kind in (Problem, errors.CivigraphError, RequestValidationError, HTTPException, ClientDisconnect, Exception):
        app.add_exception_handler(kind, answer)
