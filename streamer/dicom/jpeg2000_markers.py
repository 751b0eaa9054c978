"""What a JPEG 2000 or HTJ2K codestream says of itself (ISO/IEC 15444-1 annex A): its head, and whether it is whole."""

from __future__ import annotations

import struct
from collections import Counter
from dataclasses import dataclass

END_OF_CODESTREAM = b"\xff\xd9"
_START = b"\xff\x4f\xff\x51"
_COD, _SOT = 0xFF52, 0xFF90
_SIZ = struct.Struct(">HHIIIIIIIIH")
_TILE_PART = struct.Struct(">HHHIBB")
_SIGNED = 0x80
_MOST_TILE_PARTS = 65535 * 255
_FILL = b"\0\xff"


@dataclass(frozen=True, slots=True)
class Jpeg2000Head:
    """`depths_at` is where the first component's depth stands.

    `depths` holds each component's Ssiz: bits − 1, and 80 hex where signed. `transform`: the multiple component transform is
    used, `reversible`: the 5/3 wavelet is. `tiles`: how many there must be; their parts begin at `tile_parts_at`.
    """

    rows: int
    columns: int
    depths: bytes
    depths_at: int
    transform: bool
    reversible: bool
    tiles: int
    tile_parts_at: int

    @property
    def bits(self) -> int:
        """Bits of the first component."""
        return (self.depths[0] & ~_SIGNED) + 1

    @property
    def signed(self) -> bool:
        """Whether the first component's values have a sign."""
        return bool(self.depths[0] & _SIGNED)


@dataclass(frozen=True, slots=True)
class TileParts:
    """Where the last tile-part ends, whether the end mark follows, how many bytes follow it, and whether nothing lacks.

    `framed` is False where the data between two tile-parts is neither: then something is damaged.
    """

    end: int
    ended: bool
    excess: int
    whole: bool
    framed: bool = True


def read_jpeg2000_head(data: bytes) -> Jpeg2000Head | None:
    """The main header of a bare codestream; None where there is none, or it says what can't be."""
    if not data.startswith(_START) or len(data) < 4 + _SIZ.size:
        return None
    size, _, right, bottom, left, top, tile_width, tile_height, tile_left, tile_top, count = _SIZ.unpack_from(
        data, 4
    )
    depths_at = 4 + _SIZ.size
    depths = data[depths_at : depths_at + 3 * count : 3]
    if not tile_width or not tile_height or not count or len(depths) != count:
        return None
    across = -(-(right - tile_left) // tile_width)
    down = -(-(bottom - tile_top) // tile_height)
    at, transform, reversible = 4 + size, False, False
    while at + 4 <= len(data):
        marker, size = struct.unpack_from(">HH", data, at)
        if marker == _SOT:
            break
        if marker >> 8 != 0xFF or size < 2:
            return None
        if marker == _COD and at + 14 <= len(data):
            transform, reversible = data[at + 8] == 1, data[at + 13] == 1
        at += 2 + size
    else:
        return None
    return Jpeg2000Head(
        bottom - top, right - left, depths, depths_at, transform, reversible, across * down, at
    )


def read_tile_parts(data: bytes, head: Jpeg2000Head) -> TileParts:
    """Walks over the tile-parts by their lengths; nothing is decoded."""
    at, seen, wanted = head.tile_parts_at, Counter[int](), dict[int, int]()
    for _ in range(_MOST_TILE_PARTS):
        if at + _TILE_PART.size > len(data):
            break
        marker, _, tile, length, _, parts = _TILE_PART.unpack_from(data, at)
        if marker != _SOT:
            break
        seen[tile] += 1
        if parts:
            wanted[tile] = parts
        if length == 0:  # The last one, up to the end mark.
            rest = data.rstrip(b"\0")
            ended = rest.endswith(END_OF_CODESTREAM)
            return TileParts(len(rest) - 2, ended, len(data) - len(rest), ended and len(seen) >= head.tiles)
        if length < _TILE_PART.size or at + length > len(data):
            return TileParts(len(data), False, 0, False)
        at += length
    whole = len(seen) >= head.tiles and all(seen[tile] >= parts for tile, parts in wanted.items())
    if data[at : at + 2] == END_OF_CODESTREAM:
        return TileParts(at, True, len(data) - at - 2, whole)
    if data[at:].strip(b"\0") in (b"", b"\xff"):
        # Without the mark, what tells that no tile-part lacks is their number; and fill bytes may stand for what never came.
        told = len(wanted) == len(seen) and data[at - 1] not in _FILL
        return TileParts(at, False, 0, whole and told)
    return TileParts(at, False, 0, False, framed=False)
