"""The caged side of a query to a remote engine: the parser of the query, and the reader and writer of the answer.

The engine itself is asked by the server's process, for nobody in a cage has a network. What comes from outside is
parsed here all the same: a text may end the parser, and an engine's answer may be anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyoxigraph
from pyoxigraph import RdfFormat, Triple

from graph.cages.channel import Channel
from graph.store.formats import BOOLEAN, GRAPH, SOLUTIONS, QueryFormat, choose
from graph.store.query_worker import Frames, Result, syntax_error, write_answer
from graph.store.remote.answers import read_table
from graph.store.remote.limits import is_cut


def serve(channel: Channel) -> None:
    """Do what each frame asks for until the channel closes: `parse`, take a `part` of an answer, `write` it."""
    empty, answer = pyoxigraph.Store(), bytearray()
    while True:
        header, body = channel.receive()
        match header["do"]:
            case "parse":
                answer.clear()
                channel.send(_parsed(empty, body.decode()))
            case "part":
                answer += body
            case "write":
                if (error := _written(channel, header, bytes(answer))) is not None:
                    channel.send(error)
                answer.clear()


def _parsed(empty: pyoxigraph.Store, query: str) -> dict[str, Any]:
    """Parse a query: the engine's own parser runs when a query is put to a store, though there is nothing in it."""
    try:
        empty.query(query)
    except SyntaxError as error:
        return syntax_error(query, error)
    except OSError as error:
        return {"error": "outside", "what": str(error)[:500]}
    except (ValueError, RuntimeError) as error:
        return {"error": "evaluation", "what": str(error)[:500]}
    return {"parsed": True}


def _written(channel: Channel, header: dict[str, Any], answer: bytes) -> dict[str, Any] | None:
    """Read an answer and send it in the format asked for, or give the header that tells why it cannot be."""
    for there, here in header["renamed"]:
        # A name there holds a random number: nothing else is like it. Some engines escape slashes in JSON.
        answer = answer.replace(there.encode(), here.encode())
        answer = answer.replace(there.replace("/", r"\/").encode(), here.encode())
    try:
        return _write(channel, header, answer)
    except (SyntaxError, ValueError) as error:
        return {"error": "cut" if is_cut(answer) else "unreadable", "what": str(error)[:200]}


def _write(channel: Channel, header: dict[str, Any], answer: bytes) -> dict[str, Any] | None:
    result = _result(header["kind"], answer)
    if result.kind != header["kind"]:
        raise ValueError(f"the answer is of the kind {result.kind}")
    rows = header["max_rows"]
    if rows is not None:
        if result.is_longer(rows):
            return {"error": "rows"}
        result = _result(header["kind"], answer)
    chosen = choose(result.kind, [QueryFormat(value) for value in header["accept"]])
    if chosen is None:
        return {"error": "evaluation", "what": "none of the accepted formats can write the answer"}
    out = Frames(channel, result.kind, chosen)
    write_answer(result, chosen, out)
    out.finish()
    return None


def _result(kind: str, answer: bytes) -> Result:
    if kind == GRAPH:
        return Result(None, list(_triples(answer)))
    return Result(read_table(answer))


def _triples(answer: bytes) -> Iterator[Triple]:
    """Each triple once: a graph is a set, and engines may repeat themselves."""
    quads = pyoxigraph.parse(answer, RdfFormat.N_TRIPLES)
    yield from dict.fromkeys(quad.triple for quad in quads)


KINDS = {"SELECT": SOLUTIONS, "ASK": BOOLEAN, "CONSTRUCT": GRAPH, "DESCRIBE": GRAPH}
"""The kind of answer that each form of query has."""
