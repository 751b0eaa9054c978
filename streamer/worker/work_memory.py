"""The memory that a worker may take: as its threads, its stacks and the largest of its pictures need it (NEEDS)."""

from __future__ import annotations

import threading

import structlog

from streamer.confinement.memory import NEEDS, OwnMemory, lacks

log = structlog.get_logger()
SHORT = (
    "The render host has not enough memory for this picture. "
    "Choose a layout with fewer or flat views, or make the window smaller."
)


def is_short(error: Exception, width: int = 0, height: int = 0) -> bool:
    """Whether a picture of that size failed for want of memory, also where a library gave another reason."""
    return isinstance(error, MemoryError) or lacks(NEEDS["worker"]["picture_pixels"] * width * height)


class WorkMemory:
    """Told what the worker has to do, by any thread. Nothing is limited before the worker is warm."""

    def __init__(self, threads: int) -> None:
        self._lock = threading.Lock()
        self._memory: OwnMemory | None = None
        self._threads = threads
        self._pixels = 0
        self._stacks: dict[tuple[int, bool], int] = {}

    def warm(self) -> None:
        """Drivers and libraries have what they take; from now on it is work that takes memory."""
        with self._lock:
            try:
                self._memory = OwnMemory("worker", threads=self._threads)
            except (OSError, ValueError) as error:
                log.info("memory_not_limited", problem=str(error))
        self._grow()

    def picture(self, width: int, height: int) -> None:
        """A picture of that size is to be drawn, in device pixels."""
        if 0 < width * height > self._pixels:
            self._pixels = width * height
            self._grow()

    def attached(self, number: int, size: int, *, reduced: bool = False) -> None:
        """A stack of `size` bytes has come."""
        self._stacks[number, reduced] = size
        self._grow()

    def detached(self, number: int | None = None) -> None:
        """A stack has gone; None: all."""
        for key in [key for key in self._stacks if number in (None, key[0])]:
            del self._stacks[key]

    def _grow(self) -> None:
        with self._lock:
            if self._memory is not None:
                self._memory.grow(picture_pixels=self._pixels, stack_bytes=sum(self._stacks.values()))
