"""What every request must satisfy and every answer carries."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from signaling.api.addresses import inner_path
from signaling.api.answers import refused
from signaling.api.reader_side import ReaderSide, direct, host_name, reader_of
from signaling.api.said_seldom import SaidSeldom
from signaling.api.services import SERVICES
from signaling.errors import FarviewError, Refused, StoreFailed
from signaling.log import logger, where
from signaling.protocol import errors
from signaling.protocol.errors import ProtocolError

_LOG = logger(__name__)
_SELDOM = SaidSeldom()
_SHOWN = 100
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_OF_HOSTS = frozenset({"/ws/host", "/ws/host-stream"})
_NEVER_DOCUMENTS = frozenset({"text/javascript", "text/css"})
_DOCUMENT_HEADERS = {
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


def content_policy(reader: ReaderSide, inline_scripts: tuple[str, ...] = ()) -> str:
    """The Content-Security-Policy; the scripts that stand in our pages are named by their hashes.

    Older browsers do not count WebSockets as 'self', so that they are named where they can be.
    """
    connect = " ".join(filter(None, ("'self'", reader.socket_source)))
    scripts = " ".join(("'self'", *inline_scripts))
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self'; img-src 'self' data: blob:; "
        f"media-src 'self' blob:; connect-src {connect}; worker-src 'self'; manifest-src 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def is_own_origin(origin: str, own: str) -> bool:
    """Whether a page of `origin` is ours, RFC 6454: same scheme, host and port as the request was made to."""
    return _without_default_port(origin) == _without_default_port(own)


def _without_default_port(origin: str) -> str:
    scheme, _, authority = origin.lower().partition("://")
    return f"{scheme}://{authority.removesuffix(_DEFAULT_PORTS.get(scheme, '') or '//')}"


def what_differs(origin: str, reader: ReaderSide) -> str:
    """Why a page of `origin` is none of ours, and what may be wrong with the way between."""
    return (
        f"The page's origin is {shown(origin)}, this server takes itself for {shown(reader.origin)}. "
        "Only Farview's own pages may make this request. If a proxy ends TLS or changes the Host, name it with "
        "--trusted-proxy and have it send X-Forwarded-Proto and X-Forwarded-Host."
    )


def shown(text: str) -> str:
    """What somebody sent, as it may stand in a sentence."""
    return "".join(sign if sign.isprintable() else "?" for sign in text[:_SHOWN])


@web.middleware
async def answer_in_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every error into an answer that says what is wrong, and none of what happened inside."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return refused(error.status, errors.MALFORMED, _WORDS.get(error.status, f"{error.reason}."))
    except ProtocolError as error:
        return refused(400, error.code, error.message)
    except Refused as error:
        return refused(_STATUS.get(error.code, 403), error.code, error.message)
    except StoreFailed as error:
        _LOG.error("store failed", path=request.path, **where(error))
        return refused(503, error.code, error.message)
    except FarviewError as error:
        return refused(500, error.code, error.message)
    except Exception as error:
        _LOG.error("request failed", path=request.path, **where(error))
        return refused(500, errors.INTERNAL, "Farview failed to answer. The log on its machine says where.")


_STATUS = {errors.MALFORMED: 400, errors.NOT_SIGNED_IN: 401, errors.NO_HOST: 404, errors.TOO_MANY: 429}
_WORDS = {
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    413: "The request is too large.",
}


@web.middleware
async def known_host_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse names that are not ours: a foreign name that resolves here could read as our own origin (DNS rebinding)."""
    config = request.app[SERVICES].config
    host = host_name(reader_of(request, config).host)
    if host not in config.host_names and inner_path(request) != "/healthz":
        return refused(
            421,
            errors.FORBIDDEN,
            f"Farview is not known by the name {shown(host)}. "
            "Use the address it printed, or start it with --name for this one.",
        )
    return await handler(request)


@web.middleware
async def own_origin_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse WebSockets and unsafe methods from pages of others. A render host is no browser and sends no Origin."""
    upgrade = request.headers.get("Upgrade", "").lower() == "websocket"
    origin = request.headers.get("Origin")
    if upgrade or request.method not in _SAFE:
        if origin is None and not (upgrade and inner_path(request) in _OF_HOSTS):
            return refused(
                403, errors.FORBIDDEN, "The request names no Origin; only Farview's own pages may make it."
            )
        reader = reader_of(request, request.app[SERVICES].config)
        if origin is not None and not is_own_origin(origin, reader.origin):
            _say_what_differs(request, origin, reader)
            return refused(403, errors.FORBIDDEN, what_differs(origin, reader))
    return await handler(request)


def _say_what_differs(request: web.Request, origin: str, reader: ReaderSide) -> None:
    kept_back = _SELDOM.again(f"{origin[:_SHOWN]} {reader.origin[:_SHOWN]}")
    if kept_back is not None:
        _LOG.warning(
            "request of another origin refused",
            origin=shown(origin),
            own=shown(reader.origin),
            peer=direct(request).address,
            hint="if a proxy ends TLS there, name it with --trusted-proxy",
            kept_back=kept_back,
        )


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Headers of every answer; nothing is kept by caches unless the handler says so.

    Scripts and style sheets go without what rules documents alone: before the first picture every byte counts.
    """
    is_part = response.content_type in _NEVER_DOCUMENTS
    for name, value in (_HEADERS if is_part else {**_HEADERS, **_DOCUMENT_HEADERS}).items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    if not is_part:
        services = request.app[SERVICES]
        response.headers["Content-Security-Policy"] = content_policy(
            _reader_or_peer(request), services.files.inline_scripts
        )
    response.headers["Server"] = "Farview"


def _reader_or_peer(request: web.Request) -> ReaderSide:
    """For the answer that refuses what a proxy says of the reader, too."""
    try:
        return reader_of(request, request.app[SERVICES].config)
    except Refused:
        return direct(request)
