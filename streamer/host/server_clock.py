"""The server's time, as a host reckons it: what two machines sign and check by time is compared by one clock."""

from __future__ import annotations

import time
from collections.abc import Callable

KEPT_SECONDS = 300.0
"""A reckoning counts for so long against a worse one: clocks drift."""
MAX_TRIP_SECONDS = 10.0
WORTH_SAYING_SECONDS = 2.0
DRIFT_SECONDS = 1.0
"""So far two steady clocks may drift apart while a reckoning counts."""


class ServerClock:
    """Reckons the server's time by the host's steady clock, which nobody sets, from what the server said last.

    A reckoning is off by half the round trip at the most (RFC 5905, 8); the shortest trip of the last minutes counts. Where two
    can't both be right, the server's clock was set between them, and the newer one counts.
    """

    def __init__(
        self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall = wall
        self._steady = steady
        self._difference: float | None = None
        """Server's time less steady time, in seconds."""
        self._trip = MAX_TRIP_SECONDS
        self._at = 0.0

    @property
    def is_known(self) -> bool:
        """Whether the server has told its time."""
        return self._difference is not None

    def ask(self) -> float:
        """The steady time to send with a question, which the answer brings back."""
        return self._steady()

    def told(self, sent: float, server: float) -> None:
        """The server told its time, asked at the steady time `sent`; 0: unasked, so that the trip is not known."""
        now = self._steady()
        trip = now - sent if sent else MAX_TRIP_SECONDS
        if not 0.0 <= trip <= MAX_TRIP_SECONDS:
            return
        better = trip <= self._trip or now - self._at > KEPT_SECONDS
        if not sent or better or self._was_set(server - now, trip):
            half = trip / 2 if sent else 0.0
            self._difference, self._trip, self._at = server + half - now, trip, now

    def _was_set(self, earliest: float, trip: float) -> bool:
        """Whether the server's clock is no more what it was: its time less ours is now from `earliest` to `trip` seconds more."""
        if self._difference is None:
            return True
        slack = self._trip + DRIFT_SECONDS
        return not earliest - slack <= self._difference <= earliest + trip + slack

    def now(self) -> float:
        """The server's time, Unix seconds; this machine's while the server has told none."""
        return self._wall() if self._difference is None else self._steady() + self._difference

    @property
    def ahead(self) -> float:
        """By how many seconds this machine's clock is ahead of the server's; negative: behind."""
        return self._wall() - self.now() if self.is_known else 0.0
