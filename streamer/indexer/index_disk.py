"""How the disk of an index stands: when what it did not take is tried again, and how often that is logged."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog

log = structlog.get_logger()
FIRST_SECONDS = 3.0
MOST_SECONDS = 60.0
LOG_SECONDS = 60.0


class IndexDisk:
    """Of one thread that writes the index. `clock` counts seconds, monotonic."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wait = 0.0
        self._again_at = 0.0
        self._logged_at: float | None = None
        self.since = 0.0
        """When it took nothing for the first time, Unix seconds; 0 while it does."""

    @property
    def seconds(self) -> float:
        """Until it is tried again: 0 where it may be now."""
        return max(0.0, self._again_at - self._clock())

    def failed(self, problem: str) -> None:
        """It did not take what was to be kept: later and later the next try, and a line in the log once a minute."""
        now = self._clock()
        self._wait = min(MOST_SECONDS, self._wait * 2) or FIRST_SECONDS
        self._again_at = now + self._wait
        self.since = self.since or round(time.time())
        if self._logged_at is None or now - self._logged_at >= LOG_SECONDS:
            self._logged_at = now
            log.error("index_not_written", problem=problem, again_in_seconds=self._wait)

    def worked(self) -> None:
        """What was to be kept is."""
        if self.since:
            log.info("index_written_again")
        self._wait = self._again_at = self.since = 0.0
        self._logged_at = None
