"""The open connections of a server: how many one address may hold, how long they may say nothing, and which give way.

A connection is silent until its first request is whole. Silent ones are the first to give way, the oldest first: whoever
holds many of them shuts out nobody, not even readers behind the same address.
"""

from __future__ import annotations

import asyncio
import ipaddress
import resource
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from signaling.api.said_seldom import SaidSeldom
from signaling.config import ProxyNetwork
from signaling.log import logger

IDLE_SECONDS = 60.0
"""How long a connection is kept between two requests."""
FIRST_REQUEST_SECONDS = 10.0
"""How long it may take until the first request is whole."""
_HANDSHAKE_SECONDS = 10.0
_KEPT_FREE = 256
_MOST_OF_ONE = 1_024
_MOST_SILENT = 64
_LOG = logger(__name__)


@dataclass(frozen=True, slots=True)
class Room:
    """How many connections there may be: in all, of one address, and silent ones of one address."""

    total: int
    of_one: int
    silent_of_one: int


def make_room() -> Room:
    """Raises the limit of open files as far as it goes, and shares it out."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return room_of(65_536 if soft == resource.RLIM_INFINITY else soft)


def room_of(files: int) -> Room:
    """What a limit of open files leaves for connections; database, keys and hosts need some too."""
    total = max(8, files - min(_KEPT_FREE, files // 2))
    of_one = min(_MOST_OF_ONE, max(4, total // 2))
    return Room(total, of_one, min(_MOST_SILENT, max(2, of_one // 2)))


class FrontDoor:
    """All connections of one listening socket."""

    def __init__(self, room: Room, trusted: tuple[ProxyNetwork, ...] = ()) -> None:
        """`trusted` proxies hold the connections of many readers: to them only the limit in all applies."""
        self._room = room
        self._networks = trusted
        self._of: Counter[str] = Counter()
        self._silent: dict[Connection, None] = {}
        self._seldom = SaidSeldom()

    def __len__(self) -> int:
        """How many connections there are."""
        return self._of.total()

    async def listen(
        self, handler: Callable[[], asyncio.Protocol], bound: socket.socket, context: ssl.SSLContext | None
    ) -> asyncio.Server:
        """Take what comes to the socket `bound`."""
        return await asyncio.get_running_loop().create_server(
            lambda: Connection(self, handler()),
            sock=bound,
            ssl=context,
            ssl_handshake_timeout=_HANDSHAKE_SECONDS if context else None,
        )

    def came(self, connection: Connection) -> bool:
        """Whether there is room for it; a silent one may have had to give way."""
        address = connection.address
        own = [each for each in self._silent if each.address == address]
        if not self._is_trusted(address):
            if len(own) >= self._room.silent_of_one:
                self._give_way(own[0])
            elif self._of[address] >= self._room.of_one:
                if not own:
                    return self._refused(address, "too many connections of one address")
                self._give_way(own[0])
        if len(self) >= self._room.total:
            if not self._silent:
                return self._refused(address, "too many connections")
            self._give_way(next(iter(self._silent)))
        self._of[address] += 1
        self._silent[connection] = None
        return True

    def spoke(self, connection: Connection) -> None:
        """Its first request is whole."""
        self._silent.pop(connection, None)

    def went(self, connection: Connection) -> None:
        """It is closed."""
        self._silent.pop(connection, None)
        self._of[connection.address] -= 1
        if self._of[connection.address] <= 0:
            del self._of[connection.address]

    def _is_trusted(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address.removeprefix("::ffff:").split("%")[0])
        except ValueError:
            return False
        return any(found.version == network.version and found in network for network in self._networks)

    def _give_way(self, connection: Connection) -> None:
        self._say(connection.address, "silent connections closed")
        connection.close()

    def _refused(self, address: str, why: str) -> bool:
        self._say(address, why)
        return False

    def _say(self, address: str, why: str) -> None:
        kept_back = self._seldom.again(why)
        if kept_back is not None:
            _LOG.warning("connections limited", why=why, address=address, kept_back=kept_back)


class Connection(asyncio.Protocol):
    """One connection: passes everything on to the protocol that speaks HTTP, where the door has room for it."""

    def __init__(self, door: FrontDoor, inner: asyncio.Protocol) -> None:
        self._door = door
        self._inner = inner
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._is_counted = False
        self.address = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        name = transport.get_extra_info("peername")
        self.address = str(name[0]) if isinstance(name, tuple) and name else ""
        if not self._door.came(self):
            transport.abort()
            return
        self._is_counted = True
        self._timer = asyncio.get_running_loop().call_later(FIRST_REQUEST_SECONDS, self.close)
        self._inner.connection_made(transport)

    def spoke(self) -> None:
        """Its first request is whole."""
        self._door.spoke(self)
        if self._timer is not None:
            self._timer.cancel()

    def close(self) -> None:
        """Cut it; it is not counted any more."""
        self._forget()
        if self._transport is not None:
            self._transport.abort()

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._is_counted:
            self._is_counted = False
            self._door.went(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is closed."""
        was_made = self._timer is not None
        self._forget()
        if was_made:
            self._inner.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Passed on."""
        if self._timer is not None:
            self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        """Passed on."""
        return self._inner.eof_received() if self._timer is not None else None

    def pause_writing(self) -> None:
        """Passed on."""
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Passed on."""
        self._inner.resume_writing()


@web.middleware
async def tell_the_door(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A request is whole: its connection is none of the silent ones any more."""
    transport = request.transport
    protocol = transport.get_protocol() if isinstance(transport, asyncio.Transport) else None
    if isinstance(protocol, Connection):
        protocol.spoke()
    return await handler(request)
