"""The query workers for those who show a token: apart from the public ones, and started when first asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable

from graph.errors import DataError
from graph.store.remote.pool import EnginePool
from graph.store.workers import QueryPool

Pool = QueryPool | EnginePool


class RestrictedPool:
    """Makes the pool over the full world once there is one; no worker of it ever answers an anonymous query."""

    def __init__(self, make: Callable[[], Pool]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._pool: Pool | None = None
        self._closed = False

    def get(self) -> Pool:
        """Give the pool, its first worker ready. Raises CageUnavailable, DataError when the site is closed."""
        with self._lock:
            if self._closed:
                raise DataError("the query service is closed")
            if self._pool is None:
                self._pool = self._make()
            pool = self._pool
        pool.wait_ready()
        return pool

    def close(self) -> None:
        """End every worker."""
        with self._lock:
            pool, self._pool, self._closed = self._pool, None, True
        if pool is not None:
            pool.close()
