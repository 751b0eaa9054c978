"""How fast a seat may send: a delay-based controller on transport-wide feedback. Pure: the time is passed in.

The queue of the link is seen as one-way delay above its minimum of 15 s. Two reports of a long queue set the rate below what
the link carries, until the queue is gone; an empty queue and evidence that the link carries more raise it. Idleness changes
nothing: the next motion starts with what the last one learnt. A queue that stays long although less is sent is a longer way,
or another flow's: then a share of the link is held. Loss without delay is the radio's, not the queue's, and is not obeyed up to
10 %. An exact still fills the link when the hand rests: it is the probe that shows how much that carries.
"""

from __future__ import annotations

from streamer.transport.base import FeedbackBatch, SendPlan
from streamer.transport.blind import Blind
from streamer.transport.capacity import TRAIN_GAP_SECONDS
from streamer.transport.frame_budget import FrameBudget, PictureBudgets, frames_per_second
from streamer.transport.link_state import LinkState, Mode
from streamer.transport.path import UNKNOWN_ROUND_TRIP, Path
from streamer.transport.protection import Protection, protection
from streamer.transport.rate_control import CEILING_BIT_RATE, START_BIT_RATE, Phase, RateControl, Use
from streamer.transport.sent_rate import SentRate
from streamer.transport.still_rate import StillRate

PACING = 2.25
DEFAULT_PIXELS = 1280 * 800
WORDS_HEADER_BYTES = 90
"""SCTP, DTLS, UDP and IP around a packet of the frames channel."""

_BLIND_BYTES = 16_000
_BLIND_SECONDS = 0.6
_LATE_REPORT_SECONDS = 0.04
_LEAST_PATIENCE = 0.7
_STILL_TRAIN_BITS = 20_000
_SPARE = 0.03
_LEAST_SHARE = 0.6
_MODES = {Phase.START: Mode.START, Phase.STEADY: Mode.STEADY, Phase.COMPETING: Mode.COMPETING}


class CongestionController:
    """One seat's link. Times are seconds of one monotonic clock, rates bit/s."""

    def __init__(
        self, now: float, *, start: float = START_BIT_RATE, ceiling: float = CEILING_BIT_RATE
    ) -> None:
        self._path = Path()
        self._control = RateControl(now, self._path, start=start, ceiling=ceiling)
        self._still = StillRate()
        self._budgets = PictureBudgets()
        self._blind = Blind()
        self._sent = SentRate()
        self._words = SentRate()
        self._protection = Protection()
        self._now = self._fed_at = now
        self._waiting_since: float | None = None
        self._blind_bytes = 0
        self._blind_until = now + _BLIND_SECONDS

    # ---- what it says

    @property
    def target_bit_rate(self) -> float:
        """What may be sent, everything included, except a still."""
        return self._control.rate

    @property
    def still_bit_rate(self) -> float:
        """How fast a still may leave."""
        capacity = self._path.capacity
        measured = capacity.latest is not None or self._mode is Mode.BLIND
        return self._still.bit_rate(self._control.rate, capacity.known, measured=measured)

    @property
    def round_trip(self) -> float:
        """The shortest round trip of the last 15 s; 0 while unknown."""
        return self._path.round_trip

    @property
    def queue_delay(self) -> float:
        """How long the last packets waited in the link."""
        return self._path.queue

    @property
    def loss(self) -> float:
        """The part of the packets lost lately, 0..1."""
        return self._path.loss.recent

    @property
    def state(self) -> LinkState:
        """All of it, for those who show it."""
        return LinkState(
            mode=self._mode,
            bit_rate=self._control.rate,
            still_bit_rate=self.still_bit_rate,
            capacity=self._path.capacity.known or 0.0,
            used=min(self._used, 1.0),
            queue_delay=self.queue_delay,
            loss=self.loss,
            round_trip=self.round_trip,
            sent_twice=self._protection.copy_share,
        )

    def plan(self) -> SendPlan:
        """How the transport is to send: pacing, repeats, and frames twice where a repeat would come late."""
        shares = self._protection
        return SendPlan(
            pacing_bit_rate=self._control.rate * PACING,
            round_trip=(self.round_trip or UNKNOWN_ROUND_TRIP / 2) + self.queue_delay,
            duplicate_bit_rate=self._control.rate * shares.copy_share,
            duplicate_packets=shares.packets,
            still_bit_rate=self.still_bit_rate,
        )

    def may_send(self, now: float, bytes_in_flight: int, unsent_bytes: int = 0) -> bool:
        """Whether another picture may be drawn now: half a frame waits at most, and the link holds no more than it carries."""
        self._watch_silence(now, bytes_in_flight)
        if self._is_blind(now):
            return False
        path, shares, byte_rate = self._path, self._protection, self._control.rate / 8
        interval = 1 / frames_per_second(self._picture_bit_rate(now))
        if unsent_bytes > byte_rate * interval / 2:
            return False
        byte_rate /= 1.0 + shares.copied  # copies are in flight too, and nobody speaks of them
        if self._still.leaving(now):
            byte_rate = max(byte_rate, self.still_bit_rate / 8)
        # A report that is late by half its time must not cost a picture.
        late = max(_LATE_REPORT_SECONDS, path.report_interval / 2)
        seconds = path.report_seconds + late + interval
        if self._control.phase is Phase.COMPETING:
            seconds += path.queue
        return bytes_in_flight < byte_rate * seconds

    def budget(self, now: float, pixels: int = DEFAULT_PIXELS) -> FrameBudget:
        """What the next picture of `pixels` may cost."""
        rate, path = self._control.rate, self._path
        return self._budgets.next(
            now,
            self._picture_bit_rate(now),
            pixels,
            link_rate=rate if path.known else None,
            lossy=self._protection.copied > 0.0,
        )

    # ---- what it is told

    def on_sent(self, now: float, size: int, asked_bits: int | None = None) -> None:
        """A picture of `size` bytes was given to the transport.

        `asked_bits` is what the encoder was asked for; 0 for a picture that repeats the last one, None where it is not known.
        """
        self._given(now, size)
        if asked_bits != 0:
            self._budgets.sent(now, size, asked_bits)

    def on_words_sent(self, now: float, size: int) -> None:
        """A packet of `size` bytes that describes pictures left beside them."""
        self._words.add(now, size + WORDS_HEADER_BYTES)

    def on_still_sent(self, now: float, size: int) -> None:
        """A still of `size` bytes was given to the transport."""
        self._given(now, 0)
        self._still.start(now, size, self.still_bit_rate, self._path.report_seconds)

    def on_still_cancelled(self, now: float) -> None:
        """What had not left of the still never will."""
        self._still.stop(now, self._path.report_seconds)

    def on_round_trip(self, now: float, seconds: float) -> None:
        """A ping came back."""
        self._path.add_round_trip(now, seconds)
        if self._mode is Mode.BLIND:
            rate = self._control.rate
            self._control.set(self._blind.ping(now, seconds, self.round_trip, rate, self._used))

    def on_receiver_report(self, now: float, loss: float, round_trip: float | None) -> None:
        """An RTCP receiver report; its loss counts where the page gives no transport-wide feedback."""
        if round_trip is not None:
            self._path.add_round_trip(now, round_trip)
        self._path.loss.report(now, loss)
        if self._mode is Mode.BLIND:
            self._control.set(self._blind.report(loss, self._control.rate))

    def on_remb(self, bit_rate: float) -> None:
        """The page's own estimate (draft-alvestrand-rmcat-remb), which counts where it gives no transport-wide feedback."""
        if self._mode is Mode.BLIND:
            self._control.set(self._blind.remb(bit_rate, self._control.rate, self._used))

    def on_feedback(self, batch: FeedbackBatch) -> None:
        """What became of packets."""
        now = self._now = max(batch.received_at, self._now)
        path, rate = self._path, self._control.rate
        news = any(packet.arrived_at is not None for packet in batch.packets)
        elapsed = min(now - self._fed_at, 0.25)
        if news:
            path.add_interval(now - self._fed_at)
            self._fed_at = now
            self._waiting_since = None
        leaving, shares = self._still.leaving(now), self._protection
        widened = path.add(
            now,
            batch,
            rate=rate,
            most=max(rate * (PACING + 0.25), self.still_bit_rate * 1.5),
            gap=max(TRAIN_GAP_SECONDS, _STILL_TRAIN_BITS / self.still_bit_rate if leaving else 0.0),
            copied=shares.copied,
            congested=self._control.silence,
        )
        self._protection = self._protected()
        if not news:
            return  # the queue is not known any better than before
        if widened:
            self._control.widened()
        self._still.report(now, path)
        probe = min(path.capacity.latest or 0.0, self.still_bit_rate) if leaving else 0.0
        use = Use(self._sent.bit_rate(now), self._used, probe)
        self._control.step(now, elapsed, batch.packets, use, shares.copies)

    # ---- how it stands

    @property
    def _mode(self) -> Mode:
        if not self._path.known:
            return Mode.BLIND if self._blind_bytes and self._now > self._blind_until else Mode.START
        return _MODES[self._control.phase]

    def _protected(self) -> Protection:
        path = self._path
        queue = path.queue if self._control.phase is Phase.COMPETING else 0.0
        loss = path.loss.level if path.loss.lossy else 0.0
        return protection(path.round_trip + queue, loss, before=self._protection)

    def _picture_bit_rate(self, now: float) -> float:
        """What pictures may take: on a thin link the words beside them need more than is else set aside."""
        rate, shares = self._control.rate, self._protection
        beside_words = ((1 - _SPARE) * rate - self._words.bit_rate(now)) / shares.copies
        return max(min(rate * shares.video_share, beside_words), _LEAST_SHARE * rate * shares.video_share)

    @property
    def _used(self) -> float:
        """The part of what pictures may take that they took lately."""
        return self._sent.bit_rate(self._now) / self._picture_bit_rate(self._now)

    def _is_blind(self, now: float) -> bool:
        """Nothing is known of the link yet, and what was sent already could fill the queue of a thin one.

        Ends with the first report, or when none comes in time: this page then gives none.
        """
        return not self._path.known and self._blind_bytes > _BLIND_BYTES and now < self._blind_until

    def _given(self, now: float, size: int) -> None:
        if self._waiting_since is None:
            self._waiting_since = now
        if not self._blind_bytes:
            self._blind_until = now + _BLIND_SECONDS
        self._blind_bytes += size
        self._now = max(self._now, now)
        self._sent.add(self._now, size)

    def _watch_silence(self, now: float, bytes_in_flight: int) -> None:
        since = self._waiting_since
        if bytes_in_flight and since is not None:
            self._control.silent(now, since, max(_LEAST_PATIENCE, 4 * self.round_trip))
