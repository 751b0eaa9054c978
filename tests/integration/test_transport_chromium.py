"""The WebRTC transport against the browser it is made for: headless Chromium on this machine."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from aiortc import RTCRtpTransceiver
from playwright.async_api import Page as BrowserPage
from playwright.async_api import async_playwright

from signaling.protocol import errors
from signaling.protocol.stills import CHUNK_BYTES
from streamer.errors import TransportError
from streamer.transport.base import SendPlan
from streamer.transport.congestion import CongestionController
from streamer.transport.rtp import h264_payload
from streamer.transport.webrtc.ice_candidates import IcePolicy
from streamer.transport.webrtc.peer import MOST_TRACK_STILL, WebRtcPeer
from tests.integration.webrtc_page import Heard, access_units, lossless, noise

SECONDS = 20
RTCP_TYPES = range(200, 208)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
async def browser_page() -> AsyncIterator[BrowserPage]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        page = await browser.new_page()
        await page.goto(Path(__file__).with_name("chromium_page.html").as_uri())
        yield page
        await browser.close()


async def test_chromium_shows_every_picture_and_reports_on_them(browser_page: BrowserPage) -> None:
    heard = Heard()
    host = WebRtcPeer(
        heard, fingerprint=await browser_page.evaluate("makeCertificate()"), ice=IcePolicy(loopback=True)
    )
    answer = await browser_page.evaluate("offer => answer(offer)", await host.offer())
    assert "playout-delay" in answer
    await host.accept(answer)
    assert host.negotiated_profile == "4d0034"
    await asyncio.wait_for(heard.control_open.wait(), SECONDS)

    controller = CongestionController(time.monotonic())
    heard.on_feedback = controller.on_feedback  # type: ignore[method-assign]
    sent = []
    for unit in access_units(40, width=1280, height=800, bit_rate=4_000_000):
        host.plan(controller.plan())
        host.send_frame(unit)
        sent.append(host.rtp_timestamp(unit.pts))
        await asyncio.wait_for(heard.frames.get(), SECONDS)
    # The last picture must be shown without another one that pushes it.
    await browser_page.wait_for_function(
        "last => shown.at(-1) === last", arg=sent[-1], timeout=SECONDS * 1000
    )

    shown = await browser_page.evaluate("shown")
    assert set(shown) <= set(sent)
    assert shown == sorted(shown, key=sent.index)
    stats = await browser_page.evaluate("inbound()")
    assert stats["framesDecoded"] == len(sent)
    assert (stats["frameWidth"], stats["frameHeight"]) == (1280, 800)
    assert stats["packetsLost"] == 0
    assert stats["freezeCount"] == 0
    assert controller.round_trip > 0, "no transport-wide feedback came"
    assert controller.loss == 0
    assert host.in_flight_bytes() < 100_000

    assert host.send_control("hello")
    assert await asyncio.wait_for(heard.control.get(), SECONDS) == "heard hello"
    assert host.send_frames_channel(bytes(1100))
    assert await asyncio.wait_for(heard.moves.get(), SECONDS) == b"\x07\x08"

    await browser_page.evaluate("connection.close()")
    assert await asyncio.wait_for(heard.disconnected.get(), SECONDS)
    await host.close()


class Packets:
    """The packets of one track as they leave; `lose` says of the n-th, from 1, whether it gets lost (its repeats come)."""

    def __init__(self, host: WebRtcPeer, track: RTCRtpTransceiver) -> None:
        self.left = 0
        self.again = 0
        self._numbers: set[bytes] = set()
        self.lose: Callable[[int], bool] = lambda count: False
        self._more = asyncio.Event()
        self._ssrc = track.sender._ssrc.to_bytes(4, "big")
        transport = track.sender.transport
        self._send, transport._send_rtp = transport._send_rtp, self._watch  # type: ignore[method-assign]

    async def _watch(self, data: bytes) -> None:
        ours = data[8:12] == self._ssrc and data[1] not in RTCP_TYPES
        if ours and data[2:4] in self._numbers:
            self.again += 1
        elif ours:
            self._numbers.add(data[2:4])
            self.left += 1
            self._more.set()
            if self.lose(self.left):
                return
        await self._send(data)

    async def until(self, count: int) -> None:
        """Waits for the `count`-th."""
        while self.left < count:
            self._more.clear()
            await asyncio.wait_for(self._more.wait(), SECONDS)


class Connected:
    """A host's peer and Chromium, connected."""

    def __init__(self, page: BrowserPage) -> None:
        self.page = page
        self.heard = Heard()

    async def open(
        self, *, origin: int | None = None, offer: Callable[[str], str] = lambda offer: offer
    ) -> None:
        self.host = WebRtcPeer(
            self.heard,
            fingerprint=await self.page.evaluate("makeCertificate()"),
            ice=IcePolicy(loopback=True),
            timestamp_origin=origin,
        )
        self.moving = Packets(self.host, self.host._moving)
        self.stills = Packets(self.host, self.host._still)
        answer = await self.page.evaluate("offer => answer(offer)", offer(await self.host.offer()))
        await self.host.accept(answer)
        await asyncio.wait_for(self.heard.control_open.wait(), SECONDS)

    async def shown(self, rtp: int) -> None:
        """Waits until that moving picture is on the screen."""
        await self.page.wait_for_function("rtp => shown.at(-1) === rtp", arg=rtp, timeout=SECONDS * 1000)

    async def still(self, rtp: int) -> dict[str, object]:
        """The still of that RTP timestamp, as Chromium decoded it."""
        found = "rtp => stills.find((still) => still.rtp === rtp)"
        handle = await self.page.wait_for_function(found, arg=rtp, timeout=SECONDS * 1000)
        return dict(await handle.json_value())


@pytest.fixture
async def connected(browser_page: BrowserPage) -> AsyncIterator[Connected]:
    connected = Connected(browser_page)
    yield connected
    await connected.host.close()


async def test_stills_come_bit_for_bit_and_the_moving_pictures_need_no_key_frame(
    connected: Connected,
) -> None:
    origin = (1 << 32) - 90_000
    await connected.open(origin=origin)
    host = connected.host
    assert host.still_profile == "f40034"
    units = list(access_units(60, width=640, height=400, bit_rate=2_000_000))
    assert host.rtp_timestamp(units[-1].pts) < host.rtp_timestamp(0), "the RTP time must wrap on the way"
    for turn in range(4):
        picture, pts = noise(320, 240, seed=turn), units[turn * 15].pts + 1500
        for n, unit in enumerate(units[turn * 15 : turn * 15 + 15]):
            if n == 9:
                host.send_still(lossless(picture), pts, "track")
            host.send_frame(unit)
            await asyncio.wait_for(connected.heard.frames.get(), SECONDS)
        assert host.unsent_still_bytes() > 0, "the last pictures left before the rest of the still"
        await connected.shown(host.rtp_timestamp(unit.pts))
        still = await connected.still(host.rtp_timestamp(pts))
        assert still["sha256"] == hashlib.sha256(picture.tobytes()).hexdigest()
        assert (still["width"], still["height"]) == (320, 240)
    assert len(await connected.page.evaluate("stills")) == 4
    moving = await connected.page.evaluate("inbound(0)")
    assert moving["framesDecoded"] == len(units)
    assert moving["keyFramesDecoded"] == 1


async def test_a_still_cancelled_at_any_packet_leaves_the_next_one_whole(connected: Connected) -> None:
    await connected.open()
    host = connected.host
    host.plan(SendPlan(pacing_bit_rate=5e6, round_trip=0.02, still_bit_rate=150_000))
    cancelled, whole = lossless(noise(96, 64)), noise(64, 48)
    count = len(h264_payload.payloads(cancelled))
    assert count >= 6
    for index in range(1, count + 1):
        pts = index * 9000
        before = connected.stills.left
        host.send_still(cancelled, pts, "track")
        await connected.stills.until(before + index)
        forgotten = host.cancel_still()
        assert connected.stills.left - before == index
        assert (forgotten == 0) == (index == count)
        host.send_still(lossless(whole), pts + 3000, "track")
        still = await connected.still(host.rtp_timestamp(pts + 3000))
        assert still["sha256"] == hashlib.sha256(whole.tobytes()).hexdigest()
    stats = await connected.page.evaluate("inbound(1)")
    assert stats["nackCount"] == 0
    assert stats["packetsLost"] == 0


async def test_what_a_cancelled_still_lost_is_missed_by_nobody(connected: Connected) -> None:
    await connected.open()
    host = connected.host
    host.plan(SendPlan(pacing_bit_rate=5e6, round_trip=0.02, still_bit_rate=1e6))
    cancelled, whole = lossless(noise(256, 128)), noise(64, 48)
    connected.stills.lose = lambda n: n % 4 == 2
    for turn in range(1, 6):
        pts = turn * 9000
        before = connected.stills.left
        host.send_still(cancelled, pts, "track")
        await connected.stills.until(before + 10)
        assert host.cancel_still() > 0
        host.send_still(lossless(whole), pts + 3000, "track")
        still = await connected.still(host.rtp_timestamp(pts + 3000))
        assert still["sha256"] == hashlib.sha256(whole.tobytes()).hexdigest()


async def test_a_browser_that_cannot_decode_stills_declines_their_track_and_no_more(
    connected: Connected,
) -> None:
    await connected.open(offer=lambda sdp: sdp.replace("f40034", "7a0034"))
    host = connected.host
    assert host.still_profile == ""
    with pytest.raises(TransportError) as refused:
        host.send_still(lossless(noise(64, 48)), 9000, "track")
    assert refused.value.code == errors.UNSUPPORTED
    for unit in access_units(5):
        host.send_frame(unit)
    await connected.shown(host.rtp_timestamp(unit.pts))
    assert host.send_control("hello")
    assert await asyncio.wait_for(connected.heard.control.get(), SECONDS) == "heard hello"


async def test_an_image_comes_in_parts_and_another_one_takes_its_place(connected: Connected) -> None:
    await connected.open(offer=lambda sdp: sdp.replace("f40034", "7a0034"))
    host = connected.host
    host.plan(SendPlan(pacing_bit_rate=5e6, round_trip=0.02, still_bit_rate=1e6))
    host.send_still(bytes(200_000), 9000, "png")
    await connected.page.wait_for_function("chunks.length > 0")
    forgotten = host.cancel_still()
    assert 0 < forgotten < 200_000
    assert host.unsent_still_bytes() == 0
    host.plan(SendPlan(pacing_bit_rate=20e6, round_trip=0.02, still_bit_rate=20e6))
    image = noise(500, 400).tobytes()
    host.send_still(image, 18_000, "jxl")
    pts, rtp, parts, size = await asyncio.wait_for(connected.heard.stills.get(), SECONDS)
    assert (pts, rtp) == (18_000, host.rtp_timestamp(18_000))
    assert size == len(image) + 16 * parts
    assert connected.heard.stills.empty(), "the cancelled one is told of no more"
    come = "total => chunks.reduce((sum, chunk) => sum + chunk.length - 16, 0) >= total"
    await connected.page.wait_for_function(come, arg=200_000 - forgotten + len(image))
    first = -(-(200_000 - forgotten) // CHUNK_BYTES)
    digest = await connected.page.evaluate(f"chunks.splice(0, {first}) && chunkHash(16)")
    assert digest == hashlib.sha256(image).hexdigest()


async def test_the_lost_end_of_a_picture_is_found_by_a_probe(connected: Connected) -> None:
    await connected.open()
    host = connected.host
    host.plan(SendPlan(pacing_bit_rate=20e6, round_trip=0.02, still_bit_rate=20e6))
    units = list(access_units(6, width=640, height=400, bit_rate=4_000_000))
    for unit in units[:-1]:
        host.send_frame(unit)
    await connected.shown(host.rtp_timestamp(unit.pts))
    count = len(h264_payload.payloads(units[-1].data))
    assert count > 1
    # All but the first at the most: how many there are hangs on x264's threads.
    lost = min(3, count - 1)
    end = connected.moving.left + count
    connected.moving.lose = lambda n: end - lost < n <= end
    host.send_frame(units[-1])
    await connected.shown(host.rtp_timestamp(units[-1].pts))
    assert connected.moving.left == end
    assert connected.moving.again >= 1, "the last packet went once more, the others as retransmissions"

    picture = noise(320, 240)
    end = connected.stills.left + len(h264_payload.payloads(lossless(picture)))
    connected.stills.lose = lambda n: n % 20 == 0 or end - 2 <= n <= end
    host.send_still(lossless(picture), units[-1].pts + 3000, "track")
    still = await connected.still(host.rtp_timestamp(units[-1].pts + 3000))
    assert still["sha256"] == hashlib.sha256(picture.tobytes()).hexdigest()
    assert (await connected.page.evaluate("inbound(0)"))["keyFramesDecoded"] == 1


async def test_the_largest_still_that_a_track_takes_comes_whole(connected: Connected) -> None:
    await connected.open()
    host = connected.host
    host.plan(SendPlan(pacing_bit_rate=30e6, round_trip=0.02, still_bit_rate=30e6))
    picture = noise(1280, 1152)
    data = lossless(picture)
    assert 0.97 * MOST_TRACK_STILL < len(data) <= MOST_TRACK_STILL
    host.send_still(data, 9000, "track")
    still = await connected.still(host.rtp_timestamp(9000))
    assert still["sha256"] == hashlib.sha256(picture.tobytes()).hexdigest()
    with pytest.raises(TransportError) as refused:
        host.send_still(data + bytes(MOST_TRACK_STILL), 18_000, "track")
    assert refused.value.code == errors.UNSUPPORTED
