"""From a bit rate to pictures: how many a second, how many bits each, and how coarse. Pure."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

VIDEO_SHARE = 0.9
"""Of the rate; the rest is for repeats, the frames channel and reports."""

_CADENCE = (
    (150_000.0, 12.0),
    (400_000.0, 15.0),
    (1_000_000.0, 21.0),
    (1_300_000.0, 23.0),
    (3_000_000.0, 27.0),
    (5_000_000.0, 32.0),
    (8_000_000.0, 45.0),
    (12_000_000.0, 60.0),
)
_SCALES = ((1.0, 0.035), (0.75, 0.02), (0.5, 0.0))
"""Scale, and the bits per pixel it needs: few, because a change of size costs a key frame at both ends of a movement."""
_HYSTERESIS = 1.15


@dataclass(frozen=True, slots=True)
class FrameBudget:
    """The next picture: bits, seconds since the last one, and internal scale (1, 0.75 or 0.5)."""

    bits: int
    interval: float
    scale: float


def frame_budget(bit_rate: float, pixels: int, scale: float) -> FrameBudget:
    """What `bit_rate` allows for pictures of `pixels`; `scale` is the one in use, kept until another is clearly better."""
    rate = frames_per_second(bit_rate)
    bits = bit_rate * VIDEO_SHARE / rate
    return FrameBudget(int(bits), 1.0 / rate, _scale(bits / max(pixels, 1), scale))


def frames_per_second(bit_rate: float) -> float:
    """12 to 60 pictures a second, linear between the entries of the table."""
    position = bisect_right(_CADENCE, (bit_rate, 0.0))
    if position == 0:
        return _CADENCE[0][1]
    if position == len(_CADENCE):
        return _CADENCE[-1][1]
    (low, low_rate), (high, high_rate) = _CADENCE[position - 1], _CADENCE[position]
    return low_rate + (high_rate - low_rate) * (bit_rate - low) / (high - low)


def _scale(bits_per_pixel: float, current: float) -> float:
    for scale, least in _SCALES:
        if bits_per_pixel >= least * (_HYSTERESIS if scale > current else 1.0):
            return scale
    return _SCALES[-1][0]
