"""Every request with a body: what is no such body is refused in words and logged by nobody, whatever its bytes are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from signaling.api.body import body_of
from signaling.protocol import errors
from signaling.protocol.errors import ProtocolError

API = Path(__file__).parents[3] / "signaling/api"


class Form(msgspec.Struct, frozen=True):
    name: str
    again: bool = False


class Asked:
    """A request with these bytes; one that is to break off does."""

    def __init__(self, body: bytes | BaseException, length: int | None = None) -> None:
        self._body = body
        self.content_length = length

    async def read(self) -> bytes:
        if isinstance(self._body, BaseException):
            raise self._body
        return self._body


async def read(body: bytes | BaseException, length: int | None = None, **options: Any) -> Form:
    asked: Any = Asked(body, length)
    return await body_of(asked, Form, 100, large="Too large.", malformed="No form.", **options)


BAD: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"{",
    "no UTF-8 in a text": b'{"name":"\xff"}',
    "no UTF-8 at all": b"\xff\xfe",
    "a lone surrogate": b'{"name":"\xed\xa0\x80"}',
    "an overlong form": b'{"name":"\xc0\xaf"}',
    "another type": b'{"name":7}',
    "a list": b"[]",
    "a number": b"1e999",
    "not a number": b'{"name":NaN}',
    "nothing of it": b"{}",
    "deeply nested": b'{"other":' + b"[" * 100_000,
    "more than one": b'{"name":"a"}{"name":"b"}',
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD)
async def test_what_is_no_such_body_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(ProtocolError) as refused:
        await read(body)
    assert (refused.value.code, refused.value.message) == (errors.MALFORMED, "No form.")


async def test_a_body_is_read_and_an_empty_one_stands_for_what_is_said() -> None:
    assert await read(b'{"name":"a","other":1}') == Form("a")
    assert await read(b"", empty=b'{"name":"b"}') == Form("b")


async def test_one_that_is_too_long_is_not_read() -> None:
    with pytest.raises(ProtocolError, match="Too large") as refused:
        await read(AssertionError("read"), 101)
    assert refused.value.code == errors.TOO_LARGE


@pytest.mark.parametrize("error", [ConnectionResetError(), BrokenPipeError(), ConnectionAbortedError()])
async def test_one_that_breaks_off_is_no_failure_of_ours(error: ConnectionError) -> None:
    with pytest.raises(ProtocolError, match="broke off"):
        await read(error)


def test_every_handler_reads_bodies_so() -> None:
    reads = re.compile(r"request\.(?:read|json|text|post|content)\b")
    named = [file.name for file in API.glob("*.py") if reads.search(file.read_text())]
    assert named == ["body.py"]
