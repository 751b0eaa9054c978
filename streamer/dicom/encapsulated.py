"""Where each frame's fragments lie in an encapsulated pixel value (PS3.5 A.4), without reading them."""

from __future__ import annotations

import io
import struct
from itertools import pairwise
from typing import BinaryIO

from streamer.dicom.faults import BadFile

Fragment = tuple[int, int]
"""Offset in the stream and length."""
_ITEM = (0xFFFE, 0xE000)
_END = (0xFFFE, 0xE0DD)
_TAG = struct.Struct("<HHI")
_MOST_FRAGMENTS = 1_000_000
# A codestream's first bytes: JPEG and JPEG-LS (SOI), JPEG 2000 and HTJ2K (SOC).
_STARTS = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51")


class FrameTable:
    """The fragments of every frame of one file. A file that ends early has the frames up to there."""

    def __init__(
        self, stream: BinaryIO, value_offset: int, frames: int, extended: tuple[int, ...] = ()
    ) -> None:
        """Walks over the items.

        Raises:
            BadFile: the value is not made of items, or its fragments can't be told apart into frames.
        """
        self._stream = stream
        items, self.cut_short = _walk(stream, value_offset)
        if not items:
            raise BadFile("The compressed images of a file are damaged: they hold no data.")
        offsets, fragments = items[0], items[1:]
        table = extended or _offset_table(stream, offsets, frames)
        self._frames = _allot(stream, fragments, frames, table)

    def __len__(self) -> int:
        return len(self._frames)

    def read(self, number: int) -> bytes:
        """The bytes of frame `number` (1-based), its fragments joined."""
        parts = []
        for offset, size in self._frames[number - 1]:
            self._stream.seek(offset)
            parts.append(self._stream.read(size))
        return b"".join(parts)


def _walk(stream: BinaryIO, offset: int) -> tuple[list[Fragment], bool]:
    size = stream.seek(0, io.SEEK_END)
    items: list[Fragment] = []
    while offset + _TAG.size <= size and len(items) < _MOST_FRAGMENTS:
        stream.seek(offset)
        group, element, length = _TAG.unpack(stream.read(_TAG.size))
        if (group, element) == _END:
            return items, False
        if (group, element) != _ITEM or length == 0xFFFFFFFF:
            raise BadFile("The compressed images of a file are damaged: what should be an item is none.")
        offset += _TAG.size
        if offset + length > size:
            return items, True
        items.append((offset, length))
        offset += length
    return items, True


def _offset_table(stream: BinaryIO, item: Fragment, frames: int) -> tuple[int, ...]:
    """The Basic Offset Table, empty where it has not one entry for each frame."""
    offset, length = item
    if length != frames * 4:
        return ()
    stream.seek(offset)
    return struct.unpack(f"<{frames}I", stream.read(length))


def _allot(
    stream: BinaryIO, fragments: list[Fragment], frames: int, table: tuple[int, ...]
) -> list[list[Fragment]]:
    if frames == 1:
        return [fragments] if fragments else []
    if len(fragments) == frames:
        return [[fragment] for fragment in fragments]
    starts = _starts_by_table(fragments, table) if table else _starts_by_content(stream, fragments)
    if starts is None or len(starts) > frames or (not starts or starts[0] != 0):
        raise BadFile(
            "The compressed images of a file can't be told apart: its offset table is missing or wrong."
        )
    return [fragments[a:b] for a, b in pairwise([*starts, len(fragments)])]


def _starts_by_table(fragments: list[Fragment], table: tuple[int, ...]) -> list[int] | None:
    """Numbers of the fragments that begin a frame; None where the table points elsewhere."""
    if not fragments:
        return None
    first = fragments[0][0]
    numbers = {offset - first: number for number, (offset, _) in enumerate(fragments)}
    # Frames beyond where a truncated file ends are not there; all others must begin a fragment.
    end = fragments[-1][0] - first + fragments[-1][1]
    starts = [numbers.get(entry) for entry in table if entry < end]
    found = [start for start in starts if start is not None]
    return found if len(found) == len(starts) and sorted(set(found)) == found else None


def _starts_by_content(stream: BinaryIO, fragments: list[Fragment]) -> list[int]:
    starts = []
    for number, (offset, _) in enumerate(fragments):
        stream.seek(offset)
        if stream.read(4).startswith(_STARTS):
            starts.append(number)
    return starts
