"""One sign-in reads in so many windows at once: under however many page ids, its pages leave places for everybody else."""

from __future__ import annotations

from contextlib import AsyncExitStack
from copy import copy
from pathlib import Path

import aiohttp
import pytest

from signaling.protocol import errors, hosts, page
from tests.fakes.signaling_peers import FINGERPRINT, TOKEN, FakeHost, FakePage, running_server

MOST = 3


async def offered(host: FakeHost, reader: FakePage, request: str = "r1") -> str:
    """The reader's page is on a seat; its id."""
    await reader.ask_for_seat(request)
    asked = await host.offer_seat()
    seat = (await reader.expect(page.SeatOffer)).seat
    await reader.send(page.SeatAnswer(seat=seat, sdp="v=0 answer"))
    await host.expect(page.SeatAnswer)
    assert asked.seat == seat
    return seat


async def words_of_refusal(reader: FakePage) -> str:
    await reader.ask_for_seat("too many")
    failed = await reader.expect(page.SeatFailed)
    assert failed.code == errors.TOO_MANY
    assert failed.retry_after > 0, "it goes on by itself once there is room"
    return failed.message


@pytest.mark.parametrize("seats_of_each", [1, 2])
async def test_a_sign_in_that_makes_page_after_page_leaves_a_place_for_another_one(
    tmp_path: Path, seats_of_each: int
) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(tmp_path, windows=MOST))
        await server.sign_in()
        host = await stack.enter_async_context(await FakeHost.open(server, "demo", capacity=MOST + 1))
        for number in range(MOST):
            reader = await stack.enter_async_context(await FakePage.open(server, f"page-{number}"))
            for seat in range(seats_of_each):
                await offered(host, reader, f"r{seat}")
        for number in range(MOST, MOST + 3):
            reader = await stack.enter_async_context(await FakePage.open(server, f"page-{number}"))
            said = await words_of_refusal(reader)
            assert said.startswith(f"This browser reads in {MOST} windows already")
        assert server.services.broker.count == MOST * seats_of_each
        other = await stack.enter_async_context(
            aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        )
        theirs = copy(server)
        theirs.http = other
        assert (await theirs.show_token(TOKEN))[0] == 204
        await offered(host, await stack.enter_async_context(await FakePage.open(theirs, "another reader's")))


async def test_seats_asked_for_all_at_once_are_no_more(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(tmp_path, windows=MOST))
        await server.sign_in()
        pages = [
            await stack.enter_async_context(await FakePage.open(server, f"page-{n}")) for n in range(2 * MOST)
        ]
        for reader in pages:  # no host is there yet: all of them wait for one
            await reader.send(page.SeatRequest(request="r", fingerprint=FINGERPRINT))
        host = await stack.enter_async_context(await FakeHost.open(server, "demo", capacity=99))
        for _ in range(MOST):
            await host.expect(hosts.SeatOpen)
        assert server.services.broker.count == MOST


async def test_a_page_that_reads_may_change_its_seat_and_one_that_goes_makes_room(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(tmp_path, windows=1))
        await server.sign_in()
        host = await stack.enter_async_context(await FakeHost.open(server, "demo", capacity=4))
        reader = await stack.enter_async_context(await FakePage.open(server, "page-1"))
        waits = await stack.enter_async_context(await FakePage.open(server, "page-2"))
        first = await offered(host, reader)
        assert "1 window already" in await words_of_refusal(waits)
        second = await offered(host, reader, "r2")
        for seat in (first, second):
            await reader.send(page.SeatRelease(seat=seat))
            await host.expect(hosts.SeatClose)
        await offered(host, waits)
