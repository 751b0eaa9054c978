"""The open connections of a server: how many one address may hold, how long they may say nothing, and which give way.

A connection is silent until its first request is whole, through its TLS handshake, too. Silent ones are the first to give way,
the oldest first: whoever holds many of them shuts out nobody, not even readers behind the same address. Then come those that
are idle between two requests, first those of the address that wants another one.
"""

from __future__ import annotations

import asyncio
import ipaddress
import resource
import socket
import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from typing import Protocol

from aiohttp import web
from aiohttp.typedefs import Handler

from signaling.api.said_seldom import SaidSeldom
from signaling.config import ProxyNetwork
from signaling.domain.addresses import counted_as
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


class Guest(Protocol):
    """A connection, as the door sees it."""

    peer: str
    """The address of its other end; empty where unknown."""

    @property
    def is_at_rest(self) -> bool:
        """Whether what was asked on it is answered to the end."""

    def close(self) -> None:
        """Cut it; the door is told that it went."""


@dataclass(slots=True)
class _Held:
    """The connections of one address; of each kind the oldest first."""

    count: int = 0
    silent: dict[Guest, None] = field(default_factory=dict)
    idle: dict[Guest, None] = field(default_factory=dict)


class FrontDoor:
    """All connections of one listening socket."""

    def __init__(self, room: Room, trusted: tuple[ProxyNetwork, ...] = ()) -> None:
        """`trusted` proxies hold the connections of many readers: to them only the limit in all applies."""
        self._room = room
        self._networks = trusted
        self._of: dict[str, _Held] = {}
        self._silent: dict[Guest, None] = {}
        self._idle: dict[Guest, None] = {}
        self._total = 0
        self._seldom = SaidSeldom()

    def __len__(self) -> int:
        """How many connections there are."""
        return self._total

    async def listen(
        self, handler: Callable[[], asyncio.Protocol], bound: socket.socket, context: ssl.SSLContext | None
    ) -> asyncio.Server:
        """Take what comes to the socket `bound`."""
        return await asyncio.get_running_loop().create_server(
            lambda: Connection(self, handler(), context), sock=bound
        )

    def came(self, guest: Guest) -> bool:
        """Whether there is room for it; another one may have had to give way."""
        held = self._of.get(counted_as(guest.peer), _Held())
        if not self._is_trusted(guest.peer):
            if len(held.silent) >= self._room.silent_of_one:
                self._give_way(held.silent, ())
            elif held.count >= self._room.of_one and not self._give_way(held.silent, held.idle):
                return self._refused(guest, "too many connections of one address")
        if self._total >= self._room.total and not self._give_way(self._silent, chain(held.idle, self._idle)):
            return self._refused(guest, "too many connections")
        held = self._of.setdefault(counted_as(guest.peer), _Held())
        held.count += 1
        self._total += 1
        held.silent[guest] = self._silent[guest] = None
        return True

    def asks(self, guest: Guest) -> None:
        """A request is whole."""
        held = self._of[counted_as(guest.peer)]
        for kept in (held.silent, held.idle, self._silent, self._idle):
            kept.pop(guest, None)

    def rests(self, guest: Guest) -> None:
        """A request is answered."""
        self._of[counted_as(guest.peer)].idle[guest] = self._idle[guest] = None

    def went(self, guest: Guest) -> None:
        """It is closed."""
        self.asks(guest)
        held = self._of[counted_as(guest.peer)]
        held.count -= 1
        self._total -= 1
        if held.count == 0:
            del self._of[counted_as(guest.peer)]

    def _is_trusted(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address.removeprefix("::ffff:").split("%")[0])
        except ValueError:
            return False
        return any(found.version == network.version and found in network for network in self._networks)

    def _give_way(self, silent: Iterable[Guest], idle: Iterable[Guest]) -> bool:
        """The first of them that may is closed; whether one was."""
        for guest in silent:
            self._say(guest, "silent connections closed")
            guest.close()
            return True
        for guest in idle:
            if guest.is_at_rest:
                self._say(guest, "idle connections closed")
                guest.close()
                return True
        return False

    def _refused(self, guest: Guest, why: str) -> bool:
        self._say(guest, why)
        return False

    def _say(self, guest: Guest, why: str) -> None:
        kept_back = self._seldom.again(why)
        if kept_back is not None:
            _LOG.warning("connections limited", why=why, address=counted_as(guest.peer), kept_back=kept_back)


class Connection(asyncio.Protocol):
    """One connection: passes everything on to the protocol that speaks HTTP, where the door has room for it.

    The TLS handshake is begun here and not by the listening socket, which would tell of a connection only after it.
    """

    def __init__(
        self, door: FrontDoor, inner: asyncio.Protocol, context: ssl.SSLContext | None = None
    ) -> None:
        self._door = door
        self._inner = inner
        self._context = context
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._securing: asyncio.Task[None] | None = None
        self._early = b""
        """What came with the end of the handshake, before the inner protocol was told of its connection."""
        self._is_counted = False
        self._is_made = False
        self._answer: web.StreamResponse | None = None
        self.peer = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        name = transport.get_extra_info("peername")
        self.peer = str(name[0]) if isinstance(name, tuple) and name else ""
        if not self._door.came(self):
            transport.abort()
            return
        self._is_counted = True
        if self._context is None:
            self._begin(transport)
        else:
            transport.pause_reading()  # what comes now is for the handshake
            work = self._secure(transport, self._context)
            self._securing = asyncio.get_running_loop().create_task(work, name="TLS handshake")

    async def _secure(self, plain: asyncio.Transport, context: ssl.SSLContext) -> None:
        loop = asyncio.get_running_loop()
        try:
            secured = await loop.start_tls(
                plain, self, context, server_side=True, ssl_handshake_timeout=_HANDSHAKE_SECONDS
            )
        except OSError as error:
            _LOG.debug("TLS handshake failed", why=type(error).__name__)
            self.close()
            return
        # It may have been closed meanwhile, by its peer or to make room.
        if secured is None or secured.is_closing() or not self._is_counted:
            self.close()
        else:
            self._begin(secured)

    def _begin(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._timer = asyncio.get_running_loop().call_later(FIRST_REQUEST_SECONDS, self.close)
        self._is_made = True
        self._inner.connection_made(transport)
        early, self._early = self._early, b""
        if early:
            self._inner.data_received(early)

    def asks(self) -> None:
        """A request is whole."""
        if self._is_counted:
            self._door.asks(self)
        if self._timer is not None:
            self._timer.cancel()

    def answered(self, answer: web.StreamResponse | None) -> None:
        """The request is answered, or its answer is about to be sent."""
        self._answer = answer
        if self._is_counted:
            self._door.rests(self)

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing more is to be sent on it."""
        is_begun = self._answer is None or self._answer.prepared
        return is_begun and self._transport is not None and self._transport.get_write_buffer_size() == 0

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
        self._forget()
        if self._is_made:
            self._inner.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Passed on."""
        if self._is_made:
            self._inner.data_received(data)
        elif self._securing is not None:
            self._early += data

    def eof_received(self) -> bool | None:
        """Passed on."""
        return self._inner.eof_received() if self._is_made else None

    def pause_writing(self) -> None:
        """Passed on."""
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Passed on."""
        self._inner.resume_writing()


@web.middleware
async def tell_the_door(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A request is whole: its connection is none of the silent or idle ones until it is answered."""
    transport = request.transport
    protocol = transport.get_protocol() if isinstance(transport, asyncio.Transport) else None
    if not isinstance(protocol, Connection):
        return await handler(request)
    protocol.asks()
    answer: web.StreamResponse | None = None
    try:
        answer = await handler(request)
        return answer
    except web.HTTPException as refusal:
        answer = refusal
        raise
    finally:
        protocol.answered(answer)
