"""A WebSocket with a bounded way out: sending never waits, and who does not read is disconnected."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Generic, TypeVar

from aiohttp import WSCloseCode, WSMsgType, web

from signaling.api.rate import Bucket
from signaling.log import logger
from signaling.protocol import errors
from signaling.protocol.codec import JsonCodec
from signaling.protocol.errors import ProtocolError

_LOG = logger(__name__)
In = TypeVar("In")
Out = TypeVar("Out")
_WAITING = 512
_SEND_SECONDS = 10.0
_PING_SECONDS = 10.0
_WRONG_IN_A_ROW = 50


class _News:
    """Stands in the queue for the oldest of what is newest of its subject."""


_NEWS = _News()


class Socket(Generic[In, Out]):
    """Messages in and out of one peer.

    Args:
        incoming, outgoing: codecs of both directions.
        refuse: makes the message that answers one which was refused, None to answer nothing.
        max_bytes: of a message; up to four times as much is answered with an error, more ends the connection.
        rate, burst: messages a second, and at once.
        subprotocol: is answered where the peer offers it.
        subject: of a message that a newer one of the same subject makes void; "" for all others. Such messages never end
            the connection by their number, and wait in turn with others.
    """

    def __init__(
        self,
        incoming: JsonCodec[In],
        outgoing: JsonCodec[Out],
        refuse: Callable[[ProtocolError], Out | None],
        *,
        max_bytes: int,
        rate: float,
        burst: float,
        subprotocol: str = "",
        subject: Callable[[Out], str] = lambda message: "",
    ) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._refuse = refuse
        self._bucket = Bucket(rate, burst, time.monotonic())
        self._wrong = 0
        self._subject = subject
        self._news: dict[str, Out] = {}
        # Beside at most _WAITING messages it holds one _NEWS, while there are any, and the end.
        self._queue: asyncio.Queue[Out | _News | None] = asyncio.Queue()
        self._closing = False
        self._writer: asyncio.Task[None] | None = None
        self._transport: asyncio.BaseTransport | None = None
        self.response = web.WebSocketResponse(
            heartbeat=_PING_SECONDS,
            max_msg_size=4 * max_bytes,
            timeout=2.0,
            protocols=(subprotocol,) if subprotocol else (),
        )

    async def open(self, request: web.Request) -> None:
        """Take the connection."""
        await self.response.prepare(request)
        self._transport = request.transport
        self._writer = asyncio.create_task(self._write(), name="write socket")

    @property
    def closed(self) -> bool:
        """Whether nothing can be sent any more."""
        return self._closing or self.response.closed

    def send(self, message: Out) -> None:
        """Send soon, in order."""
        if self.closed:
            return
        if subject := self._subject(message):
            if not self._news:
                self._queue.put_nowait(_NEWS)
            self._news[subject] = message
        elif self._queue.qsize() < _WAITING:
            self._queue.put_nowait(message)
        else:
            _LOG.warning("peer does not read", waiting=_WAITING)
            self._closing = True
            if self._writer is not None:
                self._writer.cancel()

    def close(self, _reason: str) -> None:
        """Close once what was sent is out."""
        if not self._closing:
            self._closing = True
            self._queue.put_nowait(None)

    def refuse(self, error: ProtocolError) -> bool:
        """Answer a message that was refused; whether the connection goes on (not after many in a row)."""
        self._wrong += 1
        if (answer := self._refuse(error)) is not None:
            self.send(answer)
        return self._wrong < _WRONG_IN_A_ROW

    async def messages(self, said: Iterable[str] = ()) -> AsyncIterator[In]:
        """What the peer says, until the connection ends, after what it has `said` with its request for the connection.

        What can't be read is answered and left out.
        """
        async for text in self._texts(said):
            try:
                if not self._bucket.take(time.monotonic()):
                    raise ProtocolError(errors.TOO_MANY, "Messages come too fast; this one was left out.")
                if text is None:
                    raise ProtocolError(errors.MALFORMED, "Messages are JSON text.")
                message = self._incoming.decode(text)
            except ProtocolError as error:
                if not self.refuse(error):
                    return
                continue
            before = self._wrong
            yield message
            if self._wrong == before:
                self._wrong = 0

    async def _texts(self, said: Iterable[str]) -> AsyncIterator[str | None]:
        """Each message's text, None for one that is none."""
        for text in said:
            yield text
        async for raw in self.response:
            if raw.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                yield raw.data if raw.type is WSMsgType.TEXT else None

    @property
    def waiting(self) -> bool:
        """Whether there is anything to send."""
        return not self._queue.empty()

    def take(self) -> Out | None:
        """The next message to send; None ends. There must be one."""
        return self._next(self._queue.get_nowait())

    def _next(self, queued: Out | _News | None) -> Out | None:
        if not isinstance(queued, _News):
            return queued
        message = self._news.pop(next(iter(self._news)))
        if self._news:
            self._queue.put_nowait(_NEWS)
        return message

    async def _write(self) -> None:
        try:
            while (message := self._next(await self._queue.get())) is not None:
                await asyncio.wait_for(self.response.send_str(self._outgoing.encode(message)), _SEND_SECONDS)
            await asyncio.wait_for(self.response.close(code=WSCloseCode.OK), _SEND_SECONDS)
        except (ConnectionError, TimeoutError):
            _LOG.info("peer can't be reached")
        finally:
            self._closing = True
            if not self.response.closed and isinstance(self._transport, asyncio.WriteTransport):
                self._transport.abort()

    async def end(self) -> None:
        """The last thing: send what is waiting, then close."""
        self.close("")
        if self._writer is not None:
            await asyncio.gather(self._writer, return_exceptions=True)
