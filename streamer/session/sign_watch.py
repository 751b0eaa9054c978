"""When a worker that sends no signs counts as hung: they come at a pace that the worker names, and at once where it is asked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

LATE_SECONDS = 0.1
LOOK_SECONDS = 0.2
LOOKS = 3
"""So many looks in a row find no sign: looks are counted, not seconds, so that a stall of this loop is not one of the worker."""
WORK_SECONDS = 0.2
"""The pace of one that was asked for something."""


class SignWatch:
    """One worker's. Only the loop's thread may use it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sign_at = self._from = clock()
        self._pace = WORK_SECONDS
        self._asked = asyncio.Event()

    @property
    def silent_ms(self) -> int:
        """Milliseconds since its last sign of life."""
        return int((self._clock() - self._sign_at) * 1000)

    def heard(self, next_ms: int | None = None) -> None:
        """Something came of it: any message, or a sign that names when the next one comes."""
        self._sign_at = self._from = self._clock()
        if next_ms is not None:
            self._pace = next_ms / 1000

    def asked(self) -> None:
        """Something was sent to it: from now on it has no longer than one at work, however seldom it signs at rest."""
        if self._pace > WORK_SECONDS:
            self._pace, self._from = WORK_SECONDS, self._clock()
            self._asked.set()

    async def until_silent(self) -> None:
        """Returns when it has given no sign for too long."""
        looks = 0
        while looks < LOOKS:
            self._asked.clear()
            wait = LOOK_SECONDS if looks else max(self._due - self._clock(), 0.01)
            try:
                async with asyncio.timeout(wait):
                    await self._asked.wait()
            except TimeoutError:
                looks = looks + 1 if self._clock() >= self._due else 0

    @property
    def _due(self) -> float:
        return self._from + self._pace + LATE_SECONDS
