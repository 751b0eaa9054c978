"""A small picture of a frame, for the strip of series."""

from __future__ import annotations

from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from streamer.ipc.volume_cache import Percentiles
from streamer.viewer.stack import Stack

SIDE = 112


def thumbnail(frame: NDArray[Any], stack: Stack, statistics: Percentiles | None) -> bytes:
    """A PNG of at most SIDE × SIDE pixels with the pixels' true aspect, windowed by the file's first window or percentiles."""
    rows, columns = _size(stack)
    picture = _averaged(frame, rows, columns)
    if stack.pixels.samples == 1:
        picture = _windowed(picture * stack.pixels.slope + stack.pixels.intercept, stack, statistics)
    return bytes(imagecodecs.png_encode(np.ascontiguousarray(np.rint(picture).astype(np.uint8)), level=6))


def _size(stack: Stack) -> tuple[int, int]:
    height = stack.rows * stack.geometry.pixel_spacing[0]
    width = stack.columns * stack.geometry.pixel_spacing[1]
    scale = SIDE / max(height, width)
    return max(1, min(SIDE, round(height * scale))), max(1, min(SIDE, round(width * scale)))


def _averaged(frame: NDArray[Any], rows: int, columns: int) -> NDArray[Any]:
    """Means over the area of each small pixel; nearest where the frame is smaller than the thumbnail."""
    for axis, size in ((0, rows), (1, columns)):
        length = frame.shape[axis]
        edges = (np.arange(size + 1) * length) // size
        if length >= size:
            sums = np.add.reduceat(frame.astype(np.float64), edges[:-1], axis=axis)
            shape = [1] * frame.ndim
            shape[axis] = size
            frame = sums / np.diff(edges).reshape(shape)
        else:
            frame = np.take(
                frame,
                np.minimum(((np.arange(size) + 0.5) * length / size).astype(int), length - 1),
                axis=axis,
            )
    return frame.astype(np.float64)


def _windowed(values: NDArray[Any], stack: Stack, statistics: Percentiles | None) -> NDArray[Any]:
    if stack.windows:
        low = stack.windows[0].center - stack.windows[0].width / 2
        high = low + stack.windows[0].width
    elif statistics is not None:
        low, high = statistics.low, statistics.high
    else:
        low, high = 0.0, 1.0
    grey = np.clip((values - low) / max(high - low, 1e-9), 0.0, 1.0) * 255.0
    return 255.0 - grey if stack.pixels.inverted else grey
