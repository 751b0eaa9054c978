"""`/ws/host`: a render host dials in, registers, and is spoken to."""

from __future__ import annotations

import asyncio
import time

from aiohttp import web

from signaling.api.said_seldom import SaidSeldom
from signaling.api.services import SERVICES, Services
from signaling.api.socket import Socket
from signaling.auth.host_keys import key_of
from signaling.auth.secret_key import equal
from signaling.domain.hosts import HostRecord
from signaling.errors import Refused, StoreFailed
from signaling.log import logger, where
from signaling.protocol import hosts, limits
from signaling.protocol.errors import ProtocolError
from signaling.protocol.page import SeatCandidate
from signaling.services.live_host import LiveHost
from signaling.services.tasks import Tasks

_LOG = logger(__name__)
_SELDOM = SaidSeldom()
_RATE, _BURST = 2_000.0, 5_000.0
_REGISTER_SECONDS = 10.0
_AT_ONCE = 64
"""What is being stored or looked up for one host; more wait in its socket."""

HostSocket = Socket[hosts.FromHost, hosts.ToHost]
routes = web.RouteTableDef()


def _socket(services: Services) -> HostSocket:
    def refuse(error: ProtocolError) -> None:
        # The contract has no error message for hosts: an unknown message is of a newer host and is left out.
        services.measures.refused.labels("host", error.code).inc()
        kept_back = _SELDOM.again(f"message {error.code}")
        if kept_back is not None:
            _LOG.warning("message of a host refused", code=error.code, why=error.message, kept_back=kept_back)

    return Socket(
        hosts.FROM_HOST, hosts.TO_HOST, refuse, max_bytes=limits.HOST_MESSAGE_BYTES, rate=_RATE, burst=_BURST
    )


@routes.get("/ws/host")
async def host_socket(request: web.Request) -> web.StreamResponse:
    """One host's connection."""
    services = request.app[SERVICES]
    socket = _socket(services)
    await socket.open(request)
    record: HostRecord | None = None
    key = key_of(request.headers.get("Authorization"))
    if services.config.local_key and equal(key, services.config.local_key):
        services.local.host_dialled = asyncio.get_running_loop().time()
    try:
        record = await services.registry.admit(key)
        await _serve(services, socket, services.registry.dialled(record, socket))
    except Refused as error:
        host = record.host if record else ""
        kept_back = _SELDOM.again(f"host {host} {error.code}")
        if kept_back is not None:  # who has no key that is known may try as often as it likes
            _LOG.warning("host refused", host=host, code=error.code, why=error.message, kept_back=kept_back)
        socket.send(hosts.HostRefused(code=error.code, message=error.message))
    except StoreFailed as error:
        # Not the host's fault: it dials again, and is not told to give up.
        _LOG.error("store failed", **where(error))
    finally:
        await socket.end()
    return socket.response


async def _serve(services: Services, socket: HostSocket, host: LiveHost) -> None:
    """Registration, then everything else.

    Raises:
        Refused: the host is not wanted.
        StoreFailed: it can't be looked up.
    """
    tasks = Tasks()
    room = asyncio.Semaphore(_AT_ONCE)
    registration = asyncio.get_running_loop().call_later(_REGISTER_SECONDS, socket.close, "no registration")
    try:
        async for message in socket.messages():
            services.registry.heard(host)
            if isinstance(message, hosts.HostRegister):
                registration.cancel()
                host = await services.registry.registered(host, message)
                socket.send(hosts.ClockTold(now=time.time()))
            elif host.registration is not None:
                await _handle(services, socket, host, message, tasks, room)
    finally:
        services.registry.gone(host, socket)
        registration.cancel()
        await tasks.close()


async def _handle(
    services: Services,
    socket: HostSocket,
    host: LiveHost,
    message: hosts.FromHost,
    tasks: Tasks,
    room: asyncio.Semaphore,
) -> None:
    match message:
        case hosts.HostLoad():
            services.registry.heard(host, message)
        case hosts.HostSources():
            services.archive_ids.said(host, message)
        case hosts.HostLeaving():
            services.registry.leaves(host, over=message.over)
        case hosts.ClockAsk():
            socket.send(hosts.ClockTold(now=time.time(), sent=message.sent))
        case hosts.WorklistReply():
            services.worklist.answered(host, message)
        case hosts.HostSeatOffer() | hosts.HostSeatFailed() | hosts.HostSeatClosed() | SeatCandidate():
            services.broker.from_host(host, message)
        case hosts.CheckpointSave() | hosts.CheckpointLoad() | hosts.StudyOpening():
            await room.acquire()
            tasks.start(_stored(services, socket, host, message, room), "store")


async def _stored(
    services: Services,
    socket: HostSocket,
    host: LiveHost,
    message: hosts.CheckpointSave | hosts.CheckpointLoad | hosts.StudyOpening,
    room: asyncio.Semaphore,
) -> None:
    try:
        if isinstance(message, hosts.CheckpointSave):
            socket.send(await services.checkpoints.save(host, message))
        elif isinstance(message, hosts.StudyOpening):
            socket.send(await services.openings.record(host, message))
        else:
            socket.send(await services.checkpoints.load(host, message))
    finally:
        room.release()
