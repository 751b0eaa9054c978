"""The browser's files under /static/BUILD/…"""

from __future__ import annotations

import re

from aiohttp import web

from signaling.api.build import StaticFile
from signaling.api.services import SERVICES

_FOR_EVER = "public, max-age=31536000, immutable"

routes = web.RouteTableDef()


@routes.get("/static/{build}/{name:.+}")
async def static(request: web.Request) -> web.StreamResponse:
    """A file, kept by caches for ever under the build it belongs to, never under another."""
    files = request.app[SERVICES].files
    current = request.match_info["build"] == files.build
    file = files.find(request.match_info["name"])
    if file is None or (file.joined and not current):
        raise web.HTTPNotFound
    return answered(request, file, _FOR_EVER if current else "no-cache")


def answered(request: web.Request, file: StaticFile, caching: str) -> web.Response:
    """The file as the browser takes it: compressed where it can, 304 (RFC 9110, 15.4.5) where it has it."""
    gzipped = file.gzipped is not None and takes_gzip(request.headers.get("Accept-Encoding", ""))
    tag = f'"{file.tag}{"-gzip" if gzipped else ""}"'
    headers = {"Cache-Control": caching, "ETag": tag}
    if file.gzipped is not None:
        headers["Vary"] = "Accept-Encoding"
    if any(tag == f'"{known.value}"' for known in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    if gzipped:
        headers["Content-Encoding"] = "gzip"
    charset = "utf-8" if file.media_type.startswith("text/") else None
    return web.Response(
        body=file.gzipped if gzipped else file.data,
        headers=headers,
        content_type=file.media_type,
        charset=charset,
    )


def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header (RFC 9110, 12.5.3) allows gzip: by its name, else by `*`, never with weight 0."""
    weights = {}
    for part in accepted.lower().split(","):
        coding, _, weight = part.partition(";")
        weights[coding.strip()] = weight.replace(" ", "")
    found = weights.get("gzip", weights.get("*"))
    return found is not None and re.fullmatch(r"q=0(\.0*)?", found) is None
