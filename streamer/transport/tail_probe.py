"""Finds out whether the end of a burst was lost, when nothing follows it that would show the gap (cf. RFC 8985, 7). Pure."""

from __future__ import annotations

FEEDBACK_SECONDS = 0.07
"""A page speaks of what came about every 62 ms."""
MOST_PROBES = 3


class TailProbe:
    """Watches the last packet that left; it is sent again, the same bytes, while the page speaks of nothing so new."""

    def __init__(self) -> None:
        self._number = -1
        self._data = b""
        self._probes = 0
        self._since = 0.0

    @property
    def number(self) -> int:
        """The transport-wide number of the packet watched."""
        return self._number

    def left(self, number: int, data: bytes, now: float) -> None:
        """The last packet of a picture left, as transport-wide number `number`."""
        self._number, self._data, self._probes, self._since = number, data, 0, now

    def heard(self, number: int) -> None:
        """The page spoke of packet `number`: whatever it lacks of those before, it will say itself."""
        if number >= self._number:
            self._data = b""

    def wait(self, now: float, round_trip: float) -> float | None:
        """Seconds until a probe is due; None when nothing is watched."""
        if not self._data:
            return None
        patience = max(1.5 * round_trip, round_trip + FEEDBACK_SECONDS)
        return max(self._since + patience * (1 << self._probes) - now, 0.0)

    def take(self, now: float, round_trip: float) -> bytes:
        """The packet to send again now, at most three times and each time after twice as long; else nothing."""
        if self.wait(now, round_trip) != 0.0:
            return b""
        data = self._data
        self._probes += 1
        self._since = now
        if self._probes >= MOST_PROBES:
            self._data = b""
        return data
