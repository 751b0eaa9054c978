"""How fast a seat may send: a delay-based controller on transport-wide feedback. Pure: the time is passed in.

The queue of the link is seen as one-way delay above its minimum of 15 s. Two reports of a long queue set the rate to 85 % of what
was delivered; an empty queue and evidence that the link carries more raise it. Idleness changes nothing: the next motion
starts with what the last one learnt. Loss without delay is the radio's, not the queue's, and is not obeyed up to 10 %.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from streamer.transport.base import FeedbackBatch, SendPlan
from streamer.transport.capacity import Capacity
from streamer.transport.frame_budget import VIDEO_SHARE, FrameBudget, frame_budget, frames_per_second
from streamer.transport.loss import LossMeter
from streamer.transport.window import WindowMinimum

START_BIT_RATE = 1_500_000.0
FLOOR_BIT_RATE = 150_000.0
CEILING_BIT_RATE = 12_000_000.0
PACING = 2.25
DUPLICATE_SHARE = 0.08
"""Of the rate; with repeats and reports it fits in what frame_budget leaves free."""
DEFAULT_PIXELS = 1280 * 800

_BASELINE_SECONDS = 15.0
_SHORT_QUEUE = 0.008
_LONG_QUEUE = 0.015
_HIGH_REPORTS = 2
_BACK_OFF = 0.85
_DEEPEST_CUT = 0.4
_FUTILE_CUTS = 4
_BLIND_BYTES = 16_000
_BLIND_SECONDS = 0.6
_FINER_SECONDS = 2.0
_USED_SECONDS = 0.5
_USED = 0.8
_USED_A_LITTLE = 0.4
_UNKNOWN_ROUND_TRIP = 0.2


@dataclass(frozen=True, slots=True)
class Growth:
    """How fast the rate rises, per second, while bursts have shown `room` times as much capacity."""

    per_second: float
    room: float


START = Growth(per_second=3.0, room=1.4)
CATCH_UP = Growth(per_second=0.4, room=1.6)
STEADY = Growth(per_second=0.08, room=1.1)


class CongestionController:
    """One seat's estimate of its link. Times are seconds of one monotonic clock, rates bit/s."""

    def __init__(
        self, now: float, *, start: float = START_BIT_RATE, ceiling: float = CEILING_BIT_RATE
    ) -> None:
        self._ceiling = max(ceiling, FLOOR_BIT_RATE)
        self._rate = min(start, self._ceiling)
        self._base_delay = WindowMinimum(_BASELINE_SECONDS)
        self._round_trip = WindowMinimum(_BASELINE_SECONDS)
        self._capacity = Capacity()
        self._loss = LossMeter()
        self._queue_delay = 0.0
        self._high_reports = 0
        self._starting = True
        self._held_until = now
        self._fed_at = now
        self._feedback_interval = 0.06
        self._sent: deque[tuple[float, int]] = deque()
        self._cuts: list[float] = []
        self._waiting_since: float | None = None
        self._blind_bytes = 0
        self._blind_until = now + _BLIND_SECONDS
        self._scale = 1.0
        self._scaled_at = -1e9

    # ---- what it says

    @property
    def target_bit_rate(self) -> float:
        """What may be sent, everything included."""
        return self._rate

    @property
    def round_trip(self) -> float:
        """The shortest round trip of the last 15 s; 0 while unknown."""
        return self._round_trip.value or 0.0

    @property
    def queue_delay(self) -> float:
        """How long the last packets waited in the link."""
        return self._queue_delay

    @property
    def loss(self) -> float:
        """The part of the packets lost lately, 0..1."""
        return self._loss.recent

    def plan(self) -> SendPlan:
        """How the transport is to send: pacing, repeats, and small frames twice where a repeat would come late."""
        return SendPlan(
            pacing_bit_rate=self._rate * PACING,
            round_trip=self.round_trip or _UNKNOWN_ROUND_TRIP / 2,
            duplicate_bit_rate=self._rate * DUPLICATE_SHARE if self._duplicates else 0.0,
        )

    def may_send(self, now: float, bytes_in_flight: int, unsent_bytes: int = 0) -> bool:
        """Whether another picture may be drawn now: half a frame waits at most, and the link holds no more than it carries."""
        self._watch_silence(now, bytes_in_flight)
        if self._is_blind(now):
            return False
        interval = 1 / frames_per_second(self._rate)
        byte_rate = self._rate / 8
        window = byte_rate * ((self.round_trip or _UNKNOWN_ROUND_TRIP) + self._feedback_interval + interval)
        return unsent_bytes <= byte_rate * interval / 2 and bytes_in_flight < window

    def budget(self, now: float, pixels: int = DEFAULT_PIXELS) -> FrameBudget:
        """What the next picture of `pixels` may cost; a finer scale at most every two seconds, for it costs a key frame."""
        budget = frame_budget(self._rate, pixels, self._scale)
        if budget.scale > self._scale and now - self._scaled_at < _FINER_SECONDS:
            return FrameBudget(budget.bits, budget.interval, self._scale)
        if budget.scale != self._scale:
            self._scale, self._scaled_at = budget.scale, now
        return budget

    # ---- what it is told

    def on_sent(self, now: float, size: int) -> None:
        """A picture of `size` bytes was given to the transport."""
        if self._waiting_since is None:
            self._waiting_since = now
        if not self._blind_bytes:
            self._blind_until = now + _BLIND_SECONDS
        self._blind_bytes += size
        self._sent.append((now, size))

    def on_round_trip(self, now: float, seconds: float) -> None:
        """A ping came back."""
        if seconds >= 0.0:
            self._round_trip.add(now, seconds)

    def on_receiver_report(self, now: float, loss: float, round_trip: float | None) -> None:
        """An RTCP receiver report; its loss counts where the page gives no transport-wide feedback."""
        if round_trip is not None:
            self.on_round_trip(now, round_trip)
        self._loss.report(now, loss)

    def on_feedback(self, batch: FeedbackBatch) -> None:
        """What became of packets."""
        now = batch.received_at
        elapsed = min(now - self._fed_at, 0.25)
        if 0.02 < now - self._fed_at < 0.3:
            self._feedback_interval += 0.1 * (now - self._fed_at - self._feedback_interval)
        self._fed_at = now
        self._waiting_since = None
        self._loss.add(now, batch.packets)
        self._capacity.add(batch.packets, most=self._rate * (PACING + 0.25))
        came = [p for p in batch.packets if p.arrived_at is not None]
        if not came:
            return
        self.on_round_trip(now, now - max(p.sent_at for p in came))
        # The least delayed packet: jitter delays some, a queue delays all. Its own time on the wire is no queue.
        byte_rate = max(self._rate, self._capacity.estimate or 0.0) / 8
        delay = min(p.arrived_at - p.sent_at - p.size / byte_rate for p in came if p.arrived_at is not None)
        self._base_delay.add(now, delay)
        self._queue_delay = delay - (self._base_delay.value or 0.0)
        self._decide(now, elapsed)

    # ---- how it decides

    @property
    def _duplicates(self) -> bool:
        return self._loss.lossy and self.round_trip >= 0.04

    def _decide(self, now: float, elapsed: float) -> None:
        long_queue = max(_LONG_QUEUE, self.round_trip / 4)
        self._high_reports = self._high_reports + 1 if self._queue_delay > long_queue else 0
        if now < self._held_until:
            return
        if self._high_reports >= _HIGH_REPORTS:
            self._cut(now)
        elif self._loss.heavy is not None:
            self._set(now, self._rate * (1 - self._loss.heavy / 2), hold=True)
            self._loss.forgive()
        elif self._queue_delay < _SHORT_QUEUE:
            self._cuts.clear()
            self._set(now, self._rate * (1 + self._growth(now) * elapsed))

    def _cut(self, now: float) -> None:
        self._cuts.append(self._queue_delay)
        if len(self._cuts) >= _FUTILE_CUTS and min(self._cuts) > max(self._cuts) * 0.8:
            # Sending less has not shortened the delay: the way has become longer, there is no queue.
            self._base_delay.clear()
            self._cuts.clear()
            self._high_reports = 0
            return
        carried = self._capacity.delivered()
        if self._capacity.latest is not None:
            carried = min(carried, self._capacity.latest)
        self._starting = False
        self._set(now, min(self._rate, max(_BACK_OFF * carried, _DEEPEST_CUT * self._rate)), hold=True)
        self._high_reports = 0

    def _growth(self, now: float) -> float:
        """Per second: fast while bursts show far more room, slowly while the rate is used or they show some, else not at all."""
        used = _rate(self._sent, now) / (self._rate * VIDEO_SHARE)
        room = (self._capacity.estimate or 0.0) / self._rate
        fast = START if self._starting else CATCH_UP
        if used >= _USED_A_LITTLE and room > fast.room:
            return fast.per_second
        return STEADY.per_second if used >= _USED or (used >= _USED_A_LITTLE and room > STEADY.room) else 0.0

    def _is_blind(self, now: float) -> bool:
        """Nothing is known of the link yet, and what was sent already could fill the queue of a thin one.

        Ends with the first report, or when none comes in time: this page then gives none.
        """
        return self._base_delay.value is None and self._blind_bytes > _BLIND_BYTES and now < self._blind_until

    def _set(self, now: float, rate: float, *, hold: bool = False) -> None:
        self._rate = min(max(rate, FLOOR_BIT_RATE), self._ceiling)
        if hold:
            self._held_until = now + (self.round_trip or _UNKNOWN_ROUND_TRIP) + self._feedback_interval

    def _watch_silence(self, now: float, bytes_in_flight: int) -> None:
        """Packets are out and nothing is said of them for long: the link is cut or choked, so less is tried next."""
        since = self._waiting_since
        patience = max(0.7, 4 * self.round_trip)
        if bytes_in_flight and since is not None and now - max(since, self._held_until) > patience:
            self._set(now, self._rate / 2, hold=True)


def _rate(sent: deque[tuple[float, int]], now: float) -> float:
    """Bit/s of the last half second; forgets what is older."""
    while sent and sent[0][0] < now - _USED_SECONDS:
        sent.popleft()
    return sum(size for _, size in sent) * 8 / _USED_SECONDS
