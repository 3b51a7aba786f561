"""A log and the public views that follow it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graph.log.log import Log
from graph.views.views import Views
from tests.graph.views.making import follow, opened


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    with Log.open(tmp_path / "log.sqlite") as opened_log:
        yield opened_log


@pytest.fixture
def views(tmp_path: Path) -> Iterator[Views]:
    made = opened(tmp_path / "views")
    yield made
    made.close()


@pytest.fixture
def followed(views: Views, log: Log) -> Callable[[], Views]:
    """Give the views after they have applied all that is in the log."""

    def bring() -> Views:
        follow(views, log)
        return views

    return bring
