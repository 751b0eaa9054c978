"""`/ws/page`: a signed-in page asks for seats and hears what changes."""

from __future__ import annotations

import asyncio

import msgspec
from aiohttp import hdrs, web

from signaling.api.services import SERVICES, Services
from signaling.api.signed_in import NOT_SIGNED_IN, has_lapsed, sign_in_of
from signaling.api.socket import Socket
from signaling.domain.sign_ins import SignIn
from signaling.protocol import errors, limits, page, version
from signaling.protocol.errors import ProtocolError
from signaling.services.pages import LAPSED
from signaling.services.ports import PageLink

_RATE, _BURST = 50.0, 200.0
_PAGE_ID = 64
_HELLO_SECONDS = 10.0

routes = web.RouteTableDef()


def _socket(services: Services) -> Socket[page.FromPage, page.ToPage]:
    def refuse(error: ProtocolError) -> page.ToPage:
        services.measures.refused.labels("page", error.code).inc()
        return page.PageError(code=error.code, message=error.message)

    return Socket(
        page.FROM_PAGE,
        page.TO_PAGE,
        refuse,
        max_bytes=limits.PAGE_MESSAGE_BYTES,
        rate=_RATE,
        burst=_BURST,
        subprotocol=page.SUBPROTOCOL,
        subject=subject_of,
    )


def subject_of(message: page.ToPage) -> str:
    """Of what a page needs only the newest."""
    return f"archive {message.archive}" if isinstance(message, page.WorklistChanged) else ""


@routes.get("/ws/page")
async def page_socket(request: web.Request) -> web.StreamResponse:
    """One page's connection."""
    services = request.app[SERVICES]
    sign_in = await sign_in_of(request)
    lapsed = sign_in is None and await has_lapsed(request)
    socket = _socket(services)
    await socket.open(request)
    try:
        if sign_in is None:
            # A browser does not show its page the status of a refused WebSocket; words it does.
            socket.send(page.SignedOut(message=LAPSED if lapsed else NOT_SIGNED_IN, lapsed=lapsed))
        else:
            offered = ",".join(request.headers.getall(hdrs.SEC_WEBSOCKET_PROTOCOL, ()))
            await _serve(services, socket, sign_in, page.said_with(offered))
    finally:
        await socket.end()
    return socket.response


async def _serve(
    services: Services,
    socket: Socket[page.FromPage, page.ToPage],
    sign_in: SignIn,
    said: tuple[str, ...],
) -> None:
    """What was `said` with the request for the connection is taken as the first messages on it, by the same rules."""
    link: PageLink | None = None
    hello = asyncio.get_running_loop().call_later(_HELLO_SECONDS, socket.close, "no hello")
    try:
        async for message in socket.messages(said):
            try:
                if isinstance(message, page.PageHello):
                    if link is not None:
                        services.pages.discard(link)
                    link = _welcome(services, socket, sign_in, message)
                    hello.cancel()
                elif isinstance(message, page.PagePing):
                    socket.send(page.PagePong(number=message.number))
                elif link is None:
                    raise ProtocolError(errors.MALFORMED, "The first message must be hello.")
                else:
                    _handle(services, link, message)
            except ProtocolError as error:
                if not socket.refuse(error) or error.code == errors.VERSION:
                    return
    finally:
        hello.cancel()
        if link is not None:
            services.pages.discard(link)


def _welcome(
    services: Services, socket: Socket[page.FromPage, page.ToPage], sign_in: SignIn, hello: page.PageHello
) -> PageLink:
    if not version.is_accepted(hello.protocol):
        raise ProtocolError(errors.VERSION, "This page is of another version of Farview. Reload it.")
    if not 0 < len(hello.page) <= _PAGE_ID:
        raise ProtocolError(errors.MALFORMED, f"A page's id has 1 to {_PAGE_ID} characters.")
    link = PageLink(sign_in.user, services.sign_in_watch.now_of(sign_in.key_hash), hello.page, socket)
    services.pages.add(link)
    services.broker.page_back(link)
    socket.send(
        page.PageWelcome(
            protocol=min(hello.protocol, version.PROTOCOL_VERSION),
            user=sign_in.user.user,
            role=sign_in.user.role.value,
            tenant=sign_in.user.tenant,
            build=services.files.build,
            demo=services.local.demo,
        )
    )
    return link


def _handle(services: Services, link: PageLink, message: page.FromPage) -> None:
    match message:
        case page.SeatRequest():
            # A link, or a page that is open, may name the archive by an id that it had before.
            archive = services.archive_ids.meant(link.user.tenant, message.archive)
            services.broker.request(link, msgspec.structs.replace(message, archive=archive))
        case page.SeatAnswer() | page.SeatCandidate() | page.SeatRelease():
            services.broker.from_page(link, message)
