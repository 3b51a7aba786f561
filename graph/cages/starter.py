"""Starts workers of one kind, without a network wherever this machine can take it away."""

from __future__ import annotations

import logging

from graph.cages.channel import MAX_BODY
from graph.cages.limits import Limits
from graph.cages.worker import Worker
from graph.cages.zygote import Zygote
from graph.errors import CageUnavailable

logger = logging.getLogger(__name__)


class Starter:
    """Starts workers that run `entry` and send bodies of at most `max_body` bytes.

    `what` is what they do, in the plural, for the log. `allow_network` lets workers keep the network where this machine
    cannot take it away from them: only an operator may say so, by name. It is told once.
    """

    def __init__(
        self,
        zygote: Zygote,
        entry: str,
        *,
        what: str,
        limits: Limits,
        max_body: int = MAX_BODY,
        allow_network: bool = False,
    ) -> None:
        self._zygote = zygote
        self._entry = entry
        self._what = what
        self._limits = limits
        self._max_body = max_body
        self._allow_network = allow_network
        self._warned = False

    def start(self) -> Worker:
        """Start a worker. Raises what `Zygote.spawn` raises."""
        try:
            return self._spawn(allow_network=False)
        except CageUnavailable as error:
            if not self._allow_network:
                raise
            if not self._warned:
                self._warned = True
                logger.warning("workers for %s keep the network, as the operator allowed: %s", self._what, error)
            return self._spawn(allow_network=True)

    def _spawn(self, *, allow_network: bool) -> Worker:
        return self._zygote.spawn(self._entry, self._limits, max_body=self._max_body, allow_network=allow_network)
