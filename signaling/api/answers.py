"""JSON answers."""

from __future__ import annotations

from typing import Any

import msgspec
from aiohttp import web


def json(value: Any, status: int = 200) -> web.Response:
    """`value`, encoded strictly by msgspec."""
    return web.Response(body=msgspec.json.encode(value), status=status, content_type="application/json")


def refused(status: int, code: str, message: str) -> web.Response:
    """Why not, and what to do: {code, message}."""
    return json({"code": code, "message": message}, status)
