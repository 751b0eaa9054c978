"""Sends a seat's pictures over its one connection: packs, paces, numbers and repeats them, and reads the page's reports."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable

from streamer.transport import twcc
from streamer.transport.allowance import Allowance
from streamer.transport.base import AccessUnit, SendPlan, TransportListener
from streamer.transport.loss_repair import LossRepair, PacketId
from streamer.transport.mass_loss import MassLoss
from streamer.transport.media_clock import CLOCK_RATE
from streamer.transport.pacer import Pacer
from streamer.transport.rtp import h264_payload, rtcp
from streamer.transport.rtp.negotiated import Negotiated
from streamer.transport.rtp.stream import RtpStream
from streamer.transport.sent_log import SentLog
from streamer.transport.tail_echo import TailEcho
from streamer.transport.tail_probe import TailProbe
from streamer.transport.webrtc.outgoing import Copy, Outgoing, pack

FIRST_PLAN = SendPlan(pacing_bit_rate=3_000_000, round_trip=0.1)
KEYFRAME_REQUEST_SECONDS = 0.05
MOST_DUPLICATE_PACKETS = 8
DUPLICATE_AFTER_SECONDS = 0.008
REPEAT_SHARE = 1 / 3
"""Of the rate of packets, for repeats of all kinds: whatever a page reports, it gets no more than this on top of its pictures."""
REPEAT_BURST_BYTES, REPEAT_BURST_SECONDS = 96_000, 0.5
"""After a rest so much may be repeated at once; what is more is repeated when the page asks again."""
HEADER_BYTES = 50


class LinkSender:
    """One connection's packets: the moving pictures' track, and the stills' where the page took it."""

    def __init__(
        self,
        listener: TransportListener,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        origin: int | None = None,
    ) -> None:
        """`origin` is the RTP timestamp of media time 0, for both tracks (RFC 3550, 5.1: random)."""
        self._listener = listener
        self._now = monotonic
        self._wall = time.time() - monotonic()
        self._origin = random.getrandbits(32) if origin is None else origin
        self._pacer: Pacer[Outgoing | Copy] = Pacer(FIRST_PLAN.pacing_bit_rate)
        self._copies: list[bytes] = []
        self._twice = Allowance(most=MOST_DUPLICATE_PACKETS * h264_payload.MAX_PAYLOAD_BYTES)
        self._repeats = Allowance(most=REPEAT_BURST_BYTES, seconds=REPEAT_BURST_SECONDS)
        self._log = SentLog()
        self._repair = LossRepair()
        self._mass_loss = MassLoss()
        self._tail = TailProbe()
        self._echo = TailEcho()
        self._moving: RtpStream | None = None
        self._still: RtpStream | None = None
        self._wake = asyncio.Event()
        self._asked_at = -1e9
        self.plan(FIRST_PLAN)

    def rtp_timestamp(self, pts: int) -> int:
        """The RTP timestamp of media time `pts`, on either track."""
        return (self._origin + pts) & 0xFFFF_FFFF

    def configure(self, moving: Negotiated, still: Negotiated | None = None) -> None:
        """Takes what the answer settled; run() may start."""
        self._moving = RtpStream(moving)
        self._still = RtpStream(still) if still is not None else None

    def plan(self, plan: SendPlan) -> None:
        """Follows the congestion controller."""
        self._plan = plan
        self._pacer.bit_rate = plan.pacing_bit_rate
        self._pacer.still_bit_rate = plan.still_bit_rate or plan.pacing_bit_rate
        self._twice.bit_rate = plan.duplicate_bit_rate
        self._repeats.bit_rate = max(plan.pacing_bit_rate, plan.still_bit_rate) * REPEAT_SHARE
        self._wake.set()

    def send(self, unit: AccessUnit) -> None:
        """Queues a picture's packets; a small picture leaves in this turn of the event loop.

        Raises:
            ValueError: not an H.264 byte stream.
        """
        assert self._moving is not None
        if unit.key:
            self._moving.history.clear()  # nothing before it is needed any more
            self._mass_loss.key_left()
        self._pacer.push_frame(self._pack(self._moving, unit.data, unit.pts, self._listener.on_frame_sent))
        self._wake.set()

    def send_still(self, data: bytes, pts: int) -> None:
        """Queues a still's packets behind all pictures, in place of what has not left of the one before.

        Raises:
            ValueError: not an H.264 byte stream.
        """
        assert self._still is not None
        self.cancel_still()
        self._pacer.push_still(self._pack(self._still, data, pts, self._listener.on_still_sent))
        self._wake.set()

    def cancel_still(self) -> int:
        """Forgets what has not left of the still; the bytes forgotten. What got lost of it is not repeated any more."""
        if self._still is not None:
            self._still.history.clear()
        return self._pacer.drop_still()

    def unsent_bytes(self) -> int:
        """Bytes of moving pictures that wait in the pacer."""
        return self._pacer.backlog

    def unsent_still_bytes(self) -> int:
        """Bytes of the still that wait in the pacer."""
        return self._pacer.still_backlog

    def in_flight_bytes(self) -> int:
        """Bytes that the page has not spoken of yet."""
        return self._log.in_flight_bytes(self._now())

    async def run(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        """Sends what is queued, until it is cancelled or `send` raises ConnectionError (the connection is over)."""
        loop = asyncio.get_running_loop()
        while True:
            self._wake.clear()
            self._look_after_the_tail()
            for outgoing in self._pacer.take(self._now()):
                data = outgoing.data if isinstance(outgoing, Copy) else self._number(outgoing)
                try:
                    await send(data)
                except ConnectionError:
                    return
                if isinstance(outgoing, Outgoing):
                    self._account(outgoing, data)
            wait = self._wait()
            timer = None if wait is None else loop.call_later(wait, self._wake.set)
            try:
                await self._wake.wait()
            finally:
                if timer is not None:
                    timer.cancel()

    def sender_report(self, ssrc: int) -> bytes:
        """An RTCP sender report of now on that track; empty before its first picture."""
        stream = self._stream(ssrc)
        return b"" if stream is None else stream.sender_report(self._now(), self._wall + self._now())

    def on_rtcp(self, data: bytes) -> None:
        """Reads a compound packet from the page; one that is malformed is skipped from its fault on (it is only advice)."""
        try:
            for report in rtcp.parse(data):
                self._on_report(report)
        except ValueError:
            return

    # ---- out

    def _pack(
        self, stream: RtpStream, data: bytes, pts: int, told: Callable[[int, int, int, int], None]
    ) -> list[Outgoing]:
        return pack(stream, data, (pts, self.rtp_timestamp(pts)), told)

    def _number(self, outgoing: Outgoing) -> bytes:
        stream, content, now = outgoing.stream, outgoing.content, self._now()
        reported = bool(stream.settled.extensions.transport_sequence)
        stamp = self._log.stamp(now, content.size + HEADER_BYTES) if reported else 0
        if outgoing.repeats is None:
            stream.begin(content.timestamp, now)
            sequence, data = stream.number(content, stamp)
        else:
            sequence, data = outgoing.repeats, stream.repeat(outgoing.repeats, content, stamp)
            stream.history.repeated(sequence, now)
        if reported:
            self._repair.sent(self._log.newest, PacketId(stream.settled.ssrc, sequence))
            if outgoing.picture is not None and content.marker:
                self._tail.left(self._log.newest, data, now)
        return data

    def _account(self, outgoing: Outgoing, data: bytes) -> None:
        picture = outgoing.picture
        if picture is None:
            return
        picture.sent_bytes += len(data)
        if outgoing.stream is self._moving and self._plan.duplicate_bit_rate:
            ends, now = outgoing.content.marker, self._now()
            self._echo.left(data, outgoing.content.timestamp, ends=ends, now=now)
        small = outgoing.stream is self._moving and picture.packets <= self._plan.duplicate_packets
        if small and self._twice.spend(outgoing.size, self._now()):
            self._copies.append(data)
        if outgoing.content.marker:
            self._send_copies()
            picture.told(picture.pts, picture.rtp, picture.packets, picture.sent_bytes)

    def _send_copies(self) -> None:
        """Behind the picture, and spread: copies in a bunch would make the queue that the picture does not."""
        loop, after = asyncio.get_running_loop(), DUPLICATE_AFTER_SECONDS
        for data in self._copies:
            loop.call_later(after, self._send_again, data)
            after += len(data) * 8 / (self._plan.pacing_bit_rate / 2)
        self._copies.clear()

    def _send_again(self, data: bytes) -> None:
        self._pacer.push_urgent(Copy(data))
        self._wake.set()

    def _wait(self) -> float | None:
        now = self._now()
        waits = (self._pacer.wait(now), self._tail.wait(now, self._plan.round_trip), self._echo.wait(now))
        return min((wait for wait in waits if wait is not None), default=None)

    def _look_after_the_tail(self) -> None:
        now = self._now()
        for data in self._echo.take(now):
            if self._repeats.spend(len(data), now):
                self._pacer.push_urgent(Copy(data))
        data = self._tail.take(now, self._plan.round_trip)
        if data and self._repeats.spend(len(data), now):
            self._log.sent_again(self._tail.number)
            self._pacer.push_urgent(Copy(data))

    # ---- in

    def _on_report(self, report: rtcp.Report) -> None:
        now = self._now()
        if isinstance(report, rtcp.TransportWide):
            self._on_feedback(twcc.parse(report.control), now)
        elif isinstance(report, rtcp.Nack):
            self._repeat((PacketId(report.ssrc, sequence) for sequence in report.lost), now)
        elif isinstance(report, rtcp.Remb):
            self._listener.on_remb(report.bit_rate)
        elif isinstance(report, rtcp.KeyframeRequest):
            self._on_keyframe_request(report, now)
        elif self._moving is not None and report.ssrc == self._moving.settled.ssrc:
            round_trip = self._moving.round_trip(report, now)
            self._listener.on_receiver_report(report.loss, round_trip, report.jitter / CLOCK_RATE)

    def _on_feedback(self, feedback: twcc.Feedback, now: float) -> None:
        batch = self._log.match(feedback, now)
        self._tail.heard(self._log.heard)
        self._repeat(self._repair.lost(batch.packets), now)
        self._listener.on_feedback(batch)

    def _on_keyframe_request(self, request: rtcp.KeyframeRequest, now: float) -> None:
        """Only of the moving pictures: a still is confirmed, or asked for again, by its hash."""
        wanted = self._moving is not None and self._moving.settled.ssrc in request.ssrcs
        if wanted and now - self._asked_at >= KEYFRAME_REQUEST_SECONDS:
            self._asked_at = now
            self._listener.on_keyframe_request(request.reason)

    def _repeat(self, packets: Iterable[PacketId], now: float) -> None:
        for ssrc, sequence in packets:
            stream = self._stream(ssrc)
            content = stream.history.due(sequence, now, self._plan.round_trip) if stream else None
            if stream is None or content is None or self._key_instead(stream, sequence, content.size, now):
                continue
            if not self._repeats.spend(content.size, now):
                continue
            stream.history.queued(sequence)
            again = Outgoing(stream, content, repeats=sequence)
            if stream is self._still:
                self._pacer.push_still_repeat(again)
            else:
                self._pacer.push_urgent(again)
            self._wake.set()

    def _key_instead(self, stream: RtpStream, sequence: int, size: int, now: float) -> bool:
        """Whether a packet is not repeated because a key frame is there sooner than all that is missing."""
        if stream is not self._moving:
            return False
        plan, first = self._plan, not stream.history.was_repeated(sequence)
        if first and self._mass_loss.lost(now, size, plan.pacing_bit_rate, plan.round_trip):
            self._listener.on_keyframe_request("loss")
        return self._mass_loss.awaits_key(now)

    def _stream(self, ssrc: int) -> RtpStream | None:
        for stream in (self._moving, self._still):
            if stream is not None and stream.settled.ssrc == ssrc:
                return stream
        return None
