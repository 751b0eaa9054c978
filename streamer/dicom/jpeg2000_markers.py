"""What a JPEG 2000 or HTJ2K codestream says of itself (ISO/IEC 15444-1 annex A): its head, and whether it is whole."""

from __future__ import annotations

import struct
from collections import Counter
from dataclasses import dataclass

END_OF_CODESTREAM = b"\xff\xd9"
_START = b"\xff\x4f\xff\x51"
_COD, _COC, _SOT, _SOD = 0xFF52, 0xFF53, 0xFF90, 0xFF93
_SIZ = struct.Struct(">HHIIIIIIIIH")
_TILE_PART = struct.Struct(">HHHIBB")
_SIGNED = 0x80
_MOST_TILE_PARTS = 65535 * 255
_FILL = b"\0\xff"


@dataclass(frozen=True, slots=True)
class Jpeg2000Head:
    """`depths_at` is where the first component's depth stands.

    `depths` holds each component's Ssiz: bits − 1, and 80 hex where signed. `transform`: the multiple component transform is
    used, `reversible`: the 5/3 wavelet is, `all_reversible`: also for components of which that is said apart. `tiles`: how many
    there must be; their parts begin at `tile_parts_at`. `subsampled`: some component has fewer samples than the image has pixels.
    """

    rows: int
    columns: int
    depths: bytes
    depths_at: int
    transform: bool
    reversible: bool
    tiles: int
    tile_parts_at: int
    all_reversible: bool = True
    subsampled: bool = False

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

    `framed` is False where the data between two tile-parts is neither: then something is damaged. `reversible` is False where a
    tile has another wavelet than the 5/3 of its own.
    """

    end: int
    ended: bool
    excess: int
    whole: bool
    framed: bool = True
    reversible: bool = True


def read_jpeg2000_head(data: bytes) -> Jpeg2000Head | None:
    """The main header of a bare codestream; None where there is none, or it says what can't be."""
    if not data.startswith(_START) or len(data) < 4 + _SIZ.size:
        return None
    size, _, right, bottom, left, top, tile_width, tile_height, tile_left, tile_top, count = _SIZ.unpack_from(
        data, 4
    )
    depths_at = 4 + _SIZ.size
    depths = data[depths_at : depths_at + 3 * count : 3]
    steps = data[depths_at + 1 : depths_at + 3 * count : 3] + data[depths_at + 2 : depths_at + 3 * count : 3]
    if not tile_width or not tile_height or not count or len(depths) != count:
        return None
    across = -(-(right - tile_left) // tile_width)
    down = -(-(bottom - tile_top) // tile_height)
    at, transform, reversible, every = 4 + size, False, False, True
    while at + 4 <= len(data):
        marker, size = struct.unpack_from(">HH", data, at)
        if marker == _SOT:
            break
        if marker >> 8 != 0xFF or size < 2:
            return None
        if marker == _COD and at + 14 <= len(data):
            transform, reversible = data[at + 8] == 1, data[at + 13] == 1
        every = every and _is_reversible(data, at, marker, count)
        at += 2 + size
    else:
        return None
    return Jpeg2000Head(
        bottom - top,
        right - left,
        depths,
        depths_at,
        transform,
        reversible,
        across * down,
        at,
        every,
        steps != b"\1" * (2 * count),
    )


def _is_reversible(data: bytes, at: int, marker: int, count: int) -> bool:
    """False where a marker segment (COD, COC: A.6.1, A.6.2) says another wavelet than the 5/3; `count` components there are."""
    if marker not in (_COD, _COC):
        return True
    place = at + 13 if marker == _COD else at + 9 + (1 if count < 257 else 2)
    return data[place : place + 1] == b"\1"


def _is_tile_reversible(data: bytes, at: int, end: int, count: int) -> bool:
    """The same of all marker segments of a tile-part's header."""
    while at + 4 <= end:
        marker, size = struct.unpack_from(">HH", data, at)
        if marker == _SOD or size < 2:
            break
        if not _is_reversible(data, at, marker, count):
            return False
        at += 2 + size
    return True


def read_tile_parts(data: bytes, head: Jpeg2000Head) -> TileParts:
    """Walks over the tile-parts by their lengths; nothing is decoded."""
    at, seen, wanted, reversible = head.tile_parts_at, Counter[int](), dict[int, int](), True
    for _ in range(_MOST_TILE_PARTS):
        if at + _TILE_PART.size > len(data):
            break
        marker, _, tile, length, _, parts = _TILE_PART.unpack_from(data, at)
        if marker != _SOT:
            break
        seen[tile] += 1
        end = min(at + length, len(data)) if length else len(data)
        reversible = reversible and _is_tile_reversible(data, at + _TILE_PART.size, end, len(head.depths))
        if parts:
            wanted[tile] = parts
        if length == 0:  # The last one, up to the end mark.
            rest = data.rstrip(b"\0")
            ended = rest.endswith(END_OF_CODESTREAM)
            complete = ended and len(seen) >= head.tiles
            return TileParts(len(rest) - 2, ended, len(data) - len(rest), complete, reversible=reversible)
        if length < _TILE_PART.size or at + length > len(data):
            return TileParts(len(data), False, 0, False)
        at += length
    whole = len(seen) >= head.tiles and all(seen[tile] >= parts for tile, parts in wanted.items())
    if data[at : at + 2] == END_OF_CODESTREAM:
        return TileParts(at, True, len(data) - at - 2, whole, reversible=reversible)
    if data[at:].strip(b"\0") in (b"", b"\xff"):
        # Without the mark, what tells that no tile-part lacks is their number; and fill bytes may stand for what never came.
        told = len(wanted) == len(seen) and data[at - 1] not in _FILL
        return TileParts(at, False, 0, whole and told, reversible=reversible)
    return TileParts(at, False, 0, False, framed=False)
