"""When a child that ended is started again: at once the first time, later and later when it keeps ending."""

from __future__ import annotations

AT_ONCE = 0.05
LONGEST = 10.0
STEADY_AFTER = 30.0
"""A child that ran this long counts as sound again."""


class Restarts:
    """The pauses before each start. Times are seconds."""

    def __init__(self) -> None:
        self._next = AT_ONCE

    @property
    def often(self) -> bool:
        """Whether it keeps ending."""
        return self._next > 4 * AT_ONCE

    def pause(self, ran: float) -> float:
        """How long to wait, after it ran for `ran`."""
        if ran >= STEADY_AFTER:
            self._next = AT_ONCE
        pause = self._next
        self._next = min(LONGEST, 2 * self._next)
        return pause
