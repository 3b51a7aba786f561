"""How a follower rests: until somebody asks or has written, looking less and less often while nothing comes."""

from __future__ import annotations

import time
from threading import Event

from graph.log.database import Watch

FIRST_SECONDS = 0.05
# Where nothing comes for long, looking less often spares the processor; who appends in this process wakes.
_LONGEST_SECONDS = 0.25
_SLOWER = 1.02
# To see that nothing is to be done takes some milliseconds: where nobody has written, it is not seen so often.
_LONGEST_REST_SECONDS = 5.0
# Who writes one thing after the other, and waits for each, waits for nothing else in between.
_QUIET_SECONDS = 1.0
# Between pieces of a hundredth of a second: who asks meanwhile has the processors nearly to himself.
_BREATH_SECONDS = 0.25


class Rest:
    """One thread rests, any may `wake` it; `watch` tells of what other processes have written."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._woken = Event()
        self._pause = FIRST_SECONDS
        self._worked = time.monotonic()

    def wake(self) -> None:
        """End the rest, or the next one where nobody rests."""
        self._woken.set()

    def note_work(self) -> None:
        """Look often again: more may come."""
        self._pause = FIRST_SECONDS
        self._worked = time.monotonic()

    def is_quiet(self) -> bool:
        """Say whether there has been no work for a while, so that there is time for what nobody waits for."""
        return time.monotonic() - self._worked > _QUIET_SECONDS

    def rest(self) -> None:
        """Rest until there may be something to do, or all is to be looked at after so long."""
        end = time.monotonic() + _LONGEST_REST_SECONDS
        while not self._woken.wait(self._pause) and time.monotonic() < end:
            self._pause = min(_SLOWER * self._pause, _LONGEST_SECONDS)
            if self._watch.moved():
                break
        self._woken.clear()

    def breathe(self) -> None:
        """Leave the processor to others for a moment, between two pieces of work that nobody waits for."""
        self._woken.wait(_BREATH_SECONDS)
        self._woken.clear()

    def close(self) -> None:
        """Watch no longer."""
        self._watch.close()
