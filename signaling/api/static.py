"""The browser's files under /static/BUILD/…"""

from __future__ import annotations

from aiohttp import web

from signaling.api.services import SERVICES

_FOR_EVER = "public, max-age=31536000, immutable"

routes = web.RouteTableDef()


@routes.get("/static/{build}/{name:.+}")
async def static(request: web.Request) -> web.StreamResponse:
    """A file, kept by caches for ever under the build it belongs to, never under another."""
    files = request.app[SERVICES].files
    build = files.build
    file = files.find(request.match_info["name"])
    if file is None:
        raise web.HTTPNotFound
    headers = {
        "Cache-Control": _FOR_EVER if request.match_info["build"] == build else "no-cache",
        "Vary": "Accept-Encoding",
    }
    body = file.data
    if file.gzipped is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = file.gzipped
    charset = "utf-8" if file.media_type.startswith("text/") else None
    return web.Response(body=body, headers=headers, content_type=file.media_type, charset=charset)
