"""JPEG data that ends before its last block, or after it, though an end mark follows: refused; and nothing whole is refused."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import imagecodecs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from streamer.dicom import codecs
from streamer.dicom.decoded import DAMAGED
from streamer.dicom.faults import BadFrame
from tests.data.codestreams import KINDS, Kind, fields, scene

END = b"\xff\xd9"


def pil(image: NDArray[Any], **options: Any) -> bytes:
    out = io.BytesIO()
    Image.fromarray(image).save(out, "JPEG", quality=90, **options)
    return out.getvalue()


def made(color: bool, **options: Any) -> Kind:
    image = scene(color=color)
    return Kind(
        "4.50", image, lambda pixels: pil(pixels, **options), "YBR_FULL_422" if color else "MONOCHROME2"
    )


MADE = {
    **{name: kind for name, kind in KINDS.items() if name.startswith("jpeg")},
    "restarts": made(False, restart_marker_rows=1),
    "restarts-420": made(True, restart_marker_rows=1, subsampling=2),
    "restarts-444": made(True, restart_marker_blocks=3, subsampling=0),
    "422": made(True, subsampling=1),
    "420-optimized": made(True, subsampling=2, optimize=True),
    "large-420": replace(made(True, subsampling=2), image=scene(color=True, rows=90, columns=110)),
    "large-lossless": replace(KINDS["jpeg-lossless-12"], image=scene(12, rows=60, columns=90)),
}


@pytest.mark.parametrize("name", MADE)
def test_cut_anywhere_and_ended_it_is_refused(name: str) -> None:
    kind = MADE[name]
    stream, pixels = kind.encode(kind.image), fields(kind)
    whole = codecs.decode(stream, pixels)
    assert whole.notices == kind.said
    start = stream.index(b"\xff\xda") + 14 if b"\xff\xda" in stream else 200
    shown = []
    near = set(range(len(stream) - 2 - 160, len(stream) - 2))
    for length in sorted({*range(start, len(stream) - 2, 1 + len(stream) // 300), *near} - set(range(start))):
        try:
            decoded = codecs.decode(stream[:length] + END, pixels)
        except BadFrame:
            continue
        if not np.array_equal(decoded.array, whole.array):
            shown.append(length)
    # Of JPEG-LS the last byte, and where rows of colour are subsampled exactly the last unit, may lack unseen.
    assert len(shown) <= int("jpeg-ls" in name or "420" in name)


@pytest.mark.parametrize("name", ["jpeg", "jpeg-optimized"])
@pytest.mark.parametrize("share", [0.3, 0.6])
def test_what_lacks_or_is_twice_in_the_middle_is_refused(name: str, share: float) -> None:
    """Codes fall into step again, and the number of blocks is another."""
    kind = MADE[name]
    stream, pixels = kind.encode(kind.image), fields(kind)
    start = stream.index(b"\xff\xda") + 14
    at = start + int((len(stream) - start) * share)
    for changed in (stream[:at] + stream[at + 90 :], stream[: at + 90] + stream[at:]):
        with pytest.raises(BadFrame, match=r"\.$"):
            codecs.decode(changed, pixels)


@pytest.mark.parametrize("name", ["jpeg", "jpeg-rgb-444", "jpeg-extended-12"])
def test_data_left_over_is_damage_and_zeros_and_fill_bytes_are_not(name: str) -> None:
    kind = MADE[name]
    stream, pixels = kind.encode(kind.image), fields(kind)
    whole = codecs.decode(stream, pixels)
    for filler in (b"\0", b"\0" * 7, b"\xff", b"\xff" * 5):
        assert np.array_equal(codecs.decode(stream[:-2] + filler + END, pixels).array, whole.array)
    start = len(stream) // 2
    with pytest.raises(BadFrame, match=DAMAGED):
        codecs.decode(stream[:-2] + stream[start : start + 120].replace(b"\xff", b"\x7f") + END, pixels)


@given(
    rows=st.integers(1, 70), columns=st.integers(1, 70), color=st.booleans(), subsampling=st.integers(0, 2),
    quality=st.integers(1, 100), restart=st.integers(0, 5), seed=st.integers(0, 2**20), flat=st.booleans(),
    progressive=st.booleans(),
)  # fmt: skip
@settings(max_examples=120, deadline=None)
def test_nothing_that_is_whole_is_refused(
    rows: int, columns: int, color: bool, subsampling: int, quality: int, restart: int, seed: int, flat: bool,
    progressive: bool,
) -> None:  # fmt: skip
    shape = (rows, columns, 3) if color else (rows, columns)
    image = np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)
    if flat:
        image[...] = image.flat[0] if seed % 3 else 128
    out = io.BytesIO()
    options = {"subsampling": subsampling} if color else {}
    Image.fromarray(image).save(
        out, "JPEG", quality=quality, restart_marker_blocks=restart, progressive=progressive, **options
    )
    kind = Kind("4.50", image, bytes, "YBR_FULL_422" if color else "MONOCHROME2")
    decoded = codecs.decode(out.getvalue(), fields(kind))
    assert decoded.notices == ()
    assert np.array_equal(decoded.array, imagecodecs.jpeg8_decode(out.getvalue()))


@given(
    rows=st.integers(1, 50), columns=st.integers(1, 50), color=st.booleans(), predictor=st.integers(1, 7),
    bits=st.sampled_from([8, 10, 12, 16]), flat=st.booleans(), seed=st.integers(0, 2**20),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_no_lossless_image_that_is_whole_is_refused(
    rows: int, columns: int, color: bool, predictor: int, bits: int, flat: bool, seed: int
) -> None:
    bits = 8 if color else bits
    shape = (rows, columns, 3) if color else (rows, columns)
    image = np.random.default_rng(seed).integers(0, 1 << bits, shape)
    image = (image * 0 + (1 << bits - 1) if flat else image).astype(np.uint8 if bits == 8 else np.uint16)
    stream = imagecodecs.jpeg8_encode(image, lossless=True, predictor=predictor, bitspersample=bits)
    kind = Kind("4.70", image, bytes, "RGB" if color else "MONOCHROME2", bits=bits)
    decoded = codecs.decode(bytes(stream), fields(kind))
    assert decoded.notices == ()
    assert np.array_equal(decoded.array, image)
