"""Frames shown smaller than they are: averaged over whole blocks of pixels first, so that fine patterns do not alias."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np

from streamer.render.mapped_stack import MappedStack

KEPT_BYTES = 64 * 1024 * 1024


class MinifiedFrames:
    """The averaged frames made last, so that windowing does not average again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[MappedStack, int, int, int], np.ndarray[Any, Any]] = OrderedDict()
        self._bytes = 0

    def frame(self, stack: MappedStack, number: int, across: int, down: int) -> np.ndarray[Any, Any]:
        """A present frame as [1, rows / down, columns / across]: float of stored values, or uint8 RGB."""
        key = (stack, number, across, down)
        known = self._kept.get(key)
        if known is None:
            known = self._kept[key] = block_mean(stack.voxels[number], across, down)[None]
            self._bytes += known.nbytes
            while self._bytes > KEPT_BYTES and len(self._kept) > 1:
                self._bytes -= self._kept.popitem(last=False)[1].nbytes
        self._kept.move_to_end(key)
        return known

    def forget(self) -> None:
        """Lets go of all frames."""
        self._kept.clear()
        self._bytes = 0


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
    """Means over blocks of [rows, columns] or [rows, columns, 3]; the edge is repeated into the last block."""
    rows, columns = frame.shape[:2]
    rest = ((0, -rows % down), (0, -columns % across), (0, 0))[: frame.ndim]
    padded = np.pad(frame, rest, mode="edge") if any(after for _, after in rest) else frame
    wide = np.float64 if frame.dtype == np.int32 else np.float32
    total = np.zeros(padded[::down, ::across].shape, wide)
    for y in range(down):
        for x in range(across):
            total += padded[y::down, x::across]
    total /= across * down
    return np.rint(total).astype(np.uint8) if frame.ndim == 3 else total
