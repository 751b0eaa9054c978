"""How many packets get lost. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from streamer.transport.base import PacketReport

WINDOW_SECONDS = 2.0
LEAST_PACKETS = 20
HEAVY = 0.10
LOSSY = 0.005
LOSSY_SECONDS = 20.0
LEVEL_PACKETS = 800
LEAST_LEVEL_PACKETS = 100
KEPT_MISSING = 4096
_HIDDEN = 0.8


class LossMeter:
    """Loss of the last two seconds. `lossy` stays for 20 s: what is sent twice hides the loss that it is sent twice for."""

    def __init__(self) -> None:
        self._packets: deque[tuple[float, bool]] = deque()
        self._lost = 0
        self._missing: dict[int, bool] = {}
        self._weight = 0.0
        self._weighed_losses = 0.0
        self._lossy_until = -1e9
        self._now = 0.0
        self._has_feedback = False
        self._reported = 0.0

    @property
    def recent(self) -> float:
        """The part of the packets of the last two seconds that was lost."""
        if not self._has_feedback:
            return self._reported
        return self._lost / len(self._packets) if self._packets else 0.0

    @property
    def heavy(self) -> float | None:
        """The loss where it is above 10 % of enough packets: more than a radio link loses by itself."""
        enough = not self._has_feedback or len(self._packets) >= LEAST_PACKETS
        return self.recent if enough and self.recent > HEAVY else None

    @property
    def lossy(self) -> bool:
        """Whether 0.5 % or more of the packets were lost at any time of the last 20 s."""
        return self._now < self._lossy_until

    @property
    def level(self) -> float:
        """What the link loses by itself, by several hundred packets that were sent once; 0 while there are too few."""
        if self._weight < LEAST_LEVEL_PACKETS:
            return 0.0
        level = self._weighed_losses / self._weight
        return level if level >= LOSSY / 4 else 0.0

    def add(
        self, now: float, packets: Iterable[PacketReport], *, congested: bool = False, copied: float = 0.0
    ) -> None:
        """Takes transport-wide reports; each packet counts once, however often it is spoken of.

        What a full queue drops (`congested`) is none of the link's own loss. Of packets of which the part `copied` was sent
        twice, which hides most losses, the others count.
        """
        self._has_feedback = True
        self._now = now
        weight = 1.0 - _HIDDEN * copied
        for report in packets:
            lost = report.arrived_at is None
            if report.sequence in self._missing:
                if not lost:
                    self._found(report.sequence)
                continue
            if lost:
                self._missing[report.sequence] = not congested
                if len(self._missing) > KEPT_MISSING:
                    del self._missing[next(iter(self._missing))]
            self._packets.append((now, lost))
            self._lost += lost
            if congested:
                continue
            self._weight += weight - self._weight / LEVEL_PACKETS
            self._weighed_losses += lost - self._weighed_losses / LEVEL_PACKETS
            if lost and self.recent >= LOSSY and len(self._packets) >= LEAST_PACKETS:
                self._lossy_until = now + LOSSY_SECONDS
        while self._packets and self._packets[0][0] < now - WINDOW_SECONDS:
            self._lost = max(self._lost - self._packets.popleft()[1], 0)

    def _found(self, sequence: int) -> None:
        """A packet that was believed lost has come after all, or a copy of it."""
        counted = self._missing.pop(sequence)
        self._lost = max(self._lost - 1, 0)
        if counted:
            self._weighed_losses = max(self._weighed_losses - 1.0, 0.0)

    def report(self, now: float, loss: float) -> None:
        """Takes a receiver report's loss, which counts only where there is no transport-wide feedback."""
        self._reported = loss
        if not self._has_feedback:
            self._now = now
            if loss >= LOSSY:
                self._lossy_until = now + LOSSY_SECONDS

    def forgive(self) -> None:
        """What was lost so far has had its consequence."""
        self._packets.clear()
        self._lost = 0
        self._reported = 0.0
