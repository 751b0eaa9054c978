"""What aiohttp does not show of a client's WebSocket: how much waits in it, and waiting until less does."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import Any

import aiohttp

MOST_UNSENT = 16_384
_TCP_NOTSENT_LOWAT = 25


class Outflow:
    """The way out of one WebSocket: at most MOST_UNSENT bytes and a message wait in it, and little in the kernel."""

    def __init__(self, end: aiohttp.ClientWebSocketResponse) -> None:
        connection = end._response.connection
        self._protocol: Any = connection.protocol if connection is not None else None
        transport = connection.transport if connection is not None else None
        self._transport = transport if isinstance(transport, asyncio.Transport) else None
        if self._transport is not None:
            self._transport.set_write_buffer_limits(high=MOST_UNSENT, low=MOST_UNSENT // 4)
        raw: socket.socket | None = end.get_extra_info("socket")
        if raw is not None:
            with suppress(OSError):  # an older kernel keeps more
                raw.setsockopt(socket.IPPROTO_TCP, _TCP_NOTSENT_LOWAT, MOST_UNSENT)

    @property
    def unsent(self) -> int:
        """Bytes that wait here."""
        return self._transport.get_write_buffer_size() if self._transport is not None else 0

    async def drained(self) -> None:
        """Waits until there is room again.

        Raises:
            ConnectionError: the connection is over.
        """
        if self._protocol is not None and self._protocol._paused:
            await self._protocol._drain_helper()
