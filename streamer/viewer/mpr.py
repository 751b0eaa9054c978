"""The three standard planes through a volume: how they lie on the screen and how they are numbered.

axial     patient's right on the screen's left, anterior on top, images run from head to feet
coronal   patient's right on the screen's left, head on top, images run from front to back
sagittal  anterior on the screen's left, head on top, images run from right to left

A plane goes through the cross-hair; its image number says which of the evenly spaced planes is nearest.
"""

from __future__ import annotations

from dataclasses import dataclass

from streamer.viewer.geometry import (
    frame_step,
    index_to_world,
    per_column,
    per_row,
    volume_extent,
    voxel_spacing,
)
from streamer.viewer.stack import Stack
from streamer.viewer.vector import Vec3, add, dot, length, scale

_ALIGNED = 0.9999
"""Cosine above which a plane's normal counts as one of the volume's own axes."""


@dataclass(frozen=True, slots=True)
class Plane:
    """Unit directions of a standard plane: right and down on the screen, and towards the next image."""

    right: Vec3
    down: Vec3
    normal: Vec3


STANDARD_PLANES: dict[str, Plane] = {
    "axial": Plane((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, -1.0)),
    "coronal": Plane((1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (0.0, 1.0, 0.0)),
    "sagittal": Plane((0.0, 1.0, 0.0), (0.0, 0.0, -1.0), (1.0, 0.0, 0.0)),
}


def default_cross_hair(stack: Stack) -> Vec3:
    """The centre of the volume's middle voxel."""
    return index_to_world(
        stack, (float(stack.columns // 2), float(stack.rows // 2), float(len(stack.frames) // 2))
    )


def mpr_step(stack: Stack, plane: str) -> float:
    """The distance between neighbouring images of a plane, mm: the volume's own where they are aligned, else its finest."""
    n = STANDARD_PLANES[plane].normal
    for step in (per_column(stack), per_row(stack), frame_step(stack)):
        along = abs(dot(step, n))
        if along >= _ALIGNED * length(step):
            return along
    return min(voxel_spacing(stack))


def mpr_image_count(stack: Stack, plane: str) -> int:
    """How many images a plane has, from one border of the volume to the other."""
    low, high = volume_extent(stack, STANDARD_PLANES[plane].normal)
    return int((high - low) / mpr_step(stack, plane) + 1e-3) + 1


def mpr_image(stack: Stack, plane: str, cross_hair: Vec3 | None) -> int:
    """The number (from 0) of the image nearest to the cross-hair."""
    n = STANDARD_PLANES[plane].normal
    low, _ = volume_extent(stack, n)
    point = default_cross_hair(stack) if cross_hair is None else cross_hair
    nearest = round((dot(point, n) - low) / mpr_step(stack, plane))
    return min(max(nearest, 0), mpr_image_count(stack, plane) - 1)


def cross_hair_on_image(stack: Stack, plane: str, cross_hair: Vec3 | None, image: int) -> Vec3:
    """The cross-hair moved along the plane's normal onto an image; numbers beyond the ends mean the first and the last."""
    n = STANDARD_PLANES[plane].normal
    low, _ = volume_extent(stack, n)
    point = default_cross_hair(stack) if cross_hair is None else cross_hair
    wanted = low + min(max(image, 0), mpr_image_count(stack, plane) - 1) * mpr_step(stack, plane)
    return add(point, scale(n, wanted - dot(point, n)))
