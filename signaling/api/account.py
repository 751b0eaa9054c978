"""Who is signed in, and signing out."""

from __future__ import annotations

from aiohttp import web

from signaling.api.answers import json
from signaling.api.reader_side import reader_of
from signaling.api.services import SERVICES
from signaling.api.signed_in import NOT_SIGNED_IN, require, sign_in_of
from signaling.domain.roles import Action
from signaling.errors import Refused
from signaling.protocol import errors

routes = web.RouteTableDef()


@routes.get("/api/me")
async def me(request: web.Request) -> web.StreamResponse:
    """{user, role, tenant, build}."""
    user = (await require(request, Action.READ)).user
    return json(
        {
            "user": user.user,
            "role": user.role,
            "tenant": user.tenant,
            "build": request.app[SERVICES].files.build,
        }
    )


@routes.post("/api/sign-out")
async def sign_out(request: web.Request) -> web.StreamResponse:
    """Ends the sign-in, its pages and its seats; also one that has lapsed, on which somebody may still read."""
    services = request.app[SERVICES]
    sign_in = await sign_in_of(request)
    if sign_in is None:
        sign_in = await services.sign_ins.kept(request.cookies.get(services.cookie.name, ""))
    if sign_in is None:
        raise Refused(NOT_SIGNED_IN, errors.NOT_SIGNED_IN)
    services.broker.signed_out(sign_in.key_hash)
    services.pages.signed_out(sign_in.key_hash, "You have signed out.")
    await services.sign_ins.sign_out(sign_in)
    answer = web.Response(status=204)
    secure = reader_of(request, services.config).scheme == "https"
    for name, same_site in ((services.cookie.name, "Strict"), (services.cookie.page_name, "Lax")):
        answer.del_cookie(name, path=services.cookie.path, secure=secure, httponly=True, samesite=same_site)
    return answer
