"""The admin page's data: render hosts, live, and what can be done with them."""

from __future__ import annotations

import asyncio
import shlex
import time
from typing import Any

import msgspec
from aiohttp import web

from signaling.api.answers import json
from signaling.api.body import body_of
from signaling.api.reader_side import reader_of
from signaling.api.services import SERVICES, Services
from signaling.api.signed_in import require
from signaling.domain.audit import AuditEntry, Deed
from signaling.domain.hosts import (
    LOCAL_HOST,
    HostRecord,
    HostState,
    Removal,
    clock_words,
    emptying_words,
    removal_words,
)
from signaling.domain.roles import Action
from signaling.domain.sign_ins import SignIn
from signaling.errors import Refused
from signaling.protocol import errors
from signaling.protocol.errors import ProtocolError
from signaling.services.live_host import LiveHost

_NAME = 64
_BODY = 4_096
_QUIET = 0.5
_KEEP_ALIVE = 15.0

routes = web.RouteTableDef()


class Invitation(msgspec.Struct, frozen=True):
    """What an administrator says of a host to come."""

    name: str = ""


async def hosts_of(services: Services, tenant: str) -> list[dict[str, Any]]:
    """Every host of a tenant, as the admin page shows it."""
    return [
        _shown(services, record) for record in await services.registry.records() if record.tenant == tenant
    ]


def _shown(services: Services, record: HostRecord) -> dict[str, Any]:
    live = services.registry.find(record.host)
    said = live.registration if live else None
    load = live.load if live else None
    refusal = services.registry.refusals.newest(record.host)
    return {
        "host": record.host,
        "name": live.name if live else record.name or record.host,
        "local": record.host == LOCAL_HOST,
        "state": live.state.value if live else HostState.LOST.value,
        "since": live.since if live else record.seen_at,
        "drain": record.draining,
        "removal": services.registry.removals.get(record.host, ""),
        "machine": said.machine_id if said else record.machine_id,
        "version": said.version if said else "",
        "renderer": said.renderer if said else "",
        "encoders": said.encoders if said else (),
        "capacity": said.capacity if said else 0,
        "cores": said.cores if said else 0,
        "memory_total_bytes": said.memory_bytes if said else 0,
        "seats": load.seats if load else 0,
        "sessions": load.sessions if load else 0,
        "cpu": load.cpu if load else 0.0,
        "memory_bytes": load.memory_bytes if load else 0,
        "memory_free_bytes": load.memory_free_bytes if load else 0,
        "pictures_per_second": load.pictures_per_second if load else 0.0,
        "latency_ms": load.latency_ms if load else 0.0,
        "archives": live.archives if live else (),
        "problem": _problem(record, live, services.registry.removals.get(record.host)),
        "refused": refusal.code if refusal else "",
        "refused_at": refusal.at if refusal else 0.0,
    }


def _problem(record: HostRecord, live: LiveHost | None, removal: Removal | None) -> str:
    """What is odd about a host, in words; empty where nothing is."""
    if live is None:
        return "" if record.machine_id else "This host has not connected yet."
    if live.is_away:
        return "Its line to this server is cut. Who reads on it goes on."
    if live.is_severed:
        return "Its line to this server stays cut. Who still has a live picture from it reads on."
    if live.was_stopped:
        return "It was stopped."
    clock = clock_words(live.load.clock_ahead) if live.load else ""
    emptying = ""
    if removal is not None:
        emptying = removal_words(live.load.sessions if live.load else 0, removal)
    elif live.state is HostState.DRAINING and live.load:
        emptying = emptying_words(live.load.sessions, live.load.staying)
    return " ".join(words for words in (emptying, live.problem, clock) if words)


@routes.get("/api/admin/hosts")
async def hosts(request: web.Request) -> web.StreamResponse:
    """{hosts: […]}."""
    sign_in = await require(request, Action.MANAGE_HOSTS)
    return json({"hosts": await hosts_of(request.app[SERVICES], sign_in.user.tenant)})


@routes.get("/api/admin/events")
async def events(request: web.Request) -> web.StreamResponse:
    """Server-sent events (WHATWG HTML): `hosts` with {hosts: […]}, at first and after every change."""
    services = request.app[SERVICES]
    sign_in = await require(request, Action.MANAGE_HOSTS)
    stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await stream.prepare(request)
    while await services.sign_ins.is_live(sign_in):
        # Waited for from before the list is made, so that no change falls between the two.
        changed = asyncio.create_task(services.registry.changes.wait(_KEEP_ALIVE))
        try:
            body = msgspec.json.encode({"hosts": await hosts_of(services, sign_in.user.tenant)})
            await asyncio.wait_for(stream.write(b"event: hosts\ndata: " + body + b"\n\n"), _KEEP_ALIVE)
            await changed
        except (ConnectionError, TimeoutError):
            break
        finally:
            changed.cancel()
        await asyncio.sleep(_QUIET)
    return stream


@routes.post("/api/admin/hosts")
async def invite(request: web.Request) -> web.StreamResponse:
    """Takes {name}; answers {host, key, command}. The key is shown this once."""
    services = request.app[SERVICES]
    sign_in = await require(request, Action.MANAGE_HOSTS)
    name = (await _invitation(request)).name.strip()
    record, key = await services.registry.invite(name, sign_in.user.tenant)
    await _record(services, sign_in, Deed.HOST_INVITED, record.host)
    address = reader_of(request, services.config).origin + services.config.base_path
    named = f" --name {shlex.quote(name)}" if name else ""
    trust = " --certificate farview-authority.pem" if services.config.own_authority else ""
    command = f"farview host --signaling {shlex.quote(address)} --key {key}{named}{trust} --data DIR"
    return json({"host": record.host, "key": key, "command": command}, 201)


async def _invitation(request: web.Request) -> Invitation:
    said = await body_of(
        request,
        Invitation,
        _BODY,
        large="The request is too large.",
        malformed="The name of the host is missing or no text.",
        empty=b"{}",
    )
    if len(said.name) > _NAME or not said.name.isprintable():
        raise ProtocolError(errors.MALFORMED, f"A host's name has at most {_NAME} printable characters.")
    return said


@routes.post("/api/admin/hosts/{host}/drain")
async def drain(request: web.Request) -> web.StreamResponse:
    """The host takes no new reader."""
    return await _set_draining(request, True, Deed.HOST_DRAINED)


@routes.post("/api/admin/hosts/{host}/resume")
async def resume(request: web.Request) -> web.StreamResponse:
    """The host takes readers again; one that is being removed, too, unless it was told to end."""
    if request.app[SERVICES].registry.removals.get(request.match_info["host"]) is Removal.ENDS:
        raise Refused("This host is being removed, and was told to end. Register it anew.")
    return await _set_draining(request, False, Deed.HOST_RESUMED)


async def _set_draining(request: web.Request, draining: bool, deed: Deed) -> web.StreamResponse:
    services = request.app[SERVICES]
    sign_in = await require(request, Action.MANAGE_HOSTS)
    host = request.match_info["host"]
    await services.registry.drain(host, sign_in.user.tenant, draining)
    await _record(services, sign_in, deed, host)
    return web.Response(status=204)


@routes.delete("/api/admin/hosts/{host}")
async def remove(request: web.Request) -> web.StreamResponse:
    """The host's registration ends, once its readers are moved and what they did is saved: that is waited for within bounds."""
    services = request.app[SERVICES]
    sign_in = await require(request, Action.MANAGE_HOSTS)
    host = request.match_info["host"]
    await services.removals.remove(host, sign_in.user.tenant)
    await _record(services, sign_in, Deed.HOST_REMOVED, host)
    return web.Response(status=204)


async def _record(services: Services, sign_in: SignIn, deed: Deed, host: str) -> None:
    user = sign_in.user
    await services.audit.add(AuditEntry(time.time(), user.tenant, user.user, deed, host=host))
