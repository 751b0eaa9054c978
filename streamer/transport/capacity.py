"""What the link has shown that it can carry: bytes delivered, and how fast trains of packets came through. Pure."""

from __future__ import annotations

import math
import statistics
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from streamer.transport.base import PacketReport

DELIVERED_SECONDS = 0.25
TRAIN_PACKETS = 3
LONG_TRAIN_PACKETS = 10
TRAIN_GAP_SECONDS = 0.008
KEPT_SAMPLES = 8
KEPT_ARRIVALS = 8192
_SHORTEST_SPAN = 0.0005
_WIDENED = 1.1
_WIDENED_LONG = 1.03
_WIDENED_SECONDS = 0.002
_FRESH_SECONDS = 60.0
_REORDERED_SECONDS = 2.0
_CARRIED_SECONDS = 0.6
_WIDER = 1.15
_MUCH_WIDER = 1.3
_NARROWER = 0.7
_KEPT_LONG = 5


@dataclass(frozen=True, slots=True)
class Train:
    """Packets sent close together: what their arrival shows, bit/s. `queued`: the link spread them, so it is all it carries."""

    at: float
    bit_rate: float
    queued: bool
    packets: int


class Capacity:
    """Feeds on packet reports in sending order; all rates are bit/s, all times of the page's clock."""

    def __init__(self) -> None:
        self._arrivals: deque[tuple[float, int]] = deque(maxlen=KEPT_ARRIVALS)
        self._train: list[PacketReport] = []
        self._samples: deque[Train] = deque(maxlen=KEPT_SAMPLES)
        self._long: deque[Train] = deque(maxlen=_KEPT_LONG)
        self._short: deque[Train] = deque(maxlen=KEPT_SAMPLES)
        self._known: float | None = None
        self._widened = False

    def add(self, packets: Iterable[PacketReport], most: float, gap: float = TRAIN_GAP_SECONDS) -> None:
        """Takes reports. A sample shows no more than `most`: nothing faster was sent in earnest; `gap` seconds end a train."""
        for report in packets:
            if report.arrived_at is None:
                self._end_train(most)
                continue
            if self._arrivals and report.arrived_at < self._arrivals[-1][0] - _REORDERED_SECONDS:
                self.clear()  # the page's clock has gone back
            self._arrivals.append((report.arrived_at, report.size))
            if self._train and report.sent_at - self._train[-1].sent_at > gap:
                self._end_train(most)
            self._train.append(report)
        if len(self._train) >= LONG_TRAIN_PACKETS:  # a still: what it shows is not waited for until it ends
            last = self._train[-1]
            self._end_train(most)
            self._train.append(last)
        while self._arrivals and self._arrivals[0][0] < self._arrivals[-1][0] - 4 * DELIVERED_SECONDS:
            self._arrivals.popleft()

    def clear(self) -> None:
        """The page's clock, or the way, is another one."""
        self._arrivals.clear()
        self._train.clear()
        self._samples.clear()
        self._long.clear()
        self._short.clear()
        self._known = None

    @property
    def estimate(self) -> float | None:
        """Median of the last trains: the capacity where they queued, else at least what they were sent at."""
        if len(self._samples) < 3:
            return None
        return statistics.median(train.bit_rate for train in self._samples)

    @property
    def latest(self) -> float | None:
        """The last train alone."""
        return self._samples[-1].bit_rate if self._samples else None

    @property
    def known(self) -> float | None:
        """What the link carries, by trains of the last minute that it spread; None when there were too few."""
        return self._known

    def widened(self) -> bool:
        """Whether trains have shown, since this was last asked, that the link carries more than it did."""
        widened, self._widened = self._widened, False
        return widened

    @property
    def carried(self) -> float:
        """What the link carries just now, where it is full: by the trains of the last moment, else by what came."""
        delivered = self.delivered()
        if not self._arrivals:
            return delivered
        since = self._arrivals[-1][0] - _CARRIED_SECONDS
        recent = [train.bit_rate for train in self._samples if train.queued and train.at >= since]
        if not recent:
            return delivered
        return min(*recent[-2:], 1.5 * delivered)

    def delivered(self) -> float:
        """What came in the last quarter of a second before the newest arrival."""
        if not self._arrivals:
            return 0.0
        since = self._arrivals[-1][0] - DELIVERED_SECONDS
        return sum(size for at, size in self._arrivals if at > since) * 8 / DELIVERED_SECONDS

    def _end_train(self, most: float) -> None:
        train, self._train = self._train, []
        if len(train) < TRAIN_PACKETS:
            return
        first, last = train[0].arrived_at, train[-1].arrived_at
        assert first is not None
        assert last is not None
        bits = sum(report.size for report in train[1:]) * 8
        sent = train[-1].sent_at - train[0].sent_at
        came = max(last - first, _SHORTEST_SPAN)
        # Packets held back somewhere arrive closer together than they were sent: that shows nothing faster.
        long = len(train) >= LONG_TRAIN_PACKETS
        bit_rate = bits / max(came, sent)
        shown = Train(
            at=last,
            bit_rate=min(bit_rate, most),
            queued=bit_rate < most and came > sent * (_WIDENED_LONG if long else _WIDENED) + _WIDENED_SECONDS,
            packets=len(train),
        )
        self._samples.append(shown)
        if shown.queued or (long and shown.bit_rate > (self._known or math.inf)):
            (self._long if long else self._short).append(shown)
        known = self._find_known(shown.at - _FRESH_SECONDS)
        if known is not None and self._passed_faster(known):
            self._long.clear()
            self._short.clear()
            self._known, self._widened = None, True
            return
        self._widened |= known is not None and self._known is not None and known > _MUCH_WIDER * self._known
        self._known = known

    def _find_known(self, since: float) -> float | None:
        """Long trains say it best, for other packets stretch the short ones; unless those say something else by far."""
        long = [train.bit_rate for train in self._long if train.at >= since]
        short = [train.bit_rate for train in self._short if train.at >= since]
        if long:
            known, newest = statistics.median(long), short[-3:]
            if len(newest) < 3 or (max(newest) > _NARROWER * known and min(newest) < _MUCH_WIDER * known):
                return known
            self._long.clear()
        return statistics.median(short) if len(short) >= 3 else None

    def _passed_faster(self, known: float) -> bool:
        newest = list(self._samples)[-3:]
        return len(newest) == 3 and all(not t.queued and t.bit_rate > _WIDER * known for t in newest)
