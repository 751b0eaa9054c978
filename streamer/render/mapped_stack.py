"""A stack whose pixels lie in a read-only map of its cache file; readers of one series share the page cache."""

from __future__ import annotations

import mmap
import os
import zlib
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from streamer.ipc.messages import StackPixels
from streamer.ipc.volume_cache import frame_checksum
from streamer.render.drawing_error import DrawingError
from streamer.viewer.stack import Stack

ABSENT, PRESENT, FAILED = 0, 1, 2
COMPARED_BYTES = 160 * 1024 * 1024
"""Compared once more before a picture is proven, at most: a tenth of a second on a slow core."""
_DTYPES = ("uint8", "int16", "uint16", "int32", "float32", "float64")


class MappedStack:
    """`voxels` is [k, j, i] or, in colour, [k, j, i, 3]; `states` holds one byte per frame: absent, present, failed.

    Both are views of the map and change while the loader writes: a frame's byte is written after its pixels and checksum. A frame
    counts as present only when its pixels fit its checksum; that is looked at once, before its first use, and again where it is
    doubted. `damaged` are frames that say they are there and do not fit, or were there and say so no more: they count as absent,
    and are looked at again until the loader has written them anew. Of a file that was cut short all are damaged, and no byte
    of it is touched: reading a page that a file has no more ends the process.
    """

    def __init__(
        self,
        description: Stack,
        states: np.ndarray[Any, Any],
        voxels: np.ndarray[Any, Any],
        checksums: np.ndarray[Any, Any] | None = None,
        seed: int = 0,
        mapped: mmap.mmap | None = None,
    ) -> None:
        """`checksums` None: pixels that were made in this process and never lay on a disk; `mapped`: what they are views of."""
        self.description = description
        self._states = states
        self.voxels = voxels
        self.damaged: set[int] = set()
        self.renewals = 0
        """Rises with every frame that is found damaged: what was made of its pixels before is not made of those that come."""
        self._checksums = checksums
        self._seed = seed
        self._mapped = mapped
        self._checked = np.full(len(states), checksums is None)
        self._was_there = np.zeros(len(states), np.bool_)
        self._damages = np.zeros(len(states), np.uint16)
        self._compared = np.zeros(len(states), np.int64)
        self._comparisons = 0

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
        return cls(description, states, voxels.reshape(shape), checksums, layout.seed, mapped)

    @property
    def states(self) -> np.ndarray[Any, Any]:
        """One byte per frame; of a file that was cut short none is there."""
        return np.zeros_like(self._states) if self.is_cut else self._states

    @property
    def is_cut(self) -> bool:
        """Whether the file is shorter than it was when it was mapped; all its frames are then damaged for good."""
        if self._mapped is None or self._mapped.size() >= len(self._mapped):
            return False
        if len(self.damaged) < len(self._states):
            for frame in range(len(self._states)):
                self._note_damage(frame)
        return True

    def present(self, frame: int) -> bool:
        """Whether the frame's pixels are there, as they were written."""
        if not 0 <= frame < len(self._states) or self.is_cut:
            return False
        state = int(self._states[frame])
        if state > FAILED or (state != PRESENT and self._was_there[frame]):
            self._note_damage(frame)
        return state == PRESENT and (bool(self._checked[frame]) or self._fits(frame))

    def doubt(self, frame: int) -> None:
        """The frame's pixels are compared with their checksum once more before it counts as present again."""
        if self._checksums is not None and 0 <= frame < len(self._checked):
            self._checked[frame] = False

    def compare_again(self, frames: Iterable[int], goes_on: Callable[[], None] = lambda: None) -> None:
        """Compares present frames with their checksums once more, those first that were compared the longest ago.

        At most COMPARED_BYTES of them, so that of a larger volume each proof compares another part. `goes_on` is called between
        two frames and may raise.
        """
        if self._checksums is None or not len(self._states):
            return
        most = max(1, COMPARED_BYTES // max(1, self.voxels[0].nbytes))
        wanted = np.fromiter(frames, np.intp)
        wanted = wanted[np.argsort(self._compared[wanted], kind="stable")][:most]
        for frame in wanted:
            goes_on()
            self.doubt(int(frame))
            self.present(int(frame))

    def presence(self, frame: int | None) -> int:
        """A number that changes when what is loaded does, or was written anew: of one frame, or of all (None)."""
        if frame is None:
            known = np.where(self.absent, self.states == FAILED, np.uint8(3)).tobytes()
            return zlib.crc32(known, self.renewals)
        if not 0 <= frame < len(self._states):
            return ABSENT
        if self.present(frame):
            return PRESENT | int(self._damages[frame]) << 2
        return FAILED if self.states[frame] == FAILED else ABSENT

    @property
    def absent(self) -> np.ndarray[Any, Any]:
        """One bool per frame: its pixels are not there (not yet, never, or damaged)."""
        states = self.states
        present = states == PRESENT
        for frame in np.flatnonzero(
            (present & ~self._checked) | (states > FAILED) | (~present & self._was_there)
        ):
            self.present(int(frame))
        return ~(present & self._checked)

    def _fits(self, frame: int) -> bool:
        assert self._checksums is not None
        self._comparisons += 1
        self._compared[frame] = self._comparisons
        if frame_checksum(self.voxels[frame], frame, self._seed) == self._checksums[frame]:
            self._checked[frame] = self._was_there[frame] = True
            self.damaged.discard(frame)
            return True
        self._note_damage(frame)
        return False

    def _note_damage(self, frame: int) -> None:
        self._checked[frame] = self._was_there[frame] = False
        if frame not in self.damaged:
            self.damaged.add(frame)
            self._damages[frame] += 1
            self.renewals += 1
