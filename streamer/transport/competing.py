"""Beside a flow that keeps the link's queue full (a download), delay says nothing: a share of the link is held instead. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from streamer.transport.loss import HEAVY

LEAST_SHARE = 0.32
MOST_SHARE = 0.42
"""Two of ours that take each other for a download leave the queue to drain."""
_GROWTH = 0.06
_LOSS = 0.03
_CUT = 0.85
_CUT_SECONDS = 1.0
_GONE_SECONDS = 0.25
_FLAT_SECONDS = 3.0
_FLAT = 0.012
_OVERLOAD_SECONDS = 1.5
_DELIVERED_SHARE = 0.7


class Over(enum.Enum):
    """Why it is over."""

    ALONE = enum.auto()
    """The queue is gone."""
    LONGER_WAY = enum.auto()
    """The delay does not change at all: it is no queue."""
    OVERLOAD = enum.auto()
    """Much is lost: it is we who send too much."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is seen of the link at one report: its queue and the spread of that over 3 s, loss, and bit/s sent and come."""

    queue_is_long: bool
    spread: float
    loss: float
    sent: float
    delivered: float


class Competing:
    """The rate beside other flows, between a third and two fifths of what the link carries; it follows loss, as they do."""

    def __init__(self, now: float, rate: float, carried: float) -> None:
        self._least, self._most = LEAST_SHARE * carried, MOST_SHARE * carried
        self.rate = min(max(rate, self._least), self._most)
        self._since = self._cut_at = self._fits_at = now
        self._short_since: float | None = None

    def step(self, now: float, elapsed: float, seen: Surroundings) -> Over | None:
        """Follows a report; None while it lasts."""
        over = self._over(now, seen)
        if over is None and seen.loss > _LOSS and now - self._cut_at >= _CUT_SECONDS:
            self._cut_at = now
            self.rate = max(self.rate * _CUT, self._least)
        elif over is None:
            self.rate = min(self.rate * (1 + _GROWTH * elapsed), self._most)
        return over

    def _over(self, now: float, seen: Surroundings) -> Over | None:
        if seen.queue_is_long:
            self._short_since = None
        elif self._short_since is None:
            self._short_since = now
        if seen.delivered >= _DELIVERED_SHARE * seen.sent and seen.loss < HEAVY:
            self._fits_at = now
        if self._short_since is not None and now - self._short_since >= _GONE_SECONDS:
            return Over.ALONE
        if now - self._since >= _FLAT_SECONDS and seen.spread < _FLAT:
            return Over.LONGER_WAY
        return Over.OVERLOAD if now - self._fits_at > _OVERLOAD_SECONDS else None
