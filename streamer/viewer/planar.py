"""Planar viewports: which point of the patient each pixel of a viewport shows, and back.

Canvas coordinates are continuous picture pixels: the centre of the picture's first pixel is (0.5, 0.5), as for pointers and SVG.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from streamer.viewer.geometry import (
    in_plane,
    normal,
    per_column,
    per_row,
    pixel_to_world,
    volume_center,
    volume_extent,
    voxel_spacing,
)
from streamer.viewer.layout import Rect
from streamer.viewer.mpr import STANDARD_PLANES, default_cross_hair, mpr_image, mpr_image_count
from streamer.viewer.pixel_grid import to_whole, whole_multiple
from streamer.viewer.stack import Stack
from streamer.viewer.state import ViewportState
from streamer.viewer.vector import Vec3, add, cross, dot, length, scale, subtract, unit

__all__ = [
    "PlanarView", "canvas_from_world", "canvas_to_world", "drawn_pan", "fitted_mm_per_pixel", "image_count", "image_shown",
    "is_minified", "magnification", "mm_per_pixel", "mpr_image", "mpr_image_count", "native_mm", "planar_view", "world_to_canvas",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlanarView:
    """What a planar viewport shows.

    `origin` is the world position of the CENTRE of the viewport's output pixel (0, 0); `right` and `down` are world steps per
    output pixel; `normal` is the unit normal towards increasing images; `frame` the stack's frame, None for mpr.
    """

    origin: Vec3
    right: Vec3
    down: Vec3
    normal: Vec3
    frame: int | None


def image_count(viewport: ViewportState, stack: Stack) -> int:
    """How many images a viewport can step through; 1 for a volume."""
    if viewport.kind == "mpr":
        return mpr_image_count(stack, viewport.plane)
    return len(stack.frames) if viewport.kind == "stack" else 1


def image_shown(viewport: ViewportState, stack: Stack, cross_hair: Vec3 | None) -> int:
    """The image (from 0) that a viewport shows."""
    if viewport.kind == "mpr":
        return mpr_image(stack, viewport.plane, cross_hair)
    return min(max(viewport.image, 0), len(stack.frames) - 1) if viewport.kind == "stack" else 0


def fitted_mm_per_pixel(viewport: ViewportState, stack: Stack, rect: Rect) -> float:
    """World mm per output pixel at zoom 1: the whole image is seen, pixel edges included."""
    across, down = _extent(viewport, stack)
    return max(across / max(rect.width, 1), down / max(rect.height, 1))


def mm_per_pixel(viewport: ViewportState, stack: Stack, rect: Rect) -> float:
    """World mm per output pixel."""
    return fitted_mm_per_pixel(viewport, stack, rect) / viewport.zoom


def native_mm(viewport: ViewportState, stack: Stack) -> float:
    """The shorter side of one image pixel in mm; of a plane the finest voxel spacing."""
    if viewport.kind == "mpr":
        return min(voxel_spacing(stack))
    return min(length(per_column(stack)), length(per_row(stack)))


def magnification(viewport: ViewportState, stack: Stack, rect: Rect) -> float:
    """Output pixels per image pixel, along its shorter side: 1 is one to one."""
    return native_mm(viewport, stack) / mm_per_pixel(viewport, stack, rect)


def is_minified(viewport: ViewportState, stack: Stack, rect: Rect) -> bool:
    """Whether an output pixel shows more than one image pixel in some direction; never of a volume."""
    if viewport.kind not in ("stack", "mpr"):
        return False
    return native_mm(viewport, stack) < mm_per_pixel(viewport, stack, rect) * (1.0 - 1e-6)


def planar_view(viewport: ViewportState, stack: Stack, rect: Rect, cross_hair: Vec3 | None) -> PlanarView:
    """The view of a stack or mpr viewport: image → flip → clockwise quarter turns → zoom → pan → whole pixels.

    Along an axis on which an image's pixels are whole multiples of device pixels, its edges lie on whole canvas
    coordinates, so that no device pixel mixes two image pixels. Planes are mixtures anyway and lie where they are put.
    """
    if viewport.kind == "mpr":
        plane = STANDARD_PLANES[viewport.plane]
        middle = volume_center(stack)
        point = default_cross_hair(stack) if cross_hair is None else cross_hair
        middle = add(middle, scale(plane.normal, dot(subtract(point, middle), plane.normal)))
        across, frame = plane.normal, None
    else:
        frame = image_shown(viewport, stack, cross_hair)
        middle = pixel_to_world(stack, frame, (stack.columns - 1) / 2.0, (stack.rows - 1) / 2.0)
        across = normal(stack)
    right, down = screen_directions(viewport, stack)
    middle = subtract(middle, add(scale(right, viewport.pan[0]), scale(down, viewport.pan[1])))
    size = mm_per_pixel(viewport, stack, rect)
    right, down = scale(right, size), scale(down, size)
    whole = (0, 0)
    if frame is not None and viewport.on_pixels:
        right, down, whole = _whole_steps(viewport, stack, right, down)
    half = add(scale(right, (rect.width - 1) / 2.0), scale(down, (rect.height - 1) / 2.0))
    view = PlanarView(subtract(middle, half), right, down, across, frame)
    return _on_pixels(view, stack, whole)


def _whole_steps(
    viewport: ViewportState, stack: Stack, right: Vec3, down: Vec3
) -> tuple[Vec3, Vec3, tuple[int, int]]:
    """The steps per output pixel, freed of noise where an image pixel is a whole number of them, and these numbers.

    A number is 0 where it is not whole.
    """
    pixels = (length(per_column(stack)), length(per_row(stack)))
    if viewport.quarter_turns % 2:
        pixels = pixels[::-1]
    x, y = (whole_multiple(pixel, length(step)) for pixel, step in zip(pixels, (right, down), strict=True))
    if x:
        right = scale(unit(right), pixels[0] / x)
    if y:
        down = scale(unit(down), pixels[1] / y)
    return right, down, (x, y)


def _on_pixels(view: PlanarView, stack: Stack, whole: tuple[int, int]) -> PlanarView:
    """The image moved by half a device pixel at most, along the axes that have a whole number, so that its edges are whole."""
    if view.frame is None or not any(whole):
        return view
    corner = pixel_to_world(stack, view.frame, -0.5, -0.5)
    x, y = in_plane(subtract(corner, view.origin), view.right, view.down)
    moved = add(
        scale(view.right, to_whole(x + 0.5) if whole[0] else 0.0),
        scale(view.down, to_whole(y + 0.5) if whole[1] else 0.0),
    )
    return replace(view, origin=subtract(view.origin, moved))


def drawn_pan(viewport: ViewportState, stack: Stack, rect: Rect) -> tuple[float, float]:
    """Where the image's centre truly lies from the viewport's, mm right and down: its pan, moved onto whole pixels."""
    put, drawn = (
        planar_view(each, stack, rect, None) for each in (replace(viewport, on_pixels=False), viewport)
    )
    middle = rect.x + rect.width / 2.0, rect.y + rect.height / 2.0
    moved = subtract(canvas_to_world(put, rect, *middle), canvas_to_world(drawn, rect, *middle))
    right, down = screen_directions(viewport, stack)
    return viewport.pan[0] + dot(moved, right), viewport.pan[1] + dot(moved, down)


def screen_directions(viewport: ViewportState, stack: Stack) -> tuple[Vec3, Vec3]:
    """The unit world directions of right and down on the screen, after flip and quarter turns."""
    if viewport.kind == "mpr":
        plane = STANDARD_PLANES[viewport.plane]
        right, down = plane.right, plane.down
    else:
        right, down = unit(stack.geometry.row), unit(stack.geometry.column)
    if viewport.flipped:
        right = scale(right, -1.0)
    for _ in range(viewport.quarter_turns % 4):
        right, down = scale(down, -1.0), right
    return right, down


def canvas_to_world(view: PlanarView, rect: Rect, x: float, y: float) -> Vec3:
    """The world point shown at canvas position (x, y)."""
    return add(view.origin, add(scale(view.right, x - rect.x - 0.5), scale(view.down, y - rect.y - 0.5)))


def world_to_canvas(view: PlanarView, rect: Rect, point: Vec3) -> tuple[float, float]:
    """The canvas position of a world point's projection onto the view's plane."""
    across, down = in_plane(subtract(point, view.origin), view.right, view.down)
    return rect.x + 0.5 + across, rect.y + 0.5 + down


def canvas_from_world(view: PlanarView, rect: Rect) -> tuple[float, ...]:
    """Twelve floats, three rows of (x, y, z, 1): canvas x, canvas y, and depth in mm along the view's normal."""
    across = cross(view.right, view.down)
    area = dot(across, across)
    to_x = scale(cross(view.down, across), 1.0 / area)
    to_y = scale(cross(across, view.right), 1.0 / area)
    return (
        *to_x, rect.x + 0.5 - dot(to_x, view.origin),
        *to_y, rect.y + 0.5 - dot(to_y, view.origin),
        *view.normal, -dot(view.normal, view.origin),
    )  # fmt: skip


def _extent(viewport: ViewportState, stack: Stack) -> tuple[float, float]:
    """Width and height in mm of what is fitted, as it lies on the screen."""
    if viewport.kind == "mpr":
        plane = STANDARD_PLANES[viewport.plane]
        left, right = volume_extent(stack, plane.right, 0.5)
        top, bottom = volume_extent(stack, plane.down, 0.5)
        across, down = right - left, bottom - top
    else:
        across = stack.columns * length(per_column(stack))
        down = stack.rows * length(per_row(stack))
    return (down, across) if viewport.quarter_turns % 2 else (across, down)
