"""Where each frame's fragments lie in an encapsulated pixel value (PS3.5 A.4), without reading them."""

from __future__ import annotations

import io
import struct
from itertools import pairwise
from typing import BinaryIO

from streamer.dicom.decoded import STARTS
from streamer.dicom.faults import BadFile

Fragment = tuple[int, int]
"""Offset in the stream and length."""
_ITEM = (0xFFFE, 0xE000)
_END = (0xFFFE, 0xE0DD)
_TAG = struct.Struct("<HHI")
_MOST_FRAGMENTS = 1_000_000
_CONTRADICTS = "The compressed images of a file can't be told apart: its offset table and the data itself say different things."


class FrameTable:
    """The fragments of every frame of one file. A file that ends early has the frames up to there.

    `doubted`: its offset table says what can't be, and each fragment is a frame, so that it is not needed.
    """

    def __init__(
        self, stream: BinaryIO, value_offset: int, frames: int, extended: tuple[int, ...] = ()
    ) -> None:
        """Walks over the items.

        Raises:
            BadFile: the value is not made of items, or its fragments can't be told apart into frames: the offset table lacks,
                or says another thing than the fragments.
        """
        self._stream = stream
        items, self.cut_short = _walk(stream, value_offset)
        if not items:
            raise BadFile("The compressed images of a file are damaged: they hold no data.")
        offsets, fragments = items[0], items[1:]
        table = extended or _offset_table(stream, offsets, frames)
        self._frames = _allot(stream, fragments, frames, table)
        starts = _starts_by_table(fragments, table)
        wrong = starts is None or (len(fragments) == frames and starts != list(range(frames)))
        self.doubted = frames > 1 and wrong and (bool(extended) or offsets[1] > 0)

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
        # A frame may begin at any fragment that the table names; but all that is known of files has them in order, and decoders
        # differ in which of the two they follow.
        if sorted(table) != list(table) and sorted(table) == _places(fragments):
            raise BadFile(_CONTRADICTS)
        return [[fragment] for fragment in fragments]
    by_content = _starts_by_content(stream, fragments)
    starts = _starts_by_table(fragments, table) if table else by_content
    if starts is None or len(starts) > frames or (not starts or starts[0] != 0):
        raise BadFile(
            "The compressed images of a file can't be told apart: its offset table is missing or wrong."
        )
    if by_content and by_content != starts:
        raise BadFile(_CONTRADICTS)
    return [fragments[a:b] for a, b in pairwise([*starts, len(fragments)])]


def _places(fragments: list[Fragment]) -> list[int]:
    """Where each fragment's item begins, as offset tables count (PS3.5 A.4)."""
    return [offset - fragments[0][0] for offset, _ in fragments]


def _starts_by_table(fragments: list[Fragment], table: tuple[int, ...]) -> list[int] | None:
    """Numbers of the fragments that begin a frame; None where the table points elsewhere, or is none."""
    if not fragments or not table:
        return None
    numbers = {place: number for number, place in enumerate(_places(fragments))}
    # Frames beyond where a truncated file ends are not there; all others must begin a fragment.
    end = fragments[-1][0] - fragments[0][0] + fragments[-1][1]
    starts = [numbers.get(entry) for entry in table if entry < end]
    found = [start for start in starts if start is not None]
    return found if len(found) == len(starts) and sorted(set(found)) == found else None


def _starts_by_content(stream: BinaryIO, fragments: list[Fragment]) -> list[int]:
    starts = []
    for number, (offset, _) in enumerate(fragments):
        stream.seek(offset)
        if stream.read(8).startswith(STARTS):
            starts.append(number)
    return starts
