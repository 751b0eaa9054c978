"""Whether sending less shortens the queue: if not, it is not ours. Pure."""

from __future__ import annotations

import enum
from collections.abc import Iterable

from streamer.transport.base import PacketReport

_LEAST_DRAIN = 0.03
_DRAIN_SHARE = 0.4
_SHORTENED = 0.35
_LEAST_REPORTS = 3


class Verdict(enum.Enum):
    """What became of the queue."""

    OPEN = enum.auto()
    OURS = enum.auto()
    FOREIGN = enum.auto()
    """A longer way, or somebody else's packets."""


class BackOff:
    """One cut: the queue then, the rate before it, and what the link carried. Feeds on packets sent after it."""

    def __init__(self, now: float, queue: float, rate_before: float, carried: float) -> None:
        self.queue = queue
        self.rate_before = rate_before
        self.carried = carried
        self._last_sent = now
        self._expected = 0.0
        self._reports = 0

    def observe(self, packets: Iterable[PacketReport], queue: float, copies: float) -> Verdict:
        """Takes a report and the queue it shows; packets leave `copies` times each."""
        sent = [report for report in packets if report.sent_at > self._last_sent]
        if not sent:
            return Verdict.OPEN
        newest = max(report.sent_at for report in sent)
        bits = sum(report.size for report in sent) * 8 * copies
        self._expected += newest - self._last_sent - bits / max(self.carried, 1.0)
        self._last_sent = newest
        self._reports += 1
        gone = self.queue - queue
        if self._expected < max(_LEAST_DRAIN, _DRAIN_SHARE * self.queue) or self._reports < _LEAST_REPORTS:
            return Verdict.OPEN
        ours = gone >= _SHORTENED * min(self._expected, self.queue)
        return Verdict.OURS if ours else Verdict.FOREIGN
