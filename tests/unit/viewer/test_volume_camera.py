"""The camera of a volume."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.viewer import framing, volume_camera
from streamer.viewer.geometry import volume_center
from streamer.viewer.layout import Rect
from streamer.viewer.state import ViewportState, VolumeCamera
from streamer.viewer.vector import Vec3, add, dot, length, scale, subtract
from tests.unit.viewer import stacks
from tests.unit.viewer.test_planar import on_canvas

RECT = Rect(10, 20, 600, 400)
ANGLE = st.floats(-20.0, 20.0)
VIEW = st.sampled_from(sorted(volume_camera.VIEWS))


def project(camera: VolumeCamera, point: Vec3) -> tuple[float, float, float]:
    return on_canvas(volume_camera.camera_canvas_from_world(camera, RECT), point)


@given(view=VIEW, aspect=st.floats(0.2, 5.0))
def test_fitted_sees_every_corner(view: str, aspect: float) -> None:
    for stack in stacks.VOLUMES:
        camera = volume_camera.fitted_camera(stack, view, aspect)
        right, down, _ = volume_camera.axes(camera)
        for direction, half in ((right, camera.scale * aspect), (down, camera.scale)):
            low, high = volume_camera.volume_extent(stack, direction, 0.5)
            middle = dot(camera.focal_point, direction)
            assert middle - half <= low
            assert high <= middle + half


@given(view=VIEW, dx=ANGLE, dy=ANGLE)
def test_turning_keeps_distance_scale_and_right_angles(view: str, dx: float, dy: float) -> None:
    before = volume_camera.fitted_camera(stacks.axial(), view)
    after = volume_camera.trackball(before, dx, dy)
    assert after.focal_point == before.focal_point
    assert after.scale == before.scale
    arm = subtract(after.position, after.focal_point)
    assert length(arm) == pytest.approx(length(subtract(before.position, before.focal_point)))
    assert length(after.view_up) == pytest.approx(1.0)
    assert dot(arm, after.view_up) == pytest.approx(0.0, abs=1e-6)


def test_the_front_follows_the_hand() -> None:
    camera = volume_camera.fitted_camera(stacks.axial(), "A")
    _, _, into = volume_camera.axes(camera)
    front = add(camera.focal_point, scale(into, -10.0))
    x0, y0, _ = project(camera, front)
    x1, y1, _ = project(volume_camera.trackball(camera, 0.1, 0.0), front)
    x2, y2, _ = project(volume_camera.trackball(camera, 0.0, 0.1), front)
    assert x1 > x0
    assert y1 == pytest.approx(y0)
    assert y2 > y0
    assert x2 == pytest.approx(x0)


def test_half_a_turn_shows_the_back() -> None:
    camera = volume_camera.trackball(volume_camera.fitted_camera(stacks.axial(), "A"), math.pi, 0.0)
    expected = volume_camera.fitted_camera(stacks.axial(), "P")
    assert camera.position == pytest.approx(expected.position)
    assert camera.view_up == pytest.approx(expected.view_up)


@given(dx=st.floats(-500, 500), dy=st.floats(-500, 500), turn=ANGLE)
def test_pan_moves_with_the_hand(dx: float, dy: float, turn: float) -> None:
    stack = stacks.axial()
    camera = volume_camera.trackball(volume_camera.fitted_camera(stack), turn, turn / 2)
    viewport = ViewportState(kind="volume", stack=0, camera=camera)
    moved = framing.panned(viewport, stack, RECT, dx, dy).camera
    assert moved is not None
    point = volume_center(stack)
    x0, y0, _ = project(camera, point)
    x1, y1, _ = project(moved, point)
    assert (x1 - x0, y1 - y0) == pytest.approx((dx, dy), abs=1e-4)


@given(factor=st.floats(0.2, 5.0), x=st.floats(10, 610), y=st.floats(20, 420))
def test_zoom_keeps_the_line_under_the_pointer(factor: float, x: float, y: float) -> None:
    stack = stacks.axial()
    camera = volume_camera.fitted_camera(stack, "L")
    right, down, _ = volume_camera.axes(camera)
    size = volume_camera.camera_mm_per_pixel(camera, RECT)
    point = add(camera.focal_point, add(scale(right, (x - 310.0) * size), scale(down, (y - 220.0) * size)))
    assert project(camera, point)[:2] == pytest.approx((x, y), abs=1e-6)
    viewport = ViewportState(kind="volume", stack=0, camera=camera)
    nearer = framing.zoomed(viewport, stack, RECT, factor, x, y).camera
    assert nearer is not None
    assert project(nearer, point)[:2] == pytest.approx((x, y), abs=1e-6)
    assert nearer.scale == pytest.approx(camera.scale / factor)


def test_depth_is_along_the_line_of_sight() -> None:
    camera = volume_camera.fitted_camera(stacks.axial(), "A")
    behind = add(camera.focal_point, (0.0, 7.0, 0.0))
    assert project(camera, camera.focal_point) == pytest.approx((310.0, 220.0, 0.0), abs=1e-6)
    assert project(camera, behind)[2] == pytest.approx(7.0)


def test_dolly_has_ends() -> None:
    camera = volume_camera.fitted_camera(stacks.axial())
    assert volume_camera.dolly(camera, 1e12).scale > 0.0
    assert math.isfinite(volume_camera.dolly(camera, 1e-12).scale)


def test_fit_keeps_the_side_it_is_seen_from() -> None:
    stack = stacks.axial()
    turned = volume_camera.trackball(volume_camera.fitted_camera(stack), 0.7, 0.3)
    away = volume_camera.dolly(volume_camera.pan(turned, 40.0, 9.0), 3.0)
    fitted = framing.fitted(ViewportState(kind="volume", stack=0, camera=away), stack, RECT).camera
    assert fitted is not None
    assert volume_camera.axes(fitted)[2] == pytest.approx(volume_camera.axes(turned)[2])
    assert fitted.focal_point == volume_center(stack)
