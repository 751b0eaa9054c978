"""Which fragments are which frame (PS3.5 A.4): by the offset table, by the data, and refused where the two disagree."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from pydicom.uid import UID

from signaling.protocol.reservations import Reservation
from streamer.dicom.faults import BadFile
from streamer.dicom.frame_decoder import FrameDecoder
from tests.data.codestreams import rle
from tests.data.phantoms import image

RLE, JPEG = "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.70"
FRAMES = 3
PIXELS = np.stack([np.full((16, 16), 40 * (n + 1), np.uint8) for n in range(FRAMES)])
ITEM = struct.Struct("<HHI")


def item(data: bytes) -> bytes:
    return ITEM.pack(0xFFFE, 0xE000, len(data)) + data


def streams(syntax: str) -> list[bytes]:
    made = [
        rle(plane) if syntax == RLE else bytes(imagecodecs.jpeg8_encode(plane, lossless=True))
        for plane in PIXELS
    ]
    return [stream + b"\0" * (len(stream) % 2) for stream in made]


def halves(stream: bytes) -> list[bytes]:
    middle = len(stream) // 4 * 2
    return [stream[:middle], stream[middle:]]


def written(
    folder: Path, syntax: str, fragments: Sequence[bytes], table: Sequence[int], *, extended: bool = False
) -> Path:
    """A file of these fragments, whose offset table names fragments by number, or (where it is negative) bytes."""
    places = [sum(8 + len(fragment) for fragment in fragments[:n]) for n in range(len(fragments) + 1)]
    offsets = [places[entry] if entry >= 0 else -entry for entry in table]
    basic = b"" if extended else struct.pack(f"<{len(offsets)}I", *offsets)
    value = item(basic) + b"".join(map(item, fragments)) + ITEM.pack(0xFFFE, 0xE0DD, 0)
    elements = {"ExtendedOffsetTable": struct.pack(f"<{len(offsets)}Q", *offsets)} if extended else {}
    dataset = image(PIXELS, NumberOfFrames=FRAMES, PixelData=value, **elements)
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    path = folder / "frames.dcm"
    dataset.save_as(path, enforce_file_format=True)
    return path


def shown(path: Path) -> tuple[list[int], set[str]]:
    """The value of each frame, and what is said of any."""
    decoder = FrameDecoder(path)
    try:
        found = [decoder.decode_noticed(number + 1) for number in range(FRAMES)]
    finally:
        decoder.close()
    return [int(pixels[0, 0]) for pixels, _ in found], {code for _, codes in found for code in codes}


@pytest.mark.parametrize("extended", [False, True])
@pytest.mark.parametrize(
    ("syntax", "split", "table", "outcome"),
    [
        # One fragment a frame: the table is not needed, and doubted where it says what can't be.
        (JPEG, (), (0, 1, 2), "shown"),
        (JPEG, (), (), "shown"),
        (RLE, (), (0, 1, 2), "shown"),
        (JPEG, (), (0, -7, 2), "doubted"),
        (JPEG, (), (0, 0, 0), "doubted"),
        (RLE, (), (0, 1, 1), "doubted"),
        (RLE, (), (1, 2, 3), "doubted"),
        (JPEG, (), (0, 2, 1), "refused"),
        (RLE, (), (2, 1, 0), "refused"),
        # Frames of several fragments: the table says where each begins, and the data must agree.
        (JPEG, (1,), (0, 1, 3), "shown"),
        (RLE, (1,), (0, 1, 3), "shown"),
        (JPEG, (0, 2), (0, 2, 3), "shown"),
        (JPEG, (0, 2), (), "shown"),
        (JPEG, (1,), (0, 1, 2), "refused"),
        (JPEG, (0, 2), (0, 1, 3), "refused"),
        (JPEG, (1,), (1, 0, 3), "refused"),
        (RLE, (1,), (0, 3, 1), "refused"),
        (JPEG, (1,), (0, -5, 3), "refused"),
        (RLE, (1,), (), "refused"),
    ],
)
def test_frames_by_offset_table(
    tmp_path: Path, syntax: str, split: tuple[int, ...], table: tuple[int, ...], outcome: str, extended: bool
) -> None:
    fragments = [
        part
        for number, stream in enumerate(streams(syntax))
        for part in (halves(stream) if number in split else [stream])
    ]
    if extended and not table:
        return
    path = written(tmp_path, syntax, fragments, table, extended=extended)
    if outcome == "refused":
        with pytest.raises(BadFile, match="can't be told apart"):
            FrameDecoder(path)
        return
    values, said = shown(path)
    assert values == [40, 80, 120]
    assert said == ({Reservation.DECODING} if outcome == "doubted" else set())


def test_a_table_of_another_number_of_frames_is_doubted(tmp_path: Path) -> None:
    values, said = shown(written(tmp_path, JPEG, streams(JPEG), (0, 1)))
    assert values == [40, 80, 120]
    assert said == {Reservation.DECODING}
