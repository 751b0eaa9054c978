"""Image data that was compressed with loss says so itself, whatever its file and transfer syntax say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray

from signaling.protocol.reservations import NOTICES, Reservation
from streamer.dicom import codecs
from tests.data.codestreams import Kind, fields, scene

GREY, COLOR = scene(), scene(color=True)
LOSSY = (Reservation.LOSSY_DATA,)


def j2k(image: NDArray[Any] = GREY, **options: Any) -> bytes:
    return bytes(imagecodecs.jpeg2k_encode(image, codecformat="J2K", **options))


def htj2k(image: NDArray[Any] = GREY, **options: Any) -> bytes:
    return bytes(imagecodecs.htj2k_encode(image, **options))


def with_segment(stream: bytes, segment: bytes, before: int, *, in_tile: bool = False) -> bytes:
    """The codestream with a marker segment before the first marker `before`; a tile-part that it lies in grows by it."""
    at = stream.index(bytes([0xFF, before]))
    out = stream[:at] + segment + stream[at:]
    if in_tile:
        tile = stream.index(b"\xff\x90")
        length = int.from_bytes(stream[tile + 6 : tile + 10], "big") + len(segment)
        out = out[: tile + 6] + length.to_bytes(4, "big") + out[tile + 10 :]
    return out


def coding(stream: bytes, *, reversible: bool) -> bytes:
    """The codestream's COD segment with another wavelet."""
    at = stream.index(b"\xff\x52")
    return stream[at : at + 13] + bytes([reversible])


def component(stream: bytes, *, reversible: bool) -> bytes:
    """A COC segment like the codestream's COD, with another wavelet."""
    at = stream.index(b"\xff\x52")
    return b"\xff\x53\0\x09\0\0" + stream[at + 9 : at + 13] + bytes([reversible])


def shifted(stream: bytes) -> bytes:
    """Lossless JPEG with a point transform: the lowest bit of each value was dropped (ISO/IEC 10918-1 H.1.2)."""
    at = stream.index(b"\xff\xda")
    size = int.from_bytes(stream[at + 2 : at + 4], "big")
    return stream[: at + 1 + size] + b"\1" + stream[at + 2 + size :]


LOSSLESS, LOSSY_2000 = j2k(reversible=True), j2k(level=40, reversible=False)
CASES: Iterable[tuple[str, tuple[str, ...], bytes, NDArray[Any], bool]] = [
    # name, transfer syntaxes, codestream, image, whether it has lost something
    ("JPEG-LS", ("4.80", "4.81"), bytes(imagecodecs.jpegls_encode(GREY)), GREY, False),
    ("JPEG-LS near", ("4.80", "4.81"), bytes(imagecodecs.jpegls_encode(GREY, level=3)), GREY, True),
    ("JPEG-LS colour near", ("4.80", "4.81"), bytes(imagecodecs.jpegls_encode(COLOR, level=1)), COLOR, True),
    ("5/3", ("4.90", "4.91"), LOSSLESS, GREY, False),
    ("9/7", ("4.90", "4.91"), LOSSY_2000, GREY, True),
    ("9/7 colour", ("4.90", "4.91"), j2k(COLOR, level=40, reversible=False, mct=True), COLOR, True),
    ("5/3 HT", ("4.201", "4.202", "4.203"), htj2k(reversible=True), GREY, False),
    ("9/7 HT", ("4.201", "4.202", "4.203"), htj2k(level=0.02, reversible=False), GREY, True),
    ("lossless JPEG", ("4.57", "4.70"), bytes(imagecodecs.jpeg8_encode(GREY, lossless=True)), GREY, False),
    ("lossless JPEG, shifted", ("4.57",), shifted(bytes(imagecodecs.jpeg8_encode(GREY, lossless=True))), GREY, True),
    ("JPEG as lossless", ("4.57", "4.70"), bytes(imagecodecs.jpeg8_encode(GREY, level=90)), GREY, True),
    ("5/3 but for a component", ("4.90",), with_segment(LOSSLESS, component(LOSSLESS, reversible=False), 0x90), GREY, True),
    ("5/3 but for a tile", ("4.90",), with_segment(LOSSLESS, coding(LOSSLESS, reversible=False), 0x93, in_tile=True), GREY, True),
    ("5/3 of a tile too", ("4.90",), with_segment(LOSSLESS, coding(LOSSLESS, reversible=True), 0x93, in_tile=True), GREY, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("syntax", "stream", "image", "lossy"),
    [
        pytest.param(syntax, *case, id=f"{name}-{syntax}")
        for name, syntaxes, *case in CASES
        for syntax in syntaxes
    ],
)
def test_a_loss_is_told_by_the_image_data_itself(
    syntax: str, stream: bytes, image: NDArray[Any], lossy: bool
) -> None:
    label = "MONOCHROME2" if image.ndim == 2 else "YBR_RCT" if syntax.startswith("4.9") else "RGB"
    found = codecs.decode(stream, fields(Kind(syntax, image, lambda _: stream, label)))
    assert found.notices == (LOSSY if lossy else ())


def test_jpeg_of_a_lossy_transfer_syntax_is_named_by_its_header() -> None:
    stream = bytes(imagecodecs.jpeg8_encode(GREY, level=90))
    assert codecs.decode(stream, fields(Kind("4.50", GREY, lambda _: stream))).notices == ()


def test_a_loss_leaves_a_picture_plainly_exact() -> None:
    assert Reservation.LOSSY_DATA in NOTICES
    assert np.array_equal(imagecodecs.jpeg2k_decode(LOSSLESS), GREY)
