"""Seats on WebSockets through a real server: who may be an end, what passes, and what happens when one end reads no more."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from signaling.api.stream_sockets import MOST_UNSENT
from signaling.protocol import errors, hosts, page
from signaling.protocol.stream import HOST_HEADER, SUBPROTOCOL, fingerprint_of
from signaling.services.streams import MOST_OF_SIGN_IN
from tests.fakes.signaling_peers import (
    FINGERPRINT,
    LOCAL_KEY,
    WAIT,
    FakeHost,
    FakePage,
    Server,
    running_server,
)

Ends = tuple[aiohttp.ClientWebSocketResponse, aiohttp.ClientWebSocketResponse]
PART = bytes(2_048)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with running_server(tmp_path / "state") as running:
        await running.sign_in()
        yield running


async def ask(host: FakeHost, reader: FakePage, request: str = "s1") -> tuple[hosts.SeatOpen, page.SeatOffer]:
    """A seat on a WebSocket, offered."""
    await reader.send(page.SeatRequest(request=request, fingerprint="", transport="socket"))
    asked = await host.expect(hosts.SeatOpen)
    await host.send(hosts.HostSeatOffer(seat=asked.seat, sdp=""))
    return asked, await reader.expect(page.SeatOffer)


async def host_end(server: Server, token: str, key: str = LOCAL_KEY) -> aiohttp.ClientWebSocketResponse:
    headers = {"Authorization": f"Bearer {key}", HOST_HEADER: token}
    return await server.http.ws_connect(f"{server.url}/ws/host-stream", headers=headers)


async def page_end(server: Server, token: str, origin: str = "") -> aiohttp.ClientWebSocketResponse:
    return await server.http.ws_connect(
        f"{server.url}/ws/page-stream",
        headers={"Origin": origin or server.url},
        protocols=[f"{SUBPROTOCOL}{token}"],
    )


async def join(server: Server, host: FakeHost, reader: FakePage) -> tuple[str, Ends]:
    """A seat's id, and its two ends, joined."""
    asked, offer = await ask(host, reader)
    ends = await asyncio.gather(host_end(server, asked.stream), page_end(server, offer.stream))
    return offer.seat, (ends[0], ends[1])


async def ended(end: aiohttp.ClientWebSocketResponse) -> bool:
    """Whether the server hangs up."""
    message = await asyncio.wait_for(end.receive(), WAIT)
    return message.type is not aiohttp.WSMsgType.BINARY


def transport_of(end: aiohttp.ClientWebSocketResponse) -> asyncio.Transport:
    """What carries a client's end."""
    connection = end._response.connection
    assert connection is not None
    assert isinstance(connection.transport, asyncio.Transport)
    return connection.transport


async def test_both_are_told_of_the_stream_and_the_ticket_names_its_token(server: Server) -> None:
    async with await FakeHost.open(server, "demo") as host, await FakePage.open(server) as reader:
        asked, offer = await ask(host, reader)
        assert (asked.transport, offer.transport) == ("socket", "socket")
        assert asked.stream == offer.stream != ""
        assert offer.sdp == ""
        assert fingerprint_of(asked.stream) != FINGERPRINT


async def test_bytes_pass_unread_in_both_directions_and_in_order(server: Server) -> None:
    async with await FakeHost.open(server, "demo") as host, await FakePage.open(server) as reader:
        _, (hosts_end, pages_end) = await join(server, host, reader)
        for number in range(200):
            await hosts_end.send_bytes(b"\xff%d" % number)
            await pages_end.send_bytes(b"\xfe%d" % number)
        for number in range(200):
            assert await pages_end.receive_bytes(timeout=WAIT) == b"\xff%d" % number
            assert await hosts_end.receive_bytes(timeout=WAIT) == b"\xfe%d" % number


@pytest.mark.parametrize("whose", ["host", "page"])
async def test_when_one_end_hangs_up_so_does_the_other(server: Server, whose: str) -> None:
    async with await FakeHost.open(server, "demo") as host, await FakePage.open(server) as reader:
        _, (hosts_end, pages_end) = await join(server, host, reader)
        await (hosts_end if whose == "host" else pages_end).close()
        assert await ended(pages_end if whose == "host" else hosts_end)
        assert server.services.streams.count == 0


async def test_a_seat_that_is_released_ends_its_stream(server: Server) -> None:
    async with await FakeHost.open(server, "demo") as host, await FakePage.open(server) as reader:
        seat, (hosts_end, pages_end) = await join(server, host, reader)
        await reader.send(page.SeatRelease(seat=seat))
        assert await ended(hosts_end)
        assert await ended(pages_end)


async def test_a_sign_in_that_is_over_ends_its_streams(server: Server) -> None:
    async with await FakeHost.open(server, "demo") as host, await FakePage.open(server) as reader:
        _, (hosts_end, pages_end) = await join(server, host, reader)
        await server.ask("POST", "/api/sign-out")
        assert await ended(hosts_end)
        assert await ended(pages_end)


async def refused(connecting: object) -> int:
    """The status of a handshake that is refused."""
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        await connecting  # type: ignore[misc]
    return refusal.value.status


async def test_only_the_two_ends_it_was_made_for_may_come_and_each_once(server: Server) -> None:
    async with await FakeHost.open(server, "demo") as host, await FakePage.open(server) as reader:
        asked, offer = await ask(host, reader)
        assert await refused(host_end(server, asked.stream, key="fvh_another")) == 403
        assert await refused(host_end(server, "another-token")) == 403
        assert await refused(page_end(server, "another-token")) == 403
        assert await refused(page_end(server, offer.stream, origin="http://evil.example")) == 403
        async with aiohttp.ClientSession() as stranger:
            connecting = stranger.ws_connect(
                f"{server.url}/ws/page-stream",
                headers={"Origin": server.url},
                protocols=[f"{SUBPROTOCOL}{offer.stream}"],
            )
            assert await refused(connecting) == 401
        hosts_end, pages_end = await asyncio.gather(
            host_end(server, asked.stream), page_end(server, offer.stream)
        )
        assert await refused(host_end(server, asked.stream)) == 403
        assert await refused(page_end(server, offer.stream)) == 403
        await hosts_end.send_bytes(b"still joined")
        assert await pages_end.receive_bytes(timeout=WAIT) == b"still joined"


@pytest.mark.parametrize("whose", ["host", "page"])
async def test_of_two_that_come_at_once_as_the_same_end_one_is_let_in_and_joined(
    server: Server, whose: str
) -> None:
    async with await FakeHost.open(server, "demo") as host, await FakePage.open(server) as reader:
        asked, _ = await ask(host, reader)
        twice, once = (host_end, page_end) if whose == "host" else (page_end, host_end)
        came = await asyncio.gather(*(twice(server, asked.stream) for _ in range(8)), return_exceptions=True)
        (let_in,) = [end for end in came if isinstance(end, aiohttp.ClientWebSocketResponse)]
        other = await once(server, asked.stream)
        await other.send_bytes(b"joined")
        assert await let_in.receive_bytes(timeout=WAIT) == b"joined"


async def test_an_answer_of_webrtc_is_refused(server: Server) -> None:
    async with await FakeHost.open(server, "demo") as host, await FakePage.open(server) as reader:
        _, offer = await ask(host, reader)
        await reader.send(page.SeatAnswer(seat=offer.seat, sdp="v=0"))
        assert (await reader.expect(page.PageError)).code == errors.FORBIDDEN


async def test_a_host_of_an_older_version_offers_webrtc_and_is_told_no(server: Server) -> None:
    async with await FakeHost.open(server, "demo") as host, await FakePage.open(server) as reader:
        await reader.send(page.SeatRequest(request="s1", fingerprint="", transport="socket"))
        await host.offer_seat()
        assert (await reader.expect(page.SeatFailed)).code == errors.UNSUPPORTED
        assert (await host.expect(hosts.SeatClose)).seat


async def test_an_unknown_transport_is_refused(server: Server) -> None:
    async with await FakePage.open(server) as reader:
        await reader.send(page.SeatRequest(request="s1", fingerprint=FINGERPRINT, transport="pigeon"))
        assert (await reader.expect(page.PageError)).code == errors.UNSUPPORTED


async def test_one_reader_has_a_bounded_number_of_them(server: Server) -> None:
    async with await FakeHost.open(server, "demo", capacity=20) as host:
        readers = [await FakePage.open(server, f"page-{n}") for n in range(MOST_OF_SIGN_IN + 1)]
        for reader in readers[:-1]:
            await ask(host, reader)
        await readers[-1].send(page.SeatRequest(request="s1", fingerprint="", transport="socket"))
        assert (await readers[-1].expect(page.SeatFailed)).code == errors.TOO_MANY
        assert server.services.streams.count == MOST_OF_SIGN_IN
        for reader in readers:
            await reader.close()


async def test_while_one_end_does_not_read_the_server_keeps_little_and_reads_the_other_no_more(
    server: Server,
) -> None:
    async with await FakeHost.open(server, "demo") as host, await FakePage.open(server) as reader:
        _, (hosts_end, pages_end) = await join(server, host, reader)
        for end in (hosts_end, pages_end):
            buffers = end.get_extra_info("socket")
            buffers.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
            buffers.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
        reading, writing = transport_of(pages_end), transport_of(hosts_end)
        reading.pause_reading()
        sent = 0
        while True:  # until not even the host's own socket takes more
            try:
                await asyncio.wait_for(hosts_end.send_bytes(sent.to_bytes(4, "little") + PART), 1.0)
            except TimeoutError:
                break
            sent += 1
            assert sent < 20_000, "the server takes all that comes"
            if writing.get_write_buffer_size() > 4 * MOST_UNSENT:
                await asyncio.sleep(0.2)
                if writing.get_write_buffer_size() > 4 * MOST_UNSENT:
                    break
        kept = [end.unsent + end.response._reader._size for end in server.services.streams.ends]  # type: ignore[union-attr]
        assert len(kept) == 2
        assert max(kept) > 0, "nothing was held back"
        assert sum(kept) <= 3 * MOST_UNSENT  # what is unsent, and what was read at once
        assert writing.get_write_buffer_size() > MOST_UNSENT, "the host does not feel it"
        reading.resume_reading()
        for number in range(sent):
            data = await pages_end.receive_bytes(timeout=WAIT)
            assert int.from_bytes(data[:4], "little") == number
