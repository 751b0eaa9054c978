"""Uncompressed pixels are as long as their header says; what is not is refused, or doubted, whatever the layout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from signaling.protocol.reservations import Reservation
from streamer.dicom.faults import BadFile, BadFrame
from streamer.dicom.frame_decoder import FrameDecoder
from streamer.dicom.header import read_header
from streamer.dicom.native_length import OTHER_LAYOUT
from tests.data.phantoms import image

ROWS, COLUMNS = 6, 8
PLANE = ROWS * COLUMNS
DOUBT, NOTICE = (Reservation.DECODING,), (Reservation.TRAILING_BYTES,)
COLORS = {"RGB": 3, "YBR_FULL": 3, "YBR_FULL_422": 2}
"""Samples for each pixel of each uncompressed colour layout."""


def written(folder: Path, data: bytes, label: str, frames: int = 1, bits: int = 8, **elements: Any) -> Path:
    samples = 3 if label in COLORS else 1
    dataset = image(
        np.zeros((ROWS, COLUMNS), np.uint8 if bits == 8 else np.uint16), SamplesPerPixel=samples,
        PhotometricInterpretation=label, NumberOfFrames=frames, PixelData=data,
        **({"PlanarConfiguration": 0} if samples == 3 else {}), **elements,
    )  # fmt: skip
    path = folder / "one.dcm"
    dataset.save_as(path, enforce_file_format=True)
    return path


def content(length: int) -> bytes:
    return bytes(1 + n % 200 for n in range(length))


@pytest.mark.parametrize("frames", [1, 2, 5])
@pytest.mark.parametrize("stored", [3, 2, 1.5, 1])
@pytest.mark.parametrize("planar", [0, 1])
@pytest.mark.parametrize("label", COLORS)
def test_a_length_of_another_colour_layout_is_refused(
    tmp_path: Path, label: str, planar: int, stored: float, frames: int
) -> None:
    path = written(tmp_path, content(int(stored * PLANE) * frames), label, frames)
    right = stored == COLORS[label]
    header = read_header(path)
    assert header.pixels is not None
    assert header.pixels.refusal == ("" if right else OTHER_LAYOUT)
    if right:
        assert header.notices == ()
        FrameDecoder(path).close()
    else:
        with pytest.raises(BadFile, match="another kind of colour"):
            FrameDecoder(path)


KINDS = [("MONOCHROME2", 8), ("MONOCHROME1", 16), *((label, 8) for label in COLORS)]


@pytest.mark.parametrize(("label", "bits"), KINDS)
@pytest.mark.parametrize("frames", [1, 3])
def test_a_length_that_contradicts_the_header_is_told(
    tmp_path: Path, label: str, bits: int, frames: int
) -> None:
    size = COLORS.get(label, 1) * PLANE * bits // 8
    whole = size * frames
    filled = size - 2
    # Bytes beyond the frames (below zero: that lack), and what is said.
    for data, said in (
        (content(whole), ()),
        (content(whole) + b"\0" * 2, NOTICE),
        (content(whole) + b"\0" * filled, NOTICE),
        (content(whole) + b"\0" * (filled - 2) + b"\1\0", DOUBT),
        (content(whole + 2), DOUBT),
        (content(whole) + b"\0" * (size * 7), DOUBT),
        (content(whole + size * 7), DOUBT),
        (content(whole - 2), DOUBT),
    ):
        path = written(tmp_path, data, label, frames, bits)
        assert read_header(path).notices == said, (len(data) - whole, said)


def test_one_byte_may_fill_up_an_odd_length_whatever_it_is(tmp_path: Path) -> None:
    for label, size in (("MONOCHROME2", 15), ("RGB", 45)):
        for fill, said in ((b"\0", ()), (b"\7", ()), (b"\0\0\0", NOTICE), (b"\0\7\0", DOUBT)):
            path = written(tmp_path, content(size) + fill, label, Rows=3, Columns=5)
            assert read_header(path).notices == said, (label, fill)


def test_a_file_that_is_cut_short_lacks_images_and_what_it_has_is_not_doubted(tmp_path: Path) -> None:
    path = written(tmp_path, content(3 * PLANE), "MONOCHROME2", 3)
    path.write_bytes(path.read_bytes()[: -PLANE - 5])
    assert read_header(path).notices == ()
    decoder = FrameDecoder(path)
    assert decoder.decode_noticed(1)[1] == ()
    with pytest.raises(BadFrame):
        decoder.decode(2)
    decoder.close()
