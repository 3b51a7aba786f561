"""What one query, one client and all together may take, so that nobody notices the others.

The defaults are those of a machine with two processors; docs/decisions/0009-lanes.md tells what was tried.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field


def _spare_processors() -> int:
    """Give the processors that remain when one is kept for the server and the quick."""
    return max(1, len(os.sched_getaffinity(0)) - 1)


@dataclass(frozen=True)
class Fairness:
    """The rules of the lanes; seconds are of processor time unless another is named, sizes in bytes.

    A query is slow after `slow_after`. Of the slow, `slow_running` run at a time, no two of one client, and the others
    are stopped; at most `slow_held` are kept, running or stopped, and `memory` is what they may hold together. A client
    has `client_running` queries answered at a time and `client_waiting` more waiting for that; it may use
    `client_seconds` a minute, 0 for no limit. `inside` is the most queries of all clients, answered or waiting.
    """

    slow_after: float = 0.05
    slow_running: int = field(default_factory=_spare_processors)
    slow_held: int = 10
    memory: int = 768 << 20
    client_running: int = 4
    client_waiting: int = 16
    client_seconds: float = 30.0
    inside: int = 96
