"""The host's line to the server: a server that takes the line and says nothing is left and dialled again."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from signaling.protocol import hosts
from signaling.protocol.version import PROTOCOL_VERSION
from streamer.host.registration import RegisteredHost, Registration


class Host:
    """Describes itself."""

    def describe(self) -> hosts.HostRegister:
        return hosts.HostRegister(
            protocol=PROTOCOL_VERSION, version="", machine_id="m", name="", renderer="", encoders=(), capacity=1, cores=1,
            memory_bytes=1, archives=(),
        )  # fmt: skip


async def test_a_server_that_never_welcomes_is_dialled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamer.host.registration.WELCOME_SECONDS", 0.01)
    calls: asyncio.Queue[None] = asyncio.Queue()

    async def silent(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        calls.put_nowait(None)
        async for _ in socket:
            pass
        return socket

    app = web.Application()
    app.router.add_get("/ws/host", silent)
    async with TestServer(app) as server:
        registration = Registration(str(server.make_url("/")), "key", cast(RegisteredHost, Host()), None)
        running: asyncio.Task[Any] = asyncio.create_task(registration.run())
        for _ in range(2):
            await asyncio.wait_for(calls.get(), 10.0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
