"""A signaling server on a real socket, and scripted peers of it.

The peers are fakes: they speak the wire protocol over real WebSockets but draw, decode and connect nothing. The real page and
the real host are tested against each other in tests/e2e.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp
from aiohttp import web

from signaling.api.app import create_app
from signaling.api.reader_limits import READER_LIMITS
from signaling.api.services import SERVICES, Services
from signaling.auth.sign_in_address import ADDRESS_FILE
from signaling.config import ServerConfig
from signaling.protocol import hosts, page
from signaling.protocol.records import ArchiveInfo, StudyRow
from signaling.protocol.version import PROTOCOL_VERSION
from tests.running.signing_in import sign_in_request

M = TypeVar("M")
TOKEN = "the-token-of-this-server"
LOCAL_KEY = "fvh_the-key-of-the-local-host"
FINGERPRINT = "sha-256 " + ":".join(["AB"] * 32)
WAIT = 10.0


class Server:
    """A running server; `http` is a client that keeps cookies."""

    def __init__(self, app: web.Application, port: int, http: aiohttp.ClientSession) -> None:
        self.services: Services = app[SERVICES]
        self.limits = app[READER_LIMITS]
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.http = http

    async def sign_in(self) -> None:
        """Sign the client in by the token."""
        assert await self.show_token(TOKEN) == (204, "")

    async def show_token(
        self, token: str, headers: dict[str, str] | None = None, **more: Any
    ) -> tuple[int, str]:
        """Status and words of the answer to the page's POST with a token."""
        asked = sign_in_request(self.url, token, **more)
        async with self.http.post(
            asked.address, headers={**asked.headers, **(headers or {})}, data=asked.body
        ) as answer:
            return answer.status, "" if answer.status == 204 else (await answer.json())["message"]

    async def get(self, path: str, **options: Any) -> tuple[int, Any]:
        """Status and JSON answer of a GET."""
        return await self.ask("GET", path, **options)

    async def ask(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        """Status and JSON answer, asked as our own page asks."""
        headers = {"Origin": self.url, **options.pop("headers", {})}
        async with self.http.request(method, self.url + path, headers=headers, **options) as answer:
            return answer.status, await answer.json() if answer.content_type == "application/json" else None


def keep_token(state: Path, token: str) -> None:
    """From now on this one signs in."""
    (state / ADDRESS_FILE).write_text(json.dumps({"page": "http://127.0.0.1/", "token": token}))


@asynccontextmanager
async def running_server(
    state: Path, port: int = 0, token: str = TOKEN, **changes: Any
) -> AsyncIterator[Server]:
    """A server on `state`, where `token` signs in; `changes` are of its ServerConfig."""
    os.makedirs(state, exist_ok=True)
    keep_token(state, token)
    bound = socket.create_server(("127.0.0.1", port))
    port = bound.getsockname()[1]
    settings: dict[str, Any] = {"local_key": LOCAL_KEY, "host_wait": 0.2, **changes}
    app = await create_app(ServerConfig(state=state, port=port, **settings))
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
    await runner.setup()
    await web.SockSite(runner, bound).start()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        try:
            yield Server(app, port, http)
        finally:
            await runner.cleanup()


class _Peer:
    """A WebSocket and the messages that came; `expect` waits for one of a type, in order."""

    incoming: Any
    outgoing: Any

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.seen: list[Any] = []

    async def send(self, message: Any) -> None:
        """Say something."""
        await self.socket.send_str(self.outgoing.encode(message))

    async def receive(self) -> Any:
        """The next message; None when the connection is over."""
        frame = await asyncio.wait_for(self.socket.receive(), WAIT)
        if frame.type is not aiohttp.WSMsgType.TEXT:
            return None
        message = self.incoming.decode(frame.data)
        self.seen.append(message)
        return message

    async def expect(self, kind: type[M]) -> M:
        """The next message of a type; others before it are left in `seen`."""
        while True:
            message = await self.receive()
            assert message is not None, f"closed while waiting for {kind.__name__}; came: {self.seen}"
            if isinstance(message, kind):
                return message

    async def expect_end(self) -> None:
        """The other side closes the connection."""
        while await self.receive() is not None:
            pass

    async def close(self) -> None:
        """Hang up."""
        await self.socket.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


class FakePage(_Peer):
    """A page."""

    incoming, outgoing = page.TO_PAGE, page.FROM_PAGE

    @classmethod
    async def open(cls, server: Server, name: str = "page-1") -> FakePage:
        """Connected and welcomed."""
        fake = cls(await server.http.ws_connect(f"{server.url}/ws/page", headers={"Origin": server.url}))
        await fake.send(page.PageHello(protocol=PROTOCOL_VERSION, page=name))
        await fake.expect(page.PageWelcome)
        return fake

    async def ask_for_seat(self, request: str = "r1", archive: str = "") -> None:
        """Ask; the answer comes when the host has answered."""
        await self.send(page.SeatRequest(request=request, fingerprint=FINGERPRINT, archive=archive))


class FakeHost(_Peer):
    """A render host that draws nothing."""

    incoming, outgoing = hosts.TO_HOST, hosts.FROM_HOST

    @classmethod
    async def dial(cls, server: Server, key: str = LOCAL_KEY) -> FakeHost:
        """Connected, not registered."""
        return cls(
            await server.http.ws_connect(f"{server.url}/ws/host", headers={"Authorization": f"Bearer {key}"})
        )

    @classmethod
    async def open(
        cls,
        server: Server,
        *archives: str,
        key: str = LOCAL_KEY,
        machine: str = "machine-1",
        capacity: int = 4,
        instance: str = "",
        seats: tuple[str, ...] = (),
        sources: tuple[hosts.ArchiveSource, ...] = (),
        served: str = "",
    ) -> FakeHost:
        """Connected and registered, reaching `archives`; it has had a seat for the user `served`."""
        fake = await cls.dial(server, key)
        await fake.register(
            *archives, machine=machine, capacity=capacity, instance=instance, seats=seats, sources=sources
        )
        welcome = await fake.expect(hosts.HostWelcome)
        if served:
            server.services.broker.served.seated(welcome.host, "default", served)
        return fake

    async def register(
        self,
        *archives: str,
        machine: str = "machine-1",
        capacity: int = 4,
        protocol: int = PROTOCOL_VERSION,
        instance: str = "",
        seats: tuple[str, ...] = (),
        sources: tuple[hosts.ArchiveSource, ...] = (),
    ) -> None:
        """Say who it is."""
        await self.send(
            hosts.HostRegister(
                protocol=protocol,
                version="0.1.0",
                machine_id=machine,
                name="fake",
                renderer="none",
                encoders=("none",),
                capacity=capacity,
                cores=2,
                memory_bytes=1,
                archives=tuple(ArchiveInfo(archive=archive, title=archive) for archive in archives),
                instance=instance,
                seats=seats,
                sources=sources,
            )
        )

    async def offer_seat(self) -> hosts.SeatOpen:
        """Wait to be asked for a seat and offer it."""
        asked = await self.expect(hosts.SeatOpen)
        await self.send(hosts.HostSeatOffer(seat=asked.seat, sdp="v=0 offer"))
        return asked

    async def answer_worklist(self, *rows: StudyRow, total: int | None = None) -> hosts.WorklistQuery:
        """Wait for a query and answer it."""
        query = await self.expect(hosts.WorklistQuery)
        await self.send(
            hosts.WorklistReply(
                request=query.request,
                archive=query.archive,
                rows=rows,
                total=len(rows) if total is None else total,
            )
        )
        return query


async def invited_key(server: Server) -> str:
    """The key of a new host, made as an administrator makes it."""
    status, answer = await server.ask("POST", "/api/admin/hosts", json={"name": "another"})
    assert status == 201
    return str(answer["key"])
