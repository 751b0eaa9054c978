"""What a run shows, in the terms in which the product is judged."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from tests.unit.transport.simulated.bottleneck import Bottleneck
from tests.unit.transport.simulated.reader import Reader

DISPLAY_SECONDS = 1 / 60


@dataclass(frozen=True)
class Measures:
    """Of the time from `since` to `until`."""

    pictures: float
    """Different ones a second; two within one display frame count once."""
    age_p95: float
    freeze: float
    queue_p95: float
    bit_rate: float
    picture_bytes: float


def measured(reader: Reader, down: Bottleneck, since: float, until: float) -> Measures:
    """Judges a stretch of time in which the hand moved."""
    shown = [(at, made, size) for at, made, size in reader.page.shown if since <= at < until]
    frames = {int(at / DISPLAY_SECONDS) for at, _, _ in shown}
    times = [since, *(at for at, _, _ in shown), until]
    sizes = [size for _, _, size in shown]
    return Measures(
        pictures=len(frames) / (until - since),
        age_p95=_age_p95(reader, since, until),
        freeze=max(b - a for a, b in itertools.pairwise(times)),
        queue_p95=down.wait_p95(since, until),
        bit_rate=sum(size for at, size in reader.sent if since <= at < until) * 8 / (until - since),
        picture_bytes=sum(sizes) / max(len(sizes), 1),
    )


def _age_p95(reader: Reader, since: float, until: float) -> float:
    ages, shown, newest = [], iter(reader.page.shown), 0.0
    upcoming = next(shown, None)
    for step in range(int(since / 0.005), int(until / 0.005)):
        now = step * 0.005
        while upcoming is not None and upcoming[0] <= now:
            newest = max(newest, upcoming[1])
            upcoming = next(shown, None)
        ages.append(now - newest)
    ages.sort()
    return ages[int(len(ages) * 0.95)]
