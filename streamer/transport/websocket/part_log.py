"""Which parts of pictures and stills are on their way over TCP, and what the page says of when they came. Pure.

TCP loses nothing: every part comes, in order, and what it waited says how long the queue of the link is.
"""

from __future__ import annotations

from collections import deque

from signaling.protocol.stream import Arrivals
from streamer.transport.base import FeedbackBatch, PacketReport

TICK_SECONDS = 1e-4
_WRAP = 1 << 32
KEPT = 16_384
"""More than any link holds; beyond it nothing is remembered of the oldest."""


class PartLog:
    """Numbers parts when they leave. Times are of the sender's monotonic clock, seconds."""

    def __init__(self) -> None:
        self._next = 0
        self._sent: deque[tuple[int, float, int]] = deque()
        self._in_flight = 0
        self._ticks: int | None = None

    @property
    def in_flight(self) -> int:
        """Bytes that left and of which the page has not spoken."""
        return self._in_flight

    def stamp(self, now: float, size: int) -> int:
        """The number (modulo 2^32) of a part of `size` bytes that leaves now."""
        number = self._next
        self._next += 1
        self._sent.append((number, now, size))
        self._in_flight += size
        if len(self._sent) > KEPT:
            self._in_flight -= self._sent.popleft()[2]
        return number % _WRAP

    def match(self, arrivals: Arrivals, now: float) -> FeedbackBatch:
        """What the page says of parts that are on their way; of others it says nothing that counts."""
        if not self._sent:
            return FeedbackBatch((), now)
        oldest = self._sent[0][0]
        first = oldest + (arrivals.first - oldest + _WRAP // 2) % _WRAP - _WRAP // 2
        reports = []
        for number, ticks in enumerate(arrivals.times, first):
            if not self._sent or number >= self._next:
                break
            if number < self._sent[0][0]:
                continue
            while self._sent and self._sent[0][0] <= number:
                sent_number, sent_at, size = self._sent.popleft()
                self._in_flight -= size
                if sent_number == number:
                    arrived_at = self._unwrapped(ticks) * TICK_SECONDS
                    reports.append(PacketReport(number, sent_at, arrived_at, size))
        return FeedbackBatch(tuple(reports), now)

    def _unwrapped(self, ticks: int) -> int:
        """The nearest to the last one: the page's clock goes on where the field of 32 bits begins anew."""
        if self._ticks is None:
            self._ticks = ticks
        else:
            self._ticks += (ticks - self._ticks + _WRAP // 2) % _WRAP - _WRAP // 2
        return self._ticks
