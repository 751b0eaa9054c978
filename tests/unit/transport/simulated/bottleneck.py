"""One direction of a link: a queue before a line of a given rate, then a delay; several flows may share it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.unit.transport.simulated.timeline import Timeline


def always(value: float) -> Callable[[float], float]:
    """The same at all times."""
    return lambda _: value


@dataclass(frozen=True)
class Terms:
    """A link as functions of time: bit/s down (0 = cut), round trip, loss 0..1 each way, extra delay (packets stay in order)."""

    bit_rate: Callable[[float], float]
    round_trip: Callable[[float], float] = always(0.06)
    loss: Callable[[float], float] = always(0.0)
    extra_delay: Callable[[float], float] = always(0.0)
    queue_seconds: float = 0.3
    up_bit_rate: float = 1e6

    @classmethod
    def fixed(cls, down: float, up: float, round_trip: float, loss: float = 0.0) -> Terms:
        """A link that does not change."""
        return cls(always(down), always(round_trip), always(loss), up_bit_rate=up)


GOOD = Terms.fixed(20e6, 5e6, 0.03)
HOME = Terms.fixed(5e6, 1e6, 0.06, 0.002)
POOR = Terms.fixed(1.5e6, 5e5, 0.12, 0.01)
BAD = Terms.fixed(7.5e5, 2.5e5, 0.25, 0.02)


class Bottleneck:
    """One way. `waits` keeps (time, seconds waited) of every packet let through."""

    def __init__(self, timeline: Timeline, terms: Terms, *, up: bool = False, seed: int = 1) -> None:
        self._timeline = timeline
        self._terms = terms
        self._up = up
        self._random = random.Random(seed)
        self._free_at = 0.0
        self._last_arrival = 0.0
        self.waits: list[tuple[float, float]] = []
        self.passed = 0
        self.overrun = 0

    def send(self, size: int, arrived: Callable[[], object]) -> bool:
        """Takes a packet of `size` bytes; False when it is dropped (the sender does not know)."""
        now, terms = self._timeline.now, self._terms
        rate = terms.bit_rate(now)
        wait = max(0.0, self._free_at - now)
        if rate and self._up:
            rate = terms.up_bit_rate
        if not rate or self._random.random() < terms.loss(now):
            return False
        if wait > terms.queue_seconds:
            self.overrun += 1
            return False
        self.waits.append((now, wait))
        self.passed += size
        self._free_at = now + wait + size * 8 / rate
        arrival = self._free_at + terms.round_trip(now) / 2 + terms.extra_delay(self._free_at)
        self._last_arrival = max(self._last_arrival, arrival)
        self._timeline.after(self._last_arrival - now, arrived)
        return True

    def wait_p95(self, since: float, until: float) -> float:
        """95 of 100 packets waited no longer in the queue."""
        waits = sorted(wait for at, wait in self.waits if since <= at < until)
        return waits[int(len(waits) * 0.95)] if waits else 0.0
