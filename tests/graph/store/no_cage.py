"""Preloaded into a zygote, it makes a machine that can cage nobody."""

from __future__ import annotations

import sys

from graph.errors import CageUnavailable


def _refuse() -> str:
    raise CageUnavailable("the network cannot be taken away from a worker process")


# The zygote's own module runs as the main one.
sys.modules["__main__"].deny_network = _refuse  # type: ignore[attr-defined]
