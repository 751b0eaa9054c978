"""When something that was disturbed is well again, and how much came meanwhile. Pure; times in seconds of `time.monotonic`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from scripts.benchmark.links.counted import Drawn
from scripts.benchmark.motion import AGE_STEP_MS, Motion
from scripts.thin_link import Packet
from scripts.thin_link.passed import bytes_between

WINDOW, STEP = 1.0, 0.25
"""Rates are looked at over the last second, four times a second."""

Samples = Sequence[tuple[float, bool]]


def well_again(samples: Samples, since: float, hold: float) -> float | None:
    """Seconds from `since` until the samples are good and stay so for `hold` seconds; None where they never are.

    `samples` are (time, good), in order.
    """
    start: float | None = None
    for t, good in samples:
        if t < since:
            continue
        if not good:
            start = None
        elif start is None:
            start = t
        if start is not None and t - start >= hold:
            return start - since
    return None


def ages_below(motion: Motion, most: float, clock: float) -> list[tuple[float, bool]]:
    """Every 5 ms whether the newest picture is at most `most` ms old; `clock` added to the page's seconds gives the time."""
    start = motion.first / 1000 + clock
    return [(start + n * AGE_STEP_MS / 1000, age <= most) for n, age in enumerate(motion.ages())]


def rate_at(packets: Sequence[Packet], end: float, protocol: int = 0) -> float:
    """kbit/s over the second before `end`."""
    return bytes_between(packets, end - WINDOW, end, protocol) * 8 / 1000 / WINDOW


def windows(start: float, end: float) -> list[float]:
    """The ends of the windows that are looked at."""
    count = int((end - start) / STEP)
    return [start + n * STEP for n in range(1, count + 1)]


def longest_freeze(drawn: Iterable[Drawn], start: float, end: float) -> float:
    """The longest time in ms without a picture of a new revision between two moments of the page's clock, ms."""
    times, newest = [start], -1
    for t, info in drawn:
        if info["revision"] > newest:
            newest = info["revision"]
            if start <= t <= end:
                times.append(t)
    times.append(end)
    return max(later - earlier for earlier, later in pairwise(times))


def most_within(samples: Sequence[tuple[float, int]], seconds: float) -> int:
    """The most by which a count grew within `seconds`; `samples` are (time, count so far), in order."""
    most = 0
    for n, (end, count) in enumerate(samples):
        before = [earlier for t, earlier in samples[: n + 1] if t >= end - seconds]
        most = max(most, count - before[0])
    return most
