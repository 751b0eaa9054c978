"""A frame along its own rows and columns, axis by axis: means over what an output pixel covers where it covers more than one.

Elementwise arithmetic in a fixed order only, so that every machine computes the same bytes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Values = np.ndarray[Any, Any]


class Taps(NamedTuple):
    """Which source pixels an output pixel is made of: `source` and `weight` are [tap, output], weights add up to 1.

    `inside`: its centre lies in the image.
    """

    source: Values
    weight: Values
    inside: Values


def taps(step: float, origin: float, outputs: slice, extent: float, *, nearest: bool) -> Taps:
    """Of an axis: the centre of output pixel n lies at origin + n × step, in source pixels (0 = the first one's centre).

    `extent` is how many source pixels there are; the last one may be a part of one. Where |step| ≤ 1, nothing is reduced: the two
    neighbours, or the nearest one. Else the footprint of the output pixel, from the middle between it and its neighbours; the
    outermost reach to the image's edge, so that every source pixel is in some output pixel.
    """
    center = origin + step * np.arange(outputs.start, outputs.stop)
    count = int(np.ceil(extent - 1e-9))
    inside = (center >= -0.5) & (center <= extent - 0.5)
    width = abs(step)
    if width <= 1.0:
        at = np.clip(center, 0.0, count - 1)
        if nearest:
            first = np.floor(at + 0.5)
            return Taps(first.astype(np.intp)[None], np.ones((1, len(at))), inside)
        first = np.minimum(np.floor(at), max(count - 2, 0))
        index = np.stack([first, np.minimum(first + 1, count - 1)]).astype(np.intp)
        return Taps(index, np.stack([1.0 - (at - first), at - first]), inside)
    low = np.where(center - width < -0.5, -0.5, center - width / 2)
    high = np.where(center + width > extent - 0.5, extent - 0.5, center + width / 2)
    # Noise of 1e-16 would reach over into pixels that are not touched.
    low, high = np.round(np.clip(low, -0.5, extent - 0.5), 9), np.round(np.clip(high, -0.5, extent - 0.5), 9)
    first, beyond = np.floor(low + 0.5), np.ceil(high + 0.5)
    reach = max(1, int((beyond - first).max(initial=1)))
    place = first + np.arange(reach)[:, None]
    weight = np.clip(np.minimum(high, place + 0.5) - np.maximum(low, place - 0.5), 0.0, None)
    total = weight.sum(axis=0)
    weight[0, total <= 0.0] = 1.0
    return Taps(
        np.clip(place, 0, count - 1).astype(np.intp), weight / np.where(total > 0.0, total, 1.0), inside
    )


def resample(frame: Values, down: Taps, across: Taps) -> Values:
    """float [outputs down, outputs across] (or × 3) of [rows, columns] (or × 3), by the taps of each axis."""
    wide = np.float64 if frame.dtype in (np.int32, np.float64) else np.float32
    first, last = int(across.source.min()), int(across.source.max())
    rows = _weighted(frame[:, first : last + 1], down, 0, wide)
    return _weighted(rows, Taps(across.source - first, across.weight, across.inside), 1, wide)


def _weighted(values: Values, along: Taps, axis: int, wide: type[np.floating[Any]]) -> Values:
    shape = [1] * values.ndim
    shape[axis] = -1
    total: Values | None = None
    for index, weight in zip(along.source, along.weight.astype(wide), strict=True):
        used = weight != 0.0
        if total is None:
            total = values.take(index, axis) * weight.reshape(shape)
        elif 2 * np.count_nonzero(used) < len(used):
            # A tap that only the outermost reach for.
            where = (np.flatnonzero(used),) if axis == 0 else (slice(None), np.flatnonzero(used))
            total[where] += values.take(index[used], axis) * weight[used].reshape(shape)
        else:
            total += values.take(index, axis) * weight.reshape(shape)
    assert total is not None
    return total
