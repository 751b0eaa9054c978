"""RTCP that comes from the page, and the sender report that goes to it (RFC 3550, 6.4; RFC 4585, 6)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_SENDER_REPORT = 200
_RECEIVER_REPORT = 201
_TRANSPORT_FEEDBACK = 205
_PAYLOAD_FEEDBACK = 206
_NACK = 1
_TRANSPORT_WIDE = 15
_PLI = 1
_FIR = 4
_APPLICATION = 15
_REMB = b"REMB"
_NTP_EPOCH = 2_208_988_800


@dataclass(frozen=True, slots=True)
class Nack:
    """These sequence numbers of `ssrc` have not come (RFC 4585, 6.2.1)."""

    ssrc: int
    lost: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KeyframeRequest:
    """Picture loss indication or full intra request of these tracks (RFC 4585, 6.3.1; RFC 5104, 4.3.1)."""

    reason: str
    ssrcs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReceptionReport:
    """A report block on `ssrc` (RFC 3550, 6.4.1): loss 0..1 since the last one, jitter in RTP ticks.

    `last_report` is the middle of the NTP time of the sender report it answers, `delay` the time since that (1/65536 s).
    """

    ssrc: int
    loss: float
    jitter: int
    last_report: int
    delay: int


@dataclass(frozen=True, slots=True)
class TransportWide:
    """A transport-wide feedback message, still in bytes (see twcc)."""

    control: bytes


@dataclass(frozen=True, slots=True)
class Remb:
    """The page's own estimate of what it can get, bit/s (draft-alvestrand-rmcat-remb-03, 2.2)."""

    bit_rate: float


Report = Nack | KeyframeRequest | ReceptionReport | TransportWide | Remb


def parse(data: bytes) -> Iterator[Report]:
    """What a compound packet says; packets of other types are skipped.

    Raises:
        ValueError: truncated, or not RTCP.
    """
    position = 0
    while position < len(data):
        if len(data) < position + 4:
            raise ValueError("An RTCP header is truncated.")
        first, kind, words = struct.unpack_from("!BBH", data, position)
        end = position + 4 + 4 * words
        if first >> 6 != 2 or len(data) < end:
            raise ValueError("An RTCP packet is truncated or of another version.")
        body = data[position + 4 : end]
        if first & 0x20:
            if not body or not 0 < body[-1] <= len(body):
                raise ValueError("The padding of an RTCP packet is wrong.")
            body = body[: -body[-1]]
        yield from _parse_one(kind, first & 0x1F, body)
        position = end


def _parse_one(kind: int, count: int, body: bytes) -> Iterator[Report]:
    if kind in (_SENDER_REPORT, _RECEIVER_REPORT):
        start = 24 if kind == _SENDER_REPORT else 4
        if len(body) < start + 24 * count:
            raise ValueError("An RTCP report is truncated.")
        for offset in range(start, start + 24 * count, 24):
            ssrc, loss, _, jitter, last, delay = struct.unpack_from("!IB3x4I", body, offset)
            yield ReceptionReport(ssrc, loss / 256, jitter, last, delay)
    elif kind in (_TRANSPORT_FEEDBACK, _PAYLOAD_FEEDBACK):
        if len(body) < 8:
            raise ValueError("An RTCP feedback packet is truncated.")
        (media,) = struct.unpack_from("!I", body, 4)
        control = body[8:]
        if kind == _TRANSPORT_FEEDBACK and count == _NACK:
            yield Nack(media, tuple(_lost(control)))
        elif kind == _TRANSPORT_FEEDBACK and count == _TRANSPORT_WIDE:
            yield TransportWide(control)
        elif kind == _PAYLOAD_FEEDBACK and count == _PLI:
            yield KeyframeRequest("pli", (media,))
        elif kind == _PAYLOAD_FEEDBACK and count == _FIR:
            yield KeyframeRequest("fir", tuple(_requested(control)))
        elif kind == _PAYLOAD_FEEDBACK and count == _APPLICATION and control[:4] == _REMB:
            yield Remb(_estimate(control))


def _lost(control: bytes) -> Iterator[int]:
    if len(control) % 4:
        raise ValueError("An RTCP NACK is truncated.")
    for first, following in struct.iter_unpack("!HH", control):
        yield first
        yield from ((first + 1 + bit) & 0xFFFF for bit in range(16) if following >> bit & 1)


def _requested(control: bytes) -> Iterator[int]:
    if len(control) % 8:
        raise ValueError("An RTCP full intra request is truncated.")
    yield from (ssrc for ssrc, _ in struct.iter_unpack("!II", control))


def _estimate(control: bytes) -> float:
    if len(control) < 8:
        raise ValueError("An RTCP REMB is truncated.")
    (word,) = struct.unpack_from("!I", control, 4)
    return float((word & 0x3FFFF) << (word >> 18 & 0x3F))


def ntp_time(unix_seconds: float) -> int:
    """The 64-bit NTP timestamp of a wall clock time."""
    whole = int(unix_seconds)
    return whole + _NTP_EPOCH << 32 | int((unix_seconds - whole) * (1 << 32))


def sender_report(ssrc: int, ntp: int, rtp: int, packets: int, octets: int) -> bytes:
    """A sender report without report blocks."""
    return struct.pack(
        "!BBHIQIII",
        0x80,
        _SENDER_REPORT,
        6,
        ssrc,
        ntp,
        rtp & 0xFFFF_FFFF,
        packets & 0xFFFF_FFFF,
        octets & 0xFFFF_FFFF,
    )
