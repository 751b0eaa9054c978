"""One track as RTP: its numbers, what is kept for repeats, its sender reports. Pure."""

from __future__ import annotations

import random
from collections import deque

from streamer.transport.media_clock import CLOCK_RATE
from streamer.transport.rtp import packet, rtcp
from streamer.transport.rtp.history import History
from streamer.transport.rtp.negotiated import Negotiated
from streamer.transport.rtp.packet import Content

_RECENT_REPORTS = 8
_REST_SECONDS = 5.0
"""Between two sender reports while nothing is sent: the least interval that RFC 3550, 6.2 recommends."""


class RtpStream:
    """Numbers packets as they leave, so that none is missing before it was sent. Times are monotonic seconds."""

    def __init__(self, settled: Negotiated) -> None:
        self.settled = settled
        self.history = History()
        self._sequence = random.getrandbits(15)
        self._rtx_sequence = random.getrandbits(15)
        self._packets = 0
        self._octets = 0
        self._reported = 0
        self._last_picture: tuple[int, float] | None = None
        self._reports: deque[tuple[int, float]] = deque(maxlen=_RECENT_REPORTS)

    def begin(self, timestamp: int, now: float) -> None:
        """A picture of that RTP timestamp is sent from `now` on."""
        self._last_picture = (timestamp, now)

    def number(self, content: Content, stamp: int) -> tuple[int, bytes]:
        """The sequence number that the next packet gets, and its bytes; `stamp` is its transport-wide number."""
        self._sequence = (self._sequence + 1) & 0xFFFF
        self.history.add(self._sequence, content)
        self._packets += 1
        self._octets += content.size
        return self._sequence, self._packet(content, self._sequence, stamp)

    def repeat(self, sequence: int, content: Content, stamp: int) -> bytes:
        """Packet `sequence` once more: as a retransmission (RFC 4588) where that was negotiated, else as it was."""
        settled = self.settled
        if settled.rtx_payload_type is None:
            return self._packet(content, sequence, stamp)
        self._rtx_sequence = (self._rtx_sequence + 1) & 0xFFFF
        return packet.packet(
            packet.retransmission(content, sequence),
            payload_type=settled.rtx_payload_type,
            sequence=self._rtx_sequence,
            ssrc=settled.rtx_ssrc,
            extension=packet.extensions(settled.extensions, settled.mid, stamp),
        )

    def sender_report(self, now: float, wall: float) -> bytes:
        """An RTCP sender report of now (`wall`: of the wall clock); empty before the first picture, and where nothing is new."""
        if self._last_picture is None:
            return b""
        if self._reports and self._reported == self._packets and now - self._reports[-1][1] < _REST_SECONDS:
            return b""
        self._reported = self._packets
        timestamp, at = self._last_picture
        ntp = rtcp.ntp_time(wall)
        self._reports.append((ntp >> 16 & 0xFFFF_FFFF, now))
        rtp = timestamp + int((now - at) * CLOCK_RATE)
        return rtcp.sender_report(self.settled.ssrc, ntp, rtp, self._packets, self._octets)

    def round_trip(self, report: rtcp.ReceptionReport, now: float) -> float | None:
        """RFC 3550, 6.4.1: from the report that the page answers to, less the time it held it."""
        sent_at = next((at for middle, at in reversed(self._reports) if middle == report.last_report), None)
        return None if sent_at is None else max(now - sent_at - report.delay / 65536, 0.0)

    def _packet(self, content: Content, sequence: int, stamp: int) -> bytes:
        settled = self.settled
        return packet.packet(
            content,
            payload_type=settled.payload_type,
            sequence=sequence,
            ssrc=settled.ssrc,
            extension=packet.extensions(settled.extensions, settled.mid, stamp),
        )
