"""The caged side of an examination: takes statements and gives what portals make of the datasets in them.

A request is one frame that says for which portals and how long the statements are, then frames of these until all is
there. The answer is frames of verdicts (JSON lists), then `done`; or `refused` at any place.
"""

from __future__ import annotations

import json
import re
import resource
from collections.abc import Iterator
from itertools import islice
from typing import Any

from graph.cages.channel import Channel
from graph.errors import CivigraphError, ResultTooLarge
from graph.ingest.refusals import told
from graph.preflight.description import Description
from graph.preflight.portals.table import PORTALS, examine_each, portals
from graph.preflight.verdict import packed

_AT_ONCE = 20
_AT_LEAST = 5
"""Remarks that each verdict has room for, however many others there are."""
_STATEMENT = re.compile(r"^([^ \n]+) ([^ \n]+) (.+) \.\n", re.MULTILINE)


def serve(channel: Channel) -> None:
    """Examine what is sent, one request after the other, until the channel closes."""
    for portal in portals():
        portal.reader(Description([]))
    while True:
        request, body = channel.receive()
        header: dict[str, Any]
        try:
            whole = bytearray(body)
            while len(whole) < int(request["length"]):
                whole += channel.receive()[1]
            header = _examined(channel, request, whole.decode())
        except CivigraphError as error:
            header = {"event": "refused", "error": told(error)}
        header["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        channel.send(header)


def _examined(channel: Channel, request: dict[str, Any], text: str) -> dict[str, Any]:
    """Examine, send the verdicts, and give the last frame."""
    description = Description(_STATEMENT.findall(text))
    if len(description.datasets) > request["datasets"]:
        raise ResultTooLarge(
            f"it has {len(description.datasets)} datasets, more than the {request['datasets']} that are told",
            remedy="send it in parts",
        )
    rest, sent = _told(description, request), 0
    while some := list(islice(rest, _AT_ONCE)):
        body = json.dumps(some).encode()
        sent += len(body)
        if sent > request["bytes"]:
            raise ResultTooLarge(f"its verdicts are more than {request['bytes']} bytes", remedy="send it in parts")
        channel.send({"event": "verdicts"}, body)
    return {"event": "done"}


def _told(description: Description, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the verdicts packed; each portal has as much room for remarks, and of each verdict some are told."""
    names = request["portals"]
    left = dict.fromkeys(names, request["remarks"] // len(names))
    for verdict in examine_each(description, names):
        cut = verdict.cut(max(_AT_LEAST, left[verdict.portal]))
        left[verdict.portal] -= len(cut.remarks)
        yield packed(cut, PORTALS[verdict.portal].rules)
