"""What the link has shown that it can carry: bytes delivered, and how fast bursts came through. Pure."""

from __future__ import annotations

import statistics
from collections import deque
from collections.abc import Iterable

from streamer.transport.base import PacketReport

DELIVERED_SECONDS = 0.25
BURST_PACKETS = 4
BURST_GAP_SECONDS = 0.008
KEPT_SAMPLES = 8
_SHORTEST_SPAN = 0.0005


class Capacity:
    """Feeds on packet reports in sending order; all rates are bit/s."""

    def __init__(self) -> None:
        self._arrivals: deque[tuple[float, int]] = deque()
        self._burst: list[PacketReport] = []
        self._samples: deque[float] = deque(maxlen=KEPT_SAMPLES)

    def add(self, packets: Iterable[PacketReport], most: float) -> None:
        """Takes reports; a sample never shows more than `most`: nothing faster was sent in earnest."""
        for report in packets:
            if report.arrived_at is None:
                self._end_burst(most)
                continue
            self._arrivals.append((report.arrived_at, report.size))
            if self._burst and report.sent_at - self._burst[-1].sent_at > BURST_GAP_SECONDS:
                self._end_burst(most)
            self._burst.append(report)
        while self._arrivals and self._arrivals[0][0] < self._arrivals[-1][0] - 4 * DELIVERED_SECONDS:
            self._arrivals.popleft()

    @property
    def estimate(self) -> float | None:
        """Median of the last bursts: the capacity where they queued, else at least what they were sent at."""
        return statistics.median(self._samples) if len(self._samples) >= 3 else None

    @property
    def latest(self) -> float | None:
        """The last burst alone."""
        return self._samples[-1] if self._samples else None

    def delivered(self) -> float:
        """What came in the last quarter of a second before the newest arrival."""
        if not self._arrivals:
            return 0.0
        since = self._arrivals[-1][0] - DELIVERED_SECONDS
        return sum(size for at, size in self._arrivals if at > since) * 8 / DELIVERED_SECONDS

    def _end_burst(self, most: float) -> None:
        burst, self._burst = self._burst, []
        if len(burst) < BURST_PACKETS:
            return
        first, last = burst[0].arrived_at, burst[-1].arrived_at
        assert first is not None
        assert last is not None
        bits = sum(report.size for report in burst[1:]) * 8
        self._samples.append(min(bits / max(last - first, _SHORTEST_SPAN), most))
