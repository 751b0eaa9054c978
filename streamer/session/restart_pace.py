"""How soon a spare that died is replaced: at once, but later and later where they die one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable

QUIET_SECONDS = 60.0
"""After so long without a death the next one is a first one."""
MAX_SECONDS = 30.0


class RestartPace:
    """Of one kind of spare. `first` is what is waited after a first death, s; each further one waits twice as long."""

    def __init__(self, first: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._first = first
        self._clock = clock
        self._deaths = 0
        self._died_at = 0.0
        self._until = 0.0

    def died(self) -> float:
        """A spare has died: seconds until the next one may be started."""
        now = self._clock()
        if now - self._died_at > QUIET_SECONDS:
            self._deaths = 0
        wait = min(self._first * 2.0**self._deaths, MAX_SECONDS)
        self._deaths, self._died_at = self._deaths + 1, now
        self._until = now + wait
        return wait

    @property
    def rests(self) -> bool:
        """Whether it is too early for another one, unless somebody waits for it."""
        return self._deaths > 0 and self._clock() < self._until
