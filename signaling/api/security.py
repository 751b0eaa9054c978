"""What every request must satisfy and every answer carries."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from signaling.api.answers import refused
from signaling.api.services import SERVICES
from signaling.errors import FarviewError, Refused, StoreFailed
from signaling.log import logger, where
from signaling.protocol import errors
from signaling.protocol.errors import ProtocolError

_LOG = logger(__name__)
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


def content_policy(host: str, tls: bool, inline_scripts: tuple[str, ...] = ()) -> str:
    """The Content-Security-Policy; the scripts that stand in our pages are named by their hashes.

    Older browsers do not count WebSockets as 'self', so that they are named.
    """
    socket = f"{'wss' if tls else 'ws'}://{host}"
    scripts = " ".join(("'self'", *inline_scripts))
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self'; img-src 'self' data: blob:; "
        f"media-src 'self' blob:; connect-src 'self' {socket}; worker-src 'self'; manifest-src 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def host_name(host: str) -> str:
    """The name in a Host header, without its port and brackets, lower case; empty when it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_own_origin(origin: str, scheme: str, host: str) -> bool:
    """Whether a page of `origin` is ours, RFC 6454: same scheme, host and port as the request was made to."""
    return origin.lower() == f"{scheme}://{host}".lower()


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


_STATUS = {errors.NOT_SIGNED_IN: 401, errors.NO_HOST: 404, errors.TOO_MANY: 429}
_WORDS = {
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    413: "The request is too large.",
}


@web.middleware
async def known_host_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse names that are not ours: a foreign name that resolves here could read as our own origin (DNS rebinding)."""
    if host_name(request.host) not in request.app[SERVICES].config.host_names and request.path != "/healthz":
        return refused(
            421,
            errors.FORBIDDEN,
            "Farview is not known by this name. Use the address it printed, or start it with --name for this one.",
        )
    return await handler(request)


@web.middleware
async def own_origin_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse WebSockets and unsafe methods from pages of others. A render host is no browser and sends no Origin."""
    upgrade = request.headers.get("Upgrade", "").lower() == "websocket"
    origin = request.headers.get("Origin")
    if upgrade or request.method not in _SAFE:
        if origin is None and not (upgrade and request.path in _OF_HOSTS):
            return refused(
                403, errors.FORBIDDEN, "The request names no Origin; only Farview's own pages may make it."
            )
        if origin is not None and not is_own_origin(origin, request.scheme, request.host):
            return refused(
                403,
                errors.FORBIDDEN,
                "The request comes from another site; only Farview's own pages may make it.",
            )
    return await handler(request)


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
            request.host, services.config.tls, services.files.inline_scripts
        )
    response.headers["Server"] = "Farview"
