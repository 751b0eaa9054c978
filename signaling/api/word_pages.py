"""Refusals for people: who goes to an address with a browser gets a page, never JSON."""

from __future__ import annotations

import html

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler

from signaling.api.addresses import outer_path
from signaling.api.services import SERVICES

_PLAIN = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Farview</title><h1>Farview</h1><p>{{message}}</p>"
    '<p><a href="{{base}}/">Go to the worklist</a></p>'
)


class _Refusal(msgspec.Struct, frozen=True):
    message: str


@web.middleware
async def say_on_a_page(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn a refusal {code, message} into a page where a person went there; scripts get it as it is."""
    answer = await handler(request)
    is_refusal = answer.status >= 400 and answer.content_type == "application/json"
    if not is_refusal or not is_navigation(request) or not isinstance(answer, web.Response):
        return answer
    try:
        message = msgspec.json.decode(answer.body or b"", type=_Refusal).message  # type: ignore[arg-type]
    except msgspec.DecodeError:
        return answer
    escaped = html.escape(message)
    base = outer_path(request, "")  # such a page may stand at an address of any depth
    page = request.app[SERVICES].files.page("refused.html", base=base, message=escaped)
    text = page or _PLAIN.replace("{{base}}", base).replace("{{message}}", escaped)
    return web.Response(text=text, status=answer.status, content_type="text/html")


def is_navigation(request: web.Request) -> bool:
    """Whether a browser opens a document (Fetch Metadata), or, where it does not say so, asks for HTML first."""
    mode = request.headers.get("Sec-Fetch-Mode")
    if mode is not None:
        return mode == "navigate"
    return request.method == "GET" and request.headers.get("Accept", "").startswith("text/html")
