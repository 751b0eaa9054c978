"""What is measured of the way to a page: round trip, queue, capacity, loss, and how often it reports. Pure."""

from __future__ import annotations

import math

from streamer.transport.base import FeedbackBatch
from streamer.transport.capacity import Capacity
from streamer.transport.loss import LossMeter
from streamer.transport.queue_delay import QueueDelay
from streamer.transport.window import WindowMaximum, WindowMinimum

UNKNOWN_ROUND_TRIP = 0.2
FIRST_REPORT_INTERVAL = 0.06

_ROUND_TRIP_SECONDS = 15.0
_WIDEST_SECONDS = 60.0
_SHORT_QUEUE = 0.008
_LONG_QUEUE = 0.015
_LONGEST_QUEUE = 0.04
_FULL_QUEUE = 0.1
_PACKET_BITS = 9_600
_LONG_PACKETS, _SHORT_PACKETS = 1.5, 0.75
"""On a thin link a packet waits for one of the same picture, or for words between: that alone is no queue."""


class Path:
    """Feeds on the page's reports. Times are seconds of the senders' monotonic clock, rates bit/s."""

    def __init__(self) -> None:
        self.delay = QueueDelay()
        self.capacity = Capacity()
        self.loss = LossMeter()
        self.report_interval = FIRST_REPORT_INTERVAL
        self._shortest = WindowMinimum(_ROUND_TRIP_SECONDS)
        self._widest = WindowMaximum(_WIDEST_SECONDS)
        self._held = False

    @property
    def known(self) -> bool:
        """Whether the page has reported at all."""
        return self.delay.known

    @property
    def round_trip(self) -> float:
        """The shortest of the last 15 s; 0 while unknown."""
        return self._shortest.value or 0.0

    @property
    def queue(self) -> float:
        """How long the last packets waited in the link."""
        return self.delay.value

    @property
    def queue_is_long(self) -> bool:
        """Longer than noise, or than a picture's own packets make it."""
        least = max(_LONG_QUEUE, min(self.round_trip / 4, _LONGEST_QUEUE), self._packets(_LONG_PACKETS))
        return self.queue > max(least, 3 * self.delay.noise)

    @property
    def short_queue(self) -> float:
        """Up to here it counts as none."""
        return max(_SHORT_QUEUE, 1.5 * self.delay.noise, self._packets(_SHORT_PACKETS))

    def _packets(self, count: float) -> float:
        """How long the link takes for so many packets; 40 ms at most."""
        known = self.capacity.known
        return 0.0 if known is None else min(count * _PACKET_BITS / known, _LONGEST_QUEUE)

    @property
    def widest(self) -> float:
        """The most that the link was known to carry in the last minute."""
        return self._widest.value or self.capacity.carried

    @property
    def report_seconds(self) -> float:
        """After how long the page has spoken of what leaves now."""
        return (self.round_trip or UNKNOWN_ROUND_TRIP) + self.report_interval

    def hold(self, held: bool) -> None:
        """While others fill the queue, the shortest delays do not age: they are what it will be again."""
        self._held = self.delay.held = held

    def is_longer(self) -> None:
        """The way itself has become longer: what it takes now is its least."""
        self.delay.rebase()
        self._shortest.clear()
        self._held = False

    def is_narrower(self) -> None:
        """What the link carried before it carries no more."""
        self._widest.clear()

    def add_round_trip(self, now: float, seconds: float) -> None:
        """Takes a ping's; what can't be one is left out."""
        if seconds >= 0.0 and math.isfinite(seconds):
            shortest = self._shortest.value
            if self._held and shortest is not None:
                seconds = min(seconds, shortest)
            self._shortest.add(now, seconds)

    def add_interval(self, seconds: float) -> None:
        """Takes the time between two reports."""
        if 0.02 < seconds < 0.3:
            self.report_interval += 0.1 * (seconds - self.report_interval)

    def add(
        self,
        now: float,
        batch: FeedbackBatch,
        *,
        rate: float,
        most: float,
        gap: float,
        copied: float,
        congested: bool,
    ) -> bool:
        """Takes a report; True when it showed that the link has become much wider.

        `rate` is the present one, `most` the fastest sent in earnest, `gap` what ends a train of packets, `copied` the part of
        the packets that was sent twice; `congested`: what was lost is not the link's usual loss.
        """
        came = [p for p in batch.packets if p.arrived_at is not None and p.sent_at <= now]
        widened = False
        if came:
            self.capacity.add(batch.packets, most, gap)
            widened = self.capacity.widened()
            if self.capacity.known is not None:
                self._widest.add(now, self.capacity.known)
            round_trip = now - max(p.sent_at for p in came)
            self.add_round_trip(now, round_trip)
            byte_rate = max(rate, self.capacity.estimate or 0.0) / 8
            if self.delay.add(now, came, byte_rate, round_trip - self.round_trip):
                self.capacity.clear()
        full = self.delay.peak > _FULL_QUEUE and not self._held
        self.loss.add(now, batch.packets, congested=congested or full, copied=copied)
        return widened
