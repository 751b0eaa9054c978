"""The host's line to the signaling server: it dials in, registers, answers, and dials again when the line breaks."""

from __future__ import annotations

import asyncio
import itertools
import ssl
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

import aiohttp
import structlog

from signaling.protocol import errors, hosts, limits
from signaling.protocol.errors import ProtocolError
from signaling.protocol.tickets import TicketClaims
from streamer.host.unreachable import RETRY_SECONDS, retry_seconds, unreachable_words
from streamer.session.session import SessionKey

log = structlog.get_logger()
CHECKPOINT_SECONDS = 3.0
IN_USE_SECONDS = (5.0, 10.0, 20.0, 40.0, 60.0)
"""Between tries while another process of this machine is connected with the key."""
WELCOME_SECONDS = 10.0
HURRIED_SECONDS = 0.25
"""Between tries of a host that is being stopped."""
SAID_AGAIN = 20
OUTBOX = 1000
READERS_KEPT = 10_000
NOT_RECORDED = (
    "The study is not opened, for its opening can't be recorded: the server does not answer. "
    "Try again when it is back. Studies that are open go on."
)
NO_LINE = "The server can't be reached; nothing is lost as long as this page stays open."

_Answer = hosts.CheckpointSaved | hosts.CheckpointLoaded | hosts.StudyRecorded


class RegisteredHost(Protocol):
    """Who is registered."""

    def describe(self) -> hosts.HostRegister:
        """What this host is and has."""

    def welcomed(self, message: hosts.HostWelcome) -> None:
        """The server knows the host."""

    def told(self, message: hosts.ToHost) -> None:
        """Anything else the server says."""


class RefusedError(Exception):
    """The server does not want this host; dialling again is of no use."""


class InUseError(Exception):
    """Another process with the same key is connected, for now."""


class Registration:
    """One WebSocket at a time; messages for a line that is down are dropped unless they are asked again by who needs them."""

    def __init__(self, url: str, key: str, host: RegisteredHost, tls: ssl.SSLContext | None) -> None:
        self._url = url.rstrip("/") + "/ws/host"
        self._key = key
        self._host = host
        self._tls = tls
        self._outbox: asyncio.Queue[hosts.FromHost] = asyncio.Queue(OUTBOX)
        self._answers: dict[str, asyncio.Future[_Answer]] = {}
        self._requests = itertools.count(1)
        self._tickets: OrderedDict[tuple[str, str], str] = OrderedDict()
        """The newest ticket of each reader, by tenant and user."""
        self._attempt = 0
        self._said = ""
        self._hurried = asyncio.Event()
        self._over = asyncio.Event()
        """Set when the line has gone down."""
        self._leaves = False
        self._hanging_up: asyncio.Task[bool] | None = None
        self.connected = False

    def say(self, message: hosts.FromHost) -> None:
        """Sends a message if the line is up."""
        if not self.connected:
            return
        try:
            self._outbox.put_nowait(message)
        except asyncio.QueueFull:
            log.error("server_does_not_read", dropped=type(message).__name__)

    def hurry(self) -> None:
        """The host is being stopped: where the line is down, it is dialled again without a long wait."""
        self._hurried.set()

    async def leave(self, seconds: float) -> None:
        """Says that what this host serves ends now, and waits until the server has heard it. Nothing is dialled any more."""
        self._leaves = True
        self._hurried.set()
        if self.connected:
            self.say(hosts.HostLeaving(over=True))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), seconds)

    async def run(self) -> None:
        """Keeps the line up until cancelled, or until the host has left.

        Raises:
            RefusedError: wrong key, removed, or another protocol version.
        """
        async with aiohttp.ClientSession() as client:
            while not self._leaves:
                retries: tuple[float, ...] = RETRY_SECONDS
                try:
                    await self._line(client)
                except InUseError as error:
                    retries = IN_USE_SECONDS
                    log.warning("host_key_in_use", problem=str(error))
                except (aiohttp.ClientError, TimeoutError, OSError) as error:
                    self._say_why(error)
                    retries = retry_seconds(error)
                finally:
                    self._drop_line()
                await self._rest(retries[min(self._attempt, len(retries) - 1)])
                self._attempt += 1

    async def _rest(self, seconds: float) -> None:
        """The pause before the next try."""
        if self._hurried.is_set():
            await asyncio.sleep(0.0 if self._leaves else min(seconds, HURRIED_SECONDS))
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._hurried.wait(), seconds)

    def _say_why(self, error: Exception) -> None:
        """Once for each reason that differs from the one before, and now and then while it lasts."""
        why = unreachable_words(error)
        if why != self._said or self._attempt % SAID_AGAIN == 0:
            log.warning("server_unreachable", problem=why, attempt=self._attempt)
        self._said = why

    async def _line(self, client: aiohttp.ClientSession) -> None:
        headers = {"Authorization": f"Bearer {self._key}"}
        tls: ssl.SSLContext | bool = self._tls if self._tls is not None else True
        async with client.ws_connect(
            self._url, headers=headers, heartbeat=5.0, max_msg_size=limits.HOST_MESSAGE_BYTES, ssl=tls
        ) as socket:
            await socket.send_str(hosts.FROM_HOST.encode(self._host.describe()))
            writer: asyncio.Task[None] | None = None
            late = asyncio.get_running_loop().call_later(WELCOME_SECONDS, self._not_welcomed, socket)
            try:
                async for frame in socket:
                    if frame.type is not aiohttp.WSMsgType.TEXT:
                        continue
                    try:
                        message = hosts.TO_HOST.decode(frame.data)
                    except ProtocolError as error:
                        log.warning("server_message_refused", code=error.code)
                        continue
                    if isinstance(message, hosts.HostRefused):
                        if message.code == errors.IN_USE:
                            raise InUseError(message.message)
                        raise RefusedError(message.message)
                    if isinstance(message, hosts.HostWelcome) and writer is None:
                        late.cancel()
                        self.connected, self._attempt, self._said = True, 0, ""
                        self._over.clear()
                        writer = asyncio.create_task(self._write(socket))
                    self._take(message)
            finally:
                late.cancel()
                if writer is not None:
                    writer.cancel()

    def _not_welcomed(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        log.warning("server_does_not_welcome", seconds=WELCOME_SECONDS)
        self._hanging_up = asyncio.create_task(socket.close())

    async def _write(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            message = await self._outbox.get()
            await socket.send_str(hosts.FROM_HOST.encode(message))

    def _take(self, message: hosts.ToHost) -> None:
        match message:
            case hosts.HostWelcome():
                self._host.welcomed(message)
            case hosts.HostPing():
                self.say(hosts.HostPong())
            case hosts.CheckpointSaved() | hosts.CheckpointLoaded() | hosts.StudyRecorded():
                future = self._answers.get(message.request)
                if future is not None and not future.done():
                    future.set_result(message)
            case _:
                self._host.told(message)

    def _drop_line(self) -> None:
        self.connected = False
        self._over.set()
        while not self._outbox.empty():
            self._outbox.get_nowait()

    def sent(self, claims: TicketClaims, ticket: str) -> None:
        """The server sent a reader here: by that ticket it knows whose view and marks this host may fetch and keep."""
        reader = (claims.tenant, claims.user)
        self._tickets.pop(reader, None)
        self._tickets[reader] = ticket
        if len(self._tickets) > READERS_KEPT:
            self._tickets.popitem(last=False)

    def _ticket(self, key: SessionKey) -> str:
        return self._tickets.get((key.tenant, key.user), "")

    # ---- CheckpointStore

    async def save(self, key: SessionKey, view: dict[str, Any], marks: dict[str, Any] | None) -> str:
        """Stores a checkpoint; the problem in words, or empty."""
        answer = await self._ask(
            lambda request: hosts.CheckpointSave(
                request=request, tenant=key.tenant, user=key.user, archive=key.archive, study=key.study, view=view,
                marks=marks, ticket=self._ticket(key),
            )
        )  # fmt: skip
        return answer.problem if answer is not None else NO_LINE

    async def record_opening(self, key: SessionKey, *, goes_on: bool) -> str:
        """Records that this person opens this study; why that can't be done, in words, or empty."""
        answer = await self._ask(
            lambda request: hosts.StudyOpening(
                request=request, tenant=key.tenant, user=key.user, archive=key.archive, study=key.study,
                goes_on=goes_on, ticket=self._ticket(key),
            )
        )  # fmt: skip
        return answer.problem if answer is not None else NOT_RECORDED

    async def load(self, key: SessionKey) -> tuple[dict[str, Any] | None, dict[str, Any] | None, float, str]:
        """View, marks, when they were saved, and the problem in words, or empty."""
        answer = await self._ask(
            lambda request: hosts.CheckpointLoad(
                request=request, tenant=key.tenant, user=key.user, archive=key.archive, study=key.study,
                ticket=self._ticket(key),
            )
        )  # fmt: skip
        if not isinstance(answer, hosts.CheckpointLoaded):
            return (
                None,
                None,
                0.0,
                "Your last view and marks could not be fetched: the server does not answer.",
            )
        return answer.view, answer.marks, answer.saved_at, answer.problem

    async def _ask(
        self, make: Callable[[str], hosts.CheckpointSave | hosts.CheckpointLoad | hosts.StudyOpening]
    ) -> _Answer | None:
        if not self.connected:
            return None
        request = str(next(self._requests))
        future: asyncio.Future[_Answer] = asyncio.get_running_loop().create_future()
        self._answers[request] = future
        try:
            self.say(make(request))
            return await asyncio.wait_for(future, CHECKPOINT_SECONDS)
        except TimeoutError:
            return None
        finally:
            self._answers.pop(request, None)
