"""The WebRTC transport against the browser it is made for: headless Chromium on this machine."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page as BrowserPage
from playwright.async_api import async_playwright

from streamer.transport.congestion import CongestionController
from streamer.transport.webrtc.ice_candidates import IcePolicy
from streamer.transport.webrtc.peer import WebRtcPeer
from tests.integration.webrtc_page import Heard, access_units, lossless, noise

SECONDS = 20
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


class Connected:
    """A host's peer and Chromium, connected."""

    def __init__(self, page: BrowserPage) -> None:
        self.page = page
        self.heard = Heard()

    async def open(self, origin: int | None = None) -> None:
        self.host = WebRtcPeer(
            self.heard,
            fingerprint=await self.page.evaluate("makeCertificate()"),
            ice=IcePolicy(loopback=True),
            timestamp_origin=origin,
        )
        answer = await self.page.evaluate("offer => answer(offer)", await self.host.offer())
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
    await connected.open(origin)
    host = connected.host
    assert host.still_profile == "f40034"
    units = list(access_units(60, width=640, height=400, bit_rate=2_000_000))
    assert host.rtp_timestamp(units[-1].pts) < host.rtp_timestamp(0), "the RTP time must wrap on the way"
    for turn in range(4):
        for unit in units[turn * 15 : turn * 15 + 15]:
            host.send_frame(unit)
            await asyncio.wait_for(connected.heard.frames.get(), SECONDS)
        await connected.shown(host.rtp_timestamp(unit.pts))
        picture = noise(640, 400, seed=turn)
        pts = unit.pts + 1500
        host.send_still(lossless(picture), pts, "track")
        still = await connected.still(host.rtp_timestamp(pts))
        assert still["sha256"] == hashlib.sha256(picture.tobytes()).hexdigest()
        assert (still["width"], still["height"]) == (640, 400)
    assert len(await connected.page.evaluate("stills")) == 4
    moving = await connected.page.evaluate("inbound(0)")
    assert moving["framesDecoded"] == len(units)
    assert moving["keyFramesDecoded"] == 1
