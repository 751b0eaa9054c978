"""A thin link, a page that reports what comes, and a reader who scrolls: enough of the world to try a congestion controller.

Time is counted in steps of a millisecond; nothing here waits, and the same seed gives the same run.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from streamer.transport import twcc
from streamer.transport.congestion import CongestionController
from streamer.transport.pacer import Pacer
from streamer.transport.sent_log import SentLog

STEP = 0.001
REPORT_SECONDS = 0.062
PACKET_BYTES = 1180
CLOCK_OFFSET = 1000.0


@dataclass(frozen=True)
class Terms:
    """The link: bit/s as a function of time, round trip in seconds, loss 0..1, and how long its queue may get."""

    bit_rate: Callable[[float], float]
    round_trip: float = 0.06
    loss: float = 0.0
    queue_seconds: float = 0.3


@dataclass(frozen=True)
class Packet:
    """One packet of picture `picture`; `last` ends it."""

    size: int
    picture: int = 0
    drawn_at: float = 0.0
    last: bool = False
    number: int = 0


@dataclass
class Trace:
    """What was seen, by time."""

    rates: list[tuple[float, float]] = field(default_factory=list)
    queues: list[tuple[float, float]] = field(default_factory=list)
    shown: list[tuple[float, float]] = field(default_factory=list)
    """When a picture was complete at the page, and how old it was."""
    sent: list[tuple[float, int]] = field(default_factory=list)

    def rate(self, since: float, until: float) -> float:
        """The mean target rate."""
        values = [rate for at, rate in self.rates if since <= at < until]
        return sum(values) / len(values)

    def queue(self, since: float, until: float) -> list[float]:
        """Sorted queueing delays of the link."""
        return sorted(delay for at, delay in self.queues if since <= at < until)

    def freeze(self, since: float, until: float) -> float:
        """The longest time without a new picture."""
        times = [since, *(at for at, _ in self.shown if since <= at < until), until]
        return max(b - a for a, b in itertools.pairwise(times))

    def ages(self, since: float, until: float) -> list[float]:
        """For each step, how old the newest picture at the page was; sorted."""
        ages, shown, drawn_at = [], iter(self.shown), 0.0
        upcoming = next(shown, None)
        for n in range(int(since / STEP), int(until / STEP)):
            now = n * STEP
            while upcoming is not None and upcoming[0] <= now:
                drawn_at = max(drawn_at, upcoming[0] - upcoming[1])
                upcoming = next(shown, None)
            ages.append(now - drawn_at)
        return sorted(ages)


class SimulatedLink:
    """Runs one reader over the link; a lost packet is sent again once, a round trip and a report later."""

    def __init__(
        self, terms: Terms, *, seed: int = 1, start: float = 1_500_000.0, ceiling: float = 12e6
    ) -> None:
        self.terms = terms
        self.controller = CongestionController(0.0, start=start, ceiling=ceiling)
        self.trace = Trace()
        self.now = 0.0
        self.moving: Callable[[float], bool] = lambda now: True
        self.encoder_yield = 0.9
        self._random = random.Random(seed)
        self._pacer: Pacer[Packet] = Pacer(self.controller.plan().pacing_bit_rate)
        self._log = SentLog()
        self._busy_until = 0.0
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._arrived: dict[int, float] = {}
        self._reported = 0
        self._drawn_at = -1.0
        self._picture = 0
        self._missing: dict[int, int] = {}
        self._waiting: deque[tuple[int, float]] = deque()
        self._at(REPORT_SECONDS, self._report)

    def run(self, seconds: float) -> Trace:
        """Lets time pass."""
        end = self.now + seconds
        while self.now < end:
            self.now += STEP
            while self._events and self._events[0][0] <= self.now:
                heapq.heappop(self._events)[2]()
            self._draw()
            for packet in self._pacer.take(self.now):
                self._send(packet)
            self.trace.rates.append((self.now, self.controller.target_bit_rate))
            self.trace.queues.append((self.now, max(self._busy_until - self.now, 0.0)))
        return self.trace

    def _draw(self) -> None:
        controller = self.controller
        budget = controller.budget(self.now)
        in_flight = self._log.in_flight_bytes(self.now)
        if (
            not self.moving(self.now)
            or self.now - self._drawn_at < budget.interval
            or not controller.may_send(self.now, in_flight, self._pacer.backlog)
        ):
            return
        self._drawn_at = self.now
        self._picture += 1
        size = int(budget.bits / 8 * self.encoder_yield * self._random.uniform(0.7, 1.15)) + 100
        count = -(-size // PACKET_BYTES)
        sizes = [size * (n + 1) // count - size * n // count for n in range(count)]
        self._missing[self._picture] = count
        self._waiting.append((self._picture, self.now))
        self._pacer.bit_rate = controller.plan().pacing_bit_rate
        self._pacer.push_frame(
            [Packet(s, self._picture, self.now, n == count - 1) for n, s in enumerate(sizes)]
        )
        controller.on_sent(self.now, size)
        self.trace.sent.append((self.now, size))

    def _send(self, packet: Packet) -> None:
        size = packet.size + 70
        self._log.stamp(self.now, size)
        number = self._log._next - 1
        start = max(self.now, self._busy_until)
        if start - self.now > self.terms.queue_seconds or self._random.random() < self.terms.loss:
            self._at(self.terms.round_trip + 0.02, lambda: self._pacer.push_urgent(packet))
            return
        self._busy_until = start + size * 8 / self.terms.bit_rate(self.now)
        arrival = self._busy_until + self.terms.round_trip / 2
        self._at(arrival - self.now, lambda: self._arrive(number, packet))

    def _arrive(self, number: int, packet: Packet) -> None:
        self._arrived[number] = self.now + CLOCK_OFFSET
        self._missing[packet.picture] -= 1
        # Pictures are decoded in order: one that lacks a packet holds back those after it.
        while self._waiting and self._missing[self._waiting[0][0]] == 0:
            _, drawn_at = self._waiting.popleft()
            self.trace.shown.append((self.now, self.now - drawn_at))

    def _report(self) -> None:
        self._at(REPORT_SECONDS, self._report)
        if not self._arrived:
            return
        last = max(self._arrived)
        arrivals = tuple(self._arrived.get(n) for n in range(self._reported, last + 1))
        feedback = twcc.Feedback(self._reported & 0xFFFF, 0, arrivals)
        self._reported = last + 1
        self._arrived.clear()
        if self._random.random() >= self.terms.loss:
            self._at(self.terms.round_trip / 2, lambda: self._receive(feedback))

    def _receive(self, feedback: twcc.Feedback) -> None:
        self.controller.on_feedback(self._log.match(feedback, self.now))

    def _at(self, seconds: float, call: Callable[[], None]) -> None:
        heapq.heappush(self._events, (self.now + seconds, next(self._order), call))
