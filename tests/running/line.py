"""A TCP line between two programs on this machine that can be cut and joined again."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self


class Line:
    """Passes what comes to `port` on to `target` (a port); while it is cut nobody gets through, and who was is hung up on."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.passed = 0
        """Connections that were made through it."""
        self._is_cut = False
        self._server: asyncio.Server | None = None
        self._passing: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        await self.cut()

    async def cut(self) -> None:
        """Everything that passes now ends, and nothing passes any more."""
        self._is_cut = True
        for task in tuple(self._passing):
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    def join(self) -> None:
        """What comes from now on passes."""
        self._is_cut = False

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.close()
            return
        task = asyncio.current_task()
        assert task is not None
        self._passing.add(task)
        try:
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self.target)
            self.passed += 1
            async with asyncio.TaskGroup() as both:
                both.create_task(_pass(reader, there_writer))
                both.create_task(_pass(there_reader, writer))
        except* (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._passing.discard(task)
            for end in (writer, there_writer):
                end.transport.abort()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    writer.close()
