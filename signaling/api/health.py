"""Whether the server runs, and its measures."""

from __future__ import annotations

from aiohttp import web

from signaling.api.answers import json, refused
from signaling.api.reader_side import reader_of
from signaling.api.security import is_own_origin, what_differs
from signaling.api.services import SERVICES
from signaling.protocol import errors

_NOT_LOCAL = (
    "Metrics are given to this machine only. Where this machine's own address is one of a named proxy (--trusted-proxy), "
    "ask with X-Forwarded-For: 127.0.0.1, as through that proxy, or start Farview with --metrics-for-all."
)

routes = web.RouteTableDef()


@routes.get("/healthz")
async def healthz(request: web.Request) -> web.StreamResponse:
    """200 while the server answers. A page that names its `origin` hears why its WebSockets are refused, where they are."""
    origin = request.query.get("origin", "")
    reader = reader_of(request, request.app[SERVICES].config)
    if origin and not is_own_origin(origin, reader.origin):
        return json({"status": "ok", "refused": what_differs(origin, reader)})
    return json({"status": "ok"})


@routes.get("/metrics")
async def metrics(request: web.Request) -> web.StreamResponse:
    """Prometheus' text format; to this machine only, unless the server was told otherwise."""
    services = request.app[SERVICES]
    if not services.config.metrics_for_all and not reader_of(request, services.config).is_local:
        return refused(403, errors.FORBIDDEN, _NOT_LOCAL)
    return web.Response(body=services.measures.text(), headers={"Content-Type": "text/plain; version=0.0.4"})
