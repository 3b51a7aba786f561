"""Views made again beside the present ones, to take their place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from graph.views.follower import Follower
from graph.views.place import Place
from graph.views.view import World
from graph.views.views import Views

Progress = Callable[[int, int], None]
"""Called with the applied and the wanted sequence."""


class Builder:
    """Views made from the first row of the log in a folder of their own."""

    def __init__(self, instance: Place, folder: Path, told: Callable[[str], None]) -> None:
        self._instance = instance
        self._folder = folder
        self._told = told
        self._worlds = {World.PUBLIC: self._opened(World.PUBLIC)}
        self._follower = Follower(instance.log, self._worlds, self._opened, told)

    def catch_up(self, progress: Progress | None, stopped: Callable[[], bool] = lambda: False) -> None:
        """Apply the log to its present end, unless it is `stopped` before."""
        end = self._instance.log.sequence()
        while not stopped() and self._follower.step():
            if progress is not None:
                progress(min(self._follower.position(), end), end)

    def _opened(self, world: World) -> Views:
        return Views(world, self._folder / world, self._instance.base, self._told, stores=self._instance.stores)

    def close(self) -> None:
        """Let go of the files."""
        self._follower.rejoin()
        for views in self._worlds.values():
            views.close()
