"""A part of the rate that may be spent on something, and no more. Pure."""

from __future__ import annotations


class Allowance:
    """Earns `bit_rate` while time passes, saves at most `most` bytes; at a rate of 0 nothing can be spent."""

    def __init__(self, most: int) -> None:
        self.bit_rate = 0.0
        self._most = most
        self._saved = float(most)
        self._at = 0.0

    def spend(self, size: int, now: float) -> bool:
        """Whether `size` bytes may be spent now; then they are."""
        self._saved = min(self._saved + (now - self._at) * self.bit_rate / 8, self._most)
        self._at = now
        if not self.bit_rate or size > self._saved:
            return False
        self._saved -= size
        return True
