"""The camera of a volume viewport: parallel, turned about its focal point like a ball under the hand."""

from __future__ import annotations

import math

from streamer.viewer.geometry import volume_center, volume_extent
from streamer.viewer.layout import Rect
from streamer.viewer.stack import Stack
from streamer.viewer.state import VolumeCamera
from streamer.viewer.vector import Vec3, add, cross, dot, length, scale, subtract, unit

VIEWS: dict[str, tuple[Vec3, Vec3]] = {
    "A": ((0.0, -1.0, 0.0), (0.0, 0.0, 1.0)),
    "P": ((0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "L": ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0)),
    "R": ((-1.0, 0.0, 0.0), (0.0, 0.0, 1.0)),
    "H": ((0.0, 0.0, 1.0), (0.0, -1.0, 0.0)),
    "F": ((0.0, 0.0, -1.0), (0.0, -1.0, 0.0)),
}
"""Where the camera stands, seen from the volume, and what is up."""

_MARGIN = 1.05
_CLOSEST, _FARTHEST = 0.5, 10_000.0


def fitted_camera(stack: Stack, view: str = "A", aspect: float = 1.0) -> VolumeCamera:
    """A camera that sees the whole volume from a standard side; `aspect` is the viewport's width ÷ height.

    Raises:
        KeyError: the view is none of A, P, L, R, H, F.
    """
    side, up = VIEWS[view]
    focal = volume_center(stack)
    right = cross(scale(side, -1.0), up)
    low_x, high_x = volume_extent(stack, right, 0.5)
    low_y, high_y = volume_extent(stack, up, 0.5)
    low_z, high_z = volume_extent(stack, side, 0.5)
    half = max((high_y - low_y) / 2.0, (high_x - low_x) / 2.0 / max(aspect, 1e-3))
    distance = high_x - low_x + high_y - low_y + high_z - low_z
    return VolumeCamera(add(focal, scale(side, distance)), focal, up, half * _MARGIN)


def axes(camera: VolumeCamera) -> tuple[Vec3, Vec3, Vec3]:
    """Unit directions of right and down on the screen, and into it."""
    into = unit(subtract(camera.focal_point, camera.position))
    right = unit(cross(into, camera.view_up))
    return right, cross(into, right), into


def trackball(camera: VolumeCamera, dx: float, dy: float) -> VolumeCamera:
    """The volume turned with the hand: by dx radians to the right, then by dy radians downwards."""
    right, down, _ = axes(camera)
    up = scale(down, -1.0)
    arm = subtract(camera.position, camera.focal_point)
    arm, right = _turned(arm, up, -dx), _turned(right, up, -dx)
    arm, up = _turned(arm, right, -dy), _turned(up, right, -dy)
    return VolumeCamera(add(camera.focal_point, arm), camera.focal_point, unit(up), camera.scale)


def pan(camera: VolumeCamera, dx: float, dy: float) -> VolumeCamera:
    """The volume moved by dx mm to the right and dy mm down on the screen."""
    right, down, _ = axes(camera)
    shift = add(scale(right, -dx), scale(down, -dy))
    return VolumeCamera(
        add(camera.position, shift), add(camera.focal_point, shift), camera.view_up, camera.scale
    )


def dolly(camera: VolumeCamera, factor: float) -> VolumeCamera:
    """The volume `factor` times as large on the screen, within sensible limits."""
    half = min(max(camera.scale / factor, _CLOSEST), _FARTHEST)
    return VolumeCamera(camera.position, camera.focal_point, camera.view_up, half)


def centered(camera: VolumeCamera, focal_point: Vec3, half_height: float) -> VolumeCamera:
    """The camera seeing from the same side, at another point and scale."""
    arm = subtract(camera.position, camera.focal_point)
    return VolumeCamera(add(focal_point, arm), focal_point, camera.view_up, half_height)


def camera_mm_per_pixel(camera: VolumeCamera, rect: Rect) -> float:
    """World mm per output pixel."""
    return 2.0 * camera.scale / max(rect.height, 1)


def camera_canvas_from_world(camera: VolumeCamera, rect: Rect) -> tuple[float, ...]:
    """Twelve floats, three rows of (x, y, z, 1): canvas x, canvas y, and depth in mm beyond the focal point."""
    right, down, into = axes(camera)
    size = camera_mm_per_pixel(camera, rect)
    to_x, to_y = scale(right, 1.0 / size), scale(down, 1.0 / size)
    focal = camera.focal_point
    return (
        *to_x, rect.x + rect.width / 2.0 - dot(to_x, focal),
        *to_y, rect.y + rect.height / 2.0 - dot(to_y, focal),
        *into, -dot(into, focal),
    )  # fmt: skip


def _turned(vector: Vec3, axis: Vec3, angle: float) -> Vec3:
    """`vector` turned about a unit axis by an angle in radians (Rodrigues)."""
    c, s = math.cos(angle), math.sin(angle)
    along = scale(axis, dot(axis, vector) * (1.0 - c))
    turned = add(add(scale(vector, c), scale(cross(axis, vector), s)), along)
    size = length(turned)
    return scale(turned, length(vector) / size) if size else turned
