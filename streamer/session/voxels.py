"""Stored values for probes and statistics, read from the cache file itself (never from the picture)."""

from __future__ import annotations

import os
from collections import OrderedDict
from typing import Protocol

import numpy as np

from streamer.ipc.volume_cache import frame_checksum
from streamer.session.series_load import SeriesLoad

Value = float | tuple[float, ...] | None
KEPT_BYTES = 16 * 1024 * 1024


class Loads(Protocol):
    """Where the loads of an opened study are found."""

    def load_of(self, stack: int) -> SeriesLoad | None:
        """The load of stack number `stack`, None while it is not asked for."""


class CachedVoxels:
    """Implements streamer.viewer.context.VoxelSource over the cache files.

    A frame is read whole and compared with its checksum, and its values are told from what was compared: the file may be damaged
    the moment after. Files are read, not mapped: one that is cut short must not end the host.
    """

    def __init__(self, loads: Loads) -> None:
        self._loads = loads
        self._compared: OrderedDict[tuple[SeriesLoad, int, int], bytes] = OrderedDict()
        self._bytes = 0

    def value_at(self, stack: int, frame: int, column: float, row: float) -> Value:
        """The modality value at the nearest pixel centre; None outside, or when the frame is not there (yet) or is damaged."""
        load = self._loads.load_of(stack)
        if load is None or load.descriptor < 0 or load.stack is None or load.layout is None:
            return None
        described = load.stack
        i, j = round(column), round(row)
        inside = 0 <= i < described.columns and 0 <= j < described.rows and 0 <= frame < len(load.present)
        raw = self._frame(load, frame) if inside and load.present[frame] == 1 else b""
        if not raw:
            return None
        pixels = described.pixels
        dtype = np.dtype(pixels.dtype)
        at = (j * described.columns + i) * pixels.samples * dtype.itemsize
        values = np.frombuffer(raw, dtype, pixels.samples, at).astype(float)
        if pixels.samples == 1:
            return float(values[0]) * pixels.slope + pixels.intercept
        return tuple(float(v) for v in values)

    def _frame(self, load: SeriesLoad, frame: int) -> bytes:
        """The bytes of a frame that fits its checksum; none where it does not."""
        key = (load, load.written, frame)
        if key in self._compared:
            self._compared.move_to_end(key)
            return self._compared[key]
        assert load.layout is not None
        assert load.stack is not None
        pixels = load.stack.pixels
        size = load.stack.rows * load.stack.columns * pixels.samples * np.dtype(pixels.dtype).itemsize
        raw = os.pread(load.descriptor, size, load.layout.pixels + frame * size)
        said = os.pread(load.descriptor, 4, load.layout.checksums + 4 * frame)
        if len(raw) != size or frame_checksum(raw, frame, load.layout.seed).to_bytes(4, "little") != said:
            load.damaged([frame])
            return b""
        self._compared[key] = raw
        self._bytes += size
        while self._bytes > KEPT_BYTES and len(self._compared) > 1:
            self._bytes -= len(self._compared.popitem(last=False)[1])
        return raw

    def is_complete(self, stack: int) -> bool:
        """Whether all images of the stack are there: none is still to come, and none has failed."""
        load = self._loads.load_of(stack)
        return load is not None and bool(load.present) and all(state == 1 for state in load.present)

    def close(self) -> None:
        """Forgets what was looked at."""
        self._compared.clear()
        self._bytes = 0
