"""What is shown beside padding: values of what is no padding alone, each by its share of the weight; padding itself is outside.

Only output pixels near padding are computed here, elementwise and in a fixed order; all others are as VTK made them. Where cubic
interpolation would reach for padding it is linear: no neighbour is made up.
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
_TILES_AT_ONCE = 512

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
    """Puts right what was sampled without regard to padding: float [rows, columns] of the output's `part`, which is written to.

    `voxels` is [k, j, i], of the one `frame` or (None) of all; `axes` is (i, j, k) from output pixel (x, y).
    """
    near, only = _tiles(padding, frame, axes, part, voxels.shape, _REACH[mode])
    _blacken(sampled, only)
    down, across = np.nonzero(near & ~only)
    steps = np.arange(TILE)
    for start in range(0, len(down), _TILES_AT_ONCE):
        rows = (TILE * down[start : start + _TILES_AT_ONCE, None] + steps)[:, :, None]
        columns = (TILE * across[start : start + _TILES_AT_ONCE, None] + steps)[:, None, :]
        place = _places(axes, columns + part[1].start, rows + part[0].start)
        values = _values(voxels, padding, frame, place, mode)
        there = (rows < sampled.shape[0]) & (columns < sampled.shape[1])
        if mode == "cubic":
            there = there & _near_padding(voxels, padding, frame, place)
        rows, columns = np.broadcast_arrays(rows, columns)
        sampled[rows[there], columns[there]] = np.broadcast_to(values, there.shape)[there]


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
    """(k, j, i) at output pixels `x` [tiles, 1, TILE], `y` [tiles, TILE, 1]: of a side that depends on one of them, as small."""
    places = []
    for axis in (2, 1, 0):
        place: Values = np.full((1, 1, 1), axes[axis, 3])
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
    (front, behind), down, across = ends
    if front.size == behind.size == 1:
        # One slab of blocks: an image, or a plane along one.
        slab = sums[int(behind.item())] - sums[int(front.item())]
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
    """float64 at `place` (k, j, i): what is nearest says whether it is padding, and the two neighbours on each axis the value."""
    nearest = []
    inside: Values = np.ones((1, 1, 1), bool)
    for at, size in zip(place, voxels.shape, strict=True):
        inside = inside & (at >= -0.5) & (at <= size - 0.5)
        nearest.append(np.clip(np.floor(at + 0.5), 0, size - 1).astype(np.intp))
    values, padded = _gathered(voxels, padding, frame, nearest)
    if mode != "nearest":
        total, share = np.zeros(values.shape), np.zeros(values.shape)
        for weight, corner in _corners(place, voxels.shape):
            value, is_padding = _gathered(voxels, padding, frame, corner)
            counted = np.where(is_padding, 0.0, weight)
            share += counted
            # What is no number times nothing is none.
            value[is_padding] = 0.0
            total += counted * value
        # What is nearest has an eighth of the weight at least.
        values = total / np.where(padded, 1.0, share)
    return np.where(inside & ~padded, values, OUTSIDE)


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


def _near_padding(voxels: Values, padding: Padding, frame: int | None, place: list[Values]) -> Values:
    """Whether padding is among the voxels that cubic interpolation may reach for, two on each side of the nearest."""
    nearest = [np.floor(at + 0.5) for at in place]
    found: Values = np.zeros((1, 1, 1), bool)
    reach = [range(-2, 3) if size > 1 else range(1) for size in voxels.shape]
    for steps in product(*reach):
        index = [
            np.clip(at + step, 0, size - 1).astype(np.intp)
            for at, step, size in zip(nearest, steps, voxels.shape, strict=True)
        ]
        found = found | _gathered(voxels, padding, frame, index)[1]
    return found


def _gathered(
    voxels: Values, padding: Padding, frame: int | None, index: list[Values]
) -> tuple[Values, Values]:
    """float64 of the voxels at (k, j, i), and which of them are padding."""
    k, j, i = index
    values = voxels.reshape(-1)[(k * voxels.shape[1] + j) * voxels.shape[2] + i].astype(np.float64)
    return values, padding.values.among(values, k if frame is None else frame)
