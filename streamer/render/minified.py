"""Frames shown smaller than they are: means over what each output pixel covers, so that nothing aliases and nothing vanishes.

In two steps: over whole blocks of pixels, which is kept while the view is moved or windowed; then over what is left, a factor
below 2, on the output's own grid.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from streamer.render.area_mean import Values, resample, taps
from streamer.render.mapped_stack import MappedStack
from streamer.render.padding import PaddingValues

KEPT_BYTES = 64 * 1024 * 1024
NO_SHARE = 1e-6
"""Of an output pixel: so little is a rounding."""
_ALL, _UNPADDED, _SHARE = range(3)
_Key = tuple[MappedStack, int, int, int, int, int]


class MinifiedFrames:
    """The averaged frames made last, so that windowing does not average again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, Values] = OrderedDict()
        self._bytes = 0

    def frame(self, stack: MappedStack, number: int, across: int, down: int) -> np.ndarray[Any, Any]:
        """A present frame as [rows / down, columns / across] (or × 3): as it is stored, else float of stored values."""
        if (across, down) == (1, 1):
            return stack.voxels[number]
        key = (stack, number, stack.presence(number), across, down, _ALL)
        return self._known(key, lambda: block_mean(stack.voxels[number], across, down))

    def unpadded(
        self, stack: MappedStack, number: int, across: int, down: int, padding: PaddingValues
    ) -> tuple[Values, Values]:
        """A present frame as in `frame`, with 0 for padding, and which share of each pixel is none: their ratio is the mean."""

        def share() -> Values:
            return block_mean((~padding.among(stack.voxels[number], number)).astype(np.uint8), across, down)

        def unpadded() -> Values:
            pixels = stack.voxels[number]
            return block_mean(
                np.where(padding.among(pixels, number), pixels.dtype.type(0), pixels), across, down
            )

        key = stack, number, stack.presence(number), across, down
        return self._known((*key, _UNPADDED), unpadded), self._known((*key, _SHARE), share)

    def _known(self, key: _Key, make: Callable[[], Values]) -> Values:
        known = self._kept.get(key)
        if known is None:
            known = self._kept[key] = make()
            self._bytes += known.nbytes
            while self._bytes > KEPT_BYTES and len(self._kept) > 1:
                self._bytes -= self._kept.popitem(last=False)[1].nbytes
        self._kept.move_to_end(key)
        return known

    def sample(
        self,
        stack: MappedStack,
        number: int,
        axes: Values,
        part: tuple[slice, slice],
        mode: str,
        padding: PaddingValues | None = None,
    ) -> tuple[Values, Values]:
        """Values of a present frame at the output pixels of `part` (rows, columns), and which of them lie in the image.

        float [rows, columns] of stored values, or float RGB × 3; `axes` is as of `Reslicer.sample`, along rows and columns. With
        `padding` they are means of what is no padding, and where there is nothing else they count as not in the image.
        """
        across, down = blocks_of(axes)
        rows, columns = stack.description.rows, stack.description.columns
        smaller = minified_axes(axes, across, down)
        is_turned = abs(smaller[0, 0]) < abs(smaller[0, 1])
        outputs = part if is_turned else (part[1], part[0])
        ways = []
        for axis, along, extent in ((0, outputs[0], columns / across), (1, outputs[1], rows / down)):
            step = smaller[axis, int(is_turned) if axis == 0 else int(not is_turned)]
            ways.append(taps(step, smaller[axis, 3], along, extent, nearest=mode == "nearest"))
        inside = ways[1].inside[:, None] & ways[0].inside[None, :]
        if padding is None:
            values = resample(self.frame(stack, number, across, down), ways[1], ways[0])
        else:
            frame, shares = self.unpadded(stack, number, across, down, padding)
            share = resample(shares, ways[1], ways[0])
            inside &= share > NO_SHARE
            values = resample(frame, ways[1], ways[0]) / np.where(inside, share, 1)
        if is_turned:
            return np.ascontiguousarray(values.swapaxes(0, 1)), inside.T
        return values, inside

    def forget(self) -> None:
        """Lets go of all frames."""
        self._kept.clear()
        self._bytes = 0


def is_reduced(axes: Values) -> bool:
    """Whether fewer output pixels are drawn than the frame has, in some direction; (i, j, k) from (x, y) is `axes`.

    Only of views along the frame's rows and columns, flipped and turned as may be; a frame's always are.
    """
    steps = np.abs(axes[:2, :2])
    lies_along = np.count_nonzero(steps) == 2 and steps[0].any() and steps[1].any() and steps[:, 0].any()
    return bool(lies_along and steps.max() > 1.0 + 1e-6)


def samples_of(axes: Values) -> tuple[int, int]:
    """Into how many points an output pixel (across, down) of any plane is to be divided so that they lie no voxel apart."""
    across, down = (int(np.ceil(np.abs(axes[:3, along]).max() - 1e-6)) for along in (0, 1))
    return max(across, 1), max(down, 1)


def subsamples(axes: Values, samples: tuple[int, int]) -> Iterator[Values]:
    """The maps to those points, one for each of an output pixel."""
    across, down = samples
    for y in range(down):
        for x in range(across):
            shifted = axes.copy()
            shifted[:, 3] += axes[:, 0] * ((x + 0.5) / across - 0.5) + axes[:, 1] * ((y + 0.5) / down - 0.5)
            yield shifted


def blocks_of(axes: np.ndarray[Any, Any]) -> tuple[int, int]:
    """How many image pixels (across, down) fall into an output pixel, whole ones; (i, j, k) from (x, y) is `axes`."""
    across, down = (int(max(abs(axes[row, 0]), abs(axes[row, 1])) + 1e-6) for row in (0, 1))
    return max(across, 1), max(down, 1)


def minified_axes(axes: np.ndarray[Any, Any], across: int, down: int) -> np.ndarray[Any, Any]:
    """The same map for the averaged frame: block n covers pixels n × size … n × size + size − 1."""
    smaller = axes.copy()
    for row, size in ((0, across), (1, down)):
        smaller[row] /= size
        smaller[row, 3] -= (size - 1) / (2 * size)
    return smaller


def block_mean(frame: np.ndarray[Any, Any], across: int, down: int) -> np.ndarray[Any, Any]:
    """Means over blocks of [rows, columns] or [rows, columns, 3]; the last block may be a part of one."""
    rows, columns = frame.shape[:2]
    rest = ((0, -rows % down), (0, -columns % across), (0, 0))[: frame.ndim]
    padded = np.pad(frame, rest) if any(after for _, after in rest) else frame
    wide = np.float64 if frame.dtype in (np.int32, np.float64) else np.float32
    total = np.zeros(padded[::down, ::across].shape, wide)
    for y in range(down):
        for x in range(across):
            total += padded[y::down, x::across]
    high = np.minimum(down, rows - np.arange(0, rows, down))
    broad = np.minimum(across, columns - np.arange(0, columns, across))
    total /= (high[:, None] * broad).astype(wide).reshape(*total.shape[:2], *(1,) * (frame.ndim - 2))
    return total
