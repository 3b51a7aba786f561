"""How far the judging is, as a page of a world tells it."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.log.log import Log
from graph.log.rows import MEMBERS, PUBLIC, Entry
from graph.views.batch import Batch
from graph.views.view import World
from graph.views.views import Views
from tests.graph.findings.watching import BASE, case_records


@pytest.mark.parametrize("audience", [PUBLIC, MEMBERS])
def test_only_what_changes_a_world_leaves_it_behind(tmp_path: Path, audience: str) -> None:
    with Log.open(tmp_path / "log.sqlite") as log:
        views = Views(World.PUBLIC, tmp_path / "views", BASE, judged=log)

        def follow(*, more: bool) -> None:
            while changes := log.changes(views.position()):
                views.apply(Batch(changes, log, more=more))

        put(log, "first", PUBLIC)
        follow(more=False)
        while views.checkers.turn() or views.position() < log.sequence():
            follow(more=False)
        assert views.checkers.is_settled
        # More comes behind it, so it is not judged yet.
        put(log, "second", audience)
        follow(more=True)
        assert views.checkers.is_settled == (audience == MEMBERS)
        views.close()


def put(log: Log, name: str, audience: str) -> None:
    """Write a case that has a finding under a name."""
    made = case_records("R10/bad-ended", name)
    log.append([Entry(each, audience) for each in made], agent="test", source="cases")
