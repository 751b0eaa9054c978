"""The keys by which anyone can check a record of a proven picture."""

from __future__ import annotations

from aiohttp import web

from signaling.api.answers import json
from signaling.api.services import SERVICES

routes = web.RouteTableDef()


@routes.get("/api/proof-keys")
async def proof_keys(request: web.Request) -> web.StreamResponse:
    """A JWK set (RFC 7517). Public keys, so nobody needs to sign in for them."""
    return json(await request.app[SERVICES].proof_keys.published())
