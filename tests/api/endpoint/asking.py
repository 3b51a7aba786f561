"""How tests put questions to the endpoint, and a server that counts what is evaluated."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
import pytest
from fastapi import FastAPI

from api.site import Site
from graph.instance import Instance
from tests.api.serving import Server, tell

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
TITLE = "http://purl.org/dc/terms/title"
SELECT = f'SELECT ?s WHERE {{ ?s <{TITLE}> "Street trees"@en }}'
ALL = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 200"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }"

G = "http://graphs.example/"
GRAPHS = {
    f"{G}{number}": f'<http://e/{number}> <http://e/p> {number} . <http://e/shared> <http://e/p> "all" .'
    for number in (1, 2, 3)
}


def get(server: Server, fields: str, **headers: str) -> httpx.Response:
    """GET the endpoint with a query string."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return server.client.get(f"{server.address}sparql?{fields}", headers={"accept": "*/*", **named})


def ask(server: Server, query: str, **headers: str) -> httpx.Response:
    """Ask by GET."""
    return get(server, urlencode({"query": query}), **headers)


def post(server: Server, body: str | bytes, media_type: str | None, fields: str = "", **headers: str) -> httpx.Response:
    """POST a body to the endpoint."""
    content = body.encode() if isinstance(body, str) else body
    given = {"accept": "*/*", **headers, **({"content-type": media_type} if media_type else {})}
    return server.client.post(f"{server.address}sparql?{fields}", content=content, headers=given)


def problem(answer: httpx.Response, status: int, name: str) -> dict[str, Any]:
    """Check that an answer is this problem, and give it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status
    assert told["type"].endswith(f"/{name}"), told
    assert told["title"]
    return told


def numbers(answer: httpx.Response) -> set[str]:
    """Give the values of ?o in an answer."""
    assert answer.status_code == 200, answer.text
    return {row["o"]["value"] for row in answer.json()["results"]["bindings"]}


# Section 2.1: the query operation


WAYS: dict[str, Callable[[Server, str, list[tuple[str, str]]], httpx.Response]] = {
    "get": lambda server, query, dataset: get(server, urlencode([("query", query), *dataset])),
    "form": lambda server, query, dataset: post(server, urlencode([*dataset, ("query", query)]), FORM),
    "direct": lambda server, query, dataset: post(server, query, QUERY, urlencode(dataset)),
    "form, dataset in the address": lambda server, query, dataset: post(
        server, urlencode({"query": query}), f"{FORM}; charset=UTF-8", urlencode(dataset)
    ),
}


def raw(
    server: Server, query: str, coding: str | None, accept: str = "text/csv"
) -> tuple[http.client.HTTPResponse, bytes]:
    """GET without a client that decompresses by itself."""
    line = http.client.HTTPConnection(str(urlsplit(server.address).hostname), urlsplit(server.address).port, timeout=60)
    try:
        headers = {"Accept": accept, **({"Accept-Encoding": coding} if coding is not None else {})}
        line.request("GET", f"/sparql?query={quote(query)}", headers=headers)
        answer = line.getresponse()
        return answer, answer.read()
    finally:
        line.close()


# What is kept


class Watched:
    """A server of its own, which counts the queries that reach a worker, and whose log can be written."""

    def __init__(self, instance: Instance, patch: pytest.MonkeyPatch) -> None:
        self.instance = instance
        self.server: Server
        self.site: Site
        self._patch = patch
        self.asked = 0

    def watch(self, app: FastAPI) -> None:
        """Count from now on."""
        self.site = app.state.site
        run = self.site.pool.run

        def counted(*given: Any, **named: Any) -> Any:
            self.asked += 1
            return run(*given, **named)

        self._patch.setattr(self.site.pool, "run", counted)

    def tell(self, name: str, audience: str = "public") -> int:
        """Write a record, wait until the views have it, and give the public sequence."""
        tell(
            self.instance,
            f'<http://e/{name}> a <http://www.w3.org/ns/dcat#Dataset> ; <{TITLE}> "{name}" .',
            name,
            audience,
        )
        assert self.site.holder.wait_for(self.instance.log.sequence(), 30)
        return self.instance.log.public_sequence()

    def ask(self, query: str, **headers: str) -> httpx.Response:
        """Ask for what is known by now: the answer is never older."""
        return ask(self.server, query, **{"civigraph_sequence": str(self.instance.log.public_sequence()), **headers})


TITLES = f"SELECT ?t {{ ?s a <http://www.w3.org/ns/dcat#Dataset> ; <{TITLE}> ?t }} ORDER BY ?t"
