"""Whose request it is."""

from __future__ import annotations

from aiohttp import web

from signaling.api.services import SERVICES
from signaling.domain.roles import Action, may
from signaling.domain.sign_ins import SignIn
from signaling.errors import Refused
from signaling.protocol import errors

NOT_SIGNED_IN = (
    "You are not signed in. Open the address that Farview printed: farview url prints it again, "
    "farview url --new a new one, for a browser that it has signed in before."
)


async def sign_in_of(request: web.Request) -> SignIn | None:
    """The sign-in of the request's cookie, None where there is none."""
    services = request.app[SERVICES]
    return await services.sign_ins.find(request.cookies.get(services.cookie.name, ""))


async def has_lapsed(request: web.Request) -> bool:
    """Whether the request's cookie is of a sign-in that nobody ended.

    Raises:
        StoreFailed: it can't be looked up.
    """
    services = request.app[SERVICES]
    return await services.sign_ins.kept(request.cookies.get(services.cookie.name, "")) is not None


async def may_open_page(request: web.Request) -> bool:
    """Whether a page may be opened: also from a link on another site, which carries the second cookie alone.

    Raises:
        StoreFailed: it can't be looked up.
    """
    services = request.app[SERVICES]
    if await sign_in_of(request) is not None:
        return True
    value = request.cookies.get(services.cookie.page_name, "")
    return await services.sign_ins.find_for_page(value) is not None


async def require(request: web.Request, action: Action) -> SignIn:
    """The sign-in, of a person who may do `action`.

    Raises:
        Refused: nobody is signed in, or somebody who may not.
    """
    sign_in = await sign_in_of(request)
    if sign_in is None:
        raise Refused(NOT_SIGNED_IN, errors.NOT_SIGNED_IN)
    if not may(sign_in.user.role, action):
        raise Refused("Your role does not allow this. Ask an administrator.")
    return sign_in
