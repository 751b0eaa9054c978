"""The host's end of a seat on a WebSocket against a server that plays the other end: what waits in it, and how it ends."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from signaling.protocol.stream import Begin, encode
from streamer.transport.base import SendPlan
from streamer.transport.websocket import socket_transport
from streamer.transport.websocket.aiohttp_seam import LEAST_UNSENT, MOST_UNSENT, Outflow
from streamer.transport.websocket.socket_transport import SocketTransport
from tests.integration.webrtc_page import Heard

SECONDS = 10
NOTSENT_LOWAT = 25


class Far:
    """The other end: reads nothing until it is told to."""

    def __init__(self) -> None:
        self.came: asyncio.Queue[web.WebSocketResponse] = asyncio.Queue()
        self.reads = asyncio.Event()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        end = web.WebSocketResponse()
        await end.prepare(request)
        assert request.transport is not None
        request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.came.put_nowait(end)
        await self.reads.wait()
        async for _ in end:
            pass
        return end


@pytest.fixture
async def far() -> AsyncIterator[tuple[Far, str]]:
    far = Far()
    app = web.Application()
    app.router.add_get("/ws/host-stream", far.serve)
    async with TestServer(app) as server:
        yield far, str(server.make_url("/"))
        far.reads.set()


async def test_what_may_wait_follows_the_rate_and_only_pictures_count_as_such(far: tuple[Far, str]) -> None:
    there, url = far
    async with aiohttp.ClientSession() as client, client.ws_connect(url + "ws/host-stream") as end:
        outflow = Outflow(end, 400_000)
        raw = end.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        assert outflow._transport is not None
        assert outflow._transport.get_write_buffer_limits()[1] == LEAST_UNSENT
        assert raw.getsockopt(socket.IPPROTO_TCP, NOTSENT_LOWAT) == LEAST_UNSENT
        while not end._response.connection.protocol._paused:  # type: ignore[union-attr]
            await outflow.send(bytes(1000), moving=False)
        assert outflow._unsent > LEAST_UNSENT
        assert outflow.unsent_moving == 0, "words count as pictures"
        await outflow.send(bytes(1000), moving=True)
        assert 1000 <= outflow.unsent_moving < 1100
        outflow.plan(1e9)
        assert outflow._transport.get_write_buffer_limits()[1] == MOST_UNSENT
        assert raw.getsockopt(socket.IPPROTO_TCP, NOTSENT_LOWAT) == MOST_UNSENT
        there.reads.set()  # so that it may be closed in order


async def test_a_plan_reaches_the_socket(far: tuple[Far, str]) -> None:
    there, url = far
    heard = Heard()
    transport = SocketTransport(heard, url=url, key="k", token="t")
    await transport.offer()
    end = await asyncio.wait_for(there.came.get(), SECONDS)
    await end.send_bytes(encode(Begin(decodes_stills=False)))
    await asyncio.wait_for(heard.connected.wait(), SECONDS)
    transport.plan(SendPlan(pacing_bit_rate=400_000, round_trip=0.1))
    assert transport._outflow is not None
    assert transport._outflow._most == LEAST_UNSENT
    await transport.close()


async def test_a_fault_of_our_own_ends_the_connection_in_words(
    far: tuple[Far, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: bytes) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(socket_transport, "decode", fail)
    there, url = far
    heard = Heard()
    transport = SocketTransport(heard, url=url, key="k", token="t")
    await transport.offer()
    end = await asyncio.wait_for(there.came.get(), SECONDS)
    await end.send_bytes(b"anything")
    assert (await asyncio.wait_for(heard.disconnected.get(), SECONDS)).endswith(".")
    await transport.close()
    assert heard.disconnected.empty()


async def test_a_server_that_is_not_there_is_told_once() -> None:
    heard = Heard()
    transport = SocketTransport(heard, url="http://127.0.0.1:1", key="k", token="t")
    await transport.offer()
    assert "server" in await asyncio.wait_for(heard.disconnected.get(), SECONDS)
    await transport.close()
    assert heard.disconnected.empty()
