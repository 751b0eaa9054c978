"""How long packets wait in the link: their one-way delay above its minimum. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from streamer.transport.base import PacketReport
from streamer.transport.window import WindowMinimum

BASELINE_SECONDS = 15.0
NEWEST_SECONDS = 0.07
_CLOCK_JUMP_SECONDS = 0.15
_NOISE_GAIN = 0.05
_MOST_NOISE = 0.03
_KEPT_SECONDS = 4.0


class QueueDelay:
    """Feeds on the packets of each report that came. The two clocks' difference cancels, and their drift within 15 s."""

    def __init__(self) -> None:
        self._base = WindowMinimum(BASELINE_SECONDS)
        self._recent: deque[tuple[float, float]] = deque()
        self._base_size = 0
        self.value = 0.0
        self.peak = 0.0
        """Of the packet of the last report that waited longest."""
        self.noise = 0.0
        """How much it changes from report to report by itself: a radio's, or cross traffic's."""
        self.held = False
        """While true the minimum does not age: a queue of others is not to be taken for the way."""

    @property
    def known(self) -> bool:
        """Whether there was a report at all."""
        return self._base.value is not None

    def add(self, now: float, came: Sequence[PacketReport], byte_rate: float, excess: float) -> bool:
        """Takes packets that came; True when one of the clocks has jumped.

        `excess` is how much longer than the shortest round trip that of these packets was: no queue is longer than that. What
        a larger packet takes longer on the wire, at `byte_rate`, is no queue. Jitter delays some, a queue all: the least counts.
        """
        ways = [(p.arrived_at, p.arrived_at - p.sent_at, p.size) for p in came if p.arrived_at is not None]
        since = max(arrived for arrived, _, _ in ways) - NEWEST_SECONDS
        newest = [(way, size) for arrived, way, size in ways if arrived >= since]
        way, size = min(newest)
        base = self._base.value
        jumped = base is not None and way - base > excess + _CLOCK_JUMP_SECONDS
        if jumped:
            self.rebase()
        self._base.add(now, way if not self.held or base is None else min(way, base))
        base = self._base.value
        assert base is not None
        if way <= base:
            self._base_size = size
        value = min(way - base - max(size - self._base_size, 0) / byte_rate for way, size in newest)
        value = max(value, 0.0)
        if not jumped:
            change = abs(value - self.value)
            self.noise = min(self.noise + _NOISE_GAIN * (change - self.noise), _MOST_NOISE)
        self.value = value
        self.peak = max(way for _, way, _ in ways) - base
        self._recent.append((now, value))
        while self._recent[0][0] < now - _KEPT_SECONDS:
            self._recent.popleft()
        return jumped

    def spread(self, now: float, seconds: float) -> float:
        """The difference of the longest and the shortest of the last seconds."""
        values = [value for at, value in self._recent if at >= now - seconds]
        return max(values) - min(values) if values else 0.0

    def rebase(self) -> None:
        """From here on the present delay is the way's own."""
        self._base.clear()
        self._recent.clear()
        self.value = 0.0
        self.held = False
