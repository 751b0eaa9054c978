"""What a page says before it is connected reaches the host with the request for the seat (the peers are fakes)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from signaling.protocol import control, hosts, page
from signaling.protocol.version import PROTOCOL_VERSION
from tests.fakes.signaling_peers import FINGERPRINT, FakeHost, FakePage, Server, running_server

OPEN = control.OpenStudy(request=1, archive="demo", study="1.2.3", width=1280, height=800)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with running_server(tmp_path / "state") as running:
        await running.sign_in()
        yield running


async def test_the_host_hears_it_and_says_whether_it_took_it(server: Server) -> None:
    async with await FakeHost.open(server, "demo") as host, await FakePage.open(server) as reader:
        await reader.send(page.SeatRequest(request="r1", fingerprint=FINGERPRINT, first=(OPEN,)))
        asked = await host.expect(hosts.SeatOpen)
        assert asked.first == (OPEN,)
        await host.send(hosts.HostSeatOffer(seat=asked.seat, sdp="v=0", first=1))
        assert (await reader.expect(page.SeatOffer)).first == 1


async def test_a_host_that_knows_nothing_of_it_has_taken_nothing(server: Server) -> None:
    async with await FakeHost.open(server, "demo") as host, await FakePage.open(server) as reader:
        await reader.send(page.SeatRequest(request="r1", fingerprint=FINGERPRINT, first=(OPEN,)))
        await host.offer_seat()
        assert (await reader.expect(page.SeatOffer)).first == 0


async def test_a_seat_may_be_asked_for_in_the_same_breath_as_hello(server: Server) -> None:
    async with (
        await FakeHost.open(server, "demo") as host,
        server.http.ws_connect(f"{server.url}/ws/page", headers={"Origin": server.url}) as socket,
    ):
        await socket.send_str(page.FROM_PAGE.encode(page.PageHello(protocol=PROTOCOL_VERSION, page="p")))
        await socket.send_str(page.FROM_PAGE.encode(page.SeatRequest(request="r", fingerprint=FINGERPRINT)))
        await host.offer_seat()
        said = [page.TO_PAGE.decode(await socket.receive_str(timeout=10)) for _ in range(2)]
        assert [type(message) for message in said] == [page.PageWelcome, page.SeatOffer]
