"""`/ws/host-stream` and `/ws/page-stream`: the two ends of a seat on WebSockets, and the bytes between them, unread."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress

from aiohttp import WSMsgType, web

from signaling.api.services import SERVICES, Services
from signaling.api.signed_in import NOT_SIGNED_IN, sign_in_of
from signaling.auth.host_keys import key_of
from signaling.errors import Refused
from signaling.protocol import errors
from signaling.protocol.stream import HOST_HEADER, MESSAGE_BYTES, PAGE_MESSAGE_BYTES, SUBPROTOCOL
from signaling.services.streams import Side, Stream

MOST_UNSENT = 16_384
"""Bytes kept for an end that does not read: then the other one is not read either."""
_READ_BYTES = 16_384
_PING_SECONDS = 20.0
_SEND_SECONDS = 20.0
_CLOSE_SECONDS = 2.0
_TCP_NOTSENT_LOWAT = 25

host_routes = web.RouteTableDef()
page_routes = web.RouteTableDef()


class StreamSocket:
    """One end: of what is sent to it no more than MOST_UNSENT bytes wait, and what it sends is read no faster than it goes on."""

    def __init__(self, max_bytes: int, protocols: tuple[str, ...] = ()) -> None:
        self.response = web.WebSocketResponse(
            heartbeat=_PING_SECONDS,
            max_msg_size=max_bytes,
            compress=False,
            writer_limit=1,
            timeout=_CLOSE_SECONDS,
            protocols=protocols,
        )
        self._transport: asyncio.Transport | None = None
        self._closing: asyncio.Task[None] | None = None

    async def open(self, request: web.Request) -> None:
        """Take the connection."""
        await self.response.prepare(request)
        transport = request.transport
        if not isinstance(transport, asyncio.Transport):
            return
        self._transport = transport
        transport.set_write_buffer_limits(high=MOST_UNSENT, low=MOST_UNSENT // 4)
        if hasattr(transport, "max_size"):  # what asyncio reads at once: by itself 256 kB
            transport.max_size = _READ_BYTES
        end: socket.socket | None = transport.get_extra_info("socket")
        if end is not None:
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            # The kernel keeps what is on its way, and little that is not.
            with suppress(OSError):
                end.setsockopt(socket.IPPROTO_TCP, _TCP_NOTSENT_LOWAT, MOST_UNSENT)

    @property
    def unsent(self) -> int:
        """Bytes that wait for it here."""
        return self._transport.get_write_buffer_size() if self._transport is not None else 0

    def has_room(self, size: int) -> bool:
        """Whether `size` bytes more can be sent to it without waiting."""
        return self.unsent + size <= MOST_UNSENT

    async def pass_on(self, to: StreamSocket) -> None:
        """Gives what this end says to the other, until one of them is gone."""
        async for message in self.response:
            if message.type is not WSMsgType.BINARY:
                return
            if to.has_room(len(message.data)):
                await to.response.send_bytes(
                    message.data
                )  # does not wait, so that nothing more is read meanwhile
            else:
                await self._pass_slowly(message.data, to)

    async def _pass_slowly(self, data: bytes, to: StreamSocket) -> None:
        """The other end is slow: nothing more is read here until it has taken what there is."""
        if self._transport is not None:
            self._transport.pause_reading()
        try:
            await asyncio.wait_for(to.response.send_bytes(data), _SEND_SECONDS)
        finally:
            if self._transport is not None:
                self._transport.resume_reading()

    def close(self, _reason: str) -> None:
        """Hang up soon."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._hang_up(), name="close stream")

    async def _hang_up(self) -> None:
        try:
            if self.response.prepared:
                await asyncio.wait_for(self.response.close(), _CLOSE_SECONDS)
        except (ConnectionError, TimeoutError):
            pass  # then it is cut
        finally:
            if self._transport is not None:
                self._transport.abort()

    async def end(self) -> None:
        """Hang up, now."""
        self.close("")
        if self._closing is not None:
            await asyncio.gather(self._closing, return_exceptions=True)


@host_routes.get("/ws/host-stream")
async def host_stream(request: web.Request) -> web.StreamResponse:
    """The host's end: with its key, and the token that it was told with the seat."""
    services = request.app[SERVICES]
    record = await services.registry.admit(key_of(request.headers.get("Authorization")))
    stream = services.streams.admit(Side.HOST, request.headers.get(HOST_HEADER, ""), record.host)
    return await _serve(request, services, stream, Side.HOST, StreamSocket(MESSAGE_BYTES))


@page_routes.get("/ws/page-stream")
async def page_stream(request: web.Request) -> web.StreamResponse:
    """The page's end: signed in, and with the token of its seat as subprotocol, for a browser sends no header of a page's own."""
    services = request.app[SERVICES]
    sign_in = await sign_in_of(request)
    if sign_in is None:
        raise Refused(NOT_SIGNED_IN, errors.NOT_SIGNED_IN)
    named = request.headers.get("Sec-WebSocket-Protocol", "")
    key_hash = services.sign_in_watch.now_of(sign_in.key_hash)
    stream = services.streams.admit(Side.PAGE, named.removeprefix(SUBPROTOCOL), key_hash)
    return await _serve(request, services, stream, Side.PAGE, StreamSocket(PAGE_MESSAGE_BYTES, (named,)))


async def _serve(
    request: web.Request, services: Services, stream: Stream[StreamSocket], side: Side, end: StreamSocket
) -> web.StreamResponse:
    try:
        await end.open(request)
        other = await stream.meet(side, end)
        if other is not None:
            await end.pass_on(other)
    except (ConnectionError, TimeoutError):
        pass  # one of the two is gone, or reads no more
    finally:
        services.streams.end(stream.seat, f"The {side.value} is gone.")
        await end.end()
    return end.response
