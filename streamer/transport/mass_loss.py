"""When so much was lost that a new key frame is there sooner than what is missing. Pure."""

from __future__ import annotations

import math
from collections import deque

WINDOW_SECONDS = 0.4
LEAST_BYTES = 10_000
"""What a key frame on a thin link takes; less than that is always repeated."""
MOST_SECONDS = 0.12
"""At the rate of packets: about a quarter of a second of the link."""
PATIENCE_SECONDS = 0.4
"""And a round trip."""


class MassLoss:
    """Counts what is missed of the moving pictures; times are seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._lost: deque[tuple[float, int]] = deque()
        self._awaited_until = -math.inf

    def awaits_key(self, now: float) -> bool:
        """Whether a key frame is on its way that makes repeats needless; not believed for long."""
        return now < self._awaited_until

    def lost(self, now: float, size: int, pacing_bit_rate: float, round_trip: float) -> bool:
        """Another `size` bytes are missing: True when a key frame should come instead of them. Said once until it left."""
        self._lost.append((now, size))
        while self._lost[0][0] < now - WINDOW_SECONDS:
            self._lost.popleft()
        missing = sum(size for _, size in self._lost)
        if self.awaits_key(now) or missing <= max(LEAST_BYTES, pacing_bit_rate / 8 * MOST_SECONDS):
            return False
        self._awaited_until = now + round_trip + PATIENCE_SECONDS
        return True

    def key_left(self) -> None:
        """A key frame leaves: nothing before it is needed any more."""
        self._lost.clear()
        self._awaited_until = -math.inf
