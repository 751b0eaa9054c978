"""A cache file that a load holds open, and what became of it since: cut short, or without its name."""

from __future__ import annotations

import os
from pathlib import Path

from streamer.ipc import cache_folder


class HeldFile:
    """A read-only descriptor of the file at `path`; −1 while none is held. Nothing is mapped: a cut one must not end the host."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._size = 0
        self.identity = (0, 0)
        """Device and inode of the file held last."""
        self.descriptor = -1

    def hold(self, size: int) -> bool:
        """Holds the file as it is now, which must have `size` bytes; whether another one was held before.

        Raises:
            OSError: it can't be opened.
        """
        descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        before = self.identity if self.descriptor >= 0 else None
        status = os.fstat(descriptor)
        # The old one is closed after: an inode that nobody holds may be given to the new file.
        self.let_go()
        self.descriptor, self._size, self.identity = descriptor, size, (status.st_dev, status.st_ino)
        cache_folder.touch(self._path)
        return before is not None and before != self.identity

    @property
    def is_cut(self) -> bool:
        """Whether it is shorter than it must be."""
        return self.descriptor >= 0 and os.fstat(self.descriptor).st_size < self._size

    @property
    def is_nameless(self) -> bool:
        """Whether it was unlinked, or another file took its name; its bytes stay what they are while it is held."""
        return self.descriptor >= 0 and os.fstat(self.descriptor).st_nlink == 0

    def let_go(self) -> None:
        """Closes it."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
        self.descriptor = -1
