"""A cache file that a load holds open, and what became of it since: cut short, damaged, or without its name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from streamer.ipc import cache_folder, volume_cache
from streamer.ipc.volume_cache import CacheShape, FrameState


class HeldFile:
    """A read-only descriptor of the file at `path`; −1 while none is held. Nothing is mapped: a cut one must not end the host."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._shape: CacheShape | None = None
        self.identity = (0, 0)
        """Device and inode of the file held last."""
        self.descriptor = -1
        self._looked: tuple[bytes, int, bytes] | None = None
        """Header and states of the file, its size, and what was asked for, when they were compared last."""
        self._lost: list[int] = []

    def hold(self, shape: CacheShape) -> bool:
        """Holds the file as it is now, which must be of `shape`; whether another one was held before.

        Raises:
            OSError: it can't be opened.
        """
        descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        before = self.identity if self.descriptor >= 0 else None
        status = os.fstat(descriptor)
        self._looked = None
        # The old one is closed after: an inode that nobody holds may be given to the new file.
        self.let_go()
        self.descriptor, self._shape, self.identity = descriptor, shape, (status.st_dev, status.st_ino)
        cache_folder.touch(self._path)
        return before is not None and before != self.identity

    @property
    def is_cut(self) -> bool:
        """Whether it is shorter than it must be."""
        if self.descriptor < 0 or self._shape is None:
            return False
        return os.fstat(self.descriptor).st_size < self._shape.size

    def lost(self, present: Sequence[int] | None = None) -> list[int]:
        """Those of the frames with a 1 in `present` (None: of all), which a loader wrote, that the file does not say are there.

        All of them where its header is not the one it was made with, or where it can't be read. Pixels are not looked at.
        """
        if self.descriptor < 0 or self._shape is None:
            return []
        if present is None:
            present = bytes([1]) * self._shape.frames
        try:
            head = os.pread(self.descriptor, self._shape.states_offset + self._shape.frames, 0)
            size = os.fstat(self.descriptor).st_size
        except OSError:
            head, size = b"", -1
        # Asked with each movement of the hand, and next to always as it was the time before.
        looked = head, size, bytes(present)
        if looked != self._looked:
            self._looked, self._lost = looked, self._compared(present)
        return list(self._lost)

    def _compared(self, present: Sequence[int]) -> list[int]:
        try:
            shape, states = volume_cache.states_of(self.descriptor)
        except (OSError, volume_cache.CacheFault):
            shape, states = None, b""
        if shape != self._shape:
            return [frame for frame, there in enumerate(present) if there]
        pairs = enumerate(zip(present, states, strict=True))
        return [frame for frame, (there, state) in pairs if there and state != FrameState.PRESENT]

    @property
    def is_nameless(self) -> bool:
        """Whether it was unlinked, or another file took its name; its bytes stay what they are while it is held."""
        return self.descriptor >= 0 and os.fstat(self.descriptor).st_nlink == 0

    def let_go(self) -> None:
        """Closes it."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
        self.descriptor = -1
