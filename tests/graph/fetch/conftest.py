"""A site to fetch from, and one that nobody may reach."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.graph.fetch.sites import INSIDE, OUTSIDE, Site, running, text


@pytest.fixture
def site() -> Iterator[Site]:
    """A server at the address that may be reached."""
    with running(OUTSIDE) as made:
        yield made


@pytest.fixture
def canary() -> Iterator[Site]:
    """A server at the address that may not."""
    with running(INSIDE) as made:
        made.answers["/"] = text("the canary sang")
        yield made
