"""What pages measured lately, for the host's report: medians over its readers, with nothing of whom or what they read."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from signaling.protocol.control import PageMeasures

FRESH_SECONDS = 12.0
"""Pages speak every 5 s while something moves; what is older is of a page at rest."""
MOST_MS = 60_000.0


@dataclass(frozen=True, slots=True)
class PageFigures:
    """One page's last word; `at` is when it came."""

    measures: PageMeasures
    at: float


def median_of(
    figures: Iterable[PageFigures | None], now: float, value: Callable[[PageMeasures], float], most: float
) -> float:
    """Over the pages that spoke lately and measured it; 0 when none did. Numbers beyond reason are cut."""
    fresh = [f.measures for f in figures if f is not None and now - f.at < FRESH_SECONDS]
    values = [value(measures) for measures in fresh]
    sane = [min(most, v) for v in values if math.isfinite(v) and v > 0.0]
    return statistics.median(sane) if sane else 0.0
