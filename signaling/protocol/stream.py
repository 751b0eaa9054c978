"""A seat on a WebSocket, where UDP is blocked: messages between page and host that the server passes on unread.

All begin with u8 kind, u8 version = 1 and are binary, little-endian:

begin     1  page → host, first: u8 flags (bit 0: decodes stills as H.264)
picture   2  host → page: u8 flags (bit 0: key frame), u8 reserved, u32 number, u32 rtp, u32 total, u32 offset, then that part
             of the access unit (H.264 Annex B); parts come in order
still     3  host → page: as picture; flags bit 0: an image (JPEG XL, PNG), else H.264
arrivals  4  page → host: u16 count, u32 number of the first, count × u32 time (0.1 ms, of the page's clock)
keyframe  5  page → host: nothing more
control   6  both ways: JSON text as on the `control` channel
moves     7  page → host: a packet as on the `moves` channel
frames    8  host → page: a packet as on the `frames` channel

`number` counts the parts of pictures and stills alike, from 0, modulo 2^32; `arrivals` says when each came. A still whose parts
stop is cancelled: the next part of a still begins another.
"""

from __future__ import annotations

import enum
import hashlib
import struct

import msgspec

from signaling.protocol import errors
from signaling.protocol.errors import ProtocolError
from signaling.protocol.stills import MOST_BYTES

VERSION = 1
PART_BYTES = 2_048
MOST_ARRIVALS = 512
MESSAGE_BYTES = 266_240
"""Of one message: the largest control message to a page, and its head."""
PAGE_MESSAGE_BYTES = 66_560
HOST_HEADER = "Farview-Stream"
"""With the token, when a host opens its end; a page names it as subprotocol, after this:"""
SUBPROTOCOL = "farview-stream."
_HEAD = struct.Struct("<BB")
_BEGIN = struct.Struct("<BBB")
_PART = struct.Struct("<BBBBIIII")
_ARRIVALS = struct.Struct("<BBHI")


class Transport(enum.StrEnum):
    """What carries a seat."""

    WEBRTC = "webrtc"
    SOCKET = "socket"


class Kind(enum.IntEnum):
    """The first byte of a message."""

    BEGIN = 1
    PICTURE = 2
    STILL = 3
    ARRIVALS = 4
    KEYFRAME = 5
    CONTROL = 6
    MOVES = 7
    FRAMES = 8


class Begin(msgspec.Struct, frozen=True, kw_only=True):
    """The page is there, and what it can."""

    decodes_stills: bool


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a picture or of a still; `flag` is a picture's key frame, and a still's being an image."""

    still: bool
    flag: bool
    number: int
    rtp: int
    total: int
    offset: int
    data: bytes


class Arrivals(msgspec.Struct, frozen=True, kw_only=True):
    """When the parts from `first` on came, in tenths of a millisecond modulo 2^32."""

    first: int
    times: tuple[int, ...]


class KeyframeWanted(msgspec.Struct, frozen=True, kw_only=True):
    """The page's decoder lacks a key frame."""


class Passed(msgspec.Struct, frozen=True, kw_only=True):
    """What another channel carries where there is WebRTC: `kind` is CONTROL, MOVES or FRAMES."""

    kind: int
    data: bytes


StreamMessage = Begin | Part | Arrivals | KeyframeWanted | Passed


def fingerprint_of(token: str) -> str:
    """What the ticket of such a seat names in the place of a certificate: a hash of the token that joins its two ends."""
    return f"stream {hashlib.sha256(token.encode()).hexdigest()}"


def encode(message: StreamMessage) -> bytes:
    """The message's bytes."""
    match message:
        case Begin():
            return _BEGIN.pack(Kind.BEGIN, VERSION, message.decodes_stills)
        case Part(number=number, rtp=rtp, total=total, offset=offset):
            kind = Kind.STILL if message.still else Kind.PICTURE
            return _PART.pack(kind, VERSION, message.flag, 0, number, rtp, total, offset) + message.data
        case Arrivals(first=first, times=times):
            head = _ARRIVALS.pack(Kind.ARRIVALS, VERSION, len(times), first)
            return head + struct.pack(f"<{len(times)}I", *times)
        case KeyframeWanted():
            return _HEAD.pack(Kind.KEYFRAME, VERSION)
        case Passed():
            return _HEAD.pack(message.kind, VERSION) + message.data


def decode(data: bytes) -> StreamMessage:
    """The message in `data` (the page has the same decoder in JavaScript).

    Raises:
        ProtocolError: wrong length, kind or version, or a part that does not lie in its picture.
    """
    if len(data) < _HEAD.size:
        raise ProtocolError(errors.MALFORMED, f"A message of {len(data)} bytes is not understood.")
    kind, version = _HEAD.unpack_from(data)
    if version != VERSION:
        raise ProtocolError(
            errors.VERSION, f"A message of version {version} of the stream is not understood."
        )
    match kind:
        case Kind.BEGIN if len(data) >= _BEGIN.size:
            return Begin(decodes_stills=bool(data[2] & 1))
        case Kind.PICTURE | Kind.STILL if len(data) > _PART.size:
            return _part(data, still=kind == Kind.STILL)
        case Kind.ARRIVALS if len(data) >= _ARRIVALS.size:
            return _arrivals(data)
        case Kind.KEYFRAME:
            return KeyframeWanted()
        case Kind.CONTROL | Kind.MOVES | Kind.FRAMES if len(data) > _HEAD.size:
            return Passed(kind=kind, data=data[_HEAD.size :])
    if kind in iter(Kind):
        raise ProtocolError(errors.MALFORMED, f"A message of kind {kind} of the stream is too short.")
    raise ProtocolError(errors.UNKNOWN_TYPE, f"A message of kind {kind} of the stream is not known.")


def _part(data: bytes, *, still: bool) -> Part:
    _, _, flags, _, number, rtp, total, offset = _PART.unpack_from(data)
    body = data[_PART.size :]
    if total > MOST_BYTES or offset + len(body) > total:
        raise ProtocolError(errors.MALFORMED, "A part does not lie in its picture.")
    return Part(
        still=still, flag=bool(flags & 1), number=number, rtp=rtp, total=total, offset=offset, data=body
    )


def _arrivals(data: bytes) -> Arrivals:
    _, _, count, first = _ARRIVALS.unpack_from(data)
    if not 0 < count <= MOST_ARRIVALS or len(data) != _ARRIVALS.size + 4 * count:
        raise ProtocolError(errors.MALFORMED, "A report of arrivals has another length than it says.")
    return Arrivals(first=first, times=struct.unpack_from(f"<{count}I", data, _ARRIVALS.size))
