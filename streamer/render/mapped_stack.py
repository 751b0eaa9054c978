"""A stack whose pixels lie in a read-only map of its cache file; readers of one series share the page cache."""

from __future__ import annotations

import mmap
import os
import zlib
from typing import Any

import numpy as np

from streamer.ipc.messages import StackPixels
from streamer.ipc.volume_cache import frame_checksum
from streamer.render.drawing_error import DrawingError
from streamer.viewer.stack import Stack

ABSENT, PRESENT, FAILED = 0, 1, 2
_DTYPES = ("uint8", "int16", "uint16", "int32", "float32")


class MappedStack:
    """`voxels` is [k, j, i] or, in colour, [k, j, i, 3]; `states` holds one byte per frame: absent, present, failed.

    Both are views of the map and change while the loader writes: a frame's byte is written after its pixels and checksum. A frame
    counts as present only when its pixels fit its checksum; that is looked at once, before its first use. `damaged` are frames
    that say they are there and do not fit: they count as absent, and are looked at again until the loader has written them anew.
    """

    def __init__(
        self,
        description: Stack,
        states: np.ndarray[Any, Any],
        voxels: np.ndarray[Any, Any],
        checksums: np.ndarray[Any, Any] | None = None,
        seed: int = 0,
    ) -> None:
        """`checksums` None: pixels that were made in this process and never lay on a disk."""
        self.description = description
        self.states = states
        self.voxels = voxels
        self.damaged: set[int] = set()
        self._checksums = checksums
        self._seed = seed
        self._checked = np.full(len(states), checksums is None)

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
            ends = (layout.states + count, layout.checksums + 4 * count, layout.pixels + needed)
            if min(layout.states, layout.checksums, layout.pixels) < 0 or max(ends) > size:
                raise DrawingError("The cache file is shorter than the series. Open the study again.")
            try:
                mapped = mmap.mmap(descriptor, size, prot=mmap.PROT_READ, flags=mmap.MAP_SHARED)
            except OSError as error:
                raise DrawingError(f"The cache file can't be mapped: {error.strerror}.") from None
        finally:
            os.close(descriptor)
        states = np.frombuffer(mapped, np.uint8, count, layout.states)
        checksums = np.frombuffer(mapped, np.uint32, count, layout.checksums)
        voxels = np.frombuffer(mapped, pixels.dtype, needed // np.dtype(pixels.dtype).itemsize, layout.pixels)
        return cls(description, states, voxels.reshape(shape), checksums, layout.seed)

    def present(self, frame: int) -> bool:
        """Whether the frame's pixels are there, as they were written."""
        if not 0 <= frame < len(self.states):
            return False
        state = int(self.states[frame])
        if state > FAILED:
            self.damaged.add(frame)
        return state == PRESENT and (bool(self._checked[frame]) or self._fits(frame))

    def doubt(self, frame: int) -> None:
        """The frame's pixels are compared with their checksum once more before it counts as present again."""
        if self._checksums is not None and 0 <= frame < len(self._checked):
            self._checked[frame] = False

    def presence(self, frame: int | None) -> int:
        """A number that changes when what is loaded does: of one frame, or of all (None)."""
        if frame is None:
            return zlib.crc32(np.where(self.absent, self.states == FAILED, np.uint8(3)).tobytes())
        if not 0 <= frame < len(self.states):
            return ABSENT
        return PRESENT if self.present(frame) else FAILED if self.states[frame] == FAILED else ABSENT

    @property
    def absent(self) -> np.ndarray[Any, Any]:
        """One bool per frame: its pixels are not there (not yet, never, or damaged)."""
        present = self.states == PRESENT
        for frame in np.flatnonzero((present & ~self._checked) | (self.states > FAILED)):
            self.present(int(frame))
        return ~(present & self._checked)

    def _fits(self, frame: int) -> bool:
        assert self._checksums is not None
        if frame_checksum(self.voxels[frame], frame, self._seed) == self._checksums[frame]:
            self._checked[frame] = True
            self.damaged.discard(frame)
            return True
        self.damaged.add(frame)
        return False
