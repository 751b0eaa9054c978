"""Which of the bytes that wait in a socket are of moving pictures. Pure."""

from __future__ import annotations

from collections import deque


class Written:
    """The last messages written: what waits are the newest bytes of them."""

    def __init__(self) -> None:
        self._messages: deque[tuple[int, bool]] = deque()
        self._size = 0

    def add(self, size: int, moving: bool, waiting: int) -> None:
        """A message of `size` bytes was written, of a moving picture or not; after it `waiting` bytes wait."""
        self._messages.append((size, moving))
        self._size += size
        self._forget(waiting)

    def moving(self, waiting: int) -> int:
        """Of `waiting` bytes that wait now, those of moving pictures."""
        self._forget(waiting)
        gone = max(0, self._size - waiting)  # of the oldest message
        moving = sum(size for size, moving in self._messages if moving)
        return moving - gone if self._messages and self._messages[0][1] else moving

    def _forget(self, waiting: int) -> None:
        while self._messages and self._size - self._messages[0][0] >= waiting:
            self._size -= self._messages.popleft()[0]
