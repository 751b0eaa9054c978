"""The HTML pages."""

from __future__ import annotations

import html

from aiohttp import web

from signaling.api.addresses import inner_path, outer_path
from signaling.api.reader_side import reader_of
from signaling.api.services import SERVICES
from signaling.api.signed_in import NOT_SIGNED_IN, may_open_page, sign_in_of
from signaling.api.static import chosen
from signaling.api.word_pages import is_navigation

TOKEN_IN_QUERY = (
    "This address does not sign in: where its token stands, proxies write it into their logs. "
    "Open the address as Farview printed it, with the token behind a # (farview url prints it again)."
)
_PLAIN = "<!doctype html><html lang=en><meta charset=utf-8><title>Farview</title><h1>Farview</h1><p>{{message}}</p>"
_PAGES = {"/": "index.html", "/worklist": "index.html", "/viewer": "index.html", "/admin": "admin.html"}

routes = web.RouteTableDef()


def _html(text: str, status: int = 200) -> web.Response:
    answer = web.Response(text=text, status=status, content_type="text/html")
    answer.enable_compression()
    return answer


def html_page(request: web.Request, name: str, **values: str) -> web.Response:
    """The page of the file `name`, its placeholders filled with `values`; 500 where this installation lacks it."""
    text = request.app[SERVICES].files.page(
        name, **{key: html.escape(value) for key, value in values.items()}
    )
    if text is None:
        return _html(
            _PLAIN.replace("{{message}}", "The browser's files are missing from this installation."), 500
        )
    packed = None if values else request.app[SERVICES].files.packed_page(name)
    if packed is not None and chosen(request.headers.get("Accept-Encoding", ""), ["br"]):
        return web.Response(
            body=packed, content_type="text/html", charset="utf-8", headers={"Content-Encoding": "br"}
        )
    return _html(text)


def sign_in_page(request: web.Request, message: str, status: int = 0) -> web.Response:
    """The sign-in page; it says how to sign in. Its script does so where a token stands in the address's fragment.

    To a person it is the page, and no failure that a browser puts down; a program is told by the status that it is refused.
    """
    status = status or (200 if is_navigation(request) else 401)
    files = request.app[SERVICES].files
    escaped = html.escape(message)
    text = files.page("sign-in.html", message=escaped) or _PLAIN.replace("{{message}}", escaped)
    return _html(text, status)


@routes.get("/")
@routes.get("/worklist")
@routes.get("/viewer")
@routes.get("/admin")
async def page(request: web.Request) -> web.StreamResponse:
    """A page, or for who is not signed in how to sign in."""
    if "token" in request.query:
        return sign_in_page(request, TOKEN_IN_QUERY, 400)
    if not await may_open_page(request):
        return sign_in_page(request, NOT_SIGNED_IN)
    answer = html_page(request, _PAGES[inner_path(request)])
    sign_in = await sign_in_of(request)
    if sign_in is not None:
        _set_page_cookie(request, answer, sign_in.key_hash)
    return answer


def _set_page_cookie(request: web.Request, answer: web.Response, key_hash: str) -> None:
    services = request.app[SERVICES]
    if request.cookies.get(services.cookie.page_name) != key_hash:
        secure = reader_of(request, services.config).scheme == "https"
        attributes = services.cookie.page_attributes(secure=secure)
        answer.set_cookie(services.cookie.page_name, key_hash, **attributes)  # type: ignore[arg-type]


@routes.get("/sign-in")
async def sign_in(request: web.Request) -> web.StreamResponse:
    """How to sign in, for who is not; the worklist for who is."""
    if "token" in request.query:
        return sign_in_page(request, TOKEN_IN_QUERY, 400)
    if await sign_in_of(request) is not None:
        return web.Response(status=303, headers={"Location": outer_path(request, "/")})
    return sign_in_page(request, NOT_SIGNED_IN)


@routes.get("/manifest.webmanifest")
async def manifest(request: web.Request) -> web.StreamResponse:
    """The web application manifest (W3C)."""
    text = request.app[SERVICES].files.page("manifest.webmanifest", base=outer_path(request, ""))
    if text is None:
        raise web.HTTPNotFound
    return web.Response(text=text, content_type="application/manifest+json")


async def base(request: web.Request) -> web.StreamResponse:
    """The base path without its slash: addresses in our pages are relative to the one with it."""
    query = request.rel_url.raw_query_string
    return web.Response(
        status=308, headers={"Location": outer_path(request, "/") + (f"?{query}" if query else "")}
    )
