"""Where a mark is seen: there, and only there, it is drawn, hit and edited. web/viewer/mark_sight.js says the same.

- A mark of an image is seen on its image, and on no other image of a stack.
- Any mark is seen on planes parallel to its own that are nearer than half the way to the next one. Oblique ones never show it.
"""

from __future__ import annotations

from streamer.viewer.geometry import frame_step, normal
from streamer.viewer.image_marks import frame_of
from streamer.viewer.marks import Mark, Marks
from streamer.viewer.mpr import mpr_step
from streamer.viewer.planar import PlanarView
from streamer.viewer.stack import Stack
from streamer.viewer.state import ViewportState
from streamer.viewer.vector import dot, subtract

PARALLEL = 0.9999
"""Cosine above which planes count as parallel."""

TOLERANCE = 1e-3
"""mm: matrices reach the page as float32."""


def reach(mark: Mark, stack: Stack) -> float:
    """How far from its own plane a mark is seen on parallel ones, mm: half the way to the next."""
    if mark.plane:
        return mpr_step(stack, mark.plane) / 2.0
    return abs(dot(frame_step(stack), normal(stack))) / 2.0 if stack.geometry.volumetric else 0.0


def is_seen(mark: Mark, stack: Stack, viewport: ViewportState, view: PlanarView) -> bool:
    """Whether a planar viewport that shows `stack` so shows the mark."""
    if mark.stack_key != stack.key or viewport.kind not in ("stack", "mpr"):
        return False
    if not mark.plane and not mark.pixels:
        return False
    if not mark.plane and view.frame is not None:
        return frame_of(mark, stack) == view.frame
    if abs(dot(mark.normal, view.normal)) < PARALLEL:
        return False
    furthest = reach(mark, stack) + TOLERANCE
    return all(abs(dot(subtract(point, view.origin), view.normal)) <= furthest for point in mark.points)


def changed_mark(before: Marks, after: Marks) -> Mark | None:
    """The mark in which two documents differ, as it is in the later one where it is there; None where they don't."""
    then = {mark.mark: mark for mark in before.items}
    now = {mark.mark: mark for mark in after.items}
    for name in (*now, *then):
        if then.get(name) != now.get(name):
            return now.get(name) or then[name]
    return None
