"""Workers that parse what tests send."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graph.cages.zygote import Zygote
from graph.ingest.uploads import PRELOAD, Uploads
from graph.store.workers import PRELOAD as QUERY_PRELOAD


@pytest.fixture(scope="module")
def both() -> Iterator[Zygote]:
    """One process that starts workers for queries and for uploads, as the server's does."""
    with Zygote((*QUERY_PRELOAD, *PRELOAD)) as started:
        yield started


@pytest.fixture(scope="module")
def uploads(both: Zygote) -> Iterator[Uploads]:
    with Uploads(both) as opened:
        yield opened
