"""Packets on their way through the pacer, before they have numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from streamer.transport.rtp import h264_payload
from streamer.transport.rtp.packet import Content
from streamer.transport.rtp.stream import RtpStream


@dataclass(slots=True)
class Picture:
    """A picture on its way out: whom to tell, and what, when its last packet has left."""

    pts: int
    rtp: int
    packets: int
    told: Callable[[int, int, int, int], None]
    sent_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Outgoing:
    """New content of a picture, or a repeat of number `repeats`."""

    stream: RtpStream
    content: Content
    picture: Picture | None = None
    repeats: int | None = None

    @property
    def size(self) -> int:
        """Bytes of the payload."""
        return self.content.size


@dataclass(frozen=True, slots=True)
class Copy:
    """A packet that left already, once more, byte for byte: a page that has it drops it in silence."""

    data: bytes

    @property
    def size(self) -> int:
        """Bytes of the packet."""
        return len(self.data)


def pack(
    stream: RtpStream, data: bytes, picture: tuple[int, int], told: Callable[..., None]
) -> list[Outgoing]:
    """The packets of an access unit; `picture` is its media time and its RTP timestamp.

    Raises:
        ValueError: not an H.264 byte stream.
    """
    payloads = h264_payload.payloads(data)
    pts, rtp = picture
    sent = Picture(pts, rtp, len(payloads), told)
    last = len(payloads) - 1
    return [Outgoing(stream, Content(payload, rtp, n == last), sent) for n, payload in enumerate(payloads)]
