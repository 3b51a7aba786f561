"""The second worker of a big run: it hands over half of what the first has read, in a cage of its own.

Asked with the run's folder, where the first has left the share, it answers with `progress` and then with `done`. It
writes its records to a folder of their own, and to two kinds of files the first takes up: the buckets of what is not
in one place, and what a file makes more than once.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from pathlib import Path

from graph.cages.channel import Channel
from graph.ingest.handover import Handover, send_lines
from graph.ingest.recordfile import SECOND
from graph.ingest.spool import SHARED, Share
from graph.terms import Statement

_BUFFER = 1 << 18


def main(channel: Channel) -> None:
    """Serve one run."""
    gc.disable()
    request, _ = channel.receive()
    folder = Path(request["folder"])

    def advance(done: int, ready: Sequence[int]) -> None:
        channel.send({"event": "progress", "done": done, "ready": ready})

    with Share(folder) as share, _doubled(folder).open("w", buffering=_BUFFER, encoding="utf-8", newline="\n") as noted:

        def note_double(file: int, statement: Statement) -> None:
            noted.write(f"{file} {' '.join(statement)}\n")

        handover = Handover(folder / SECOND, share.owners, share.private, note_double)
        handover.take(share.bundles(), advance)
    head = {"event": "done", "records": handover.records, "accepted": handover.accepted}
    send_lines(channel, head, handover.lines)


def doubled(folder: Path) -> Iterator[tuple[int, Statement]]:
    """Give each statement that was noted as doubled, with the number of its file."""
    with _doubled(folder).open(encoding="utf-8", newline="\n") as stream:
        for line in stream:
            file, s, p, o = line.rstrip("\n").split(" ", 3)
            yield int(file), (s, p, o)


def _doubled(folder: Path) -> Path:
    return folder / SHARED / "doubled"
