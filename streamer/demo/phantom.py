"""A generated chest in Hounsfield units: anatomy-like, noisy, with cubes of exact values at known places.

It is a function of world coordinates (LPS, mm, the chest's middle at the origin), so any plane can be cut through it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streamer.viewer.vector import Vec3, add, cross, dot, scale, subtract

AIR = -1000.0
NOISE_SD = 12.0
CUBE_MM = 20.0
Plane = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ellipsoid:
    """A body part: half axes in mm along x (left), y (back), z (head)."""

    center: Vec3
    radii: Vec3
    hounsfield: float


@dataclass(frozen=True, slots=True)
class KnownPoint:
    """The middle of a cube without noise: within CUBE_MM / 2 of it along each axis every voxel has exactly this value."""

    world: Vec3
    hounsfield: int


KNOWN_POINTS = (
    KnownPoint((0.0, -70.0, 60.0), 0),
    KnownPoint((-95.0, 0.0, 40.0), -500),
    KnownPoint((95.0, 10.0, -60.0), 100),
    KnownPoint((-80.0, 0.0, -150.0), 300),
    KnownPoint((0.0, 75.0, -90.0), 1000),
)
"""In the mediastinum, the right lung, the left lower chest, the liver, and the spine."""

_BODY = Ellipsoid((0.0, 0.0, 0.0), (175.0, 118.0, 900.0), -100.0)
_MUSCLE = Ellipsoid((0.0, 0.0, 0.0), (160.0, 103.0, 900.0), 45.0)
_RIB_OUTER, _RIB_INNER = (152.0, 96.0), (144.0, 88.0)
_ORGANS = (
    Ellipsoid((-72.0, 0.0, 50.0), (62.0, 78.0, 150.0), -850.0),
    Ellipsoid((74.0, 0.0, 45.0), (58.0, 76.0, 150.0), -850.0),
    Ellipsoid((-70.0, -8.0, -150.0), (82.0, 74.0, 72.0), 60.0),
    Ellipsoid((70.0, -10.0, -165.0), (48.0, 52.0, 50.0), 30.0),
    Ellipsoid((75.0, -38.0, -150.0), (24.0, 20.0, 24.0), AIR),
    Ellipsoid((92.0, 42.0, -150.0), (30.0, 34.0, 50.0), 55.0),
    Ellipsoid((26.0, -28.0, -20.0), (54.0, 46.0, 62.0), 45.0),
    Ellipsoid((38.0, -34.0, -32.0), (26.0, 22.0, 34.0), 180.0),
    Ellipsoid((0.0, -12.0, 150.0), (9.0, 9.0, 90.0), AIR),
    Ellipsoid((22.0, 52.0, -30.0), (12.0, 12.0, 260.0), 210.0),
    Ellipsoid((0.0, 72.0, 0.0), (24.0, 20.0, 900.0), 320.0),
    Ellipsoid((0.0, 72.0, 0.0), (18.0, 14.0, 900.0), 160.0),
    Ellipsoid((0.0, 95.0, 0.0), (10.0, 10.0, 900.0), 20.0),
    Ellipsoid((0.0, -92.0, 40.0), (18.0, 6.0, 110.0), 350.0),
    Ellipsoid((-60.0, -20.0, 80.0), (7.0, 7.0, 7.0), 40.0),
)


def _vessels() -> tuple[Ellipsoid, ...]:
    """Thin branches in the lungs, the same each time."""
    random = np.random.default_rng(7)
    found = []
    for side in (-1.0, 1.0):
        for _ in range(28):
            center = (side * random.uniform(38, 108), random.uniform(-45, 45), random.uniform(-40, 140))
            found.append(Ellipsoid(center, tuple(random.uniform(1.5, 9.0, 3)), 35.0))
    return tuple(found)


_PARTS = (*_ORGANS[:2], *_vessels(), *_ORGANS[2:])


@dataclass(frozen=True, slots=True)
class PhantomGrid:
    """Where the images lie: `origin` is the centre of pixel (0, 0) of the first one, `step` leads to the next."""

    rows: int
    columns: int
    frames: int
    spacing: tuple[float, float]
    row: Vec3
    column: Vec3
    origin: Vec3
    step: Vec3
    noise: float = NOISE_SD
    seed: int = field(default=1)

    def position(self, frame: int) -> Vec3:
        """World position of pixel (0, 0) of an image."""
        return add(self.origin, scale(self.step, float(frame)))


def centered_grid(
    rows: int,
    columns: int,
    frames: int,
    spacing: tuple[float, float],
    gap: float,
    row: Vec3,
    column: Vec3,
    noise: float = NOISE_SD,
) -> PhantomGrid:
    """A grid around the chest's middle whose images follow each other along row × column."""
    normal = cross(row, column)
    across = scale(row, -spacing[1] * (columns - 1) / 2)
    down = scale(column, -spacing[0] * (rows - 1) / 2)
    back = scale(normal, -gap * (frames - 1) / 2)
    origin = add(add(across, down), back)
    return PhantomGrid(rows, columns, frames, spacing, row, column, origin, scale(normal, gap), noise)


def axial_grid(
    rows: int, columns: int, frames: int, spacing: float, gap: float, noise: float = NOISE_SD
) -> PhantomGrid:
    """The usual grid: patient's right on the left, front above, feet first."""
    return centered_grid(
        rows, columns, frames, (spacing, spacing), gap, (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), noise
    )


def images(grid: PhantomGrid) -> Iterator[NDArray[np.int16]]:
    """The images one after the other, HU."""
    for frame in range(grid.frames):
        yield image(grid, frame)


def image(grid: PhantomGrid, frame: int) -> NDArray[np.int16]:
    """One image in HU, [j, i]; the same each time."""
    x, y, z = _coordinates(grid, frame)
    values = np.full((grid.rows, grid.columns), AIR, np.float32)
    _fill(values, grid, frame, _BODY)
    _fill(values, grid, frame, _MUSCLE)
    _ribs(values, x, y, z)
    for part in _PARTS:
        _fill(values, grid, frame, part)
    if grid.noise:
        random = np.random.default_rng((grid.seed, frame))
        values += random.standard_normal(values.shape, np.float32) * np.float32(grid.noise)
    for point in KNOWN_POINTS:
        inside = np.ones(values.shape, bool)
        for plane, center in zip((x, y, z), point.world, strict=True):
            inside &= np.abs(plane - np.float32(center)) <= CUBE_MM / 2
        values[inside] = point.hounsfield
    return np.clip(np.rint(values), -1024, 3071).astype(np.int16)


def _coordinates(
    grid: PhantomGrid, frame: int, rows: slice | None = None, columns: slice | None = None
) -> list[Plane]:
    """World x, y, z of each pixel, as arrays that broadcast to the image (or the part of it)."""
    origin = grid.position(frame)
    i = np.arange(grid.columns, dtype=np.float32)[None, columns or slice(None)]
    j = np.arange(grid.rows, dtype=np.float32)[rows or slice(None), None]
    planes: list[Plane] = []
    for axis in range(3):
        across = i * np.float32(grid.row[axis] * grid.spacing[1])
        down = j * np.float32(grid.column[axis] * grid.spacing[0])
        # An axis that does not change along rows or columns stays a line: most slices are cut along the axes.
        if not grid.row[axis]:
            across = across[:, :1]
        if not grid.column[axis]:
            down = down[:1]
        planes.append(np.asarray(np.float32(origin[axis]) + across + down, np.float32))
    return planes


def _fill(values: Plane, grid: PhantomGrid, frame: int, part: Ellipsoid) -> None:
    """Paints the part of an ellipsoid that the image cuts, looking only at the pixels near it."""
    window = _window(grid, frame, part)
    if window is None:
        return
    rows, columns = window
    distance: Any = np.float32(0.0)
    for plane, center, radius in zip(
        _coordinates(grid, frame, rows, columns), part.center, part.radii, strict=True
    ):
        distance = distance + ((plane - np.float32(center)) / np.float32(radius)) ** 2
    target = values[rows, columns]
    target[np.broadcast_to(distance <= 1.0, target.shape)] = part.hounsfield


def _window(grid: PhantomGrid, frame: int, part: Ellipsoid) -> tuple[slice, slice] | None:
    offset = subtract(part.center, grid.position(frame))
    # Half the width of an ellipsoid along a direction d is |radii × d|.
    reach = [math.hypot(*(r * d for r, d in zip(part.radii, axis, strict=True))) for axis in _axes(grid)]
    row, column, normal = _axes(grid)
    if abs(dot(offset, normal)) > reach[2]:
        return None
    i, j = dot(offset, row) / grid.spacing[1], dot(offset, column) / grid.spacing[0]
    across, down = reach[0] / grid.spacing[1] + 1, reach[1] / grid.spacing[0] + 1
    columns = slice(max(0, math.floor(i - across)), max(0, math.ceil(i + across) + 1))
    rows = slice(max(0, math.floor(j - down)), max(0, math.ceil(j + down) + 1))
    return rows, columns


def _axes(grid: PhantomGrid) -> tuple[Vec3, Vec3, Vec3]:
    return grid.row, grid.column, cross(grid.row, grid.column)


def _ribs(values: Plane, x: Plane, y: Plane, z: Plane) -> None:
    """Slanting bands in the shell between two elliptical cylinders."""
    outer = (x / np.float32(_RIB_OUTER[0])) ** 2 + (y / np.float32(_RIB_OUTER[1])) ** 2
    inner = (x / np.float32(_RIB_INNER[0])) ** 2 + (y / np.float32(_RIB_INNER[1])) ** 2
    band = np.mod(z - 0.35 * y, np.float32(26.0)) < 10.0
    shell = (outer <= 1.0) & (inner >= 1.0) & band & (z > -140.0)
    values[np.broadcast_to(shell, values.shape)] = 480.0
