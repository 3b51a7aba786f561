"""What costs processes and memory and is made when it is first asked for: workers for those who show a token."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from graph.closing import Closing
from graph.errors import DataError

Made = TypeVar("Made", bound=Closing)


class Later(Closing, Generic[Made]):
    """Makes one thing when it is first asked for, and closes it at the end; safe to use from any thread."""

    def __init__(self, make: Callable[[], Made]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: Made | None = None
        self._closed = False

    def get(self) -> Made:
        """Give it. Raises DataError when the site is closed, and whatever making it raises."""
        with self._lock:
            if self._closed:
                raise DataError("the service is closed")
            if self._made is None:
                self._made = self._make()
            return self._made

    def close(self) -> None:
        """Let go of it, where it was made."""
        with self._lock:
            made, self._made, self._closed = self._made, None, True
        if made is not None:
            made.close()
