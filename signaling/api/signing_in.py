"""Signing in by the token of the printed address, which its page sends in the body of a request, where no log has it."""

from __future__ import annotations

import msgspec
from aiohttp import web

from signaling.api.answers import json
from signaling.api.body import body_of
from signaling.api.reader_side import direct, reader_of
from signaling.api.services import SERVICES
from signaling.api.signed_in import sign_in_of
from signaling.auth.secret_key import hashed
from signaling.domain.sign_ins import WARNED_SECONDS, Standing
from signaling.errors import Refused
from signaling.protocol import errors
from signaling.services.pages import AGAIN_ELSEWHERE, LAPSED_ELSEWHERE, ends_words
from signaling.services.sign_in_watch import ENDED

WRONG_TOKEN = (
    "This address does not sign in: its token is not the one of the Farview that runs now. "
    "Open the address that Farview printed last (farview url prints it again)."
)
USED_TOKEN = "This address has signed this browser in before. Print a new one: farview url --new"
_BODY_BYTES = 1_024

routes = web.RouteTableDef()


class _Shown(msgspec.Struct, frozen=True):
    """`again`: who is signed in wants a new sign-in in the place of the one there is."""

    token: str
    again: bool = False


@routes.post("/api/sign-in")
async def sign_in(request: web.Request) -> web.StreamResponse:
    """{token, again}: 204 and the cookies of a sign-in. Who is signed in already stays so, unless it is to be made again.

    Pages and seats of the sign-in that this browser had, also of one that has lapsed, go on by the new one.

    Raises:
        ProtocolError: the body is no such object.
        Refused: the token is wrong, or this browser was signed in by it before.
        StoreFailed: the sign-in can't be recorded or kept.
    """
    services = request.app[SERVICES]
    reader = reader_of(request, services.config)
    shown = await _shown(request)
    token = shown.token
    if not services.sign_ins.token_is_right(token):
        address, proxy = reader.address, direct(request).address
        await services.wrong_tokens.note(address, proxy if proxy != address else "")
        raise Refused(WRONG_TOKEN, errors.NOT_SIGNED_IN)
    answer = web.Response(status=204)
    if not shown.again and await sign_in_of(request) is not None:
        return answer
    cookie = services.cookie
    if request.cookies.get(cookie.token_name) == hashed(token):
        raise Refused(USED_TOKEN, errors.NOT_SIGNED_IN)
    before = await services.sign_ins.kept(request.cookies.get(cookie.name, ""))
    value, made = await services.sign_ins.sign_in()
    if before is not None:
        if before.user == made.user:
            services.sign_in_watch.goes_on(before, made)
        await services.sign_ins.sign_out(before)
    secure = reader.scheme == "https"
    answer.set_cookie(cookie.name, value, **cookie.attributes(secure=secure))  # type: ignore[arg-type]
    answer.set_cookie(cookie.token_name, hashed(token), **cookie.token_attributes(secure=secure))  # type: ignore[arg-type]
    return answer


@routes.get("/api/sign-in")
async def how_it_is(request: web.Request) -> web.StreamResponse:
    """{standing, message}: live, ends (soon), lapsed or ended, and what is to be said of it; asking is no use of the sign-in.

    For pages that have no connection by which they hear of it. To whoever is not signed in it is ended.

    Raises:
        StoreFailed: it can't be looked up.
    """
    services = request.app[SERVICES]
    value = request.cookies.get(services.cookie.name, "")
    how, left = await services.sign_ins.standing(hashed(value)) if value else (Standing.ENDED, 0.0)
    match how:
        case Standing.ENDED:
            said = {"standing": "ended", "message": ENDED}
        case Standing.OLD | Standing.UNUSED:
            said = {"standing": "lapsed", "message": LAPSED_ELSEWHERE}
        case Standing.LIVE if left < WARNED_SECONDS:
            said = {"standing": "ends", "message": f"{ends_words(left)} {AGAIN_ELSEWHERE}"}
        case _:
            said = {"standing": "live", "message": ""}
    return json(said)


async def _shown(request: web.Request) -> _Shown:
    return await body_of(
        request,
        _Shown,
        _BODY_BYTES,
        large=f"A sign-in has at most {_BODY_BYTES} bytes.",
        malformed="That is no sign-in: sign in by Farview's own page.",
    )
