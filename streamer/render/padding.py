"""Which values are padding (PS3.3 C.7.5.1.1.2): each frame's own, also where a plane goes through many of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from streamer.viewer.stack import Stack

Ends = tuple[Any, Any]
"""Lowest and highest padding value of the cache: two numbers, or two arrays over the output pixels."""


def padding_of(
    stack: Stack, frame: int | None, axes: np.ndarray[Any, Any], rows: int, columns: int
) -> Ends | None:
    """Of a frame, or (None) of whichever frame is nearest at each output pixel [rows, columns] of a plane; None: no padding.

    `axes` is (i, j, k) from output pixel (x, y).
    """
    if frame is not None:
        return stack.terms_at(frame).padding
    padded = [terms.padding for terms in stack.terms]
    if not any(padded):
        return None
    # Ends that no value lies between where a frame has no padding.
    table = np.array([ends or (np.inf, -np.inf) for ends in padded])
    if not stack.terms_of:
        return padded[0]
    place = axes[2, 0] * np.arange(columns)[None, :] + axes[2, 1] * np.arange(rows)[:, None] + axes[2, 3]
    nearest = np.clip(np.floor(place + 0.5), 0, len(stack.frames) - 1).astype(np.intp)
    ends = table[np.asarray(stack.terms_of, np.intp)[nearest]]
    return ends[..., 0], ends[..., 1]
