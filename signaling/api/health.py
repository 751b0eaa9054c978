"""Whether the server runs, and its measures."""

from __future__ import annotations

import ipaddress

from aiohttp import web

from signaling.api.answers import json, refused
from signaling.api.services import SERVICES
from signaling.protocol import errors

routes = web.RouteTableDef()


def is_loopback(address: str | None) -> bool:
    """Whether a peer's address is of this machine."""
    try:
        return ipaddress.ip_address((address or "").split("%")[0]).is_loopback
    except ValueError:
        return False


@routes.get("/healthz")
async def healthz(request: web.Request) -> web.StreamResponse:
    """200 while the server answers; it says nothing else to whoever asks."""
    return json({"status": "ok"})


@routes.get("/metrics")
async def metrics(request: web.Request) -> web.StreamResponse:
    """Prometheus' text format; to this machine only, unless the server was told otherwise."""
    services = request.app[SERVICES]
    if not services.config.metrics_for_all and not is_loopback(request.remote):
        return refused(403, errors.FORBIDDEN, "Metrics are given to this machine only.")
    return web.Response(body=services.measures.text(), headers={"Content-Type": "text/plain; version=0.0.4"})
