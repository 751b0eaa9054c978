"""RTP packets (RFC 3550, 5.1) with one-byte header extensions (RFC 8285, 4.2)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

MID_URI = "urn:ietf:params:rtp-hdrext:sdes:mid"
TRANSPORT_SEQUENCE_URI = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
PLAYOUT_DELAY_URI = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"

_HEADER = struct.Struct("!BBHII")
_ONE_BYTE_PROFILE = 0xBEDE
_NO_DELAY = b"\x00\x00\x00"


@dataclass(frozen=True, slots=True)
class ExtensionIds:
    """The negotiated ids 1..14 of the header extensions; 0 = the page did not take it."""

    mid: int = 0
    transport_sequence: int = 0
    playout_delay: int = 0


@dataclass(frozen=True, slots=True)
class Content:
    """What an RTP packet carries, before it has a number."""

    payload: bytes
    timestamp: int
    marker: bool

    @property
    def size(self) -> int:
        """Bytes of the payload."""
        return len(self.payload)


def extensions(ids: ExtensionIds, mid: str, transport_sequence: int) -> bytes:
    """The extension block: media id, transport-wide sequence number, and a playout delay of 0..0 (show at once)."""
    block = bytearray()
    for number, value in (
        (ids.mid, mid.encode("ascii")),
        (ids.transport_sequence, transport_sequence.to_bytes(2, "big")),
        (ids.playout_delay, _NO_DELAY),
    ):
        if number and value:
            block.append(number << 4 | len(value) - 1)
            block += value
    if not block:
        return b""
    block += bytes(-len(block) % 4)
    return struct.pack("!HH", _ONE_BYTE_PROFILE, len(block) // 4) + bytes(block)


def packet(content: Content, *, payload_type: int, sequence: int, ssrc: int, extension: bytes) -> bytes:
    """The packet in plain text."""
    return (
        _HEADER.pack(
            0x80 | (0x10 if extension else 0),
            (0x80 if content.marker else 0) | payload_type,
            sequence & 0xFFFF,
            content.timestamp & 0xFFFF_FFFF,
            ssrc,
        )
        + extension
        + content.payload
    )


def retransmission(content: Content, sequence: int) -> Content:
    """The content of a retransmission packet: the original number before the payload (RFC 4588, 4)."""
    return Content(
        (sequence & 0xFFFF).to_bytes(2, "big") + content.payload, content.timestamp, content.marker
    )
