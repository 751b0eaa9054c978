"""Sends coded pictures as RTP: packs, numbers, paces and repeats them, and reads the page's reports on them."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from streamer.transport import twcc
from streamer.transport.allowance import Allowance
from streamer.transport.base import AccessUnit, SendPlan, TransportListener
from streamer.transport.media_clock import CLOCK_RATE
from streamer.transport.pacer import Pacer
from streamer.transport.rtp import h264_payload, packet, rtcp
from streamer.transport.rtp.history import History
from streamer.transport.sent_log import SentLog
from streamer.transport.webrtc.aiortc_seams import Negotiated

FIRST_PLAN = SendPlan(pacing_bit_rate=3_000_000, round_trip=0.1)
KEYFRAME_REQUEST_SECONDS = 0.05
DUPLICATE_PACKETS = 3
DUPLICATE_AFTER_SECONDS = 0.008
_RECENT_REPORTS = 8


@dataclass(slots=True)
class _Frame:
    """A picture on its way out: what is told of it when its last packet has left."""

    pts: int
    rtp: int
    packets: int
    sent_bytes: int = 0


@dataclass(frozen=True, slots=True)
class _Outgoing:
    """A packet in the pacer: new content of a frame, a repeat of number `repeats`, or plain bytes sent once more."""

    content: packet.Content
    frame: _Frame | None = None
    repeats: int | None = None
    again: bytes = b""

    @property
    def size(self) -> int:
        return self.content.size


class VideoSender:
    """One video stream. Packets get their numbers when they leave, so that none is missing before it was sent."""

    def __init__(self, listener: TransportListener, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._listener = listener
        self._now = monotonic
        self._wall = time.time() - monotonic()
        self._plan = FIRST_PLAN
        self._pacer: Pacer[_Outgoing] = Pacer(FIRST_PLAN.pacing_bit_rate)
        self._spare = Allowance(most=DUPLICATE_PACKETS * h264_payload.MAX_PAYLOAD_BYTES)
        self._history = History()
        self._log = SentLog()
        self._origin = random.getrandbits(32)
        self._sequence = random.getrandbits(15)
        self._rtx_sequence = random.getrandbits(15)
        self._settled: Negotiated | None = None
        self._wake = asyncio.Event()
        self._asked_at = -1e9
        self._packets = 0
        self._octets = 0
        self._last_frame: tuple[int, float] | None = None
        self._reports: deque[tuple[int, float]] = deque(maxlen=_RECENT_REPORTS)

    def rtp_timestamp(self, pts: int) -> int:
        """The RTP timestamp of media time `pts`."""
        return (self._origin + pts) & 0xFFFF_FFFF

    def configure(self, settled: Negotiated) -> None:
        """Takes what the answer settled; run() may start."""
        self._settled = settled

    def plan(self, plan: SendPlan) -> None:
        """Follows the congestion controller."""
        self._plan = plan
        self._pacer.bit_rate = plan.pacing_bit_rate
        self._spare.bit_rate = plan.duplicate_bit_rate

    def send(self, unit: AccessUnit) -> None:
        """Queues a picture's packets; a small picture leaves in this turn of the event loop.

        Raises:
            ValueError: not an H.264 byte stream.
        """
        payloads = h264_payload.payloads(unit.data)
        timestamp = self.rtp_timestamp(unit.pts)
        frame = _Frame(unit.pts, timestamp, len(payloads))
        last = len(payloads) - 1
        self._pacer.push_frame(
            [_Outgoing(packet.Content(p, timestamp, n == last), frame) for n, p in enumerate(payloads)]
        )
        self._last_frame = (timestamp, self._now())
        self._wake.set()

    def unsent_bytes(self) -> int:
        """Bytes that wait in the pacer."""
        return self._pacer.backlog

    def in_flight_bytes(self) -> int:
        """Bytes that the page has not spoken of yet."""
        return self._log.in_flight_bytes(self._now())

    async def run(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        """Sends what is queued, until it is cancelled or `send` raises ConnectionError (the connection is over)."""
        settled = self._settled
        assert settled is not None
        loop = asyncio.get_running_loop()
        while True:
            self._wake.clear()
            for outgoing in self._pacer.take(self._now()):
                data = self._number(outgoing, settled)
                try:
                    await send(data)
                except ConnectionError:
                    return
                self._account(outgoing, data)
            wait = self._pacer.wait(self._now())
            timer = None if wait is None else loop.call_later(wait, self._wake.set)
            try:
                await self._wake.wait()
            finally:
                if timer is not None:
                    timer.cancel()

    def _number(self, outgoing: _Outgoing, settled: Negotiated) -> bytes:
        if outgoing.again:
            return outgoing.again
        content, ids = outgoing.content, settled.extensions
        stamp = self._log.stamp(self._now(), content.size + 50) if ids.transport_sequence else 0
        extension = packet.extensions(ids, settled.mid, stamp)
        if outgoing.repeats is not None and settled.rtx_payload_type is not None:
            self._rtx_sequence += 1
            return packet.packet(
                packet.retransmission(content, outgoing.repeats),
                payload_type=settled.rtx_payload_type,
                sequence=self._rtx_sequence,
                ssrc=settled.rtx_ssrc,
                extension=extension,
            )
        sequence = outgoing.repeats
        if sequence is None:
            self._sequence += 1
            sequence = self._sequence
            self._history.add(sequence, content)
        return packet.packet(
            content,
            payload_type=settled.payload_type,
            sequence=sequence,
            ssrc=settled.ssrc,
            extension=extension,
        )

    def _account(self, outgoing: _Outgoing, data: bytes) -> None:
        frame = outgoing.frame
        if outgoing.again or frame is None:
            return
        self._packets += 1
        self._octets += outgoing.size
        frame.sent_bytes += len(data)
        if frame.packets <= DUPLICATE_PACKETS and self._spare.spend(outgoing.size, self._now()):
            asyncio.get_running_loop().call_later(
                DUPLICATE_AFTER_SECONDS, self._send_again, outgoing.content, data
            )
        if outgoing.content.marker:
            self._listener.on_frame_sent(frame.pts, frame.rtp, frame.packets, frame.sent_bytes)

    def _send_again(self, content: packet.Content, data: bytes) -> None:
        """The very same packet once more: a page that has it drops it in silence."""
        self._pacer.push_urgent(_Outgoing(content, again=data))
        self._wake.set()

    def sender_report(self) -> bytes:
        """An RTCP sender report of now; empty before the first picture."""
        if self._last_frame is None or self._settled is None:
            return b""
        timestamp, at = self._last_frame
        now = self._now()
        ntp = rtcp.ntp_time(self._wall + now)
        self._reports.append((ntp >> 16 & 0xFFFF_FFFF, now))
        rtp = timestamp + int((now - at) * CLOCK_RATE)
        return rtcp.sender_report(self._settled.ssrc, ntp, rtp, self._packets, self._octets)

    def on_rtcp(self, data: bytes) -> None:
        """Reads a compound packet from the page; one that is malformed is skipped from its fault on (it is only advice)."""
        try:
            for report in rtcp.parse(data):
                self._on_report(report)
        except ValueError:
            return

    def _on_report(self, report: rtcp.Report) -> None:
        now = self._now()
        if isinstance(report, rtcp.TransportWide):
            self._listener.on_feedback(self._log.match(twcc.parse(report.control), now))
        elif isinstance(report, rtcp.Nack):
            self._repeat(report, now)
        elif isinstance(report, rtcp.KeyframeRequest):
            if now - self._asked_at >= KEYFRAME_REQUEST_SECONDS:
                self._asked_at = now
                self._listener.on_keyframe_request(report.reason)
        elif self._settled is not None and report.ssrc == self._settled.ssrc:
            rtt = self._round_trip(report, now)
            self._listener.on_receiver_report(report.loss, rtt, report.jitter / CLOCK_RATE)

    def _repeat(self, nack: rtcp.Nack, now: float) -> None:
        if self._settled is None or nack.ssrc != self._settled.ssrc:
            return
        for sequence in nack.lost:
            content = self._history.repeat(sequence, now, self._plan.round_trip)
            if content is not None:
                self._pacer.push_urgent(_Outgoing(content, repeats=sequence))
        self._wake.set()

    def _round_trip(self, report: rtcp.ReceptionReport, now: float) -> float | None:
        """RFC 3550, 6.4.1: from the report that the page answers to, less the time it held it."""
        sent_at = next((at for middle, at in reversed(self._reports) if middle == report.last_report), None)
        return None if sent_at is None else max(now - sent_at - report.delay / 65536, 0.0)
