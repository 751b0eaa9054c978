"""A page says hello and asks for a seat with the opening of its connection: by the rules of any message (the peers are fakes)."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from signaling.protocol import control, errors, hosts, page
from signaling.protocol.version import PROTOCOL_VERSION
from tests.fakes.signaling_peers import FINGERPRINT, FakeHost, FakePage, Server, running_server

OPEN = control.OpenStudy(request=1, archive="demo", study="1.2.3", width=1280, height=800)
HELLO = page.PageHello(protocol=PROTOCOL_VERSION, page="page-1")
REQUEST = page.SeatRequest(request="r1", fingerprint=FINGERPRINT, archive="demo", first=(OPEN,))


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with running_server(tmp_path / "state") as running:
        await running.sign_in()
        yield running


def coded(text: str) -> str:
    return page.SAID + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


async def opened(server: Server, *said: page.FromPage | str, origin: str = "") -> FakePage:
    """A page that says so with its request; a text stands as it is among the subprotocols."""
    names = [each if isinstance(each, str) else coded(page.FROM_PAGE.encode(each)) for each in said]
    return FakePage(
        await server.http.ws_connect(
            f"{server.url}/ws/page",
            headers={"Origin": origin or server.url},
            protocols=[page.SUBPROTOCOL, *names],
        )
    )


async def test_the_offer_comes_without_a_message_of_the_page(server: Server) -> None:
    async with (
        await FakeHost.open(server, "demo") as host,
        await opened(server, HELLO, REQUEST) as reader,
    ):
        assert reader.socket.protocol == page.SUBPROTOCOL, "what the page said is not sent back to it"
        asked = await host.expect(hosts.SeatOpen)
        assert asked.first == (OPEN,)
        await host.send(hosts.HostSeatOffer(seat=asked.seat, sdp="v=0", first=1))
        said = [await reader.receive() for _ in range(2)]
        assert [type(message) for message in said] == [page.PageWelcome, page.SeatOffer]
        assert (said[1].request, said[1].first) == ("r1", 1)
        # From here on it is a connection like any other.
        await reader.send(page.SeatAnswer(seat=asked.seat, sdp="v=0 answer"))
        assert (await host.expect(page.SeatAnswer)).sdp == "v=0 answer"


async def test_one_that_says_nothing_with_it_is_served_as_before(server: Server) -> None:
    async with await opened(server) as reader:
        await reader.send(HELLO)
        await reader.expect(page.PageWelcome)


async def test_who_is_not_signed_in_gets_no_seat(tmp_path: Path) -> None:
    async with (
        running_server(tmp_path) as stranger,
        await FakeHost.open(stranger, "demo") as host,
        await opened(stranger, HELLO, REQUEST) as reader,
    ):
        assert isinstance(await reader.receive(), page.SignedOut)
        await reader.expect_end()
        assert stranger.services.broker.count == 0
        assert not [message for message in host.seen if isinstance(message, hosts.SeatOpen)]


async def test_a_page_of_another_site_gets_no_connection_and_no_seat(server: Server) -> None:
    async with await FakeHost.open(server, "demo"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await opened(server, HELLO, REQUEST, origin="https://elsewhere.example")
        assert refused.value.status == 403
        assert server.services.broker.count == 0


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ((HELLO, page.SAID), errors.MALFORMED),
        ((HELLO, f"{page.SAID}%%%"), errors.MALFORMED),
        ((HELLO, f"{page.SAID}_w"), errors.MALFORMED),
        ((HELLO, coded("{")), errors.MALFORMED),
        ((HELLO, coded('{"type":"sing"}')), errors.UNKNOWN_TYPE),
        ((HELLO, coded('{"type":"seat.request","request":"r","fingerprint":"none"}')), errors.MALFORMED),
        ((HELLO, coded('{"type":"seat.answer","seat":"another","sdp":""}')), errors.FORBIDDEN),
        ((REQUEST,), errors.MALFORMED),
        ((REQUEST, HELLO), errors.MALFORMED),
    ],
)
async def test_what_is_no_request_is_answered_as_on_the_connection(
    server: Server, said: tuple[page.FromPage | str, ...], code: str
) -> None:
    async with await FakeHost.open(server, "demo") as host, await opened(server, *said) as reader:
        assert (await reader.expect(page.PageError)).code == code
        await reader.send(HELLO)
        await reader.expect(page.PageWelcome)
        assert server.services.broker.count == 0
        # The connection is as good as any: asked on it, the seat is given.
        await reader.send(REQUEST)
        await host.offer_seat()
        await reader.expect(page.SeatOffer)


async def test_of_another_version_it_is_told_to_reload(server: Server) -> None:
    other = page.PageHello(protocol=99, page="page-1")
    async with await FakeHost.open(server, "demo"), await opened(server, other, REQUEST) as reader:
        assert (await reader.expect(page.PageError)).code == errors.VERSION
        await reader.expect_end()
        assert server.services.broker.count == 0


async def test_one_that_is_too_long_gets_no_connection(server: Server) -> None:
    async with await FakeHost.open(server, "demo"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await opened(server, HELLO, coded("x" * 9_000))
        assert refused.value.status == 400
        assert server.services.broker.count == 0


async def test_more_requests_than_one_are_refused(server: Server) -> None:
    asking = [
        page.SeatRequest(request=f"r{number}", fingerprint=FINGERPRINT, archive="demo") for number in range(4)
    ]
    async with await FakeHost.open(server, "demo") as host, await opened(server, HELLO, *asking) as reader:
        await host.offer_seat()
        assert (await reader.expect(page.PageError)).code == errors.MALFORMED
        assert (await reader.expect(page.SeatOffer)).request == "r0"
        assert server.services.broker.count == 1


async def test_a_page_that_asks_again_has_two_seats_at_most(server: Server) -> None:
    async with await FakeHost.open(server, "demo") as host, await opened(server, HELLO, REQUEST) as reader:
        first = await host.offer_seat()
        await reader.expect(page.SeatOffer)
        await reader.ask_for_seat("again-1")
        await host.expect(hosts.SeatOpen)
        await reader.ask_for_seat("again-2")
        assert (await host.expect(hosts.SeatClose)).seat == first.seat
        await host.expect(hosts.SeatOpen)
        assert server.services.broker.count == 2


async def test_pages_of_one_id_that_ask_again_and_again_have_no_more(server: Server) -> None:
    async with await FakeHost.open(server, "demo", capacity=20) as host:
        pages = [await opened(server, HELLO, REQUEST) for _ in range(6)]
        for _ in pages:
            await host.expect(hosts.SeatOpen)
        assert server.services.broker.count == 2
        for each in pages:
            await each.close()


async def test_an_archive_that_no_host_reaches_gives_no_seat(server: Server) -> None:
    foreign = page.SeatRequest(request="r1", fingerprint=FINGERPRINT, archive="another's", first=(OPEN,))
    async with await FakeHost.open(server, "demo") as host, await opened(server, HELLO, foreign) as reader:
        failed = await reader.expect(page.SeatFailed)
        assert (failed.request, failed.code) == ("r1", errors.NO_HOST)
        assert not [message for message in host.seen if isinstance(message, hosts.SeatOpen)]
        assert server.services.broker.count == 0


async def test_a_page_that_never_answers_loses_its_seat(tmp_path: Path) -> None:
    async with running_server(tmp_path, seat_timeout=0.3) as server:
        await server.sign_in()
        async with await FakeHost.open(server, "demo") as host:
            reader = await opened(server, HELLO, REQUEST)
            asked = await host.offer_seat()
            await reader.close()
            assert (await host.expect(hosts.SeatClose)).seat == asked.seat
            assert server.services.broker.count == 0
