"""Index ↔ world."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.viewer import geometry
from streamer.viewer.stack import Stack
from streamer.viewer.vector import dot
from tests.unit.viewer import stacks

INDEX = st.tuples(*[st.floats(-50.0, 50.0)] * 3)
any_volume = pytest.mark.parametrize("stack", stacks.VOLUMES, ids=lambda stack: stack.key)


@any_volume
@given(index=INDEX)
def test_world_to_index_undoes_index_to_world(stack: Stack, index: tuple[float, float, float]) -> None:
    there = geometry.index_to_world(stack, index)
    assert geometry.world_to_index(stack, there) == pytest.approx(index, abs=1e-6)


@any_volume
@given(index=INDEX)
def test_affine_is_index_to_world(stack: Stack, index: tuple[float, float, float]) -> None:
    world = geometry.volume_affine(stack) @ np.array([*index, 1.0])
    assert geometry.index_to_world(stack, index) == pytest.approx(tuple(world[:3]), abs=1e-6)


@any_volume
def test_whole_indices_are_pixel_centres_of_frames(stack: Stack) -> None:
    for frame in (0, 7, len(stack.frames) - 1):
        expected = geometry.pixel_to_world(stack, frame, 3.0, 5.0)
        assert geometry.index_to_world(stack, (3.0, 5.0, float(frame))) == pytest.approx(expected, abs=1e-9)


def test_spacing_between_rows_is_the_first_number() -> None:
    """PS3.3 10.7.1.3: PixelSpacing is row spacing, then column spacing."""
    stack = stacks.axial()
    assert geometry.per_column(stack) == (0.7, 0.0, 0.0)
    assert geometry.per_row(stack) == (0.0, 0.9, 0.0)


@any_volume
def test_frame_position_grows_with_the_image(stack: Stack) -> None:
    positions = [geometry.frame_position(stack, frame) for frame in range(len(stack.frames))]
    assert positions == sorted(positions)
    assert len(set(positions)) == len(positions)


def test_normal_points_to_increasing_images() -> None:
    assert geometry.normal(stacks.axial()) == (0.0, 0.0, -1.0)
    assert geometry.normal(stacks.coronal()) == (0.0, 1.0, 0.0)
    assert geometry.normal(stacks.sagittal()) == (1.0, 0.0, 0.0)


@any_volume
def test_nearest_frame_of_a_point_on_a_frame(stack: Stack) -> None:
    for frame in range(len(stack.frames)):
        assert geometry.nearest_frame(stack, geometry.pixel_to_world(stack, frame, 9.0, 30.0)) == frame


def test_nearest_frame_beyond_the_ends() -> None:
    stack = stacks.axial()
    assert geometry.nearest_frame(stack, (0.0, 0.0, 1e6)) == 0
    assert geometry.nearest_frame(stack, (0.0, 0.0, -1e6)) == len(stack.frames) - 1


def test_a_cine_of_one_place_stays_on_its_frame() -> None:
    stack = stacks.axial()
    still = replace(stack, geometry=replace(stack.geometry, positions=(stack.geometry.positions[0],) * 20))
    assert geometry.nearest_frame(still, (0.0, 0.0, 55.0), 7) == 7
    assert geometry.nearest_frame(stack, (0.0, 0.0, 55.0), 7) == 18


def test_a_single_frame_has_a_volume_matrix() -> None:
    affine = geometry.volume_affine(stacks.xray())
    assert abs(np.linalg.det(affine)) > 0.0


def test_a_tilt_stays_a_shear() -> None:
    stack = stacks.tilted()
    step = geometry.volume_affine(stack)[:3, 2]
    assert tuple(step) == pytest.approx((0.0, 0.0, -2.5))
    assert dot(geometry.normal(stack), (0.0, 0.0, -1.0)) == pytest.approx(np.cos(np.radians(20.0)))


@any_volume
@given(index=INDEX)
def test_clamped_points_are_inside(stack: Stack, index: tuple[float, float, float]) -> None:
    point = geometry.index_to_world(stack, index)
    clamped = geometry.clamped_to_volume(stack, point)
    assert geometry.inside_volume(stack, clamped)
    if geometry.inside_volume(stack, point):
        assert clamped == point


def test_frame_of_reference() -> None:
    here, there, elsewhere = stacks.axial(), stacks.coronal(), stacks.xray()
    assert geometry.same_frame_of_reference(here, there)
    assert not geometry.same_frame_of_reference(here, elsewhere)
    assert not geometry.same_frame_of_reference(elsewhere, elsewhere)
