"""Numbers packets for transport-wide feedback and matches the feedback with what was sent."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from streamer.transport import twcc
from streamer.transport.base import FeedbackBatch, PacketReport

KEPT_PACKETS = twcc.MOST_PACKETS
SETTLED_AFTER = 1.5


@dataclass(slots=True)
class _Sent:
    at: float
    size: int
    in_flight: bool = True
    again: bool = False


class SentLog:
    """The packets on their way. Times are of the sender's monotonic clock."""

    def __init__(self) -> None:
        self._next = 0
        self._heard = -1
        self._sent: OrderedDict[int, _Sent] = OrderedDict()
        self._in_flight = 0
        self._settled_before = 0
        self._answered = False
        self._wraps = 0.0
        self._last_time: float | None = None

    def stamp(self, now: float, size: int) -> int:
        """The transport-wide number (16 bits) of a packet of `size` bytes that leaves now."""
        number = self._next
        self._next += 1
        self._sent[number] = _Sent(now, size)
        self._in_flight += size
        if len(self._sent) > KEPT_PACKETS:
            _, oldest = self._sent.popitem(last=False)
            self._settle(oldest)
        return number & 0xFFFF

    @property
    def newest(self) -> int:
        """The full number of the packet stamped last."""
        return self._next - 1

    @property
    def heard(self) -> int:
        """The newest packet that the page has spoken of; -1 before it spoke."""
        return self._heard

    def sent_again(self, number: int) -> None:
        """The same packet leaves once more: when it came says nothing of the link any more (cf. RFC 6298, 3, Karn)."""
        sent = self._sent.get(number)
        if sent is not None:
            sent.again = True

    def match(self, feedback: twcc.Feedback, now: float) -> FeedbackBatch:
        """What the page says of our packets; numbers that were never sent, or are long settled, are left out.

        Packets older than the newest one spoken of whose own feedback got lost count as settled, not as lost.
        """
        self._answered = True
        first = self._unwrap(feedback.base)
        reports = []
        for number, arrival in enumerate(feedback.arrivals, first):
            sent = self._sent.get(number)
            if sent is None:
                continue
            self._settle(sent)
            self._heard = max(self._heard, number)
            if arrival is None or not sent.again:
                reports.append(PacketReport(number, sent.at, self._receiver_time(arrival), sent.size))
            if arrival is not None:
                del self._sent[number]
        self._settle_before(first)
        return FeedbackBatch(tuple(reports), now)

    def in_flight_bytes(self, now: float) -> int:
        """Bytes not yet spoken of; packets that got no answer for 1.5 s no longer count, and 0 if no feedback ever comes."""
        if not self._answered:
            return 0
        for number in range(self._settled_before, self._next):
            sent = self._sent.get(number)
            if sent is not None:
                if now - sent.at < SETTLED_AFTER:
                    break
                self._settle(sent)
            self._settled_before = number + 1
        return self._in_flight

    def _settle(self, sent: _Sent) -> None:
        if sent.in_flight:
            sent.in_flight = False
            self._in_flight -= sent.size

    def _settle_before(self, first: int) -> None:
        for number in range(self._settled_before, first):
            sent = self._sent.get(number)
            if sent is not None:
                self._settle(sent)
        self._settled_before = max(self._settled_before, first)

    def _unwrap(self, number: int) -> int:
        """The full number: the nearest at or below the next one to be sent."""
        return self._next - ((self._next - number) & 0xFFFF)

    def _receiver_time(self, arrival: float | None) -> float | None:
        if arrival is None:
            return None
        time = arrival + self._wraps
        if self._last_time is not None and time < self._last_time - twcc.REFERENCE_PERIOD / 2:
            self._wraps += twcc.REFERENCE_PERIOD
            time += twcc.REFERENCE_PERIOD
        self._last_time = time
        return time
