"""The parts of a data directory that views need."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from graph.log.log import Log
from graph.store.store import Stores


class Place(Protocol):
    """See `graph.instance.Instance`."""

    @property
    def log(self) -> Log: ...
    @property
    def base(self) -> str: ...
    @property
    def views(self) -> Path: ...
    @property
    def stores(self) -> Stores: ...
