"""The browser's files under /static/BUILD/…"""

from __future__ import annotations

import re
from collections.abc import Sequence

from aiohttp import web

from signaling.api.build import StaticFile
from signaling.api.services import SERVICES

_WEIGHT = re.compile(r"q=([01](?:\.[0-9]{0,3})?)")
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
    return answered(request, file, files.brotli(file), _FOR_EVER if current else "no-cache")


def answered(request: web.Request, file: StaticFile, brotli: bytes | None, caching: str) -> web.Response:
    """The file as the browser takes it: compressed where it can, 304 (RFC 9110, 15.4.5) where it has it."""
    packed = {"br": brotli, "gzip": file.gzipped}
    offered = [coding for coding, data in packed.items() if data is not None]
    coding = chosen(request.headers.get("Accept-Encoding", ""), offered)
    tag = f'"{file.tag}{f"-{coding}" if coding else ""}"'
    headers = {"Cache-Control": caching, "ETag": tag}
    if offered:
        headers["Vary"] = "Accept-Encoding"
    if any(tag == f'"{known.value}"' for known in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    if coding:
        headers["Content-Encoding"] = coding
    charset = "utf-8" if file.media_type.startswith("text/") else None
    return web.Response(
        body=packed.get(coding, file.data),
        headers=headers,
        content_type=file.media_type,
        charset=charset,
    )


def chosen(accepted: str, offered: Sequence[str]) -> str:
    """The coding that an Accept-Encoding header (RFC 9110, 12.5.3) prefers of those offered, the smallest first; "" = none.

    One is allowed by its name, else by `*`, never with weight 0. A weight that can't be read counts as 1.
    """
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        coding, _, weight = part.partition(";")
        found = _WEIGHT.fullmatch(weight.replace(" ", ""))
        weights[coding.strip()] = float(found[1]) if found else 1.0
    best = max(offered, key=lambda coding: weights.get(coding, weights.get("*", 0.0)), default="")
    return best if weights.get(best, weights.get("*", 0.0)) > 0 else ""
