"""What went over a link, as counted by its shaper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DirectionMeasures:
    """One direction. Bytes are of IP packets delivered; waits are milliseconds spent in the queue, of those not dropped."""

    packets: int
    bytes: int
    lost: int
    """Dropped by chance, as asked."""
    overrun: int
    """Dropped because the queue was full."""
    cut: int
    """Dropped while the link was cut."""
    wait_p50: float
    wait_p95: float
    wait_max: float


@dataclass(frozen=True, slots=True)
class LinkMeasures:
    """Both directions, and how late the shaper itself was: milliseconds by which it delivered after the due time."""

    down: DirectionMeasures
    up: DirectionMeasures
    late_p95: float
    late_max: float

    @classmethod
    def from_message(cls, message: dict[str, Any]) -> LinkMeasures:
        """From the shaper's answer."""
        return cls(
            down=DirectionMeasures(**message["down"]),
            up=DirectionMeasures(**message["up"]),
            late_p95=message["late_p95"],
            late_max=message["late_max"],
        )
