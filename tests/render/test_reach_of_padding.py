"""Padding changes exactly the pixels whose interpolation can reach it, each as the plain rule says, looked at one by one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from streamer.render.beside_padding import leave_out_padding
from streamer.render.grey import OUTSIDE
from streamer.render.padding import Padding
from streamer.viewer.state import INTERPOLATIONS
from tests.render.synthetic_stack import cache_file

PADDED, ROWS, COLUMNS = -7, 19, 21
Values = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Case:
    """A volume or one frame of it, and a map from output pixels to it."""

    voxels: Values
    frame: int | None
    axes: Values
    part: tuple[slice, slice]
    mode: str

    @property
    def sampled(self) -> Values:
        """What was there before: no two values alike, none that the rule makes."""
        shape = tuple(along.stop - along.start for along in self.part)
        return np.arange(1e6, 1e6 + shape[0] * shape[1], dtype=np.float32).reshape(shape)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = draw(st.tuples(st.integers(1, 5), st.integers(1, 14), st.integers(1, 19)))
    share = draw(st.sampled_from([0.0, 0.02, 0.3, 0.97, 1.0]))
    voxels = np.where(random.random(shape) < share, PADDED, random.integers(0, 99, shape)).astype(np.int16)
    if draw(st.booleans()):
        voxels[:, :, : shape[2] // 2] = PADDED
    frame = draw(st.none() | st.integers(0, shape[0] - 1))
    axes = np.eye(4)
    kind = draw(st.sampled_from(["along", "along", "plane", "askew"]))
    turn = np.linalg.qr(random.normal(size=(3, 3)))[0] if kind == "askew" else np.eye(3)
    if kind == "plane" and frame is None:
        turn = np.eye(3)[draw(st.permutations(range(3)))]
    axes[:3, :3] = turn * draw(st.sampled_from([0.3, 0.5, 0.77, 1.0]) | st.floats(0.1, 1.4))
    axes[:3, 3] = [
        draw(st.sampled_from([-0.5, 0.0, 2.0]) | st.floats(-4.0, side + 1.0)) for side in shape[::-1]
    ]
    if frame is not None:
        axes[:2, 2] = 0.0
        axes[2] = (0.0, 0.0, 1.0, 0.0)
    top, left = draw(st.integers(0, 9)), draw(st.integers(0, 9))
    return Case(
        voxels, frame, axes, (slice(top, ROWS), slice(left, COLUMNS)), draw(st.sampled_from(INTERPOLATIONS))
    )


def as_the_rule_says(case: Case, y: int, x: int) -> float | None:
    """The value of one output pixel; None where padding is out of reach, so that it stays as it was. NaN beside the image."""
    voxels = case.voxels if case.frame is None else case.voxels[case.frame : case.frame + 1]
    row = case.axes[:3]
    place = [row[axis, 3] + row[axis, 0] * x + row[axis, 1] * y for axis in (2, 1, 0)]
    sides = voxels.shape
    if not all(-0.5 <= at <= side - 0.5 for at, side in zip(place, sides, strict=True)):
        return float("nan")
    reach = 2 if case.mode == "cubic" else 1
    nearest = [int(np.clip(np.floor(at + 0.5), 0, side)) for at, side in zip(place, sides, strict=True)]
    around = tuple(
        slice(max(0, min(at, side) - reach), at + reach + 1) for at, side in zip(nearest, sides, strict=True)
    )
    if not (voxels[around] == PADDED).any():
        return None
    own = tuple(min(at, side - 1) for at, side in zip(nearest, sides, strict=True))
    if voxels[own] == PADDED:
        return OUTSIDE
    if case.mode == "nearest":
        return float(voxels[own])
    total, share = 0.0, 0.0
    first = [
        int(min(np.floor(np.clip(at, 0.0, side - 1)), max(side - 2, 0)))
        for at, side in zip(place, sides, strict=True)
    ]
    beyond = [
        float(np.clip(at, 0.0, side - 1)) - low for at, low, side in zip(place, first, sides, strict=True)
    ]
    for corner in product((0, 1), repeat=3):
        weight = math.prod([part if step else 1.0 - part for part, step in zip(beyond, corner, strict=True)])
        voxel = tuple(low + step for low, step in zip(first, corner, strict=True))
        if weight > 0.0 and voxels[voxel] != PADDED:
            total, share = total + weight * voxels[voxel], share + weight
    return total / share


@given(case=cases())
@settings(max_examples=200, deadline=None)
def test_each_pixel_is_as_the_rule_says_and_what_padding_can_not_reach_stays(case: Case) -> None:
    stack = cache_file(case.voxels, padding=(float(PADDED), float(PADDED))).mapped()
    padding = Padding(stack)
    sampled = case.sampled
    if padding.look(stack, case.frame):
        voxels = stack.voxels if case.frame is None else stack.voxels[case.frame : case.frame + 1]
        leave_out_padding(sampled, voxels, padding, case.frame, case.axes, case.part, case.mode)
    before = case.sampled
    for y, x in np.ndindex(*sampled.shape):
        value = as_the_rule_says(case, y + case.part[0].start, x + case.part[1].start)
        if value is None:
            assert sampled[y, x] == before[y, x]
        elif np.isnan(value):
            # Black already.
            assert sampled[y, x] in (before[y, x], np.float32(OUTSIDE))
        else:
            np.testing.assert_allclose(sampled[y, x], np.float32(value), rtol=1e-6)
