"""What a worker may use before the kernel stops it."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from graph.cages.kernel import prctl

PR_SET_PDEATHSIG = 1

# Address space, not memory in use: a worker that only opened a store already takes 0.7 GiB of it.
DEFAULT_MEMORY = 2 << 30


@dataclass(frozen=True)
class Limits:
    """What a worker may use; sizes in bytes, None for no limit.

    `memory_bytes` is address space; `cpu_seconds` processor time (killed one second after it); `file_bytes` the largest
    file it may write; `open_files` descriptors; `niceness` is added to that of the process that started it.
    """

    memory_bytes: int | None = DEFAULT_MEMORY
    cpu_seconds: int | None = None
    file_bytes: int | None = 16 << 20
    open_files: int = 1024
    niceness: int = 0

    def as_header(self) -> dict[str, Any]:
        """Give the limits as they go over a channel."""
        return asdict(self)

    @classmethod
    def from_header(cls, header: Mapping[str, Any]) -> Limits:
        """Read the limits as they came over a channel."""
        return cls(**header)


def apply(limits: Limits) -> None:
    """Set the limits for this process and what it starts; they can only be lowered further."""
    # A core file would be as large as the memory, and hold what others may not see.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _lower(resource.RLIMIT_NOFILE, limits.open_files)
    if limits.memory_bytes is not None:
        _lower(resource.RLIMIT_AS, limits.memory_bytes)
    if limits.file_bytes is not None:
        _lower(resource.RLIMIT_FSIZE, limits.file_bytes)
    if limits.cpu_seconds is not None:
        _lower(resource.RLIMIT_CPU, limits.cpu_seconds, margin=1)
    if limits.niceness:
        os.nice(limits.niceness)


def die_with(parent: int) -> None:
    """Have the kernel kill this process when its parent ends; ends it at once if that has already happened."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _lower(kind: int, soft: int, margin: int = 0) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        soft, margin = min(soft, hard), 0 if soft >= hard else min(margin, hard - soft)
    resource.setrlimit(kind, (soft, soft + margin))
