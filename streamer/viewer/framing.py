"""How an image lies in its viewport: zoom, pan, flip, rotation. Positions are canvas pixels."""

from __future__ import annotations

from dataclasses import replace

from streamer.viewer import volume_camera
from streamer.viewer.layout import Rect
from streamer.viewer.planar import drawn_pan, fitted_mm_per_pixel, mm_per_pixel, native_mm
from streamer.viewer.stack import Stack
from streamer.viewer.state import ViewportState, VolumeCamera

SMALLEST_ZOOM, LARGEST_ZOOM = 0.05, 50.0
"""Zoom relative to the fitted image."""


def zoomed(
    viewport: ViewportState,
    stack: Stack,
    rect: Rect,
    factor: float,
    x: float | None = None,
    y: float | None = None,
) -> ViewportState:
    """`factor` times as large, with the point at (x, y) (default: the viewport's centre) staying where it is."""
    off_x = 0.0 if x is None else x - (rect.x + rect.width / 2.0)
    off_y = 0.0 if y is None else y - (rect.y + rect.height / 2.0)
    if viewport.kind == "volume":
        before = camera_of(viewport, stack, rect)
        after = volume_camera.dolly(before, factor)
        growth = volume_camera.camera_mm_per_pixel(after, rect) - volume_camera.camera_mm_per_pixel(
            before, rect
        )
        return replace(viewport, camera=volume_camera.pan(after, off_x * growth, off_y * growth))
    zoom = min(max(viewport.zoom * factor, SMALLEST_ZOOM), LARGEST_ZOOM)
    after_viewport = replace(viewport, zoom=zoom)
    growth = mm_per_pixel(after_viewport, stack, rect) - mm_per_pixel(viewport, stack, rect)
    pan = drawn_pan(viewport, stack, rect)  # what lies under the hand is what was drawn there
    return replace(after_viewport, pan=(pan[0] + off_x * growth, pan[1] + off_y * growth))


def panned(viewport: ViewportState, stack: Stack, rect: Rect, dx: float, dy: float) -> ViewportState:
    """The image moved by (dx, dy) pixels."""
    if viewport.kind == "volume":
        camera = camera_of(viewport, stack, rect)
        size = volume_camera.camera_mm_per_pixel(camera, rect)
        return replace(viewport, camera=volume_camera.pan(camera, dx * size, dy * size))
    size = mm_per_pixel(viewport, stack, rect)
    return replace(viewport, pan=(viewport.pan[0] + dx * size, viewport.pan[1] + dy * size))


def fitted(viewport: ViewportState, stack: Stack, rect: Rect) -> ViewportState:
    """The whole image, centred; a volume keeps the side it is seen from."""
    if viewport.kind != "volume":
        return replace(viewport, zoom=1.0, pan=(0.0, 0.0))
    camera = camera_of(viewport, stack, rect)
    whole = volume_camera.fitted_camera(stack, aspect=aspect(rect))
    return replace(viewport, camera=volume_camera.centered(camera, whole.focal_point, whole.scale))


def one_to_one(viewport: ViewportState, stack: Stack, rect: Rect) -> ViewportState:
    """One image pixel, by its shorter side, per device pixel, as far as zoom goes; the centre stays."""
    wanted = fitted_mm_per_pixel(viewport, stack, rect) / native_mm(viewport, stack)
    return replace(viewport, zoom=min(max(wanted, SMALLEST_ZOOM), LARGEST_ZOOM))


def flipped(viewport: ViewportState) -> ViewportState:
    """Left and right of the screen exchanged, whatever the rotation; the viewport's centre keeps what it shows."""
    pan = (-viewport.pan[0], viewport.pan[1])
    return replace(viewport, flipped=not viewport.flipped, quarter_turns=-viewport.quarter_turns % 4, pan=pan)


def rotated(viewport: ViewportState) -> ViewportState:
    """A quarter turn clockwise about the viewport's centre."""
    pan = (-viewport.pan[1], viewport.pan[0])
    return replace(viewport, quarter_turns=(viewport.quarter_turns + 1) % 4, pan=pan)


def camera_of(viewport: ViewportState, stack: Stack, rect: Rect) -> VolumeCamera:
    """A volume viewport's camera; the fitted one where none was set."""
    return viewport.camera or volume_camera.fitted_camera(stack, aspect=aspect(rect))


def aspect(rect: Rect) -> float:
    """Width ÷ height."""
    return max(rect.width, 1) / max(rect.height, 1)
