"""The links that are measured, and what must be reached on each. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scripts.benchmark.row import Bar

QUEUE_MS = 300


@dataclass(frozen=True, slots=True)
class Case:
    """A link by its terms, and the figures of its bars that no formula gives."""

    name: str
    down_kbit: float
    up_kbit: float
    rtt_ms: float
    loss: float
    psnr: float
    """A picture with less than this, in dB, against the worker's own does not count."""
    drag_rate: float
    wheel_rate: float
    first_picture_s: float
    """From navigation to the first picture over HTTPS, p50; the next is its p95."""
    first_picture_p95_s: float
    step_p95_ms: float = 110.0
    step_p50_ms: float | None = 60.0

    @property
    def terms(self) -> dict[str, Any]:
        """As `Link` takes them."""
        return {
            "down_kbit": self.down_kbit, "up_kbit": self.up_kbit, "rtt_ms": self.rtt_ms, "loss": self.loss,
            "queue_ms": QUEUE_MS,
        }  # fmt: skip

    @property
    def step(self) -> tuple[Bar, ...]:
        """One step, settled → the first picture that counts, ms."""
        half = () if self.step_p50_ms is None else (Bar("p50", "≤", self.rtt_ms + self.step_p50_ms),)
        return (*half, Bar("p95", "≤", self.rtt_ms + self.step_p95_ms))

    @property
    def age(self) -> float:
        """The oldest that the newest picture may be at p95; also the last step on the canvas after the hand has stopped, ms."""
        return self.rtt_ms + 250

    @property
    def freeze(self) -> float:
        """The longest freeze, ms."""
        return 2 * self.rtt_ms + 200

    @property
    def exact(self) -> tuple[Bar, ...]:
        """Last input → proven, less RTT and 1.3 × its bytes over the line's rate, ms."""
        repair = self.rtt_ms if self.loss >= 0.01 else 0.0
        return (Bar("p50", "≤", 240 + repair), Bar("p95", "≤", 310 + 2 * repair))

    def exact_less(self, milliseconds: float, size: int) -> float:
        """What of a still's time counts against `exact`: without the way there and back and what its bytes may take."""
        return milliseconds - self.rtt_ms - 1.3 * 8 * size / self.down_kbit


GOOD = Case(
    "good", 20_000, 5_000, 30, 0.0, psnr=38, drag_rate=25, wheel_rate=18, first_picture_s=0.55, first_picture_p95_s=1.0,
)  # fmt: skip
HOME = Case(
    "home", 5_000, 1_000, 60, 0.002, psnr=36, drag_rate=25, wheel_rate=18, first_picture_s=0.95, first_picture_p95_s=1.3,
)  # fmt: skip
POOR = Case(
    "poor", 1_500, 500, 120, 0.01, psnr=32, drag_rate=20, wheel_rate=18, first_picture_s=1.9, first_picture_p95_s=2.5,
)  # fmt: skip
BAD = Case(
    "bad", 750, 250, 250, 0.02, psnr=30, drag_rate=12, wheel_rate=12, first_picture_s=4.0, first_picture_p95_s=4.5,
    step_p50_ms=None, step_p95_ms=200,
)  # fmt: skip
CASES = (GOOD, HOME, POOR, BAD)
LINK_QUEUE_MS = 60.0
SHARE_USED, PSNR_ENOUGH = 0.70, 42.0
BYTES_BEFORE_KB, PAGE_KB = 60.0, 110.0
