"""From a bit rate to pictures: how many a second, how many bits each, and how coarse. Pure."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from streamer.transport.encoder_yield import AFTER_A_REST, EncoderYield

MOST_BITS_A_PIXEL = 0.22
"""A moving picture that has more is not seen to be better: about 42 dB on a noisy CT."""
START_SECONDS = 0.0175
"""The first picture of a movement takes the link no longer than this: it is waited for, and the next one follows at once."""
START_BITS_A_PIXEL = 0.16
"""No better than that either: its bits are still to be packed, sent and decoded."""
LEAST_START_BITS_A_PIXEL, LEAST_START_SECONDS = 0.02, 0.05
"""But it must be worth looking at, even where that takes a thin link this long."""

_CADENCE = (  # bit rate of the pictures, pictures a second: first enough bits for each, then more of them
    (130_000.0, 12.5),
    (280_000.0, 14.5),
    (500_000.0, 17.5),
    (800_000.0, 24.0),
    (1_200_000.0, 25.0),
    (2_700_000.0, 28.0),
    (4_500_000.0, 32.0),
    (7_200_000.0, 40.0),
    (12_600_000.0, 60.0),
)
_SCALES = ((1.0, 0.013), (0.75, 0.008), (0.5, 0.0))
"""Scale, and the bits per pixel it needs: few, because a change of size costs a key frame at both ends of a movement."""
_HYSTERESIS = 1.15
_FINER_SECONDS = 2.0
_REST_SECONDS, _REST_INTERVALS = 0.12, 3.0
_GAP_GAIN, _GAP_GAIN_DOWN = 0.15, 0.4
"""Pictures that come faster are smaller soon; a single one that came late, and the next one sooner for it, says little."""
_LEAST_GAP = 1 / 60


@dataclass(frozen=True, slots=True)
class FrameBudget:
    """The next picture: bits, seconds since the last one, and internal scale (1, 0.75 or 0.5)."""

    bits: int
    interval: float
    scale: float


class PictureBudgets:
    """The budgets of one stream of pictures: what the last ones were, and what the encoder made of them, counts."""

    def __init__(self) -> None:
        self._yield = EncoderYield()
        self._first_yield = EncoderYield(AFTER_A_REST)
        self._rest_seconds = _REST_SECONDS
        self._scale = 1.0
        self._scaled_at = -1e9
        self._moved_at = -1e9
        self._gap = 0.0

    def next(
        self, now: float, bit_rate: float, pixels: int, *, link_rate: float | None, lossy: bool
    ) -> FrameBudget:
        """For the next picture, of a stream of `bit_rate`; the first one of a movement leaves at `link_rate` (None = not known).

        A finer scale comes only when a movement starts, or after two seconds of one: it costs a key frame. On a `lossy` link no
        picture becomes larger because they come seldom: each packet is one more that can be lost.
        """
        budget = frame_budget(bit_rate, pixels, self._scale, gap=0.0 if lossy else self._gap)
        self._rest_seconds = max(_REST_SECONDS, _REST_INTERVALS * budget.interval)
        rests = now - self._moved_at > self._rest_seconds
        scale = budget.scale
        if scale > self._scale and not rests and now - self._scaled_at < _FINER_SECONDS:
            scale = self._scale
        if scale != self._scale:
            self._scale, self._scaled_at = scale, now
        bits = float(budget.bits)
        if rests and link_rate is not None:
            bits = min(bits, first_bits(link_rate, int(pixels * scale**2)))
        learnt = self._first_yield if rests else self._yield
        return FrameBudget(int(learnt.asked(bits)), budget.interval, scale)

    def sent(self, now: float, size: int, asked_bits: int | None) -> None:
        """A picture of `size` bytes left, for which so many bits were asked (None = not known)."""
        gap = now - self._moved_at
        if asked_bits is not None:
            (self._first_yield if gap > self._rest_seconds else self._yield).learn(asked_bits, size)
        if 0.0 < gap < _REST_SECONDS:
            gain = _GAP_GAIN if gap > self._gap else _GAP_GAIN_DOWN
            self._gap += gain * (max(gap, _LEAST_GAP) - self._gap)
        self._moved_at = now


def frame_budget(bit_rate: float, pixels: int, scale: float, *, gap: float = 0.0) -> FrameBudget:
    """What `bit_rate`, of which nothing else is taken, allows for pictures of `pixels`.

    `scale` is the one in use, kept until another is clearly better. Where pictures come less often than they may, every `gap`
    seconds, each may be up to half as large again.
    """
    interval = 1.0 / frames_per_second(bit_rate)
    bits = bit_rate * min(max(gap, interval), 1.5 * interval)
    return FrameBudget(
        int(min(bits, MOST_BITS_A_PIXEL * pixels)), interval, _scale(bits / max(pixels, 1), scale)
    )


def first_bits(bit_rate: float, pixels: int) -> float:
    """What the first picture of a movement, of so many coded pixels, has on a link of `bit_rate`."""
    least = min(LEAST_START_BITS_A_PIXEL * pixels, bit_rate * LEAST_START_SECONDS)
    return min(max(bit_rate * START_SECONDS, least), START_BITS_A_PIXEL * pixels)


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
