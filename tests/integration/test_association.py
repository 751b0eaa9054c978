"""The data channels open a round trip early: what the host says follows its cookie, whatever becomes of that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiortc.rtcsctptransport import CookieAckChunk, CookieEchoChunk, RTCSctpTransport

from streamer.transport.webrtc.peer import WebRtcPeer
from tests.integration.webrtc_page import Heard, Page

SECONDS = 10
WORDS = [f'{{"n":{n}}}' for n in range(30)]


class Pair:
    """A host's peer and a page that are not connected yet."""

    def __init__(self) -> None:
        self.heard = Heard()
        self.page = Page()
        self.host = WebRtcPeer(self.heard, fingerprint=self.page.fingerprint)

    async def connect(self) -> None:
        await self.host.accept(await self.page.answer(await self.host.offer()))
        await asyncio.wait_for(self.heard.control_open.wait(), SECONDS)

    async def come(self) -> list[str]:
        messages = self.page.messages["control"]
        return [await asyncio.wait_for(messages.get(), SECONDS) for _ in WORDS]


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    pair = Pair()
    yield pair
    await pair.host.close()
    await pair.page.close()


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
    await asyncio.wait_for(pair.heard.control_open.wait(), SECONDS)
    assert all(pair.host.send_control(words) for words in WORDS)
    assert await pair.come() == WORDS


async def test_a_cookie_that_gets_lost_loses_no_words(pair: Pair) -> None:
    assert pair.host._pc.sctp is not None
    cookies: list[Any] = []

    def first_cookie(chunk: Any) -> bool:
        if isinstance(chunk, CookieEchoChunk):
            cookies.append(chunk)
        return isinstance(chunk, CookieEchoChunk) and len(cookies) == 1

    lose(pair.host._pc.sctp, first_cookie)
    await pair.connect()
    assert all(pair.host.send_control(words) for words in WORDS)
    assert await pair.come() == WORDS
    pair.page.channels["control"].send("{}")
    assert await asyncio.wait_for(pair.heard.control.get(), SECONDS) == "{}"
