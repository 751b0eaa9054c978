"""A palette's three channels are one colour and judged together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from streamer.dicom.frame_decoder import FrameDecoder
from tests.data.phantoms import write_image

INDEX = np.arange(4, dtype=np.uint8).reshape(2, 2)
WIDE = [0, 100, 30000, 65535]
DIM = [0, 100, 150, 200]
DARK = [0, 0, 0, 255]


@pytest.mark.parametrize(
    ("channels", "shift"),
    [
        ((WIDE, WIDE, DIM), 8),
        ((WIDE, DIM, DARK), 8),
        ((DIM, WIDE, DIM), 8),
        ((DIM, DARK, WIDE), 8),
        ((WIDE, WIDE, WIDE), 8),
        ((DIM, DARK, DIM), 0),
        ((DARK, DARK, DARK), 0),
    ],
)
def test_a_channel_is_shifted_if_one_of_the_three_is(
    tmp_path: Path, channels: tuple[list[int], ...], shift: int
) -> None:
    elements = {}
    for color, values in zip(("Red", "Green", "Blue"), channels, strict=True):
        elements[f"{color}PaletteColorLookupTableDescriptor"] = [4, 0, 16]
        elements[f"{color}PaletteColorLookupTableData"] = np.array(values, "<u2").tobytes()
    path = write_image(tmp_path / "1.dcm", INDEX, PhotometricInterpretation="PALETTE COLOR", **elements)
    decoder = FrameDecoder(path)
    try:
        shown = decoder.decode(1)
    finally:
        decoder.close()
    expected = np.stack([np.array(values) >> shift for values in channels], axis=-1)
    assert np.array_equal(shown.reshape(4, 3), expected)
