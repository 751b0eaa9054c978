"""A cap on messages a second, per channel."""

from __future__ import annotations

import time


class RateLimit:
    """Allows `per_second` in any window of a second, counted from the first."""

    def __init__(self, per_second: int) -> None:
        self._per_second = per_second
        self._began = 0.0
        self._count = 0

    def allows(self) -> bool:
        """Whether one more is allowed now."""
        now = time.monotonic()
        if now - self._began >= 1.0:
            self._began, self._count = now, 0
        self._count += 1
        return self._count <= self._per_second
