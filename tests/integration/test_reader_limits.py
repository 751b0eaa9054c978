"""Behind a named proxy each reader's address has its own limits; who is over them is told so, and others are served."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
from structlog.testing import capture_logs

from signaling.api import reader_limits
from signaling.errors import Refused
from signaling.protocol import errors, hosts
from tests.fakes.signaling_peers import FakeHost, Server, running_server

LOOPBACK = (ipaddress.ip_network("127.0.0.1"),)
ONE, OTHER = {"X-Forwarded-For": "203.0.113.9"}, {"X-Forwarded-For": "203.0.113.10"}


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_limits, "MAX_SOCKETS", 3)
    monkeypatch.setattr(reader_limits, "MAX_REQUESTS", 2)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with running_server(tmp_path, trusted_proxies=LOOPBACK, worklist_timeout=60.0) as running:
        await running.sign_in()
        yield running


async def dialled(
    server: Server, said: dict[str, str], held: AsyncExitStack
) -> aiohttp.ClientWebSocketResponse:
    socket = await server.http.ws_connect(f"{server.url}/ws/page", headers={"Origin": server.url, **said})
    held.push_async_callback(socket.close)
    return socket


async def test_sockets_of_one_reader_take_no_places_of_others(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with AsyncExitStack() as held:
        for _ in range(3):
            first = await dialled(server, ONE, held)
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused, capture_logs() as logged:
            await dialled(server, ONE, held)
        assert refused.value.status == 429
        assert [line["address"] for line in logged if line["event"] == "reader limited"] == ["203.0.113.9"]
        assert (await server.get("/api/me", headers=ONE))[0] == 200, "requests have places of their own"
        for said in (OTHER, {}, {}, {}, {}):  # without the header it is nobody's: all readers of that proxy
            await dialled(server, said, held)
        left = asyncio.Event()
        leave = server.limits.leave
        monkeypatch.setattr(server.limits, "leave", lambda *who, **what: (leave(*who, **what), left.set()))
        await first.close()
        await left.wait()
        await dialled(server, ONE, held)


async def test_requests_that_wait_are_counted_and_refused_in_words(server: Server) -> None:
    async with await FakeHost.open(server, "demo") as host:
        waiting = [asyncio.create_task(server.get("/api/worklist", headers=ONE)) for _ in range(2)]
        queries = [await host.expect(hosts.WorklistQuery) for _ in range(2)]
        status, said = await server.get("/api/me", headers=ONE)
        assert (status, said["code"]) == (429, errors.TOO_MANY)
        assert "Too many requests at once" in said["message"]
        assert (await server.get("/api/me", headers=OTHER))[0] == 200
        for query in queries:
            await host.send(
                hosts.WorklistReply(request=query.request, archive=query.archive, rows=(), total=0)
            )
        assert [answer[0] for answer in await asyncio.gather(*waiting)] == [200, 200]
        assert (await server.get("/api/me", headers=ONE))[0] == 200
    assert server.limits.count == 0


@pytest.mark.parametrize("is_socket", [False, True])
def test_who_leaves_makes_room_and_nobody_else(is_socket: bool) -> None:
    limits = reader_limits.ReaderLimits()
    most = 3 if is_socket else 2
    for address in ("a", "b"):
        for _ in range(most):
            limits.enter(address, is_socket=is_socket)
    for _ in range(3):
        with pytest.raises(Refused) as refused:
            limits.enter("a", is_socket=is_socket)
        assert refused.value.code == errors.TOO_MANY
        limits.leave("a", is_socket=is_socket)
        limits.enter("a", is_socket=is_socket)
    for address in ("a", "b"):
        for _ in range(most):
            limits.leave(address, is_socket=is_socket)
    assert limits.count == 0
