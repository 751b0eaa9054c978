"""A stack whose pixels lie in a read-only map of its cache file; readers of one series share the page cache."""

from __future__ import annotations

import mmap
import os
import zlib
from typing import Any

import numpy as np

from streamer.ipc.messages import StackPixels
from streamer.render.drawing_error import DrawingError
from streamer.viewer.stack import Stack

ABSENT, PRESENT, FAILED = 0, 1, 2
_DTYPES = ("uint8", "int16", "uint16", "int32", "float32")


class MappedStack:
    """`voxels` is [k, j, i] or, in colour, [k, j, i, 3]; `states` holds one byte per frame: absent, present, failed.

    Both are views of the map and change while the loader writes: a frame's byte is written after its pixels.
    """

    def __init__(
        self, description: Stack, states: np.ndarray[Any, Any], voxels: np.ndarray[Any, Any]
    ) -> None:
        self.description = description
        self.states = states
        self.voxels = voxels

    @classmethod
    def open(cls, descriptor: int, description: Stack, layout: StackPixels) -> MappedStack:
        """Maps the cache file and closes `descriptor`; the map lasts as long as the views of it.

        Raises:
            DrawingError: the file is shorter than the description says, or can't be mapped.
        """
        pixels = description.pixels
        count = len(description.frames)
        shape: tuple[int, ...] = (count, description.rows, description.columns)
        if pixels.samples == 3:
            shape = (*shape, 3)
        try:
            if pixels.dtype not in _DTYPES or pixels.samples not in (1, 3) or 0 in shape:
                raise DrawingError(f"Pixels of kind {pixels.dtype} × {pixels.samples} can't be drawn.")
            needed = int(np.prod(shape, dtype=np.int64)) * np.dtype(pixels.dtype).itemsize
            size = os.fstat(descriptor).st_size
            if (
                min(layout.states, layout.pixels) < 0
                or max(layout.states + count, layout.pixels + needed) > size
            ):
                raise DrawingError("The cache file is shorter than the series. Open the study again.")
            try:
                mapped = mmap.mmap(descriptor, size, prot=mmap.PROT_READ, flags=mmap.MAP_SHARED)
            except OSError as error:
                raise DrawingError(f"The cache file can't be mapped: {error.strerror}.") from None
        finally:
            os.close(descriptor)
        states = np.frombuffer(mapped, np.uint8, count, layout.states)
        voxels = np.frombuffer(mapped, pixels.dtype, needed // np.dtype(pixels.dtype).itemsize, layout.pixels)
        return cls(description, states, voxels.reshape(shape))

    def present(self, frame: int) -> bool:
        """Whether the frame's pixels are there."""
        return 0 <= frame < len(self.states) and int(self.states[frame]) == PRESENT

    def presence(self, frame: int | None) -> int:
        """A number that changes when what is loaded does: of one frame, or of all (None)."""
        if frame is not None:
            return int(self.states[frame]) if 0 <= frame < len(self.states) else ABSENT
        return zlib.crc32(self.states.tobytes())

    @property
    def absent(self) -> np.ndarray[Any, Any]:
        """One bool per frame: its pixels are not there (not yet, or never)."""
        return self.states != PRESENT
