"""The seat's media time: one 90 kHz clock for all pictures of a seat, whichever session or worker made them."""

from __future__ import annotations

import time
from collections.abc import Callable

CLOCK_RATE = 90_000


class MediaClock:
    """Counts 90 kHz ticks from its making; strictly increasing from call to call, so that no two frames share a time."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._origin = monotonic()
        self._last = -1

    def now(self) -> int:
        """The media time of a picture drawn now."""
        ticks = int((self._monotonic() - self._origin) * CLOCK_RATE)
        self._last = max(ticks, self._last + 1)
        return self._last
