"""How much was given to the transport lately. Pure."""

from __future__ import annotations

from collections import deque

SECONDS = 0.5


class SentRate:
    """Bit/s of the last half second."""

    def __init__(self) -> None:
        self._sent: deque[tuple[float, int]] = deque()

    def add(self, now: float, size: int) -> None:
        """Takes `size` bytes."""
        self._sent.append((now, size))
        self._forget(now)

    def bit_rate(self, now: float) -> float:
        """At the time `now`."""
        self._forget(now)
        return sum(size for _, size in self._sent) * 8 / SECONDS

    def _forget(self, now: float) -> None:
        while self._sent and self._sent[0][0] < now - SECONDS:
            self._sent.popleft()
