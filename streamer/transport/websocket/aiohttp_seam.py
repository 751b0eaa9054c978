"""What aiohttp does not show of a client's WebSocket: how much waits in it, and waiting until less does."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import Any

import aiohttp

from streamer.transport.websocket.written import Written

AHEAD_SECONDS = 0.02
LEAST_UNSENT, MOST_UNSENT = 4_096, 16_384
"""Bytes: less would leave the link idle between two turns of the event loop, more would only make the next picture wait."""
_FRAME_BYTES = 8
_TCP_NOTSENT_LOWAT = 25


def most_unsent(bit_rate: float) -> int:
    """Bytes that may wait in the socket, and as many in the kernel: what leaves in 20 ms."""
    return max(LEAST_UNSENT, min(int(bit_rate / 8 * AHEAD_SECONDS), MOST_UNSENT))


class Outflow:
    """The way out of one WebSocket: at most most_unsent() bytes and a message wait in it, and as many in the kernel."""

    def __init__(self, end: aiohttp.ClientWebSocketResponse, bit_rate: float) -> None:
        self._end = end
        connection = end._response.connection
        self._protocol: Any = connection.protocol if connection is not None else None
        transport = connection.transport if connection is not None else None
        self._transport = transport if isinstance(transport, asyncio.Transport) else None
        self._written = Written()
        self._most = 0
        self.plan(bit_rate)

    def plan(self, bit_rate: float) -> None:
        """Follows the rate at which pictures leave, bit/s."""
        most = most_unsent(bit_rate)
        if abs(most - self._most) < self._most / 8:
            return  # not worth a call to the kernel
        self._most = most
        if self._transport is not None:
            self._transport.set_write_buffer_limits(high=most, low=most // 4)
        raw: socket.socket | None = self._end.get_extra_info("socket")
        if raw is not None:
            with suppress(OSError):  # an older kernel keeps more
                raw.setsockopt(socket.IPPROTO_TCP, _TCP_NOTSENT_LOWAT, most)

    @property
    def unsent_moving(self) -> int:
        """Bytes of moving pictures that wait here."""
        return self._written.moving(self._unsent)

    @property
    def _unsent(self) -> int:
        return self._transport.get_write_buffer_size() if self._transport is not None else 0

    async def drained(self) -> None:
        """Waits until there is room again.

        Raises:
            ConnectionError: the connection is over.
        """
        if self._protocol is not None and self._protocol._paused:
            await self._protocol._drain_helper()

    async def send(self, data: bytes, *, moving: bool) -> None:
        """Sends a message, of a moving picture or not.

        Raises:
            ConnectionError: the connection is over.
        """
        await self._end.send_bytes(data)
        self._written.add(len(data) + _FRAME_BYTES, moving, self._unsent)
