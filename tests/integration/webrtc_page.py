"""A page for tests of the host's transport: a plain aiortc peer connection that answers, and what the host hears."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from fractions import Fraction

import av
import numpy as np
from aiortc import RTCConfiguration, RTCDataChannel, RTCPeerConnection, RTCSessionDescription

from signaling.protocol.channels import CHANNELS
from streamer.transport.base import AccessUnit, FeedbackBatch
from streamer.transport.webrtc.aiortc_seams import end_consent_with_connection


class Heard:
    """A TransportListener that writes everything down and can be waited on."""

    def __init__(self) -> None:
        self.connected = asyncio.Event()
        self.control_open = asyncio.Event()
        self.disconnected: asyncio.Queue[str] = asyncio.Queue()
        self.moves: asyncio.Queue[bytes] = asyncio.Queue()
        self.control: asyncio.Queue[str | bytes] = asyncio.Queue()
        self.keyframes: asyncio.Queue[str] = asyncio.Queue()
        self.reports: asyncio.Queue[float | None] = asyncio.Queue()
        self.frames: asyncio.Queue[tuple[int, int, int, int]] = asyncio.Queue()
        self.stills: asyncio.Queue[tuple[int, int, int, int]] = asyncio.Queue()
        self.batches: list[FeedbackBatch] = []

    def on_connected(self) -> None:
        self.connected.set()

    def on_disconnected(self, reason: str) -> None:
        self.disconnected.put_nowait(reason)

    def on_moves(self, data: bytes) -> None:
        self.moves.put_nowait(data)

    def on_control(self, data: str | bytes) -> None:
        self.control.put_nowait(data)

    def on_control_open(self) -> None:
        self.control_open.set()

    def on_keyframe_request(self, reason: str) -> None:
        self.keyframes.put_nowait(reason)

    def on_feedback(self, batch: FeedbackBatch) -> None:
        self.batches.append(batch)

    def on_receiver_report(self, loss_fraction: float, rtt_s: float | None, jitter: float) -> None:
        self.reports.put_nowait(rtt_s)

    def on_remb(self, bit_rate: float) -> None:
        pass

    def on_frame_sent(self, pts: int, rtp: int, packets: int, size: int) -> None:
        self.frames.put_nowait((pts, rtp, packets, size))

    def on_still_sent(self, pts: int, rtp: int, packets: int, size: int) -> None:
        self.stills.put_nowait((pts, rtp, packets, size))


class Page:
    """Answers the host's offer as a browser does: two videos to receive, four negotiated channels."""

    def __init__(self) -> None:
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.channels: dict[str, RTCDataChannel] = {}
        self.messages: dict[str, asyncio.Queue[str | bytes]] = {}
        self.lose: Callable[[int], bool] = lambda count: False
        """Says of the n-th RTP packet whether it gets lost before the page sees it."""
        self._packets = 0
        self._timestamps: list[int] = []
        certificate = self.pc._RTCPeerConnection__certificates[0]
        kinds = {f.algorithm: f.value for f in certificate.getFingerprints()}
        self.fingerprint = f"sha-256 {kinds['sha-256']}"

    async def answer(self, offer: str) -> str:
        """The SDP answer."""
        await self.pc.setRemoteDescription(RTCSessionDescription(sdp=offer, type="offer"))
        self._tap()
        for spec in CHANNELS:
            queue: asyncio.Queue[str | bytes] = asyncio.Queue()
            channel = self.pc.createDataChannel(
                spec.label,
                ordered=spec.ordered,
                maxRetransmits=spec.max_retransmits,
                negotiated=True,
                id=spec.id,
            )
            channel.on("message", queue.put_nowait)
            self.channels[spec.label], self.messages[spec.label] = channel, queue
        await self.pc.setLocalDescription(await self.pc.createAnswer())
        return self.pc.localDescription.sdp

    def _tap(self) -> None:
        transceiver = self.pc.getTransceivers()[0]
        end_consent_with_connection(transceiver)
        transport = transceiver.receiver.transport
        original = transport._handle_rtp_data

        async def handle(data: bytes, arrival_time_ms: int) -> None:
            self._packets += 1
            if not self.lose(self._packets):
                self._timestamps.append(int.from_bytes(data[4:8], "big"))
                await original(data, arrival_time_ms=arrival_time_ms)

        transport._handle_rtp_data = handle  # type: ignore[method-assign]

    async def frames(self, count: int) -> list[tuple[int, av.VideoFrame]]:
        """The next `count` decoded pictures, with their RTP timestamps.

        aiortc counts a picture's pts from the first one; it gives a picture out when the next one begins.
        """
        got = [await self._frame() for _ in range(count)]
        return [((self._timestamps[0] + frame.pts) & 0xFFFF_FFFF, frame) for frame in got]

    async def _frame(self) -> av.VideoFrame:
        frame = await asyncio.wait_for(self.pc.getReceivers()[0].track.recv(), 10)
        assert isinstance(frame, av.VideoFrame)
        return frame

    async def close(self) -> None:
        """Ends the page."""
        await self.pc.close()


def access_units(
    count: int, *, step: int = 3000, width: int = 320, height: int = 240, bit_rate: int = 2_000_000
) -> Iterator[AccessUnit]:
    """Pictures of moving noise, coded as the worker's are: one key frame, no reordering, as many bits a frame as wanted."""
    context = av.CodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.time_base, context.framerate = Fraction(1, 90_000), Fraction(30)
    context.bit_rate = bit_rate
    context.options = {
        "tune": "zerolatency",
        "preset": "ultrafast",
        "g": "100000",
        "maxrate": str(bit_rate),
        "bufsize": str(bit_rate // 30),
    }
    context.profile = "Main"
    noise = np.random.default_rng(7).integers(0, 255, (height // 4, width // 4), dtype=np.uint8)
    picture = noise.repeat(4, 0).repeat(4, 1)
    for n in range(count):
        planes = np.full((height * 3 // 2, width), 128, np.uint8)
        planes[:height] = np.roll(picture, 4 * n, axis=1)
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts = n * step
        for packet in context.encode(frame):
            yield AccessUnit(bytes(packet), n * step, packet.is_keyframe)


def noise(width: int, height: int, seed: int = 7) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """A grey picture that no codec makes small."""
    return np.random.default_rng(seed).integers(0, 255, (height, width), dtype=np.uint8)


def lossless(picture: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> bytes:
    """A grey picture of even size as one H.264 access unit without loss (High 4:4:4 Predictive, qp 0), full range."""
    height, width = picture.shape
    context = av.CodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.time_base, context.framerate = Fraction(1, 90_000), Fraction(30)
    context.options = {"preset": "ultrafast", "tune": "zerolatency", "qp": "0"}
    context.color_range = 2
    planes = np.full((height * 3 // 2, width), 128, np.uint8)
    planes[:height] = picture
    frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
    frame.color_range = 2
    frame.pts = 0
    return b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)])
