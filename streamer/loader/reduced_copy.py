"""The reduced copy of a volume, for volume rendering on a CPU: means of blocks, placed where the blocks' centres are."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streamer.viewer.stack import FrameRef, Stack
from streamer.viewer.vector import Vec3, add, scale, subtract

Factors = tuple[int, int, int]
"""How many voxels become one, along k, j, i."""


def reduction(stack: Stack, voxels: int) -> Factors | None:
    """The factors by which the volume gets within `voxels`, keeping its voxels as cubic as it can; None where it needs none."""
    shape = (len(stack.frames), stack.rows, stack.columns)
    if voxels <= 0 or not stack.geometry.volumetric or math.prod(shape) <= voxels:
        return None
    gap = _gap(stack)
    spacing = (gap, *stack.geometry.pixel_spacing)
    factors = [1, 1, 1]
    while math.prod(_reduced(shape, factors)) > voxels:
        sizes = [spacing[axis] * factors[axis] for axis in range(3)]
        axis = min(
            (axis for axis in range(3) if shape[axis] // (factors[axis] + 1) >= 3),
            key=sizes.__getitem__,
            default=-1,
        )
        if axis < 0:
            return None
        factors[axis] += 1
    return (factors[0], factors[1], factors[2])


def reduced_description(stack: Stack, factors: Factors) -> Stack:
    """The copy's own matrix, positions and spacing. What does not fill a block at the far end is left out."""
    frames, rows, columns = _reduced((len(stack.frames), stack.rows, stack.columns), factors)
    geometry = stack.geometry
    down, across = geometry.pixel_spacing
    step = scale(subtract(geometry.positions[-1], geometry.positions[0]), 1.0 / (len(stack.frames) - 1))
    # The centre of the first block lies (factor − 1) / 2 voxels into it.
    offset = add(
        scale(geometry.row, across * (factors[2] - 1) / 2),
        scale(geometry.column, down * (factors[1] - 1) / 2),
    )
    start = add(geometry.positions[0], add(offset, scale(step, (factors[0] - 1) / 2)))
    positions: tuple[Vec3, ...] = tuple(add(start, scale(step, float(factors[0] * k))) for k in range(frames))
    middle = tuple(stack.frames[k * factors[0] + factors[0] // 2] for k in range(frames))
    return replace(
        stack,
        rows=rows,
        columns=columns,
        frames=tuple(FrameRef(ref.sop_instance_uid, ref.frame_number, ref.instance_number) for ref in middle),
        terms_of=tuple(stack.terms_of[k * factors[0] + factors[0] // 2] for k in range(frames))
        if stack.terms_of
        else (),
        geometry=replace(
            geometry,
            positions=positions,
            pixel_spacing=(down * factors[1], across * factors[2]),
            slice_thickness=geometry.slice_thickness * factors[0],
        ),
    )


def reduce_into(pixels: NDArray[Any], factors: Factors, out: NDArray[Any], k: int, stack: Stack) -> None:
    """Means of blocks of `pixels` [k, j, i] of `stack`, without padding, into frame `k` of `out`.

    Where a block is nothing but padding it is what is padding of the frame in its middle, or else the block's lowest value.
    """
    depth, height, width = factors
    rows, columns = out.shape[1] * height, out.shape[2] * width
    whole = out.dtype.kind in "iu"
    slab = pixels[k * depth : (k + 1) * depth, :rows, :columns]
    shape = (depth, out.shape[1], height, out.shape[2], width)
    blocks, axes = slab.reshape(shape), (0, 2, 4)
    wide = np.float64 if out.dtype in (np.int32, np.float64) else np.float32
    mean = blocks.mean(axis=axes, dtype=wide)
    ends = [stack.terms_at(k * depth + frame).padding for frame in range(depth)]
    if any(ends):
        low, high = np.array([each or (np.inf, -np.inf) for each in ends]).T[:, :, None, None]
        padded = ((slab >= low) & (slab <= high)).reshape(shape)
        if padded.any():
            count = (~padded).sum(axis=axes)
            sums = np.where(padded, 0, blocks).sum(axis=axes, dtype=np.float64)
            own = ends[depth // 2]
            nothing = blocks.min(axis=axes) if own is None else own[0]
            mean = np.where(count > 0, sums / np.maximum(count, 1), nothing)
    out[k] = np.rint(mean) if whole else mean


def _reduced(shape: tuple[int, int, int], factors: Factors | list[int]) -> tuple[int, int, int]:
    return (shape[0] // factors[0], shape[1] // factors[1], shape[2] // factors[2])


def _gap(stack: Stack) -> float:
    positions = stack.geometry.positions
    return math.dist(positions[0], positions[-1]) / (len(positions) - 1)
