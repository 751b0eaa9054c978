"""A TCP download with CUBIC (RFC 9438): fills the queue until it overflows, and takes what it can get."""

from __future__ import annotations

from tests.unit.transport.simulated.bottleneck import Bottleneck
from tests.unit.transport.simulated.timeline import Timeline

SEGMENT = 1500
_C = 0.4
_BETA = 0.7
_FIRST_WINDOW = 10.0


class Download:
    """Between `since` and `until`; each segment is acknowledged by itself, a loss is known one round trip later."""

    def __init__(
        self, timeline: Timeline, down: Bottleneck, up: Bottleneck, since: float, until: float
    ) -> None:
        self._timeline = timeline
        self._down = down
        self._up = up
        self._until = until
        self._window = _FIRST_WINDOW
        self._threshold = 1e9
        self._before_loss = 0.0
        self._lost_at = 0.0
        self._in_flight = 0
        self._sent = 0
        self._recover = 0
        self.received = 0
        timeline.after(since, self._send)

    def _send(self) -> None:
        while self._in_flight < self._window and self._timeline.now < self._until:
            self._in_flight += 1
            self._sent += 1
            number = self._sent
            if not self._down.send(SEGMENT, lambda: self._arrived()):
                # Duplicate acknowledgements tell of it when the segments behind it come.
                self._timeline.after(0.4, lambda number=number: self._lost(number))

    def _arrived(self) -> None:
        self.received += SEGMENT
        self._up.send(60, self._acknowledged)

    def _acknowledged(self) -> None:
        self._in_flight -= 1
        if self._window < self._threshold:
            self._window += 1
        else:
            elapsed = self._timeline.now - self._lost_at
            origin = (self._before_loss * (1 - _BETA) / _C) ** (1 / 3)
            target = _C * (elapsed - origin) ** 3 + self._before_loss
            self._window += max(min((target - self._window) / self._window, 0.5), 0.01)
        self._send()

    def _lost(self, number: int) -> None:
        self._in_flight -= 1
        if number > self._recover:
            self._before_loss, self._lost_at = self._window, self._timeline.now
            self._window = self._threshold = max(self._window * _BETA, 2.0)
            self._recover = self._sent
        self._send()
