"""The standard planes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.viewer import geometry, mpr
from streamer.viewer.stack import Stack
from streamer.viewer.state import PLANES
from streamer.viewer.vector import cross, dot, scale
from tests.unit.viewer import stacks

VOLUME = st.sampled_from(stacks.VOLUMES)
PLANE = st.sampled_from(PLANES)


def test_right_of_the_patient_is_on_the_left_of_the_screen() -> None:
    left, posterior, head = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
    feet = scale(head, -1.0)
    axial, coronal, sagittal = (mpr.STANDARD_PLANES[plane] for plane in PLANES)
    assert (axial.right, axial.down, axial.normal) == (left, posterior, feet)
    assert (coronal.right, coronal.down, coronal.normal) == (left, feet, posterior)
    assert (sagittal.right, sagittal.down, sagittal.normal) == (posterior, feet, left)


@given(plane=PLANE)
def test_planes_are_perpendicular(plane: str) -> None:
    it = mpr.STANDARD_PLANES[plane]
    assert abs(dot(cross(it.right, it.down), it.normal)) == 1.0


def test_an_aligned_plane_has_the_volume_own_images() -> None:
    stack = stacks.axial()
    assert [mpr.mpr_image_count(stack, plane) for plane in PLANES] == [20, 40, 32]
    assert [mpr.mpr_step(stack, plane) for plane in PLANES] == pytest.approx([2.5, 0.9, 0.7])


@pytest.mark.parametrize("stack", [stacks.axial(), stacks.coronal(), stacks.sagittal()], ids=lambda s: s.key)
def test_image_numbers_follow_the_convention_whatever_the_stack(stack: Stack) -> None:
    """Head to feet, front to back, right to left."""
    first = [-20.0, -30.0, 100.0]
    for plane, axis, sign in (("axial", 2, -1.0), ("coronal", 1, 1.0), ("sagittal", 0, 1.0)):
        step, count = mpr.mpr_step(stack, plane), mpr.mpr_image_count(stack, plane)
        for image in (0, 3, count - 1):
            point = list(first)
            point[axis] += sign * image * step
            assert mpr.mpr_image(stack, plane, (point[0], point[1], point[2])) == image


def test_an_oblique_volume_is_stepped_at_its_finest_spacing() -> None:
    stack = stacks.oblique()
    assert all(mpr.mpr_step(stack, plane) == pytest.approx(0.7) for plane in PLANES)


@given(stack=VOLUME, plane=PLANE, data=st.data())
def test_going_to_an_image_arrives_there_and_moves_along_the_normal_only(
    stack: Stack, plane: str, data: st.DataObject
) -> None:
    image = data.draw(st.integers(0, mpr.mpr_image_count(stack, plane) - 1))
    before = data.draw(st.tuples(*[st.floats(-100.0, 100.0)] * 3))
    after = mpr.cross_hair_on_image(stack, plane, before, image)
    assert mpr.mpr_image(stack, plane, after) == image
    it = mpr.STANDARD_PLANES[plane]
    assert dot(after, it.right) == pytest.approx(dot(before, it.right))
    assert dot(after, it.down) == pytest.approx(dot(before, it.down))


@given(stack=VOLUME, plane=PLANE, point=st.tuples(*[st.floats(-1e5, 1e5)] * 3))
def test_the_image_is_always_one_of_the_images(
    stack: Stack, plane: str, point: tuple[float, float, float]
) -> None:
    assert 0 <= mpr.mpr_image(stack, plane, point) < mpr.mpr_image_count(stack, plane)


@given(stack=VOLUME)
def test_the_cross_hair_starts_at_a_voxel_centre_near_the_middle(stack: Stack) -> None:
    index = geometry.world_to_index(stack, mpr.default_cross_hair(stack))
    assert index == pytest.approx((stack.columns // 2, stack.rows // 2, len(stack.frames) // 2), abs=1e-9)
