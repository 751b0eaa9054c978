"""The video stream as bytes: what leaves, in which order, and what is made of the page's reports."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from streamer.transport.base import AccessUnit, FeedbackBatch, SendPlan
from streamer.transport.rtp.negotiated import Negotiated
from streamer.transport.rtp.packet import ExtensionIds
from streamer.transport.webrtc.link_sender import LinkSender

SETTLED = Negotiated(
    profile="4d0034",
    payload_type=107,
    rtx_payload_type=108,
    ssrc=0x1111,
    rtx_ssrc=0x2222,
    mid="0",
    extensions=ExtensionIds(mid=1, transport_sequence=4, playout_delay=5),
)
FAST = SendPlan(pacing_bit_rate=1e9, round_trip=0.1)


class Heard:
    """A TransportListener that writes down."""

    def __init__(self) -> None:
        self.frames: list[tuple[int, int, int, int]] = []
        self.stills: list[tuple[int, int, int, int]] = []
        self.keyframes: list[str] = []
        self.batches: list[FeedbackBatch] = []
        self.reports: list[tuple[float, float | None, float]] = []

    def on_frame_sent(self, pts: int, rtp: int, packets: int, size: int) -> None:
        self.frames.append((pts, rtp, packets, size))

    def on_still_sent(self, pts: int, rtp: int, packets: int, size: int) -> None:
        self.stills.append((pts, rtp, packets, size))

    def on_keyframe_request(self, reason: str) -> None:
        self.keyframes.append(reason)

    def on_feedback(self, batch: FeedbackBatch) -> None:
        self.batches.append(batch)

    def on_receiver_report(self, loss_fraction: float, rtt_s: float | None, jitter: float) -> None:
        self.reports.append((loss_fraction, rtt_s, jitter))

    def on_connected(self) -> None: ...
    def on_disconnected(self, reason: str) -> None: ...
    def on_moves(self, data: bytes) -> None: ...
    def on_control(self, data: str | bytes) -> None: ...
    def on_control_open(self) -> None: ...


class Stream:
    """A running sender, what it sent, and a clock moved by hand."""

    def __init__(self) -> None:
        self.heard = Heard()
        self.now = 100.0
        self.sender = LinkSender(self.heard, lambda: self.now)
        self.sender.configure(SETTLED)
        self.sender.plan(FAST)
        self.sent: asyncio.Queue[bytes] = asyncio.Queue()

    async def take(self, count: int) -> list[bytes]:
        return [await asyncio.wait_for(self.sent.get(), 5) for _ in range(count)]


@pytest.fixture
async def stream() -> AsyncIterator[Stream]:
    stream = Stream()
    task = asyncio.create_task(stream.sender.run(stream.sent.put))
    yield stream
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def unit(size: int, pts: int = 0) -> AccessUnit:
    return AccessUnit(b"\x00\x00\x00\x01\x65" + b"\x55" * (size - 1), pts, key=True)


def number(data: bytes) -> int:
    return int(struct.unpack_from("!H", data, 2)[0])


def transport_number(data: bytes) -> int:
    """The element after the media id's two bytes."""
    assert data[18] == 0x41
    return int(struct.unpack_from("!H", data, 19)[0])


def payload(data: bytes) -> bytes:
    return data[16 + 4 * int(struct.unpack_from("!H", data, 14)[0]) :]


async def test_a_frame_is_numbered_marked_and_timed(stream: Stream) -> None:
    stream.sender.send(unit(5000, pts=90_000))
    packets = await stream.take(5)
    numbers = [number(p) for p in packets]
    assert numbers == [(numbers[0] + n) & 0xFFFF for n in range(5)]
    assert [transport_number(p) for p in packets] == [0, 1, 2, 3, 4]
    assert [p[1] for p in packets] == [107] * 4 + [107 | 0x80]
    (timestamp,) = {struct.unpack_from("!I", p, 4)[0] for p in packets}
    assert timestamp == stream.sender.rtp_timestamp(90_000)
    assert timestamp == (stream.sender.rtp_timestamp(0) + 90_000) & 0xFFFF_FFFF
    assert stream.heard.frames == [(90_000, timestamp, 5, sum(map(len, packets)))]


async def test_a_lost_packet_is_sent_again_as_rtx_once_a_round_trip(stream: Stream) -> None:
    stream.sender.send(unit(100))
    (original,) = await stream.take(1)
    nack = bytes.fromhex("81cd0003 00000009 00001111") + struct.pack("!HH", number(original), 0)
    stream.sender.on_rtcp(nack)
    stream.sender.on_rtcp(nack)
    (again,) = await stream.take(1)
    assert again[1] & 0x7F == 108
    assert again[8:12] == b"\x00\x00\x22\x22"
    assert payload(again) == original[2:4] + payload(original)
    assert transport_number(again) == 1, "a repeat is another packet to the congestion controller"
    stream.now += 0.12
    stream.sender.on_rtcp(nack)
    (third,) = await stream.take(1)
    assert number(third) == (number(again) + 1) & 0xFFFF
    assert stream.sent.empty()


async def test_small_frames_go_twice_byte_for_byte_when_planned(stream: Stream) -> None:
    stream.sender.plan(SendPlan(pacing_bit_rate=1e9, round_trip=0.1, duplicate_bit_rate=1e6))
    stream.sender.send(unit(1500))
    packets = await stream.take(4)
    assert packets[:2] == packets[2:]
    stream.sender.send(unit(20_000))
    large = await stream.take(17)
    assert len({number(p) for p in large}) == 17
    assert len(stream.heard.frames) == 2


async def test_key_frame_requests_are_told_once_in_50_ms(stream: Stream) -> None:
    pli = bytes.fromhex("81ce0002 00000001 00001111")
    stream.sender.on_rtcp(pli + pli)
    stream.now += 0.03
    stream.sender.on_rtcp(pli)
    stream.now += 0.03
    stream.sender.on_rtcp(bytes.fromhex("84ce0004 00000001 00000000 00001111 01000000"))
    assert stream.heard.keyframes == ["pli", "fir"]


async def test_feedback_is_matched_with_packets(stream: Stream) -> None:
    stream.sender.send(unit(3000))
    packets = await stream.take(3)
    stream.now += 0.05
    control = bytes.fromhex("0000 0003 000010 00 a800 04 04 000000")
    stream.sender.on_rtcp(bytes.fromhex("8fcd0006 00000001 00001111") + control + b"\x00")
    (batch,) = stream.heard.batches
    assert [report.arrived_at is None for report in batch.packets] == [False, True, False]
    assert batch.received_at == 100.05
    for report, data in zip(batch.packets, packets, strict=True):
        assert report.sent_at == 100.0
        assert abs(report.size - len(data)) <= 40


async def test_the_round_trip_comes_from_the_report_that_was_answered(stream: Stream) -> None:
    assert stream.sender.sender_report(0x1111) == b"", "nothing was sent yet"
    stream.sender.send(unit(100))
    await stream.take(1)
    first = stream.sender.sender_report(0x1111)
    stream.now += 1.0
    stream.sender.sender_report(0x1111)
    middle = first[10:14]
    stream.now += 0.3
    block = bytes.fromhex("00001111 1a 000000 00000000 00000384") + middle + struct.pack("!I", 65_536)
    stream.sender.on_rtcp(bytes.fromhex("81c90007 00000001") + block)
    ((loss, round_trip, jitter),) = stream.heard.reports
    assert loss == 26 / 256
    assert round_trip == pytest.approx(0.3)
    assert jitter == pytest.approx(0.01)


async def test_malformed_reports_change_nothing(stream: Stream) -> None:
    stream.sender.on_rtcp(b"\x81\xcd\x00\x09")
    stream.sender.on_rtcp(bytes.fromhex("8fcd0004 00000001 00001111 00000007 00001003"))
    assert not stream.heard.batches


async def test_what_waits_is_counted() -> None:
    stream = Stream()
    stream.sender.plan(SendPlan(pacing_bit_rate=100_000, round_trip=0.1))
    stream.sender.send(unit(50_000))
    assert stream.sender.unsent_bytes() > 50_000
