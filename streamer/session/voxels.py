"""Stored values for probes and statistics, read from the cache file itself (never from the picture)."""

from __future__ import annotations

import mmap
from typing import Protocol

import numpy as np

from streamer.session.series_load import SeriesLoad

Value = float | tuple[float, ...] | None


class Loads(Protocol):
    """Where the loads of an opened study are found."""

    def load_of(self, stack: int) -> SeriesLoad | None:
        """The load of stack number `stack`, None while it is not asked for."""


class CachedVoxels:
    """Implements streamer.viewer.context.VoxelSource over the cache files."""

    def __init__(self, loads: Loads) -> None:
        self._loads = loads
        self._maps: dict[int, mmap.mmap] = {}

    def value_at(self, stack: int, frame: int, column: float, row: float) -> Value:
        """The modality value at the nearest pixel centre; None outside, or when the frame is not there (yet)."""
        load = self._loads.load_of(stack)
        if load is None or load.descriptor < 0 or load.stack is None or load.layout is None:
            return None
        described = load.stack
        i, j = round(column), round(row)
        inside = 0 <= i < described.columns and 0 <= j < described.rows and 0 <= frame < len(load.present)
        if not inside or load.present[frame] != 1:
            return None
        memory = self._maps.get(stack)
        if memory is None:
            memory = self._maps[stack] = mmap.mmap(load.descriptor, 0, access=mmap.ACCESS_READ)
        pixels = described.pixels
        index = ((frame * described.rows + j) * described.columns + i) * pixels.samples
        dtype = np.dtype(pixels.dtype)
        values = np.frombuffer(
            memory, dtype, count=pixels.samples, offset=load.layout.pixels + index * dtype.itemsize
        ).astype(float)
        if pixels.samples == 1:
            return float(values[0]) * pixels.slope + pixels.intercept
        return tuple(float(v) for v in values)

    def close(self) -> None:
        """Lets the maps go."""
        self._maps.clear()
