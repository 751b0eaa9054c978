"""Stills as images: what another decoder makes of them is what went in."""

from __future__ import annotations

import imagecodecs
import numpy as np
import pytest

from streamer.encode import still_image
from streamer.encode.still_image import encode_image
from tests.unit.encode.stills import Pixels, colour_noise, noise, noisy_ct, shaded

DECODERS = {"jxl": imagecodecs.jpegxl_decode, "png": imagecodecs.png_decode}


@pytest.mark.parametrize("method", ["jxl", "png"])
@pytest.mark.parametrize(
    "pixels",
    [
        noise(1, 1),
        noise(37, 51),
        noisy_ct(800, 1280),
        colour_noise(1, 1),
        colour_noise(37, 51),
        shaded(600, 801),
    ],
    ids=lambda pixels: "x".join(map(str, pixels.shape)),
)
def test_every_byte_arrives(method: str, pixels: Pixels) -> None:
    decoded = np.asarray(DECODERS[method](encode_image(pixels, method))).reshape(pixels.shape)
    np.testing.assert_array_equal(decoded, pixels)


def test_rows_that_do_not_lie_in_order_are_no_fault() -> None:
    upside_down = noisy_ct(60, 80)[::-1]
    for method, decode in DECODERS.items():
        np.testing.assert_array_equal(decode(encode_image(upside_down, method)), upside_down)


def test_other_methods_are_refused() -> None:
    for method in ("track", "held", "", "webp"):
        with pytest.raises(ValueError, match="can't be coded as"):
            encode_image(noise(4, 4), method)


def test_an_image_larger_than_the_page_takes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(still_image, "MOST_BYTES", 1000)
    with pytest.raises(ValueError, match="Make the window smaller"):
        encode_image(noise(100, 100), "png")
