"""The JSON body of a request, of a known form and size; whatever else comes is refused in words, and is no failure of ours."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from aiohttp import web

from signaling.protocol import errors
from signaling.protocol.errors import ProtocolError

T = TypeVar("T")


async def body_of(
    request: web.Request, form: type[T], most: int, *, large: str, malformed: str, empty: bytes = b""
) -> T:
    """The body as `form`. `large` and `malformed` are sentences; `empty` stands for a body of no bytes.

    Raises:
        ProtocolError: it has more than `most` bytes, is no such object, no JSON or no UTF-8 (RFC 8259, 8.1), or broke off.
    """
    if (request.content_length or 0) > most:
        raise ProtocolError(errors.TOO_LARGE, large)
    try:
        return msgspec.json.decode(await request.read() or empty, type=form)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ProtocolError(errors.MALFORMED, malformed) from None
    except ConnectionError:  # who asked has gone: nobody reads the answer
        raise ProtocolError(errors.MALFORMED, "The request broke off.") from None
