"""The WebRTC transport against a plain aiortc peer that plays the page: real ICE, DTLS, SRTP and SCTP on this machine."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack

import aioice.ice
import pytest

from signaling.protocol import errors
from signaling.protocol.records import IceServer
from signaling.protocol.stills import decode_chunk
from streamer.errors import TransportError
from streamer.transport.base import SendPlan
from streamer.transport.webrtc import aiortc_seams, peer
from streamer.transport.webrtc.ice_candidates import IcePolicy
from streamer.transport.webrtc.peer import MOST_CANDIDATES, WebRtcPeer
from tests.integration.webrtc_page import Heard, Page, access_units
from tests.integration.webrtc_pair import SECONDS, Pair
from tests.running.farview_process import free_port


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    pair = Pair()
    yield pair
    await pair.close()


async def test_frames_arrive_and_decode_with_exact_timestamps(pair: Pair) -> None:
    await pair.connect()
    units = list(access_units(10, bit_rate=6_000_000))
    assert len(units[0].data) > 4 * 1180, "the first frame must be one that is paced"
    for unit in units:
        pair.host.send_frame(unit)
    got = await pair.page.frames(len(units) - 1)
    assert [rtp for rtp, _ in got] == [pair.host.rtp_timestamp(unit.pts) for unit in units[:-1]]
    assert {(frame.width, frame.height) for _, frame in got} == {(320, 240)}
    sent = [await asyncio.wait_for(pair.heard.frames.get(), SECONDS) for _ in units]
    assert [(pts, rtp) for pts, rtp, _, _ in sent] == [(u.pts, pair.host.rtp_timestamp(u.pts)) for u in units]
    assert all(size > len(unit.data) for (_, _, _, size), unit in zip(sent, units, strict=True))
    assert pair.host.unsent_bytes() == 0


async def test_the_best_common_profile_is_agreed(pair: Pair) -> None:
    assert pair.host.negotiated_profile == ""
    offer = await pair.host.offer()
    assert re.findall(r"profile-level-id=(\w+)", offer) == [
        *("640034", "640c34", "4d0034", "42e034", "420034"),
        "f40034",
    ]
    assert "VP8" not in offer
    for extension in ("transport-wide-cc", "playout-delay"):
        assert extension in offer
    await pair.host.accept(await pair.page.answer(offer))
    assert pair.host.negotiated_profile == "640034"
    assert pair.host.still_profile == "f40034"


async def test_channels_both_ways(pair: Pair) -> None:
    assert not pair.host.send_control("too early")
    await pair.connect()
    await asyncio.wait_for(pair.heard.control_open.wait(), SECONDS)
    assert pair.host.send_control('{"type":"hello"}')
    assert await asyncio.wait_for(pair.page.messages["control"].get(), SECONDS) == '{"type":"hello"}'
    assert pair.host.send_frames_channel(b"\x01\x02")
    assert await asyncio.wait_for(pair.page.messages["frames"].get(), SECONDS) == b"\x01\x02"
    pair.page.channels["moves"].send(b"\x03")
    assert await asyncio.wait_for(pair.heard.moves.get(), SECONDS) == b"\x03"
    pair.page.channels["control"].send("{}")
    assert await asyncio.wait_for(pair.heard.control.get(), SECONDS) == "{}"


async def test_a_full_frames_channel_drops(pair: Pair) -> None:
    await pair.connect()
    await asyncio.wait_for(pair.heard.control_open.wait(), SECONDS)
    taken = [pair.host.send_frames_channel(bytes(1000)) for _ in range(100)]
    assert 16 <= sum(taken) <= 18
    assert not taken[-1]


async def test_a_key_frame_request_reaches_the_listener(pair: Pair) -> None:
    await pair.connect()
    for unit in access_units(2):
        pair.host.send_frame(unit)
    await pair.page.frames(1)
    receiver = pair.page.pc.getReceivers()[0]
    await receiver._send_rtcp_pli(next(iter(receiver._RTCRtpReceiver__remote_streams)))
    assert await asyncio.wait_for(pair.heard.keyframes.get(), SECONDS) == "pli"


async def test_a_storm_of_reports_is_left_unread(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    await pair.connect()
    read: list[bytes] = []
    monkeypatch.setattr(pair.host._sender, "on_rtcp", read.append)
    storm = bytes.fromhex("81cd 0003 00000001 00000002 0007ffff") * 60  # NACKs of 17 packets each
    for _ in range(1000):
        await pair.host._moving.sender.transport._handle_rtcp_data(storm)
    assert 10 < read.count(storm) < 500


async def test_a_lost_packet_is_repeated_and_the_frame_decoded(pair: Pair) -> None:
    await pair.connect()
    came: asyncio.Queue[int] = asyncio.Queue()

    def lose(count: int) -> bool:
        came.put_nowait(count)
        return count == 4

    pair.page.lose = lose
    units = list(access_units(8, bit_rate=4_000_000))
    pair.host.send_frame(units[0])
    _, _, packets, _ = await asyncio.wait_for(pair.heard.frames.get(), SECONDS)
    assert packets > 4
    while await asyncio.wait_for(came.get(), SECONDS) <= packets:
        pass  # until one more has come: the repeat
    # Only then the others: aiortc gives out at most one picture per packet, so that a late repeat would cost the last ones.
    for unit in units[1:]:
        pair.host.send_frame(unit)
    got = await pair.page.frames(len(units) - 1)
    assert [rtp for rtp, _ in got] == [pair.host.rtp_timestamp(unit.pts) for unit in units[:-1]]


async def test_a_sender_that_fails_ends_the_connection_in_words(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pair.connect()

    def fail(*_: object) -> bytes:
        raise RuntimeError("out of order")

    monkeypatch.setattr("streamer.transport.rtp.stream.packet.packet", fail)
    (unit,) = access_units(1)
    pair.host.send_frame(unit)
    assert (await asyncio.wait_for(pair.heard.disconnected.get(), SECONDS)).endswith(".")
    await asyncio.wait_for(pair.host.close(), SECONDS)
    assert pair.host._pc.connectionState == "closed"


async def test_frames_sent_twice_are_shown_once(pair: Pair) -> None:
    await pair.connect()
    pair.host.plan(SendPlan(pacing_bit_rate=5e6, round_trip=0.1, duplicate_bit_rate=1e6))
    units = list(access_units(6, bit_rate=200_000))
    for unit in units:
        pair.host.send_frame(unit)
    got = await pair.page.frames(len(units) - 1)
    assert [rtp for rtp, _ in got] == [pair.host.rtp_timestamp(unit.pts) for unit in units[:-1]]


async def test_the_round_trip_is_measured(pair: Pair) -> None:
    await pair.connect()
    for unit in access_units(2):
        pair.host.send_frame(unit)
    while (round_trip := await asyncio.wait_for(pair.heard.reports.get(), SECONDS)) is None:
        pass
    assert 0 <= round_trip < SECONDS


async def test_another_pages_certificate_is_refused() -> None:
    page, heard = Page(), Heard()
    host = WebRtcPeer(heard, fingerprint="sha-256 " + ":".join(["AA"] * 32))
    with pytest.raises(TransportError) as refused:
        await host.accept(await page.answer(await host.offer()))
    assert refused.value.code == errors.TICKET
    await host.close()
    await page.close()


async def test_a_description_that_lies_about_its_certificate_gets_no_connection() -> None:
    page, heard = Page(), Heard()
    ticket = "sha-256 " + ":".join(["AA"] * 32)
    host = WebRtcPeer(heard, fingerprint=ticket)
    answer = await page.answer(await host.offer())
    await host.accept(re.sub(r"a=fingerprint:sha-256 [^\r]+", f"a=fingerprint:{ticket}", answer))
    assert "failed" in await asyncio.wait_for(heard.disconnected.get(), SECONDS)
    assert not heard.connected.is_set()
    with pytest.raises(TransportError):
        host.send_frame(next(access_units(1)))
    await host.close()
    await page.close()


@pytest.mark.parametrize(
    "damage",
    [
        lambda sdp: "",
        lambda sdp: "v=0\r\n",
        lambda sdp: sdp[: len(sdp) // 2],
        lambda sdp: sdp.replace("a=mid:0", "a=mid:7"),
        lambda sdp: sdp.replace("a=setup:active", "a=setup:actpass"),
        lambda sdp: re.sub(r"a=ice-pwd:.*\r\n", "", sdp),
        lambda sdp: sdp.replace("a=rtcp-mux\r\n", ""),
        lambda sdp: re.sub(r"profile-level-id=\w+", "profile-level-id=zzzzzz", sdp),
        lambda sdp: sdp.replace("a=extmap:", "a=extmap:x"),
        lambda sdp: re.sub(r"m=application.*\r\n", "", sdp),
        lambda sdp: sdp.replace("m=video", "m=audio"),
    ],
)
async def test_a_malformed_answer_gets_a_sentence(pair: Pair, damage: Callable[[str], str]) -> None:
    answer = await pair.page.answer(await pair.host.offer())
    with pytest.raises(TransportError) as refused:
        await pair.host.accept(damage(answer))
    assert refused.value.message.endswith(".")
    assert refused.value.code in {errors.MALFORMED, errors.TICKET}
    assert not pair.heard.connected.is_set()


async def test_a_page_may_take_the_moving_pictures_alone(pair: Pair) -> None:
    answer = await pair.page.answer(await pair.host.offer())
    head, moving, still, channels = re.split(r"(?=m=)", answer)
    await pair.host.accept(head + moving + still.replace("a=recvonly", "a=inactive") + channels)
    assert pair.host.still_profile == ""
    await asyncio.wait_for(pair.heard.connected.wait(), SECONDS)
    with pytest.raises(TransportError) as refused:
        pair.host.send_still(b"\x00\x00\x01\x65", 0, "track")
    assert refused.value.code == errors.UNSUPPORTED


async def test_no_still_before_the_connection_or_by_an_unknown_method(pair: Pair) -> None:
    assert pair.host.cancel_still() == 0
    with pytest.raises(TransportError):
        pair.host.send_still(b"\x00\x00\x01\x65", 0, "track")
    await pair.connect()
    for method in ("held", "", "bmp"):
        with pytest.raises(TransportError) as refused:
            pair.host.send_still(b"\x00\x00\x01\x65", 0, method)
        assert refused.value.code == errors.UNSUPPORTED


async def test_stills_on_the_data_channel_count_as_on_their_way_and_end_with_the_connection(
    pair: Pair,
) -> None:
    await pair.connect()
    await asyncio.wait_for(pair.heard.control_open.wait(), SECONDS)
    pair.host.plan(SendPlan(pacing_bit_rate=5e6, round_trip=0.1, still_bit_rate=1e6))
    pair.host.send_still(bytes(100_000), 5, "png")
    first = await asyncio.wait_for(pair.page.messages["stills"].get(), SECONDS)
    assert isinstance(first, bytes)
    assert decode_chunk(first).total == 100_000
    assert 0 < pair.host.unsent_still_bytes() < 100_000
    assert pair.host.unsent_bytes() == 0
    await pair.host.close()
    assert pair.host.unsent_still_bytes() == 0
    assert pair.heard.stills.empty()


async def test_the_window_of_the_data_channels_follows_the_rate(pair: Pair) -> None:
    await pair.connect()
    sctp = pair.host._pc.sctp
    assert sctp is not None
    pair.host.plan(SendPlan(pacing_bit_rate=20e6, round_trip=0.1, still_bit_rate=4e6))
    assert sctp._cwnd == 75_000
    pair.host.plan(SendPlan(pacing_bit_rate=20e6, round_trip=0.01, still_bit_rate=4e6))
    assert sctp._cwnd == 75_000, "never narrowed by us"
    pair.host.plan(SendPlan(pacing_bit_rate=20e6, round_trip=60.0, still_bit_rate=4e6))
    assert sctp._cwnd == 1 << 18


async def test_candidates_may_come_one_by_one(pair: Pair) -> None:
    answer = await pair.page.answer(await pair.host.offer())
    candidates = re.findall(r"a=(candidate:.+)\r\n", answer)
    await pair.host.accept(re.sub(r"a=(candidate:.+|end-of-candidates)\r\n", "", answer))
    await pair.host.add_candidate("candidate:1 1 udp 2113937151 0b7c.local 50183 typ host", "0", 0)
    for candidate in candidates:
        await pair.host.add_candidate(candidate, "0", 0)
    await pair.host.add_candidate("", "0", 0)
    await asyncio.wait_for(pair.heard.connected.wait(), SECONDS)


async def test_a_page_does_not_make_the_host_knock_at_any_number_of_addresses(pair: Pair) -> None:
    answer = await pair.page.answer(await pair.host.offer())
    named = "".join(f"a=candidate:{n} 1 udp {n} 127.0.0.9 {40_000 + n} typ host\r\n" for n in range(1, 60))
    await pair.host.accept(
        re.sub(r"a=candidate:.+\r\n", "", answer).replace("a=mid:0\r\n", f"a=mid:0\r\n{named}")
    )
    for n in range(60, 120):
        await pair.host.add_candidate(f"candidate:{n} 1 udp {n} 127.0.0.9 {40_000 + n} typ host", "0", 0)
    assert (
        0 < len({c.port for c in aiortc_seams._ice(pair.host._moving).remote_candidates}) <= MOST_CANDIDATES
    )


async def test_a_page_without_any_candidate_is_met_by_its_own_checks(pair: Pair) -> None:
    answer = await pair.page.answer(await pair.host.offer())
    await pair.host.accept(re.sub(r"a=candidate:.+\r\n", "", answer))
    await asyncio.wait_for(pair.heard.connected.wait(), SECONDS)


@pytest.mark.parametrize(
    "candidate", ["candidate:x", "candidate:1 1 udp p 192.0.2.1 1 typ host x", "\x00" * 50]
)
async def test_a_malformed_candidate_gets_a_sentence(pair: Pair, candidate: str) -> None:
    await pair.host.offer()
    with pytest.raises(TransportError) as refused:
        await pair.host.add_candidate(candidate, "0", 0)
    assert refused.value.code == errors.MALFORMED


async def test_the_end_of_the_page_is_told_once(pair: Pair) -> None:
    await pair.connect()
    await asyncio.wait_for(pair.heard.control_open.wait(), SECONDS)
    pair.host.send_control("hello")
    await asyncio.wait_for(pair.page.messages["control"].get(), SECONDS)
    await pair.page.close()
    assert (await asyncio.wait_for(pair.heard.disconnected.get(), SECONDS)).endswith(".")
    await pair.host.close()
    assert pair.heard.disconnected.empty()


async def no_task_but(before: set[asyncio.Task[object]]) -> None:
    """Waits until every task has ended that is not of `before`; aiortc's own look for the end every 20 ms."""
    while more := asyncio.all_tasks() - before:
        _, left = await asyncio.wait(more, timeout=SECONDS)
        assert not left


async def test_a_connection_that_does_not_end_in_order_is_cut(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pair.connect()
    sockets = [protocol.transport for protocol in aiortc_seams._ice(pair.host._moving)._protocols]
    close = pair.host._pc.close
    monkeypatch.setattr(pair.host._pc, "close", asyncio.Event().wait)
    monkeypatch.setattr(peer, "CLOSE_SECONDS", 0.01)
    await pair.host.close()
    assert sockets
    assert all(transport.is_closing() for transport in sockets)
    monkeypatch.setattr(peer, "CLOSE_SECONDS", SECONDS)
    monkeypatch.setattr(pair.host._pc, "close", close)  # its tasks end with it


async def test_close_leaves_no_task_and_tells_nothing() -> None:
    before = asyncio.all_tasks()
    pair = Pair()
    await pair.connect()
    for unit in access_units(3, bit_rate=6_000_000):
        pair.host.send_frame(unit)
    await pair.host.close()
    await pair.host.close()
    await pair.page.close()
    await no_task_but(before)
    assert pair.heard.disconnected.empty()


@pytest.mark.parametrize("step", ["made", "offered", "answered"])
async def test_close_at_any_step_leaves_no_task(step: str) -> None:
    before = asyncio.all_tasks()
    pair = Pair()
    if step != "made":
        offer = await pair.host.offer()
        if step == "answered":
            await pair.host.accept(await pair.page.answer(offer))
    await pair.host.close()
    await pair.page.close()
    await no_task_but(before)


async def test_a_fault_above_does_not_end_the_connection(pair: Pair) -> None:
    await pair.connect()
    faults: list[object] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda loop, context: faults.append(context["exception"])
    )

    def fail(data: bytes) -> None:
        raise RuntimeError("a fault in the session")

    await asyncio.wait_for(pair.heard.control_open.wait(), SECONDS)
    pair.heard.on_moves = fail  # type: ignore[method-assign]
    pair.page.channels["moves"].send(b"\x01")
    pair.page.channels["control"].send("still here")
    assert await asyncio.wait_for(pair.heard.control.get(), SECONDS) == "still here"
    assert [str(fault) for fault in faults] == ["a fault in the session"]


async def test_candidates_are_in_the_range_and_announced() -> None:
    port = free_port()
    ports = (port, min(port + 20, 65_535))
    host = WebRtcPeer(
        Heard(), fingerprint="sha-256 AA", ice=IcePolicy(ports=ports, announce="203.0.113.9", loopback=True)
    )
    candidates = re.findall(r"a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host", await host.offer())
    await host.close()
    assert candidates
    assert all(ports[0] <= int(number) <= ports[1] for _, number in candidates)
    for address in aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=False):
        assert address not in {shown for shown, _ in candidates}
    assert {shown for shown, _ in candidates} >= {"127.0.0.1"}


async def test_an_announced_address_does_not_hinder_the_connection() -> None:
    page, heard = Page(), Heard()
    ice = IcePolicy(announce="203.0.113.9", loopback=True)
    host = WebRtcPeer(heard, fingerprint=page.fingerprint, ice=ice)
    await host.accept(await page.answer(await host.offer()))
    await asyncio.wait_for(heard.connected.wait(), SECONDS)
    await host.close()
    await page.close()


async def test_a_range_that_is_used_up_gets_a_sentence() -> None:
    with ExitStack() as taken:
        port = free_port()
        addresses = [*aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=True), "127.0.0.1"]
        for address in dict.fromkeys(addresses):
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            taken.enter_context(socket.socket(family, socket.SOCK_DGRAM)).bind((address, port))
        host = WebRtcPeer(Heard(), fingerprint="sha-256 AA", ice=IcePolicy(ports=(port, port)))
        with pytest.raises(TransportError, match="--udp-ports"):
            await host.offer()
        await host.close()


async def test_a_machine_without_network_is_reached_on_loopback(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda use_ipv4, use_ipv6: [])
    offer = await pair.host.offer()
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"])
    await pair.host.accept(await pair.page.answer(offer))
    await asyncio.wait_for(pair.heard.connected.wait(), SECONDS)


async def test_a_stun_server_that_does_not_answer_costs_only_time() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        server = IceServer(urls=(f"stun:127.0.0.1:{silent.getsockname()[1]}",))
        host = WebRtcPeer(Heard(), fingerprint="sha-256 AA", ice_servers=(server,))
        assert "typ host" in await host.offer()
        await host.close()
