"""A running engine with two worlds in it, and a false one that answers what a test says."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from graph.cages.limits import Limits
from graph.store.answers import Answer
from graph.store.remote.engine import Engine
from graph.store.remote.store import RemoteStore

ROOT = "http://example.org/store/"
MEMBERS = NamedNode("http://example.org/audience/members")
AGREEMENT = NamedNode("http://example.org/audience/agreement")
LIMITS = Limits(memory_bytes=2 << 30)
SECRET = "a secret"
ROWS = 3000


@dataclass
class Opened:
    """A running engine with two worlds in it, and the pool that answers over each."""

    name: str
    public: RemoteStore
    full: RemoteStore
    ask_public: Callable[..., Answer]
    ask_full: Callable[..., Answer]
    engine: Engine


def said_of(number: int) -> Quad:
    return Quad(
        NamedNode(f"http://example.org/s{number}"), NamedNode("http://example.org/p"), Literal("x"), DefaultGraph()
    )


def quad_in(graph: NamedNode, value: str) -> Quad:
    return Quad(NamedNode("http://example.org/a"), NamedNode("http://example.org/p"), Literal(value), graph)


def values(answer: Answer) -> list[dict[str, str]]:
    rows = json.loads(answer.read())["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in rows]


@dataclass
class Script:
    """What a false engine answers to outside queries: status, headers, body, and whether it breaks off."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    length: int | None = None
    silent: bool = False


SEQUENCE = "https://w3id.org/civigraph#logSequence"
TABLE = b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "1"}}]}}'
LINES = b'<urn:a> <urn:b> "1" .\n'
