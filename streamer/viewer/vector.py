"""Three-vectors as plain tuples: world coordinates are DICOM patient LPS in mm."""

from __future__ import annotations

import math

Vec3 = tuple[float, float, float]


def add(a: Vec3, b: Vec3) -> Vec3:
    """a + b."""
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


def subtract(a: Vec3, b: Vec3) -> Vec3:
    """a − b."""
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def scale(a: Vec3, factor: float) -> Vec3:
    """a × factor."""
    return (a[0] * factor, a[1] * factor, a[2] * factor)


def dot(a: Vec3, b: Vec3) -> float:
    """The scalar product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vec3, b: Vec3) -> Vec3:
    """The vector product."""
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def length(a: Vec3) -> float:
    """The Euclidean length."""
    return math.sqrt(dot(a, a))


def unit(a: Vec3) -> Vec3:
    """a at length 1.

    Raises:
        ValueError: the vector has no length.
    """
    size = length(a)
    if size == 0.0:
        raise ValueError("A vector of length 0 has no direction.")
    return scale(a, 1.0 / size)
