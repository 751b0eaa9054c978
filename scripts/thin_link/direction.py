"""One direction of a link as a model of time: packets in, packets out when they are due. No clock and no I/O of its own."""

from __future__ import annotations

import math
from collections import deque
from random import Random

from scripts.thin_link.passed import TCP, UDP, flow_of

# Waits kept for the percentiles: the newest, so that a long run stays small.
SAMPLES = 20_000


class Direction:
    """A queue before a line of a given rate, then a delay.

    Times are in seconds of one monotonic clock. What follows from a time is reckoned from the time it was due, not from
    when somebody looked, so a late look neither slows the line nor adds to later packets.
    """

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)
        self._rate = 0.0  # bytes per second; 0 = unlimited
        self._delay = 0.0
        self._loss = 0.0
        self._longest_wait = 0.0
        self._cut = False
        self._stopped: frozenset[int] = frozenset()
        self._queue: deque[tuple[float, bytes]] = deque()
        self._queued_bytes = 0
        self._line_free = 0.0
        self._in_flight: deque[tuple[float, bytes]] = deque()
        self._last_due = 0.0
        self.forget()

    def set(
        self,
        *,
        kbit: float,
        delay_ms: float,
        loss: float,
        queue_ms: float,
        cut: bool,
        udp: bool = True,
        tcp: bool = True,
    ) -> None:
        """From now on. Packets that wait take the new rate; those on the line keep their time; a cut loses both."""
        self._rate = kbit * 1000 / 8
        self._delay = delay_ms / 1000
        self._loss = loss
        self._longest_wait = queue_ms / 1000
        self._cut = cut
        self._stopped = frozenset(protocol for protocol, passes in ((UDP, udp), (TCP, tcp)) if not passes)
        if cut:
            self.dropped_cut += len(self._queue) + len(self._in_flight)
            self._queue.clear()
            self._in_flight.clear()
            self._queued_bytes = 0

    def forget(self) -> None:
        """Start the counts anew."""
        self.packets = self.bytes = self.dropped_lost = self.dropped_overrun = self.dropped_cut = 0
        self._waits: deque[float] = deque(maxlen=SAMPLES)
        self._longest_seen = 0.0

    def put(self, packet: bytes, now: float) -> None:
        """Take a packet that arrived at `now`, or drop it."""
        self._advance(now)
        if self._cut or (self._stopped and flow_of(packet)[0] in self._stopped):
            self.dropped_cut += 1
        elif self._loss and self._chance.random() < self._loss:
            self.dropped_lost += 1
        elif self._rate and self._wait(now) > self._longest_wait:
            self.dropped_overrun += 1
        else:
            self._queue.append((now, packet))
            self._queued_bytes += len(packet)
            self._advance(now)

    def take(self, now: float) -> tuple[float, bytes] | None:
        """The next packet due by `now` with the time it was due, or None."""
        self._advance(now)
        if not self._in_flight or self._in_flight[0][0] > now:
            return None
        due, packet = self._in_flight.popleft()
        self.packets += 1
        self.bytes += len(packet)
        return due, packet

    def next_time(self) -> float:
        """When something will be due; infinity where nothing is under way."""
        delivery = self._in_flight[0][0] if self._in_flight else math.inf
        return min(delivery, self._line_free if self._queue else math.inf)

    def measures(self) -> dict[str, float]:
        """The fields of `DirectionMeasures`."""
        waits = sorted(self._waits)
        return {
            "packets": self.packets,
            "bytes": self.bytes,
            "lost": self.dropped_lost,
            "overrun": self.dropped_overrun,
            "cut": self.dropped_cut,
            "wait_p50": percentile(waits, 0.50) * 1000,
            "wait_p95": percentile(waits, 0.95) * 1000,
            "wait_max": self._longest_seen * 1000,
        }

    def _wait(self, now: float) -> float:
        return max(0.0, self._line_free - now) + self._queued_bytes / self._rate

    def _advance(self, now: float) -> None:
        """Put on the line whatever has had its turn by `now`."""
        while self._queue and max(self._line_free, self._queue[0][0]) <= now:
            arrived, packet = self._queue.popleft()
            self._queued_bytes -= len(packet)
            start = max(self._line_free, arrived)
            self._line_free = start + (len(packet) / self._rate if self._rate else 0.0)
            self._waits.append(start - arrived)
            self._longest_seen = max(self._longest_seen, start - arrived)
            # A shorter delay set meanwhile does not let a packet overtake.
            self._last_due = max(self._last_due, self._line_free + self._delay)
            self._in_flight.append((self._last_due, packet))


def percentile(ordered: list[float], share: float) -> float:
    """The nearest-rank percentile of an ordered list; 0 where it is empty."""
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0
