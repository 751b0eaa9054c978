"""Where the pixels of a stack lie in the patient: index (i, j, k) ↔ world (LPS, mm), by PS3.3 C.7.6.2.1.1.

An index counts columns (i), rows (j) and frames (k) from 0; whole numbers are pixel centres.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from streamer.viewer.stack import Stack
from streamer.viewer.vector import Vec3, add, cross, dot, length, scale, subtract, unit

_SAME_PLACE = 1e-3
"""Planes nearer to each other than this, in mm, are one."""


def per_column(stack: Stack) -> Vec3:
    """The world step from one column to the next."""
    return scale(stack.geometry.row, stack.geometry.pixel_spacing[1])


def per_row(stack: Stack) -> Vec3:
    """The world step from one row to the next."""
    return scale(stack.geometry.column, stack.geometry.pixel_spacing[0])


def world_from_index(stack: Stack, frame: int) -> tuple[Vec3, Vec3, Vec3]:
    """The centre of pixel (0, 0) of `frame`, and the world steps per column and per row."""
    return stack.geometry.positions[frame], per_column(stack), per_row(stack)


def pixel_to_world(stack: Stack, frame: int, column: float, row: float) -> Vec3:
    """The world position of a point of a frame; whole numbers are pixel centres."""
    origin, i, j = world_from_index(stack, frame)
    return add(origin, add(scale(i, column), scale(j, row)))


def world_to_pixel(stack: Stack, frame: int, point: Vec3) -> tuple[float, float]:
    """(column, row) of the point's projection onto a frame."""
    origin, i, j = world_from_index(stack, frame)
    return in_plane(subtract(point, origin), i, j)


def in_plane(offset: Vec3, right: Vec3, down: Vec3) -> tuple[float, float]:
    """(a, b) such that a × right + b × down is `offset` projected onto their plane, right angle or not."""
    rr, rd, dd = dot(right, right), dot(right, down), dot(down, down)
    r, d = dot(offset, right), dot(offset, down)
    determinant = rr * dd - rd * rd
    return (r * dd - d * rd) / determinant, (d * rr - r * rd) / determinant


def normal(stack: Stack) -> Vec3:
    """The unit normal of the frames, towards increasing images; row × column where there is only one."""
    across = unit(cross(stack.geometry.row, stack.geometry.column))
    positions = stack.geometry.positions
    if dot(subtract(positions[-1], positions[0]), across) < 0.0:
        return scale(across, -1.0)
    return across


def frame_position(stack: Stack, frame: int) -> float:
    """Where a frame lies along `normal`, mm; grows with the image number."""
    return dot(stack.geometry.positions[frame], normal(stack))


def frame_step(stack: Stack) -> Vec3:
    """The mean world step from one frame to the next, shear included; along the normal where there is only one frame."""
    positions = stack.geometry.positions
    if len(positions) > 1:
        mean = scale(subtract(positions[-1], positions[0]), 1.0 / (len(positions) - 1))
        if abs(dot(mean, normal(stack))) > 1e-6:
            return mean
    return scale(normal(stack), stack.geometry.slice_thickness or 1.0)


def volume_affine(stack: Stack) -> npt.NDArray[np.float64]:
    """The 4 × 4 matrix world ← index (i, j, k); its third column is the mean step of positions, so a tilt stays a shear."""
    affine = np.eye(4)
    affine[:3, 0] = per_column(stack)
    affine[:3, 1] = per_row(stack)
    affine[:3, 2] = frame_step(stack)
    affine[:3, 3] = stack.geometry.positions[0]
    return affine


def index_to_world(stack: Stack, index: Vec3) -> Vec3:
    """The world position of index (i, j, k) of the volume."""
    plane = pixel_to_world(stack, 0, index[0], index[1])
    return add(plane, scale(frame_step(stack), index[2]))


def world_to_index(stack: Stack, point: Vec3) -> Vec3:
    """Index (i, j, k) of a world point: in the volume where there is one, else on the nearest frame (k whole)."""
    if not stack.geometry.volumetric:
        frame = nearest_frame(stack, point)
        column, row = world_to_pixel(stack, frame, point)
        return (column, row, float(frame))
    i, j, k = per_column(stack), per_row(stack), frame_step(stack)
    offset = subtract(point, stack.geometry.positions[0])
    volume = dot(i, cross(j, k))
    return (
        dot(offset, cross(j, k)) / volume,
        dot(offset, cross(k, i)) / volume,
        dot(offset, cross(i, j)) / volume,
    )


def nearest_frame(stack: Stack, point: Vec3, current: int = 0) -> int:
    """The frame whose plane is nearest to a world point; of those equally near `current`, else the first.

    A cine of one place thus stays on its frame.
    """
    n = normal(stack)
    depth = dot(point, n)
    distances = [abs(dot(position, n) - depth) for position in stack.geometry.positions]
    nearest = min(distances)
    if 0 <= current < len(distances) and distances[current] <= nearest + _SAME_PLACE:
        return current
    return distances.index(nearest)


def volume_center(stack: Stack) -> Vec3:
    """The centre of the box that the stack's voxels fill."""
    return index_to_world(
        stack, ((stack.columns - 1) / 2.0, (stack.rows - 1) / 2.0, (len(stack.frames) - 1) / 2.0)
    )


def volume_extent(stack: Stack, direction: Vec3, margin: float = 0.0) -> tuple[float, float]:
    """Lowest and highest value of world · direction over the voxel centres, `margin` voxels further out (0.5 = their edges)."""
    low = high = dot(stack.geometry.positions[0], direction)
    steps = (per_column(stack), per_row(stack), frame_step(stack))
    for step, count in zip(steps, (stack.columns, stack.rows, len(stack.frames)), strict=True):
        along = dot(step, direction)
        near, far = -margin * along, (count - 1 + margin) * along
        low += min(near, far)
        high += max(near, far)
    return low, high


def inside_volume(stack: Stack, point: Vec3) -> bool:
    """Whether a world point lies among the voxels (their edges included)."""
    index = world_to_index(stack, point)
    sizes = (stack.columns, stack.rows, len(stack.frames))
    return all(-0.5 <= at <= size - 0.5 for at, size in zip(index, sizes, strict=True))


def clamped_to_volume(stack: Stack, point: Vec3) -> Vec3:
    """The point itself inside the volume, else one at the volume's border."""
    if inside_volume(stack, point):
        return point
    i, j, k = world_to_index(stack, point)
    return index_to_world(
        stack,
        (
            min(max(i, 0.0), stack.columns - 1.0),
            min(max(j, 0.0), stack.rows - 1.0),
            min(max(k, 0.0), len(stack.frames) - 1.0),
        ),
    )


def voxel_spacing(stack: Stack) -> Vec3:
    """The distances between neighbouring voxels along i, j and k, mm."""
    return (length(per_column(stack)), length(per_row(stack)), length(frame_step(stack)))


def same_frame_of_reference(a: Stack, b: Stack) -> bool:
    """Whether a world point of `a` means the same place in `b` (PS3.3 C.7.4.1); untrusted positions link to nothing."""
    if not (a.geometry.positioned and b.geometry.positioned):
        return False
    if a.key == b.key:
        return True
    uid = a.geometry.frame_of_reference_uid
    return bool(uid) and uid == b.geometry.frame_of_reference_uid
