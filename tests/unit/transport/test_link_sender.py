"""A connection's packets as bytes: what leaves, in which order, and what is made of the page's reports."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.transport.base import AccessUnit, FeedbackBatch, SendPlan
from streamer.transport.rtp import h264_payload
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
STILL = replace(SETTLED, payload_type=113, rtx_payload_type=114, ssrc=0x3333, rtx_ssrc=0x4444, mid="1")
FAST = SendPlan(pacing_bit_rate=1e9, round_trip=0.1)


class Heard:
    """A TransportListener that writes down."""

    def __init__(self) -> None:
        self.frames: list[tuple[int, int, int, int]] = []
        self.stills: list[tuple[int, int, int, int]] = []
        self.keyframes: list[str] = []
        self.batches: list[FeedbackBatch] = []
        self.estimates: list[float] = []
        self.reports: list[tuple[float, float | None, float]] = []

    def on_remb(self, bit_rate: float) -> None:
        self.estimates.append(bit_rate)

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

    def __init__(self, origin: int | None = None) -> None:
        self.heard = Heard()
        self.now = 100.0
        self.sender = LinkSender(self.heard, lambda: self.now, origin=origin)
        self.sender.configure(SETTLED, STILL)
        self.plan = FAST
        self.sender.plan(FAST)
        self.sent: asyncio.Queue[bytes] = asyncio.Queue()

    async def take(self, count: int) -> list[bytes]:
        return [await asyncio.wait_for(self.sent.get(), 5) for _ in range(count)]

    async def pass_time(self, seconds: float) -> list[bytes]:
        """What leaves in that time, in steps of a slot."""
        until = self.now + seconds
        while self.now < until:
            self.now = min(self.now + 0.005, until)
            self.sender.plan(self.plan)  # wakes it: the loop's own timers know nothing of this clock
            for _ in range(3):
                await asyncio.sleep(0)
        return [self.sent.get_nowait() for _ in range(self.sent.qsize())]


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


def timestamp(data: bytes) -> int:
    return int(struct.unpack_from("!I", data, 4)[0])


def source(data: bytes) -> int:
    return int(struct.unpack_from("!I", data, 8)[0])


def feedback(base: int, *came: bool) -> bytes:
    """A transport-wide message: which packets came, from number `base` on."""
    control = struct.pack("!HHI", base, len(came), 16 << 8)
    for start in range(0, len(came), 14):
        chunk = 0x8000
        for bit, one in enumerate(came[start : start + 14]):
            chunk |= one << 13 - bit
        control += struct.pack("!H", chunk)
    control += b"\x04" * sum(came)
    control += bytes(-len(control) % 4)
    return bytes((0x8F, 205)) + struct.pack("!HII", 2 + len(control) // 4, 1, 0x1111) + control


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
    (rtp,) = {timestamp(p) for p in packets}
    assert rtp == stream.sender.rtp_timestamp(90_000)
    assert rtp == (stream.sender.rtp_timestamp(0) + 90_000) & 0xFFFF_FFFF
    assert stream.heard.frames == [(90_000, rtp, 5, sum(map(len, packets)))]


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


async def test_how_large_frames_may_be_that_go_twice_is_planned(stream: Stream) -> None:
    stream.sender.plan(
        SendPlan(pacing_bit_rate=1e9, round_trip=0.1, duplicate_bit_rate=1e6, duplicate_packets=6)
    )
    stream.sender.send(unit(6500))
    packets = await stream.take(12)
    assert packets[:6] == packets[6:]


async def test_key_frame_requests_are_told_once_in_50_ms(stream: Stream) -> None:
    pli = bytes.fromhex("81ce0002 00000001 00001111")
    stream.sender.on_rtcp(pli + pli)
    stream.now += 0.03
    stream.sender.on_rtcp(pli)
    stream.now += 0.03
    stream.sender.on_rtcp(bytes.fromhex("84ce0004 00000001 00000000 00001111 01000000"))
    assert stream.heard.keyframes == ["pli", "fir"]


async def test_the_pages_own_estimate_is_told(stream: Stream) -> None:
    stream.sender.on_rtcp(bytes.fromhex("8fce0005 00000001 00000000 52454d42 010d86a0 00001111"))
    assert stream.heard.estimates == [800_000.0]


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


async def test_a_stream_that_rests_reports_every_five_seconds(stream: Stream) -> None:
    def reports(seconds: int) -> int:
        told = 0
        for _ in range(seconds):
            stream.now += 1.0
            told += stream.sender.sender_report(0x1111) != b""
        return told

    stream.sender.send(unit(100))
    await stream.take(1)
    assert stream.sender.sender_report(0x1111), "what was sent is told at once"
    assert reports(20) == 4
    stream.sender.send(unit(100))
    await stream.take(1)
    assert stream.sender.sender_report(0x1111), "and so is what is sent after a rest"


async def test_the_round_trip_comes_from_the_report_that_was_answered(stream: Stream) -> None:
    assert stream.sender.sender_report(0x1111) == b"", "nothing was sent yet"
    stream.sender.send(unit(100))
    await stream.take(1)
    first = stream.sender.sender_report(0x1111)
    stream.now += 1.0
    stream.sender.send(unit(100))
    await stream.take(1)
    assert stream.sender.sender_report(0x1111)
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


async def test_both_tracks_share_the_transports_numbers_and_the_origin_of_time(stream: Stream) -> None:
    stream.sender.send_still(unit(2500).data, 7)
    stream.sender.send(unit(1000, pts=4))
    packets = await stream.take(4)
    assert [source(p) for p in packets] == [0x1111, 0x3333, 0x3333, 0x3333]
    assert [p[1] & 0x7F for p in packets] == [107, 113, 113, 113]
    assert [transport_number(p) for p in packets] == [0, 1, 2, 3]
    times = [timestamp(p) for p in packets]
    assert times[0] == stream.sender.rtp_timestamp(4)
    assert times[1:] == [stream.sender.rtp_timestamp(7)] * 3
    assert stream.heard.stills == [(7, times[1], 3, sum(map(len, packets[1:])))]
    assert len(stream.heard.frames) == 1


async def test_a_still_cancelled_at_any_packet_leaves_no_hole(stream: Stream) -> None:
    stream.plan = SendPlan(pacing_bit_rate=1e6, round_trip=0.1, still_bit_rate=100_000)
    count = len(h264_payload.payloads(unit(10_000).data))
    left: list[bytes] = []
    for index in range(count + 1):
        still = stream.sender.rtp_timestamp(1000 * index)
        stream.sender.send_still(unit(10_000).data, 1000 * index)
        while sum(timestamp(p) == still for p in left) < index:
            left += [p for p in await stream.pass_time(0.005) if source(p) == 0x3333 and p not in left]
        assert sum(timestamp(p) == still for p in left) == index
        unsent = stream.sender.unsent_still_bytes()
        assert (unsent == 0) == (index == count)
        assert stream.sender.cancel_still() == unsent
        assert stream.sender.unsent_still_bytes() == 0
        assert len(stream.heard.stills) == (index == count)
    numbers = [number(p) for p in left]
    assert numbers == [(numbers[0] + n) & 0xFFFF for n in range(count * (count + 1) // 2)]
    assert await stream.pass_time(0.06) == []


async def test_another_still_replaces_the_unsent_rest(stream: Stream) -> None:
    stream.plan = SendPlan(pacing_bit_rate=1e6, round_trip=0.1, still_bit_rate=200_000)
    stream.sender.send_still(unit(20_000).data, 1)
    before = await stream.pass_time(0.1)
    stream.sender.send_still(unit(2000).data, 2)
    after = [p for p in await stream.pass_time(0.3) if p not in before]
    assert {timestamp(p) for p in after} == {stream.sender.rtp_timestamp(2)}
    assert [pts for pts, *_ in stream.heard.stills] == [2]


@pytest.mark.parametrize("origin", [0, (1 << 32) - 90_000, (1 << 32) - 1])
async def test_rtp_time_may_start_anywhere(origin: int) -> None:
    stream = Stream(origin)
    assert stream.sender.rtp_timestamp(0) == origin
    assert stream.sender.rtp_timestamp(90_001) == (origin + 90_001) & 0xFFFF_FFFF
    task = asyncio.create_task(stream.sender.run(stream.sent.put))
    stream.sender.send(unit(100, pts=90_001))
    (data,) = await stream.take(1)
    assert timestamp(data) == (origin + 90_001) & 0xFFFF_FFFF
    stream.now += 3600
    report = stream.sender.sender_report(0x1111)
    assert struct.unpack_from("!I", report, 16)[0] == (origin + 90_001 + 3600 * 90_000) & 0xFFFF_FFFF
    task.cancel()


async def test_each_track_reports_its_own(stream: Stream) -> None:
    stream.sender.send(unit(100, pts=1))
    stream.sender.send_still(unit(3000).data, 2)
    await stream.take(4)
    moving, still = stream.sender.sender_report(0x1111), stream.sender.sender_report(0x3333)
    assert struct.unpack_from("!I", moving, 4) == (0x1111,)
    assert struct.unpack_from("!II", moving, 20) == (1, 100)
    assert struct.unpack_from("!I", still, 4) == (0x3333,)
    assert struct.unpack_from("!I", still, 20) == (3,)
    assert stream.sender.sender_report(0x9999) == b""


async def test_a_hundred_requests_a_second_make_no_storm_and_those_of_a_still_are_not_told(
    stream: Stream,
) -> None:
    for _ in range(100):
        stream.now += 0.01
        stream.sender.on_rtcp(bytes.fromhex("81ce0002 00000001 00003333"))
        stream.sender.on_rtcp(bytes.fromhex("84ce0004 00000001 00000000 00003333 01000000"))
        stream.sender.on_rtcp(bytes.fromhex("81ce0002 00000001 0000abcd"))
    assert stream.heard.keyframes == []
    for _ in range(100):
        stream.now += 0.01
        stream.sender.on_rtcp(bytes.fromhex("81ce0002 00000001 00001111"))
    assert len(stream.heard.keyframes) <= 20


async def test_what_feedback_shows_lost_is_repeated_at_once_and_once_a_round_trip(stream: Stream) -> None:
    stream.sender.send(unit(5000))
    packets = await stream.take(5)
    stream.now += 0.1
    stream.sender.on_rtcp(feedback(0, True, False, True, True, True))
    (again,) = await stream.take(1)
    assert (source(again), payload(again)[:2]) == (0x2222, packets[1][2:4])
    nack = bytes.fromhex("81cd0003 00000009 00001111") + struct.pack("!HH", number(packets[1]), 0)
    stream.now += 0.05
    stream.sender.on_rtcp(nack)
    stream.sender.on_rtcp(feedback(0, True, False, True, True, True))
    assert await stream.pass_time(0.005) == []
    stream.now += 0.06
    stream.sender.on_rtcp(feedback(4, True, False))
    (third,) = await stream.take(1)
    assert payload(third) == payload(again), "the repeat was lost too"


async def test_what_a_still_lost_is_repeated_on_its_track_until_it_is_cancelled(stream: Stream) -> None:
    stream.sender.send_still(unit(5000).data, 1)
    packets = await stream.take(5)
    stream.now += 0.1
    stream.sender.on_rtcp(feedback(0, True, False, True, False, True))
    again = await stream.take(2)
    assert [source(p) for p in again] == [0x4444] * 2
    assert [payload(p)[:2] for p in again] == [packets[1][2:4], packets[3][2:4]]
    stream.sender.cancel_still()
    stream.now += 0.2
    stream.sender.on_rtcp(feedback(5, False, False, True))
    nack = bytes.fromhex("81cd0003 00000009 00003333") + struct.pack("!HH", number(packets[1]), 0)
    stream.sender.on_rtcp(nack)
    assert await stream.pass_time(0.005) == []


async def test_a_tail_that_nothing_is_said_of_is_sent_again_byte_for_byte_a_few_times(stream: Stream) -> None:
    stream.sender.send(unit(3000))
    packets = await stream.take(3)
    stream.sender.on_rtcp(feedback(0, True, True))
    probes = await stream.pass_time(30.0)
    assert probes == [packets[-1]] * 3
    stream.sender.on_rtcp(feedback(0, True, True, True))
    assert [report.sequence for report in stream.heard.batches[-1].packets] == [], (
        "when it came says nothing of the link"
    )
    stream.sender.send(unit(3000, pts=9))
    await stream.take(3)
    stream.sender.on_rtcp(feedback(3, True, False, True))
    (again,) = await stream.pass_time(30.0)
    assert source(again) == 0x2222, "what is known to be lost is repeated, and nothing probed"


async def test_the_last_picture_of_a_movement_goes_once_more_where_packets_get_lost(stream: Stream) -> None:
    stream.sender.send(unit(3000))
    packets = await stream.take(3)
    stream.sender.on_rtcp(feedback(0, True, True, True))
    assert await stream.pass_time(0.3) == [], "on a link that loses none"
    stream.plan = SendPlan(pacing_bit_rate=8e6, round_trip=0.1, duplicate_bit_rate=1e3, duplicate_packets=0)
    stream.sender.plan(stream.plan)
    stream.sender.send(unit(3000, pts=9))
    packets = await stream.take(3)
    stream.sender.on_rtcp(feedback(3, True, True, True))
    assert await stream.pass_time(0.3) == packets


async def test_a_page_that_lies_gets_no_more_than_a_share(stream: Stream) -> None:
    stream.plan = SendPlan(pacing_bit_rate=2e6, round_trip=0.05)
    stream.sender.send(unit(50_000))
    packets = [p for p in await stream.pass_time(1.0) if source(p) == 0x1111]
    first = number(packets[0])
    sent = 0
    for step in range(200):
        for start in range(0, 43, 17):
            wanted = struct.pack("!HH", (first + start) & 0xFFFF, 0xFFFF)
            stream.sender.on_rtcp(bytes.fromhex("81cd0003 00000009 00001111") + wanted)
        stream.sender.on_rtcp(feedback(transport_number(packets[0]) + step, *[False] * 2000))
        sent += sum(map(len, await stream.pass_time(0.05)))
    assert 0 < sent <= 10 * 2e6 / 8 / 3 + 96_000 + 50_000


async def test_a_key_frame_takes_the_place_of_what_would_take_too_long_to_repeat(stream: Stream) -> None:
    stream.plan = SendPlan(pacing_bit_rate=1e6, round_trip=0.05)
    stream.sender.send(unit(40_000))
    packets = [p for p in await stream.pass_time(1.0) if source(p) == 0x1111]
    stream.heard.keyframes.clear()
    stream.sender.on_rtcp(feedback(0, *[False] * (len(packets) - 1), True))
    stream.sender.on_rtcp(feedback(0, *[False] * (len(packets) - 1), True))
    repeats = await stream.pass_time(0.05)
    assert stream.heard.keyframes == ["loss"]
    assert sum(map(len, repeats)) < 20_000
    nack = bytes.fromhex("81cd0003 00000009 00001111") + struct.pack("!HH", number(packets[-2]), 0)
    stream.sender.on_rtcp(nack)
    assert await stream.pass_time(0.01) == [], "while the key frame is awaited nothing is repeated"
    stream.sender.send(unit(2_000, pts=9))
    key = await stream.pass_time(0.05)
    stream.sender.on_rtcp(nack)
    assert await stream.pass_time(0.05) == [], "nor is what came before it, afterwards"
    lost = bytes.fromhex("81cd0003 00000009 00001111") + struct.pack("!HH", number(key[0]), 0)
    stream.sender.on_rtcp(lost)
    (again,) = await stream.pass_time(0.01)
    assert payload(again)[:2] == key[0][2:4], "the key frame itself is repeated"


@given(
    st.lists(st.binary(max_size=64), max_size=20), st.integers(0, 31), st.sampled_from([200, 201, 205, 206])
)
def test_no_report_whatever_stops_the_sender(bodies: list[bytes], count: int, kind: int) -> None:
    async def hear() -> None:
        stream = Stream()
        task = asyncio.create_task(stream.sender.run(stream.sent.put))
        stream.sender.send(unit(5000))
        await stream.take(5)
        for body in bodies:
            body += bytes(-len(body) % 4)
            head = bytes((0x80 | count, kind)) + (len(body) // 4).to_bytes(2, "big")
            stream.sender.on_rtcp(head + body)
            await stream.pass_time(0.01)
        assert not task.done()
        task.cancel()

    asyncio.run(hear())
