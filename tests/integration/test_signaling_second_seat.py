"""A page makes another seat beside the one that is in doubt, perhaps over another connection to the server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from signaling.protocol import hosts, page
from tests.fakes.signaling_peers import FakeHost, FakePage, Server, invited_key, running_server


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with running_server(tmp_path / "state") as running:
        await running.sign_in()
        yield running


async def seated(host: FakeHost, reader: FakePage, request: str = "r1") -> str:
    """The reader is on a seat of the host; its id."""
    await reader.ask_for_seat(request)
    seat = (await host.offer_seat()).seat
    await reader.expect(page.SeatOffer)
    await reader.send(page.SeatAnswer(seat=seat, sdp="v=0 answer"))
    await host.expect(page.SeatAnswer)
    return seat


async def test_a_page_that_connects_again_hears_of_its_seat_though_the_old_connection_stands(
    server: Server,
) -> None:
    async with await FakeHost.open(server, "demo") as host, await FakePage.open(server) as before:
        seat = await seated(host, before)
        async with await FakePage.open(server) as after:
            await before.expect_end()
            await host.send(hosts.HostSeatClosed(seat=seat, reason="The page closed the connection."))
            assert (await after.expect(page.SeatLost)).seat == seat


async def test_another_page_of_the_same_reader_leaves_it_alone(server: Server) -> None:
    async with await FakeHost.open(server, "demo") as host, await FakePage.open(server) as reader:
        seat = await seated(host, reader)
        async with await FakePage.open(server, "page-2"):
            await reader.send(page.PagePing(number=1))
            await reader.expect(page.PagePong)
            await host.send(hosts.HostSeatClosed(seat=seat, reason="The page closed the connection."))
            assert (await reader.expect(page.SeatLost)).seat == seat


async def test_what_was_asked_for_in_vain_goes_before_the_seat_in_use(server: Server) -> None:
    async with await FakeHost.open(server, "demo") as host, await FakePage.open(server) as reader:
        in_use = await seated(host, reader)
        await reader.ask_for_seat("r2")
        vain = (await host.expect(hosts.SeatOpen)).seat
        await reader.ask_for_seat("r3")
        assert (await host.expect(hosts.SeatClose)).seat == vain
        third = (await host.offer_seat()).seat
        assert (await reader.expect(page.SeatOffer)).seat == third
        assert len({in_use, vain, third}) == 3
        assert not [m for m in host.seen if isinstance(m, hosts.SeatClose) and m.seat == in_use]


async def test_a_full_host_takes_a_page_that_is_on_it_and_nobody_else(server: Server) -> None:
    async with (
        await FakeHost.open(server, "demo", capacity=1) as host,
        await FakePage.open(server) as reader,
        await FakePage.open(server, "page-2") as other,
    ):
        await seated(host, reader)
        await other.ask_for_seat()
        assert "places are taken" in (await other.expect(page.SeatFailed)).message
        await seated(host, reader, "r2")


async def test_a_page_stays_with_its_host_though_another_one_is_idle(server: Server) -> None:
    async with await FakeHost.open(server, "demo") as first, await FakePage.open(server) as reader:
        await seated(first, reader)
        key = await invited_key(server)
        async with await FakeHost.open(server, "demo", key=key, machine="machine-2"):
            await seated(first, reader, "r2")
