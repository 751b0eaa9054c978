"""The rate that a link gets: down when its queue is long, up by evidence, a share of it beside others' packets. Pure."""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass

from streamer.transport.back_off import BackOff, Verdict
from streamer.transport.base import PacketReport
from streamer.transport.competing import Competing, Over, Surroundings
from streamer.transport.loss import HEAVY
from streamer.transport.path import Path

START_BIT_RATE = 1_500_000.0
FLOOR_BIT_RATE = 150_000.0
CEILING_BIT_RATE = 30_000_000.0

_HIGH_REPORTS = 2
_BACK_OFF = 0.85
_DRAIN_SECONDS = 0.4
_DEEPEST_DRAIN = 0.5
_DEEPEST_CUT = 0.4
_DEEPEST_CUT_WHEN_FULL = 0.1
_FULL_QUEUE = 0.15
_USED = 0.8
_USED_A_LITTLE = 0.4
_GROWTH_AT = 1_500_000.0
_KNOWN_SHARE = 0.88
_MOST_SHARE = 0.94
_DRIFT = 0.1
_AFTER_SILENCE = 0.4
_FOREIGN_SECONDS = 10.0
_FOREIGN_CUTS = 2
_FLAT = 0.006
_FLAT_LOSS = 0.02
_STUCK_SECONDS = 2.0
_CAREFUL_SECONDS = 4.0
_FAR_BELOW = 0.35
_STRETCHED = 2.0
"""Others' packets between ours make the link look narrower than it is, but not more than that."""


@dataclass(frozen=True, slots=True)
class Growth:
    """How fast the rate rises, per second, while trains have shown `room` times as much capacity."""

    per_second: float
    room: float


START = Growth(per_second=3.0, room=1.4)
CATCH_UP = Growth(per_second=0.6, room=1.25)
STEADY = Growth(per_second=0.08, room=1.1)


class Phase(enum.Enum):
    """How the rate is found."""

    START = enum.auto()
    STEADY = enum.auto()
    COMPETING = enum.auto()


@dataclass(frozen=True, slots=True)
class Use:
    """What pictures took of the rate lately: bit/s, and as a part of what they may take. `probe` is what a still has shown."""

    bit_rate: float
    part: float
    probe: float = 0.0


class RateControl:
    """One link's rate, bit/s; times are seconds of one monotonic clock."""

    def __init__(self, now: float, path: Path, *, start: float, ceiling: float) -> None:
        self._path = path
        self._ceiling = max(ceiling, FLOOR_BIT_RATE)
        self.rate = min(max(start, FLOOR_BIT_RATE), self._ceiling)
        self._starting = True
        self._high_reports = 0
        self._low_at = now
        self._held_until = now
        self._cut_at = -math.inf
        self._back_off: BackOff | None = None
        self._resume = 0.0
        self._foreign = 0
        self._longer_at = -math.inf
        self._competing: Competing | None = None
        self._before_silence = 0.0

    @property
    def phase(self) -> Phase:
        """How the rate is found now."""
        if self._competing is not None:
            return Phase.COMPETING
        return Phase.START if self._starting else Phase.STEADY

    def set(self, rate: float) -> None:
        """Takes a rate found otherwise."""
        self.rate = min(max(rate, FLOOR_BIT_RATE), self._ceiling)

    @property
    def silence(self) -> bool:
        """Whether the last thing noticed is that the page is silent."""
        return self._before_silence > 0.0

    def silent(self, now: float, since: float, patience: float) -> None:
        """Packets are out and nothing is said of them: after `patience` the link is cut or choked, and less is tried next."""
        if now - max(since, self._held_until) > patience:
            self._before_silence = self._before_silence or self.rate
            self.set(self.rate / 2)
            self._hold(now)

    def widened(self) -> None:
        """The link carries much more than before."""
        self._starting = True
        self._cut_at = -math.inf

    def step(
        self, now: float, elapsed: float, packets: Sequence[PacketReport], use: Use, copies: float
    ) -> None:
        """Follows a report that the path has taken; packets leave `copies` times each."""
        path = self._path
        self._end_silence(now)
        if self._competing is not None:
            self._compete(now, elapsed, self._competing, use)
            return
        self._high_reports = self._high_reports + 1 if path.queue_is_long else 0
        if not path.queue_is_long:
            self._low_at = now
        self._judge(now, packets, copies)
        if now - self._low_at > _STUCK_SECONDS and path.loss.recent < HEAVY:
            self._begin_to_compete(now)
        elif self._competing is not None or now < self._held_until:
            return
        elif self._high_reports >= _HIGH_REPORTS:
            self._cut(now, copies)
        elif path.loss.heavy is not None:
            self._starting = False
            self.set(self.rate * (1 - path.loss.heavy / 2))
            self._hold(now)
            path.loss.forgive()
        elif path.queue < path.short_queue:
            self._rise(now, elapsed, use)

    # ---- down

    def _cut(self, now: float, copies: float) -> None:
        """Below what the link carries, so that the queue is gone in about 0.4 s; then back to a bit less than that."""
        path, before = self._path, self.rate
        carried = path.capacity.carried * copies
        drain = min(max(1 - _BACK_OFF, (path.queue - path.short_queue) / _DRAIN_SECONDS), _DEEPEST_DRAIN)
        deepest = _DEEPEST_CUT if path.queue < _FULL_QUEUE else _DEEPEST_CUT_WHEN_FULL
        self._starting = False
        self._resume = min(max(self._resume, _BACK_OFF * before), _KNOWN_SHARE * carried)
        self._cut_at = now
        self.set(min(before, max((1 - drain) * carried, deepest * before)))
        self._hold(now)
        if self._back_off is None:
            # What else goes over the link, words and reports, is in no report of packets: what came of these says it.
            came = path.capacity.delivered() * copies
            self._back_off = BackOff(now, path.queue, before, min(carried, came or carried))
        self._high_reports = 0

    def _judge(self, now: float, packets: Sequence[PacketReport], copies: float) -> None:
        if self._back_off is None:
            return
        path = self._path
        verdict = self._back_off.observe(packets, path.queue, copies)
        if verdict is Verdict.FOREIGN and path.loss.recent < HEAVY:
            self._on_foreign_queue(now, self._back_off, copies)
        elif verdict is not Verdict.OPEN or path.queue < path.short_queue:
            self._back_off, self._foreign = None, 0

    def _on_foreign_queue(self, now: float, back_off: BackOff, copies: float) -> None:
        """Sending less has not shortened it: the way has become longer, or somebody else fills the queue."""
        path = self._path
        self._back_off = None
        self._foreign += 1
        # A way becomes longer at once and stays so; a queue grows.
        since_it_rose = now - self._low_at - 1.5 * path.report_interval
        flat = path.delay.spread(now, since_it_rose) < max(_FLAT, 2 * path.delay.noise)
        if flat and path.loss.recent < _FLAT_LOSS and now - self._longer_at > _FOREIGN_SECONDS:
            self._foreign, self._longer_at, self._resume, self._high_reports = 0, now, 0.0, 0
            path.is_longer()
            self.set(back_off.rate_before)
        elif self._foreign < _FOREIGN_CUTS:
            self._cut(now, copies)  # another of ours may not have given way yet
        else:
            self._begin_to_compete(now)

    def _hold(self, now: float) -> None:
        self._held_until = now + self._path.report_seconds

    def _end_silence(self, now: float) -> None:
        if self._before_silence:
            self._hold(now)  # what was lost is repeated at first, in one burst
            self.set(max(self.rate, _AFTER_SILENCE * self._before_silence))
            self._before_silence = 0.0
            self._starting = True

    # ---- up

    def _rise(self, now: float, elapsed: float, use: Use) -> None:
        if self._resume:
            self.set(max(self.rate, self._resume))
            self._resume = 0.0
        known = self._path.capacity.known
        if known is not None and self.rate > _KNOWN_SHARE * known:
            self.set(min(self.rate, max(_MOST_SHARE * known, self.rate * (1 - _DRIFT * elapsed))))
            return
        self.set(max(self.rate, _BACK_OFF * use.probe))
        growth = self._growth(now, use)
        if not self._starting:
            growth *= math.sqrt(_GROWTH_AT / self.rate)  # of two, the smaller one catches up
        self.set(self.rate * (1 + growth * elapsed))

    def _growth(self, now: float, use: Use) -> float:
        """Per second: fast while trains show far more room, slowly while the rate is used or they show some, else not at all."""
        room = (self._path.capacity.estimate or 0.0) / self.rate
        fast = START if self._starting else CATCH_UP
        # The room that trains show is not ours alone when the last try to take it failed, unless it is very much.
        far_below = self.rate < _FAR_BELOW * (self._path.capacity.known or 0.0)
        careful = now - self._cut_at < _CAREFUL_SECONDS and not far_below
        if use.part >= _USED_A_LITTLE and room > fast.room and not careful:
            return fast.per_second
        some = use.part >= _USED or (use.part >= _USED_A_LITTLE and room > STEADY.room)
        return STEADY.per_second if some else 0.0

    # ---- beside others

    def _begin_to_compete(self, now: float) -> None:
        self._back_off, self._foreign, self._resume, self._high_reports = None, 0, 0.0, 0
        self._path.hold(True)
        known = self._path.capacity.known or math.inf
        self._competing = Competing(now, self.rate, min(self._path.widest, _STRETCHED * known))
        self.set(self._competing.rate)

    def _compete(self, now: float, elapsed: float, competing: Competing, use: Use) -> None:
        path = self._path
        over = competing.step(
            now,
            elapsed,
            Surroundings(
                queue_is_long=path.queue_is_long,
                spread=path.delay.spread(now, 3.0),
                loss=path.loss.recent,
                sent=use.bit_rate,
                delivered=path.capacity.delivered(),
            ),
        )
        self.set(competing.rate)
        if over is None:
            return
        self._competing = None
        self._low_at = now
        path.hold(False)
        if over is Over.LONGER_WAY:
            path.is_longer()
        elif over is Over.OVERLOAD:
            path.is_narrower()
            self._cut(now, 1.0)
