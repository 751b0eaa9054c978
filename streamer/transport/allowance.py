"""A part of the rate that may be spent on something, and no more. Pure."""

from __future__ import annotations

import math

LEAST_SAVED_BYTES = 12_000


class Allowance:
    """Earns `bit_rate` while time passes, saves at most `most` bytes; at a rate of 0 nothing can be spent.

    With `seconds`, no more is saved than is earned in that time (but ten packets): a burst must not outlast a slow link.
    """

    def __init__(self, most: int, seconds: float = math.inf) -> None:
        self.bit_rate = 0.0
        self._most = most
        self._seconds = seconds
        self._saved = float(most)
        self._at = 0.0

    def spend(self, size: int, now: float) -> bool:
        """Whether `size` bytes may be spent now; then they are."""
        byte_rate = self.bit_rate / 8
        most = min(self._most, max(byte_rate * self._seconds, LEAST_SAVED_BYTES)) if byte_rate else self._most
        self._saved = min(self._saved + (now - self._at) * byte_rate, most)
        self._at = now
        if not self.bit_rate or size > self._saved:
            return False
        self._saved -= size
        return True
