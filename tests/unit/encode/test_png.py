"""Captures are PNGs that another reader opens."""

from __future__ import annotations

import imagecodecs
import numpy as np
import pytest

from streamer.encode.png import encode_png
from streamer.encode.probe import working_encoders


@pytest.mark.parametrize("shape", [(1, 1), (37, 51), (64, 64, 3), (1, 9, 3)])
def test_another_reader_sees_the_same_pixels(shape: tuple[int, ...]) -> None:
    pixels = np.random.default_rng(5).integers(0, 256, shape).astype(np.uint8)
    np.testing.assert_array_equal(imagecodecs.png_decode(encode_png(pixels)).reshape(shape), pixels)


def test_the_software_encoder_works_everywhere() -> None:
    assert working_encoders()[-1] == "libx264"
