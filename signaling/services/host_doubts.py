"""Hosts that lately gave no usable seat: they come last for a while, longer each time, and are never left out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

FIRST_SECONDS = 30.0
LONGEST_SECONDS = 60.0
_GROWS = 1.5
_FORGOTTEN_AFTER = 600.0
_KEPT = 4_096
"""Doubts of hosts and pages; the oldest give way."""


@dataclass(frozen=True, slots=True)
class _Doubt:
    until: float
    seconds: float


class HostDoubts:
    """Doubts of a host that everybody shares, since the server saw the failure, and those of one page, which only told of it.

    What one page tells can't turn others away from a host.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._doubts: dict[tuple[str, str], _Doubt] = {}

    def failed(self, host: str, page: str = "") -> None:
        """It gave no usable seat; to `page` alone where that is set."""
        now = self._clock()
        before = self._doubts.pop((host, page), None)
        again = before is not None and now - before.until < _FORGOTTEN_AFTER
        seconds = min(before.seconds * _GROWS, LONGEST_SECONDS) if before and again else FIRST_SECONDS
        self._doubts[host, page] = _Doubt(now + seconds, seconds)
        if len(self._doubts) > _KEPT:
            del self._doubts[next(iter(self._doubts))]

    def served(self, host: str) -> None:
        """It has answered as it should; what single pages had to tell of it holds on."""
        self._doubts.pop((host, ""), None)

    def holds(self, host: str, page: str) -> bool:
        """Whether another host is better asked first for this page."""
        now = self._clock()
        return any(
            (doubt := self._doubts.get((host, of))) is not None and now < doubt.until for of in {"", page}
        )
