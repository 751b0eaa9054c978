"""What marks say: lengths from trusted geometry only, values from stored pixels only (never from the picture)."""

from __future__ import annotations

import math

from streamer.viewer.context import Context
from streamer.viewer.geometry import inside_volume, world_to_index, world_to_pixel
from streamer.viewer.stack import Stack
from streamer.viewer.state import ViewportState
from streamer.viewer.ultrasound_region import region_length
from streamer.viewer.vector import Vec3, length, subtract

NOT_LOADED = "not loaded"
INCOMPLETE = "not complete"
OUTSIDE = ""

_CALIBRATED = {
    "fiducial": ", calibrated by fiducial",
    "geometry": ", calibrated by geometry",
    "calibrated": ", calibrated, not said how",
}
_MINUS = "\u2212"


def length_text(stack: Stack, frame: int | None, start: Vec3, end: Vec3) -> str:
    """The distance of two points in the plane of a frame (None: of a plane through the volume).

    In mm where the geometry may be believed, "at detector" where the spacing is the detector's, "calibrated" and how where it is;
    of ultrasound within one region, by that region's scale; else in pixels.
    """
    if frame is not None and stack.terms_at(frame).regions:
        first, last = (world_to_pixel(stack, frame, point) for point in (start, end))
        size_in_region = region_length(stack.terms_at(frame).regions, first, last)
        if size_in_region is None:
            return f"{math.hypot(last[0] - first[0], last[1] - first[1]):.1f} px"
        return f"{size_in_region:.1f} mm"
    own = None if frame is None else stack.terms_at(frame).pixel_spacing
    if stack.geometry.calibrated:
        if frame is not None and own is not None:
            (i0, j0), (i1, j1) = (world_to_pixel(stack, frame, point) for point in (start, end))
            size = math.hypot((i1 - i0) * own[1], (j1 - j0) * own[0])
        else:
            size = length(subtract(end, start))
        return f"{size:.1f} mm{_source(stack)}"
    if frame is None:
        return ""
    (i0, j0), (i1, j1) = (world_to_pixel(stack, frame, point) for point in (start, end))
    return f"{math.hypot(i1 - i0, j1 - j0):.1f} px"


def _source(stack: Stack) -> str:
    """Where the millimetres of an image come from, where they are not those of slices."""
    if stack.geometry.at_detector:
        return " at detector"
    return _CALIBRATED.get(stack.geometry.calibration, "")


def measurable(context: Context, viewport: ViewportState, frame: int | None, points: tuple[Vec3, ...]) -> str:
    """Whether points of a frame (None: of a plane through the volume) lie in it and its pixels are there: what stands against it.

    OUTSIDE, NOT_LOADED or INCOMPLETE; else "yes". Both are convex: between points inside there is nothing outside.
    """
    stack = context.stack_of(viewport)
    if stack is None:
        return OUTSIDE
    if frame is None:
        if not all(inside_volume(stack, point) for point in points):
            return OUTSIDE
        return "yes" if context.values.is_complete(viewport.stack) else INCOMPLETE
    for point in points:
        column, row = world_to_pixel(stack, frame, point)
        if not (-0.5 <= column <= stack.columns - 0.5 and -0.5 <= row <= stack.rows - 0.5):
            return OUTSIDE
        nearest = (
            min(math.floor(column + 0.5), stack.columns - 1),
            min(math.floor(row + 0.5), stack.rows - 1),
        )
        if context.values.value_at(viewport.stack, frame, *map(float, nearest)) is None:
            return NOT_LOADED
    return "yes"


def value_text(context: Context, viewport: ViewportState, frame: int | None, point: Vec3) -> str:
    """The stored value at the pixel centre nearest to a point, with its unit: "−41 HU".

    OUTSIDE where there is no pixel, NOT_LOADED where it has not come yet. `frame` is None for a plane through the volume.
    """
    stack = context.stack_of(viewport)
    if stack is None:
        return OUTSIDE
    if frame is None:
        i, j, k = world_to_index(stack, point)
    else:
        i, j = world_to_pixel(stack, frame, point)
        k = float(frame)
    sizes = (stack.columns, stack.rows, len(stack.frames))
    nearest = [math.floor(at + 0.5) for at in (i, j, k)]
    if not all(0 <= at < size for at, size in zip(nearest, sizes, strict=True)):
        return OUTSIDE
    value = context.values.value_at(viewport.stack, nearest[2], float(nearest[0]), float(nearest[1]))
    if value is None:
        return NOT_LOADED
    if isinstance(value, tuple):
        named = zip("RGB", value, strict=False)
        return " ".join(f"{name} {number(part)}" for name, part in named)
    return f"{number(value)} {stack.terms_at(nearest[2]).units}".rstrip()


def number(value: float) -> str:
    """A value as text: whole numbers as such, others with what digits are worth reading."""
    if not math.isfinite(value):
        return "not a number"
    size = abs(value)
    if value == int(value) or size >= 1000.0:
        text = f"{size:.0f}"
    elif size >= 10.0:
        text = f"{size:.1f}"
    else:
        text = f"{size:.3f}" if size >= 0.001 else f"{size:.2e}"
    return f"{_MINUS}{text}" if value < 0.0 and any(digit in text for digit in "123456789") else text
