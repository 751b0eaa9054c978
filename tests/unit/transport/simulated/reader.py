"""One reader: the host's gate, encoder and pacer before the link, and the page behind it."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable

from streamer.transport import twcc
from streamer.transport.allowance import Allowance
from streamer.transport.congestion import WORDS_HEADER_BYTES, CongestionController
from streamer.transport.mass_loss import MassLoss
from streamer.transport.pacer import Pacer
from streamer.transport.sent_log import SentLog
from tests.unit.transport.simulated.bottleneck import Bottleneck, Terms
from tests.unit.transport.simulated.packets import HEADER_BYTES, Packet, Picture, numbered
from tests.unit.transport.simulated.page import Page
from tests.unit.transport.simulated.timeline import Timeline

DRAW_SECONDS = 0.012
ENCODE_SECONDS = 0.008
MOST_OUTSTANDING = 2
POLL_SECONDS = 0.01
SETTLE_SECONDS = 0.13
STILL_SECONDS = 0.045
DUPLICATE_AFTER_SECONDS = 0.008
FRAMES_CHANNEL_BYTES = 250
PING_BYTES = 100


def undershoot(bits_a_second: float) -> float:
    """What x264 gives of a constant rate with a buffer of 1.2 pictures: 57 % to 1.5 Mbit/s, 76 % at 4.2, more above."""
    return min(max(0.57 + (bits_a_second - 1.5e6) / 2.7e6 * 0.19, 0.57), 0.9)


class Reader:
    """Runs the controller as the picture loop does: ask, draw, encode, send; at rest a few pictures more, then a still."""

    def __init__(
        self,
        timeline: Timeline,
        down: Bottleneck,
        up: Bottleneck,
        *,
        seed: int = 1,
        still_bytes: int = 0,
        report_seconds: float = 0.062,
        pixels: int = 1280 * 800,
        controller: CongestionController | None = None,
    ) -> None:
        self._timeline = timeline
        self._down = down
        self._random = random.Random(seed)
        self.controller = controller or CongestionController(timeline.now)
        self.page = Page(timeline, up, report_seconds=report_seconds)
        self.encoder_yield: Callable[[float], float] = undershoot
        self.still_bytes = still_bytes
        self.pixels = pixels
        self.sent: list[tuple[float, int]] = []
        """When bytes were given to the link, and how many, everything included."""
        self.stills: list[Picture] = []
        self.rates: list[tuple[float, float]] = []
        self._plan = self.controller.plan()
        self._pacer: Pacer[Packet] = Pacer(3e6)
        self._twice = Allowance(8 * 1180)
        self._repeats = Allowance(96_000, 0.5)
        self._log = SentLog()
        self._waiting_for_pacer = False
        self._copies: list[Packet] = []
        self._sequence = itertools.count()
        self._still_sequence = itertools.count()
        self._history: dict[int, Packet] = {}
        self._repeated: dict[int, float] = {}
        self._mass_loss = MassLoss()
        self._missed: set[int] = set()
        self._dirty = False
        self._made_at = 0.0
        self._input_at = -1e9
        self._asked_at = -1e9
        self._outstanding = 0
        self._worker_free = 0.0
        self._refined = 9
        self._still_due = False
        self._key = True
        self._number = itertools.count()
        self._timer = 0
        page = self.page
        page.on_feedback, page.on_missing = self._on_feedback, self._on_missing
        page.on_input, page.on_key_wanted = self._on_input, self._on_key_wanted
        page.on_loss = lambda loss: self.controller.on_receiver_report(timeline.now, loss, None)
        timeline.every(0.3, lambda: self._ping(up))
        timeline.every(0.05, lambda: self.rates.append((timeline.now, self.controller.target_bit_rate)))

    # ---- the picture loop

    def _on_input(self, made_at: float) -> None:
        if made_at < self._made_at:
            return
        self._made_at, self._input_at, self._dirty = made_at, self._timeline.now, True
        if self._pacer.drop_still():
            self.controller.on_still_cancelled(self._timeline.now)
        self._still_due = bool(self.still_bytes)
        self._refined = 0
        self.pump()

    def pump(self) -> None:
        """Asks for what is due."""
        now = self._timeline.now
        self._timer += 1
        timer = self._timer
        wake = self._decide(now)
        if wake is not None:
            self._timeline.after(wake - now, lambda: self.pump() if timer == self._timer else None)

    def _decide(self, now: float) -> float | None:
        """Asks for a picture, or says when to look again."""
        if self._outstanding >= MOST_OUTSTANDING:
            return None
        budget = self.controller.budget(now, self.pixels)
        resting = now - self._input_at >= SETTLE_SECONDS - 1e-9
        if not self._dirty and not resting:
            return self._input_at + SETTLE_SECONDS
        if not self._dirty and self._still_due and self._refined >= 1:
            self._still_due = False
            self._timeline.after(STILL_SECONDS, lambda at=self._input_at: self._send_still(at))
        interval = budget.interval if self._dirty else 0.034
        if not self._dirty and (self._refined >= (2 if self.still_bytes else 6) or self._outstanding):
            return None
        if now < self._asked_at + interval - 1e-9:
            return self._asked_at + interval
        in_flight = self._log.in_flight_bytes(now) if self.page.reports else 0
        if not self.controller.may_send(now, in_flight, self._pacer.backlog):
            return now + POLL_SECONDS
        moving, self._dirty = self._dirty, False
        if not moving:
            self._refined += 1
        self._asked_at = now
        self._outstanding += 1
        self._worker_free = max(self._worker_free, now) + DRAW_SECONDS
        made_at, key, self._key = self._made_at, self._key, False
        self._timeline.after(
            self._worker_free + ENCODE_SECONDS - now,
            lambda: self._encoded(budget.bits, made_at, moving, key),
        )
        return self._decide(now)

    def _encoded(self, bits: int, made_at: float, moving: bool, key: bool) -> None:
        self._outstanding -= 1
        now = self._timeline.now
        share = self.encoder_yield(bits * 30) * self._random.uniform(0.8, 1.2) * (1 if moving else 0.5)
        picture = Picture(next(self._number), max(int(bits / 8 * share), 200), made_at, moving, key)
        self.controller.on_sent(now, picture.size, bits if moving else 0)
        self.page.announce(picture)
        if key:
            self._mass_loss.key_left()
            self._history = {number: packet for number, packet in self._history.items() if number < 0}
        self._pacer.push_frame(numbered(picture, self._sequence))
        self.controller.on_words_sent(now, FRAMES_CHANNEL_BYTES - WORDS_HEADER_BYTES)
        self._give(FRAMES_CHANNEL_BYTES, lambda: None)
        self._flush()
        self.pump()

    def _send_still(self, input_at: float) -> None:
        if input_at != self._input_at:
            return
        still = Picture(next(self._number), self.still_bytes, self._made_at, False, True, still=True)
        self.controller.on_still_sent(self._timeline.now, still.size)
        self._pacer.still_bit_rate = self.controller.plan().still_bit_rate
        self._pacer.push_still(numbered(still, self._still_sequence))
        self.stills.append(still)
        self._flush()

    # ---- packets

    def _flush(self) -> None:
        if self._waiting_for_pacer:
            return
        self._leave()

    def _leave(self) -> None:
        self._waiting_for_pacer = False
        now = self._timeline.now
        sent = self._pacer.take(now)
        for packet in sent:
            self._send(packet)
        wait = self._pacer.wait(now)
        if wait is not None:
            self._waiting_for_pacer = True
            self._timeline.after(max(wait, 0.0005), self._leave)
        if sent:
            self.pump()

    def _send(self, packet: Packet) -> None:
        now = self._timeline.now
        size = packet.size + HEADER_BYTES
        if packet.again is not None:
            number = packet.again
        else:
            self._log.stamp(now, size)
            number = self._log.newest
            if not packet.repeated:
                self._history[packet.sequence if not packet.picture.still else -1 - packet.sequence] = packet
                plan = self._plan
                self._twice.bit_rate = plan.duplicate_bit_rate
                small = packet.picture.packets <= plan.duplicate_packets and not packet.picture.still
                if small and self._twice.spend(packet.size, now):
                    self._copies.append(Packet(packet.picture, packet.sequence, packet.size, number))
                if packet.last and packet.picture.still:
                    self._probe_tail(packet)
                if packet.last:
                    self._send_copies(plan.pacing_bit_rate / 2)
        self._give(size, lambda: self.page.receive(number, packet))

    def _probe_tail(self, last: Packet) -> None:
        """The end of a still again when nothing is heard of it: nothing follows that would show that it is missing."""

        def probe() -> None:
            if last.picture.missing:
                self._urgent(Packet(last.picture, last.sequence, last.size, repeated=True))

        self._timeline.after(1.5 * self._plan.round_trip + 0.07, probe)

    def _send_copies(self, bit_rate: float) -> None:
        """After the picture, and spread."""
        after = DUPLICATE_AFTER_SECONDS
        for copy in self._copies:
            self._timeline.after(after, lambda copy=copy: self._urgent(copy))
            after += copy.size * 8 / bit_rate
        self._copies = []

    def _urgent(self, packet: Packet) -> None:
        self._pacer.push_urgent(packet)
        self._leave()

    def _give(self, size: int, arrived: Callable[[], object]) -> None:
        self.sent.append((self._timeline.now, size))
        self._down.send(size, arrived)

    def _on_missing(self, missing: tuple[int, ...], still: bool) -> None:
        now, plan = self._timeline.now, self._plan
        wait, self._repeats.bit_rate = plan.round_trip, plan.pacing_bit_rate / 3
        for number in (-1 - n if still else n for n in missing):
            packet = self._history.get(number)
            if packet is None or now - self._repeated.get(number, -1e9) < max(wait, 0.02):
                continue
            if not still and number not in self._missed:
                self._missed.add(number)
                if self._mass_loss.lost(now, packet.size, plan.pacing_bit_rate, plan.round_trip):
                    self._on_key_wanted()
            if not still and self._mass_loss.awaits_key(now):
                continue
            if self._repeats.spend(packet.size, now):
                self._repeated[number] = now
                self._urgent(Packet(packet.picture, packet.sequence, packet.size, repeated=True))

    # ---- what the page says

    def _on_feedback(self, feedback: twcc.Feedback) -> None:
        now = self._timeline.now
        self.controller.on_feedback(self._log.match(feedback, now))
        self._follow_plan()
        self.pump()

    def _follow_plan(self) -> None:
        plan = self._plan = self.controller.plan()
        self._pacer.bit_rate = plan.pacing_bit_rate
        self._pacer.still_bit_rate = plan.still_bit_rate

    def _on_key_wanted(self) -> None:
        self._key = True
        self._dirty = True
        self.pump()

    def _ping(self, up: Bottleneck) -> None:
        sent_at = self._timeline.now

        def back() -> None:
            now = self._timeline.now
            self.controller.on_round_trip(now, now - sent_at)
            self._follow_plan()

        self._give(PING_BYTES, lambda: up.send(PING_BYTES, back))


def read(terms: Terms, *, seed: int = 1, **options: object) -> tuple[Timeline, Reader, Bottleneck]:
    """One reader alone on a link."""
    timeline = Timeline()
    down = Bottleneck(timeline, terms, seed=seed)
    up = Bottleneck(timeline, terms, up=True, seed=seed + 1000)
    return timeline, Reader(timeline, down, up, seed=seed, **options), down  # type: ignore[arg-type]
