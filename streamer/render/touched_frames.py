"""Which frames of a stack a picture is made of."""

from __future__ import annotations

import math

import numpy as np

from streamer.viewer.geometry import volume_affine
from streamer.viewer.layout import Rect
from streamer.viewer.planar import image_shown, planar_view
from streamer.viewer.stack import Stack
from streamer.viewer.state import ViewportState
from streamer.viewer.vector import Vec3

SUPPORT = {"nearest": (0, 1), "linear": (0, 1), "cubic": (-1, 2)}
"""Frames around the one below a point that its value may come from."""


def touched_frames(
    viewport: ViewportState, stack: Stack, rect: Rect, cross_hair: Vec3 | None, interpolation: str
) -> range:
    """The frames that a viewport's pixels may come from: one of a stack, some of planes, all of a volume."""
    every = range(len(stack.frames))
    if viewport.kind == "stack":
        shown = image_shown(viewport, stack, None)
        return range(shown, shown + 1)
    if viewport.kind != "mpr" or not stack.geometry.volumetric:
        return every
    view = planar_view(viewport, stack, rect, cross_hair)
    if view.frame is not None:
        return range(view.frame, view.frame + 1)
    to_index = np.linalg.inv(volume_affine(stack))
    across, down = (float(to_index[2, :3] @ np.asarray(way)) for way in (view.right, view.down))
    start = float(to_index[2, :3] @ np.asarray(view.origin) + to_index[2, 3])
    # A pixel's value may be a mean over its whole area, half a pixel to each side.
    half = (abs(across) + abs(down)) / 2
    ends = [start + x * across + y * down for x in (0, rect.width - 1) for y in (0, rect.height - 1)]
    before, after = SUPPORT[interpolation]
    first = math.floor(min(ends) - half + 1e-6) + before
    last = math.floor(max(ends) + half + 1e-6) + after
    return range(max(0, min(first, len(every) - 1)), min(len(every), max(last, 0) + 1))
