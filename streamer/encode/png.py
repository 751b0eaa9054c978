"""PNG (ISO/IEC 15948) of an 8-bit grey or RGB picture: for captures, where size matters less than that every reader opens it."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_UP = 2  # the filter "difference to the pixel above": good for pictures and one subtraction for all of it


def encode_png(pixels: np.ndarray[Any, Any]) -> bytes:
    """A lossless PNG of uint8 [rows, columns] or [rows, columns, 3]."""
    rows, columns = pixels.shape[:2]
    lines = pixels.reshape(rows, -1)
    filtered = np.empty((rows, lines.shape[1] + 1), np.uint8)
    filtered[:, 0] = _UP
    filtered[0, 1:] = lines[0]
    np.subtract(lines[1:], lines[:-1], out=filtered[1:, 1:])
    header = struct.pack(">IIBBBBB", columns, rows, 8, 2 if pixels.ndim == 3 else 0, 0, 0, 0)
    return b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", zlib.compress(filtered.data, 4)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
