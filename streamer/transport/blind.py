"""The rate for a page that gives no transport-wide feedback: pings, receiver reports and REMB are all there is. Pure."""

from __future__ import annotations

from streamer.transport.loss import HEAVY

_LONG_QUEUE = 0.04
_SHORT_QUEUE = 0.02
_BACK_OFF = 0.75
_HIGH_PINGS = 2
_GROWTH = 0.1
_LONGEST_STEP = 0.5
_USED = 0.7


class Blind:
    """Takes the present rate (bit/s) with each sign of the link, and gives the next one."""

    def __init__(self) -> None:
        self._pinged_at = 0.0
        self._high_pings = 0

    def ping(self, now: float, seconds: float, shortest: float, rate: float, used: float) -> float:
        """A round trip beside the shortest one: what it takes longer is the queue."""
        elapsed = min(max(now - self._pinged_at, 0.0), _LONGEST_STEP)
        self._pinged_at = now
        queue = seconds - shortest
        self._high_pings = self._high_pings + 1 if queue > max(_LONG_QUEUE, shortest / 3) else 0
        if self._high_pings >= _HIGH_PINGS:
            self._high_pings = 0
            return rate * _BACK_OFF
        if queue < _SHORT_QUEUE and used >= _USED:
            return rate * (1 + _GROWTH * elapsed)
        return rate

    def report(self, loss: float, rate: float) -> float:
        """A receiver report: loss up to 10 % is the radio's."""
        return rate * (1 - loss / 2) if loss > HEAVY else rate

    def remb(self, estimate: float, rate: float, used: float) -> float:
        """The page's own estimate: never far above what happens to be sent, so that it counts only where the rate is used."""
        return min(rate, estimate) if used >= _USED and estimate > 0.0 else rate
