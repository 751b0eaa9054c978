"""Telling others that something changed: listeners called at once, and tasks that wait for the next change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Changes(Generic[T]):
    """A stream of changes without memory."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[T], None]] = []
        self._next = asyncio.Event()

    def listen(self, listener: Callable[[T], None]) -> Callable[[], None]:
        """Call `listener` at every change; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, change: T) -> None:
        """It changed."""
        waiting, self._next = self._next, asyncio.Event()
        waiting.set()
        for listener in tuple(self._listeners):
            listener(change)

    async def wait(self, timeout: float) -> bool:
        """Whether something changed within `timeout` seconds."""
        try:
            await asyncio.wait_for(self._next.wait(), timeout)
        except TimeoutError:
            return False
        return True
