"""How much one reader behind a named proxy may have open at once: to the front door all of them are the proxy."""

from __future__ import annotations

from collections import Counter

from aiohttp import web
from aiohttp.typedefs import Handler

from signaling.api.reader_side import direct, reader_of
from signaling.api.said_seldom import SaidSeldom
from signaling.api.services import SERVICES
from signaling.domain.addresses import counted_as
from signaling.errors import Refused
from signaling.log import logger
from signaling.protocol import errors

MAX_SOCKETS = 512
"""WebSockets of one address: a whole ward may stand behind it, each page with one or two."""
MAX_REQUESTS = 256
"""Requests of one address that are not answered yet."""
TOO_MANY_SOCKETS = (
    "Too many pages are connected from your network's address. "
    "Close pages of Farview that nobody reads, and try again."
)
TOO_MANY_REQUESTS = "Too many requests at once from your network's address. Try again in a moment."
_LOG = logger(__name__)


class ReaderLimits:
    """What each address has open now."""

    def __init__(self) -> None:
        self._sockets: Counter[str] = Counter()
        self._requests: Counter[str] = Counter()
        self._seldom = SaidSeldom()

    @property
    def count(self) -> int:
        """What is open in all."""
        return self._sockets.total() + self._requests.total()

    def enter(self, address: str, *, is_socket: bool) -> None:
        """One more; whoever enters must leave.

        Raises:
            Refused: the address has as many as it may.
        """
        kept, most = (self._sockets, MAX_SOCKETS) if is_socket else (self._requests, MAX_REQUESTS)
        if kept[address] < most:
            kept[address] += 1
            return
        what = "sockets" if is_socket else "requests"
        kept_back = self._seldom.again(what)
        if kept_back is not None:
            _LOG.warning("reader limited", what=what, address=address, kept_back=kept_back)
        raise Refused(TOO_MANY_SOCKETS if is_socket else TOO_MANY_REQUESTS, errors.TOO_MANY)

    def leave(self, address: str, *, is_socket: bool) -> None:
        """One less."""
        kept = self._sockets if is_socket else self._requests
        kept[address] -= 1
        if kept[address] <= 0:
            del kept[address]


READER_LIMITS: web.AppKey[ReaderLimits] = web.AppKey("reader_limits", ReaderLimits)


@web.middleware
async def limit_each_reader(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what is too much of one address (429), where a proxy that was named says whose address it is."""
    reader = reader_of(request, request.app[SERVICES].config)
    if reader.address == direct(request).address:
        return await handler(request)  # the front door counts its connections
    limits, address = request.app[READER_LIMITS], counted_as(reader.address)
    is_socket = request.headers.get("Upgrade", "").lower() == "websocket"
    limits.enter(address, is_socket=is_socket)
    try:
        return await handler(request)
    finally:
        limits.leave(address, is_socket=is_socket)
