"""A small picture of a frame, for the strip of series."""

from __future__ import annotations

from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from streamer.ipc.volume_cache import Percentiles
from streamer.viewer.stack import Stack
from streamer.viewer.state import ViewportState
from streamer.viewer.voi import Statistics, apply
from streamer.viewer.windowing import opening_voi

SIDE = 112


def thumbnail(frame: NDArray[Any], number: int, stack: Stack, statistics: Percentiles | None) -> bytes:
    """A PNG of at most SIDE × SIDE pixels of frame `number` with the pixels' true aspect, in the window it opens with.

    Its own padding is black, as in the picture.
    """
    rows, columns = _size(stack)
    if stack.pixels.samples == 1:
        padding = stack.terms_at(number).padding
        padded = np.zeros(frame.shape, bool)
        if padding is not None:
            padded = (frame >= padding[0]) & (frame <= padding[1])
        share = _averaged(padded.astype(np.float64), rows, columns)
        # Means over what is no padding; a small pixel that is mostly padding is black.
        sums = _averaged(np.where(padded, 0, frame), rows, columns)
        values = sums / np.maximum(1.0 - share, 1e-9) * stack.pixels.slope + stack.pixels.intercept
        picture = np.where(share > 0.5, 0.0, _windowed(values, number, stack, statistics))
    else:
        picture = _averaged(frame, rows, columns)
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


def _windowed(
    values: NDArray[Any], number: int, stack: Stack, statistics: Percentiles | None
) -> NDArray[Any]:
    known = None
    if statistics is not None:
        known = Statistics(
            statistics.low, statistics.high, statistics.minimum, statistics.maximum, statistics.complete
        )
    voi = opening_voi(ViewportState(kind="stack", stack=0, image=number), stack, known)
    return apply(values, voi, stack.pixels.inverted).astype(np.float64)
