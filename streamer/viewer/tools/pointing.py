"""What a position on the picture means in the patient, on the glass as it was seen."""

from __future__ import annotations

import math
from dataclasses import dataclass

from streamer.viewer.context import Context
from streamer.viewer.hand import MOUSE
from streamer.viewer.layout import Rect
from streamer.viewer.mark_sight import is_seen
from streamer.viewer.marks import Mark, Marks
from streamer.viewer.planar import PlanarView, canvas_to_world, image_shown, planar_view, world_to_canvas
from streamer.viewer.stack import Stack
from streamer.viewer.state import ViewportState, ViewState
from streamer.viewer.vector import Vec3

_HANDLE_MOUSE, _HANDLE_TOUCH = 8.0, 22.0
"""How near to a handle the hand takes hold of it, CSS pixels."""


@dataclass(frozen=True, slots=True)
class Target:
    """A point of a planar viewport, with what is seen there."""

    viewport: ViewportState
    stack: Stack
    rect: Rect
    view: PlanarView
    image: int
    point: Vec3


def pointed_at(context: Context, seen: ViewState, index: int, x: float, y: float) -> Target | None:
    """What is at (x, y) of viewport `index`, at the nearest point of the viewport where it lies outside; None: no plane there."""
    viewport = seen.viewports[index]
    stack = context.stack_of(viewport)
    if stack is None or viewport.kind not in ("stack", "mpr"):
        return None
    rect = context.rects(seen)[index]
    x = min(max(x, rect.x), rect.x + rect.width)
    y = min(max(y, rect.y), rect.y + rect.height)
    view = planar_view(viewport, stack, rect, seen.cross_hair)
    image = image_shown(viewport, stack, seen.cross_hair)
    return Target(viewport, stack, rect, view, image, canvas_to_world(view, rect, x, y))


def handle_at(
    context: Context, marks: Marks, target: Target, kind: str, x: float, y: float, pointer: int
) -> tuple[Mark, int, tuple[float, float]] | None:
    """The nearest handle of a seen mark within reach, with the hand's offset from it; of those equally near the last."""
    reach = (_HANDLE_MOUSE if pointer == MOUSE else _HANDLE_TOUCH) * context.device_pixel_ratio
    best: tuple[Mark, int, tuple[float, float]] | None = None
    for mark in reversed(marks.items):
        if mark.kind != kind or not is_seen(mark, target.stack, target.viewport, target.view):
            continue
        for handle, point in reversed(tuple(enumerate(mark.points))):
            at_x, at_y = world_to_canvas(target.view, target.rect, point)
            distance = math.hypot(x - at_x, y - at_y)
            if distance < reach or (best is None and distance == reach):
                best, reach = (mark, handle, (x - at_x, y - at_y)), distance
    return best
