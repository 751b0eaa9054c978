"""The data channels open a round trip early: what the host says follows its cookie, whatever becomes of that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiortc.rtcsctptransport import CookieAckChunk, CookieEchoChunk, RTCSctpTransport

from tests.integration.webrtc_pair import SECONDS, Pair

WORDS = [f'{{"n":{n}}}' for n in range(30)]


async def opened(pair: Pair) -> None:
    await asyncio.wait_for(pair.heard.control_open.wait(), SECONDS)


async def told(pair: Pair) -> list[str | bytes]:
    """What the page hears of WORDS, once the host has said them."""
    assert all(pair.host.send_control(words) for words in WORDS)
    messages = pair.page.messages["control"]
    return [await asyncio.wait_for(messages.get(), SECONDS) for _ in WORDS]


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    pair = Pair()
    yield pair
    await pair.close()


def lose(sctp: RTCSctpTransport, lost: Callable[[Any], bool]) -> None:
    """What is sent and `lost` says so never comes."""
    send = sctp._send_chunk

    async def send_chunk(chunk: Any) -> None:
        if not lost(chunk):
            await send(chunk)

    sctp._send_chunk = send_chunk  # type: ignore[method-assign]


async def test_what_the_host_says_does_not_wait_for_the_acknowledgement_of_its_cookie(pair: Pair) -> None:
    answer = await pair.page.answer(await pair.host.offer())
    assert pair.page.pc.sctp is not None
    lose(pair.page.pc.sctp, lambda chunk: isinstance(chunk, (CookieAckChunk, CookieEchoChunk)))
    await pair.host.accept(answer)
    await opened(pair)
    assert await told(pair) == WORDS


async def test_a_cookie_that_gets_lost_loses_no_words(pair: Pair) -> None:
    assert pair.host._pc.sctp is not None
    cookies: list[Any] = []

    def first_cookie(chunk: Any) -> bool:
        if isinstance(chunk, CookieEchoChunk):
            cookies.append(chunk)
        return isinstance(chunk, CookieEchoChunk) and len(cookies) == 1

    lose(pair.host._pc.sctp, first_cookie)
    await pair.connect()
    await opened(pair)
    assert await told(pair) == WORDS
    pair.page.channels["control"].send("{}")
    assert await asyncio.wait_for(pair.heard.control.get(), SECONDS) == "{}"
