"""Time of a simulation: things happen in the order of their times, and nothing waits."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable


class Timeline:
    """What is to happen, by time in seconds; the same calls give the same run."""

    def __init__(self) -> None:
        self.now = 0.0
        self._events: list[tuple[float, int, Callable[[], object]]] = []
        self._order = itertools.count()

    def after(self, seconds: float, call: Callable[[], object]) -> None:
        """Calls it so much later."""
        heapq.heappush(self._events, (self.now + max(seconds, 0.0), next(self._order), call))

    def every(self, seconds: float, call: Callable[[], object]) -> None:
        """Calls it again and again."""

        def again() -> None:
            call()
            self.after(seconds, again)

        self.after(seconds, again)

    def run(self, seconds: float) -> None:
        """Lets time pass."""
        end = self.now + seconds
        while self._events and self._events[0][0] <= end:
            self.now, _, call = heapq.heappop(self._events)
            call()
        self.now = end
