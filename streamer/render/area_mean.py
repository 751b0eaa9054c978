"""A frame along its own rows and columns, axis by axis: means over what an output pixel covers where it covers more than one.

Elementwise arithmetic in a fixed order only, so that every machine computes the same bytes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Values = np.ndarray[Any, Any]
_CACHED_BYTES = 512 * 1024


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
    columns = _Passes(across.source - first, across.weight.astype(wide), 1)
    rows = _Passes(down.source, down.weight.astype(wide), 0)
    outputs = np.empty((rows.count, columns.count, *frame.shape[2:]), wide)
    # So many rows at once that what is between the axes stays in the processor's cache.
    step = max(1, _CACHED_BYTES // ((last + 1 - first) * outputs[:1, :1].nbytes))
    for start in range(0, rows.count, step):
        part = slice(start, start + step)
        columns.apply(rows.apply(frame[:, first : last + 1], part), slice(None), outputs[part])
    return outputs


class _Passes:
    """The taps of one axis, ready to be applied to some of its outputs."""

    def __init__(self, source: Values, weight: Values, axis: int) -> None:
        self.count = source.shape[1]
        self._axis = axis
        self._wide = weight.dtype
        # A tap that only the outermost reach for is applied to them alone.
        few = [2 * np.count_nonzero(each) < self.count for each in weight]
        few[0] = False
        self._taps = [
            (index, each, np.flatnonzero(each) if sparse else None)
            for index, each, sparse in zip(source, weight, few, strict=True)
        ]

    def apply(self, values: Values, part: slice, out: Values | None = None) -> Values:
        """The outputs of `part`: tap after tap, in their order."""
        shape = [1] * values.ndim
        shape[self._axis] = -1
        total, product = out, None
        for number, (indices, weights, where) in enumerate(self._taps):
            index, weight = indices[part], weights[part].reshape(shape)
            if number == 0:
                total = np.multiply(_taken(values, index, self._axis), weight, out=total, dtype=self._wide)
            elif where is None:
                product = np.multiply(
                    _taken(values, index, self._axis), weight, out=product, dtype=self._wide
                )
                total += product
            else:
                start = part.start or 0
                used = where[(where >= start) & (where < start + len(index))] - start
                if used.size and total is not None:
                    chosen: tuple[Any, ...] = (used,) if self._axis == 0 else (slice(None), used)
                    total[chosen] += _taken(values, index[used], self._axis) * weights[part][used].reshape(
                        shape
                    )
        assert total is not None
        return total


def _taken(values: Values, index: Values, axis: int) -> Values:
    """`values` at `index`, without a copy where it is one run."""
    if index[-1] - index[0] == len(index) - 1 and (np.diff(index) == 1).all():
        run = slice(int(index[0]), int(index[-1]) + 1)
        return values[run] if axis == 0 else values[:, run]
    # take() would first copy all of a part of a frame.
    return values[index] if axis == 0 else values.take(index, axis)
