"""The caged side of a check: takes statements, perhaps shapes too, and gives the findings, or why there are none.

A request is one frame that says how long the statements and the shapes are, then frames of these until all is there.
The answer is frames of findings (JSON lists), then `done` with the date; or `refused` at any place.
"""

from __future__ import annotations

import datetime
import json
import re
import resource
from functools import cache
from itertools import islice
from typing import Any

import pyoxigraph as ox

from graph.cages.channel import Channel
from graph.errors import CivigraphError, InputError, ResultTooLarge
from graph.governance.checking.checker import Checker
from graph.governance.checking.loose import check_loose, knowledge
from graph.governance.checking.report import as_data
from graph.governance.checking.validation import OWN
from graph.governance.rules.shapesets import NAMES, ShapeSet, named, read_shape_set
from graph.ingest.refusals import told
from graph.terms import Statement

_AT_ONCE = 500
_STATEMENT = re.compile(r"^([^ \n]+) ([^ \n]+) (.+) \.\n", re.MULTILINE)


def serve(channel: Channel) -> None:
    """Check what is sent, one request after the other, until the channel closes."""
    knowledge()
    for name in NAMES:
        _checker(name)
    while True:
        request, body = channel.receive()
        header: dict[str, Any]
        try:
            header = _check(channel, request, _received(channel, sum(request["lengths"]), body))
        except CivigraphError as error:
            header = {"event": "refused", "error": told(error)}
        header["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        channel.send(header)


def _received(channel: Channel, length: int, body: bytes) -> bytes:
    whole = bytearray(body)
    while len(whole) < length:
        whole += channel.receive()[1]
    return bytes(whole)


def _check(channel: Channel, request: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Check, send the findings, and give the last frame."""
    length = request["lengths"][0]
    shapes = _own(body[length:]) if request["shapes"] == OWN else _checker(request["shapes"])
    graph = check_loose(_statements(body[:length]), knows=shapes.shapes.knows)
    at, today = (None if request[name] is None else datetime.date.fromisoformat(request[name]) for name in _DATES)
    report = shapes.check(graph, at=at, today=today)
    if len(report.findings) > request["findings"]:
        what = f"there are {len(report.findings)} findings, more than the {request['findings']} that are told"
        raise ResultTooLarge(what, remedy="check it in parts")
    rest = iter(report.findings)
    while some := [as_data(finding) for finding in islice(rest, _AT_ONCE)]:
        channel.send({"event": "findings"}, json.dumps(some).encode())
    return {"event": "done", "date": report.date.isoformat(), "origin": report.origin}


_DATES = ("at", "today")


@cache
def _checker(name: str) -> Checker:
    return Checker(named(name))


def _own(text: bytes) -> Checker:
    """Read shapes that came from outside. Raises ShapesRefused."""
    return Checker(_read(text))


def _read(text: bytes) -> ShapeSet:
    try:
        return read_shape_set(OWN, (quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)))
    except (SyntaxError, ValueError) as error:
        raise InputError(f"the shapes cannot be read: {error}") from error


def _statements(text: bytes) -> list[Statement]:
    return _STATEMENT.findall(text.decode())
