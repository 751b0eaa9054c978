"""Work that many may do at once, except while one must be alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Who comes while one is alone, or waits to be, waits for that one."""

    def __init__(self) -> None:
        self._count = 0
        self._open = asyncio.Event()
        self._open.set()
        self._idle = asyncio.Event()
        self._idle.set()

    @asynccontextmanager
    async def many(self) -> AsyncIterator[None]:
        """Beside others of the many."""
        while not self._open.is_set():
            await self._open.wait()
        self._count += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                self._idle.set()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """When those at work are done. For one owner: two that want to be alone at once are not kept apart."""
        self._open.clear()
        try:
            await self._idle.wait()
            yield
        finally:
            self._open.set()
