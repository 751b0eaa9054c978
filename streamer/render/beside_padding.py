"""What is shown beside padding: values of what is no padding alone, each by its share of the weight; padding itself is outside.

Only output pixels whose interpolation can reach padding are computed here, elementwise and in a fixed order; all others are as
VTK made them. Where cubic interpolation would reach for padding it is linear: no neighbour is made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from streamer.render.grey import OUTSIDE
from streamer.render.padding import BLOCK, Padding

TILE = 8
"""Rows and columns of output pixels that are asked at once whether padding is near."""
_REACH = {"nearest": 1.0, "linear": 1.5, "cubic": 2.5}
"""How far, in voxels, the value of a point may come from, and half a voxel for roundings."""
_STEPS = {"nearest": 1, "linear": 1, "cubic": 2}
"""How many voxels from the nearest one, whichever that is by roundings."""
_TILES_AT_ONCE = 2048

Values = np.ndarray[Any, Any]


def leave_out_padding(
    sampled: Values,
    voxels: Values,
    padding: Padding,
    frame: int | None,
    axes: Values,
    part: tuple[slice, slice],
    mode: str,
) -> None:
    """Puts right what was sampled without regard to padding: `sampled`, float [rows, columns] of the output's `part`, contiguous.

    `voxels` is [k, j, i], of the one `frame` or (None) of all; `axes` is (i, j, k) from output pixel (x, y).
    """
    near, only = _tiles(padding, frame, axes, part, voxels.shape, _REACH[mode])
    _blacken(sampled, only)
    down, across = np.nonzero(near & ~only)
    steps, flat = np.arange(TILE), sampled.reshape(-1)
    for start in range(0, len(down), _TILES_AT_ONCE):
        # Of tiles that the last row or column cuts short, that one again and again: it comes out alike.
        rows = np.minimum(TILE * down[start : start + _TILES_AT_ONCE, None] + steps, sampled.shape[0] - 1)
        columns = np.minimum(
            TILE * across[start : start + _TILES_AT_ONCE, None] + steps, sampled.shape[1] - 1
        )
        places = rows[:, :, None] * sampled.shape[1] + columns[:, None, :]
        place = _places(axes, columns[:, None, :] + part[1].start, rows[:, :, None] + part[0].start)
        nearest = _nearest(place, voxels.shape)
        padded = _near_padding(padding, frame, nearest, voxels.shape[0], 0)
        beside = _near_padding(padding, frame, nearest, voxels.shape[0], _STEPS[mode]) & ~padded
        values = flat.take(places)
        np.copyto(values, OUTSIDE, where=padded)
        which = np.flatnonzero(np.broadcast_to(beside, values.shape))
        row = rows.reshape(-1)[which // TILE]
        column = columns.reshape(-1)[which // TILE**2 * TILE + which % TILE]
        place = _places(axes, column + part[1].start, row + part[0].start)
        values.reshape(-1)[which] = _values(voxels, padding, frame, place, mode)
        flat[places] = values


def _blacken(sampled: Values, only: Values) -> None:
    """Whole tiles at once; those that the last rows and columns cut short, pixel by pixel."""
    down, across = sampled.shape[0] // TILE, sampled.shape[1] // TILE
    whole = sampled[: down * TILE, : across * TILE].reshape(down, TILE, across, TILE).swapaxes(1, 2)
    whole[only[:down, :across]] = OUTSIDE
    for part, tiles in (
        (sampled[down * TILE :], only[down:, : -(-sampled.shape[1] // TILE)]),
        (sampled[: down * TILE, across * TILE :], only[:down, across:]),
    ):
        pixels = np.repeat(np.repeat(tiles, TILE, 0), TILE, 1)[: part.shape[0], : part.shape[1]]
        np.copyto(part, OUTSIDE, where=pixels)


def _places(axes: Values, x: Values, y: Values) -> list[Values]:
    """(k, j, i) at output pixels `x` and `y` that broadcast: of a side that depends on one of them, or on none, as small."""
    places = []
    for axis in (2, 1, 0):
        place: Values = np.full((1,) * x.ndim, axes[axis, 3])
        if axes[axis, 0] != 0.0:
            place = place + axes[axis, 0] * x
        if axes[axis, 1] != 0.0:
            place = place + axes[axis, 1] * y
        places.append(place)
    return places


def _tiles(
    padding: Padding, frame: int | None, axes: Values, part: tuple[slice, slice], shape: tuple[int, ...], reach: float
) -> tuple[Values, Values]:  # fmt: skip
    """bool [rows, columns] of tiles: padding is near, and nothing but padding is."""
    height, width = (along.stop - along.start for along in part)
    y = part[0].start + TILE * np.arange(-(-height // TILE))[:, None] + (TILE - 1) / 2
    x = part[1].start + TILE * np.arange(-(-width // TILE))[None, :] + (TILE - 1) / 2
    ends = []
    for axis, size, block in ((2, shape[0], 1), (1, shape[1], BLOCK), (0, shape[2], BLOCK)):
        center: Values = np.full((1, 1), axes[axis, 3])
        if axes[axis, 0] != 0.0:
            center = center + axes[axis, 0] * x
        if axes[axis, 1] != 0.0:
            center = center + axes[axis, 1] * y
        half = (abs(axes[axis, 0]) + abs(axes[axis, 1])) * (TILE - 1) / 2 + reach
        low = np.clip(np.floor(center - half), 0, size - 1).astype(np.intp) // block
        beyond = np.clip(np.ceil(center + half), 0, size - 1).astype(np.intp) // block + 1
        ends.append((low, beyond))
    padded, tissue = padding.sums(frame)
    near = _count(padded, ends) > 0
    return near, near & (_count(tissue, ends) == 0)


def _count(sums: Values, ends: list[tuple[Values, Values]]) -> Values:
    """How many of the blocks summed lie within the boxes from `low` to `beyond` of each axis."""
    for axis, (front, behind) in enumerate(ends):
        if front.size == behind.size == 1:
            # One slab of blocks: an image, or a plane along two axes.
            slab = sums.take(behind.item(), axis) - sums.take(front.item(), axis)
            down, across = ends[:axis] + ends[axis + 1 :]
            corners = [[_gather(slab, row, column) for column in across] for row in down]
            return corners[1][1] - corners[1][0] - corners[0][1] + corners[0][0]
    total: Values = np.zeros(np.broadcast_shapes(*(end.shape for pair in ends for end in pair)), np.int64)
    for which in product((0, 1), repeat=3):
        corner = sums[ends[0][which[0]], ends[1][which[1]], ends[2][which[2]]]
        total += corner if sum(which) % 2 else -corner
    return total


def _gather(slab: Values, rows: Values, columns: Values) -> Values:
    """Entries at rows and columns that belong together; along the axes it is two plain selections."""
    if rows.shape[1] == 1 and columns.shape[0] == 1:
        return slab.take(rows[:, 0], 0).take(columns[0], 1)
    if rows.shape[0] == 1 and columns.shape[1] == 1:
        return slab.take(columns[:, 0], 1).take(rows[0], 0).T
    return slab[rows, columns]


def _values(voxels: Values, padding: Padding, frame: int | None, place: list[Values], mode: str) -> Values:
    """float64 at `place` (k, j, i), where no padding is nearest: the two neighbours on each axis make the value."""
    inside: Values = np.ones((1,) * place[0].ndim, bool)
    for at, size in zip(place, voxels.shape, strict=True):
        inside = inside & (at >= -0.5) & (at <= size - 0.5)
    if mode == "nearest":
        nearest = [
            np.minimum(at, size - 1)
            for at, size in zip(_nearest(place, voxels.shape), voxels.shape, strict=True)
        ]
        return np.where(inside, _gathered(voxels, padding, frame, nearest)[0], OUTSIDE)
    shape = np.broadcast_shapes(*(at.shape for at in place))
    total, share = np.zeros(shape), np.zeros(shape)
    for weight, corner in _corners(place, voxels.shape):
        value, is_padding = _gathered(voxels, padding, frame, corner)
        counted = np.where(is_padding, 0.0, weight)
        share += counted
        # What is no number times nothing is none.
        value[is_padding] = 0.0
        total += counted * value
    # What is nearest has an eighth of the weight at least; of a frame that is not there no padding is known, and all may be.
    some = share > 0.0
    return np.where(inside & some, total / np.where(some, share, 1.0), OUTSIDE)


def _corners(place: list[Values], shape: tuple[int, ...]) -> Iterator[tuple[Values, list[Values]]]:
    """The voxels (k, j, i) around each place, and their weights; those that have none anywhere are left out."""
    sides = []
    for at, size in zip(place, shape, strict=True):
        within = np.clip(at, 0.0, size - 1)
        first = np.minimum(np.floor(within), max(size - 2, 0))
        beyond = within - first
        low = first.astype(np.intp)
        side = [(1.0 - beyond, low)]
        if beyond.any():
            side.append((beyond, low + 1))
        sides.append(side)
    for (wide_k, k), (wide_j, j), (wide_i, i) in product(*sides):
        yield wide_k * wide_j * wide_i, [k, j, i]


def _nearest(place: list[Values], shape: tuple[int, ...]) -> list[Values]:
    """The voxels (k, j, i) nearest to each place; half a voxel beyond the last centre it is one beyond the last."""
    return [
        np.clip(np.floor(at + 0.5), 0, size).astype(np.intp) for at, size in zip(place, shape, strict=True)
    ]


def _near_padding(
    padding: Padding, frame: int | None, nearest: list[Values], frames: int, reach: int
) -> Values:
    """bool: padding is among the voxels that are up to `reach` away from the nearest on each axis."""
    k, j, i = nearest
    if frame is not None:
        return padding.near(k + frame, j, i, reach) != 0
    found = padding.near(np.clip(k - reach, 0, frames - 1), j, i, reach)
    for step in range(1 - reach, reach + 1):
        found |= padding.near(np.clip(k + step, 0, frames - 1), j, i, reach)
    return found != 0


def _gathered(
    voxels: Values, padding: Padding, frame: int | None, index: list[Values]
) -> tuple[Values, Values]:
    """float64 of the voxels at (k, j, i), and which of them are padding."""
    k, j, i = index
    values = voxels.reshape(-1).take((k * voxels.shape[1] + j) * voxels.shape[2] + i)
    return values.astype(np.float64), padding.values.among(values, k if frame is None else frame)
