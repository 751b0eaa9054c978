"""Addresses below the path that is Farview's part of its host (--base-path)."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from signaling.api.services import SERVICES


def inner_path(request: web.Request) -> str:
    """The path of a request without the base path, whether a proxy in front has cut that off or not."""
    base = request.app[SERVICES].config.base_path
    return request.path.removeprefix(base) if base and request.path.startswith(f"{base}/") else request.path


def outer_path(request: web.Request, path: str) -> str:
    """`path` of ours (`/worklist`) as the reader's browser must name it."""
    return request.app[SERVICES].config.base_path + path


def routes_below(base: str, routes: Iterable[web.AbstractRouteDef]) -> list[web.AbstractRouteDef]:
    """The routes at their own paths and below `base`: some proxies cut it off before they pass a request on, some do not."""
    found = list(routes)
    if not base:
        return found
    below = [
        web.RouteDef(route.method, base + route.path, route.handler, route.kwargs)
        for route in found
        if isinstance(route, web.RouteDef)
    ]
    return [*found, *below]
