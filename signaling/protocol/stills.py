"""How an exact still travels, and the `stills` channel where it can't be video: binary, little-endian, ordered.

chunk:  u8 kind = 1, u8 version = 1, u16 reserved, u32 rtp (of StillProof), u32 bytes of the whole image, u32 offset  (16 bytes)
        then that part of the image; parts of one image come in order, a new `rtp` or offset 0 begins another
"""

from __future__ import annotations

import enum
import struct

import msgspec

from signaling.protocol import errors
from signaling.protocol.errors import ProtocolError

KIND_CHUNK = 1
VERSION = 1
CHUNK_BYTES = 4_096
MOST_BYTES = 32 * 1024 * 1024
_CHUNK = struct.Struct("<BBHIII")


class StillMethod(enum.StrEnum):
    """How the bytes of a still reach the page."""

    TRACK = "track"
    """Lossless H.264 (High 4:4:4 Predictive, qp 0) on the second video track."""
    JXL = "jxl"
    """A lossless JPEG XL image (ISO/IEC 18181) on the `stills` channel."""
    PNG = "png"
    HELD = "held"
    """The page has them: nothing is sent."""


class StillChunk(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an image."""

    rtp: int
    total: int
    offset: int
    data: bytes


def encode_chunk(chunk: StillChunk) -> bytes:
    """The chunk's bytes."""
    return _CHUNK.pack(KIND_CHUNK, VERSION, 0, chunk.rtp, chunk.total, chunk.offset) + chunk.data


def decode_chunk(data: bytes) -> StillChunk:
    """The chunk in `data` (the page has the same decoder in JavaScript).

    Raises:
        ProtocolError: wrong length, kind or version, or a part that does not lie in its image.
    """
    if len(data) < _CHUNK.size:
        raise ProtocolError(errors.MALFORMED, f"A part of a still of {len(data)} bytes is not understood.")
    kind, version, _, rtp, total, offset = _CHUNK.unpack_from(data)
    if version != VERSION:
        raise ProtocolError(errors.VERSION, f"A part of a still of version {version} is not understood.")
    if kind != KIND_CHUNK:
        raise ProtocolError(errors.UNKNOWN_TYPE, f"A part of a still of kind {kind} is not known.")
    body = data[_CHUNK.size :]
    if not body or total > MOST_BYTES or offset + len(body) > total:
        raise ProtocolError(errors.MALFORMED, "A part of a still does not lie in its image.")
    return StillChunk(rtp=rtp, total=total, offset=offset, data=body)
