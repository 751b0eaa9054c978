"""Colours and ranges of compressed frames: the codestream's word counts, and lossy values stay within their range."""

from __future__ import annotations

import struct
from typing import Any

import imagecodecs
import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from signaling.protocol.reservations import Reservation
from streamer.dicom import codecs
from streamer.dicom.faults import BadFrame
from streamer.dicom.stored_values import rgb_from_ybr
from tests.data.codestreams import Kind, fields, scene

RGB = np.zeros((64, 64, 3), np.uint8)
RGB[:32, :32], RGB[:32, 32:], RGB[32:, :32], RGB[32:, 32:] = (
    (200, 30, 40),
    (20, 190, 50),
    (30, 40, 210),
    (128, 128, 128),
)


def ybr(rgb: NDArray[Any]) -> NDArray[np.uint8]:
    """YCbCr as in JFIF."""
    matrix = np.array([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])
    return np.rint(rgb @ matrix.T + (0, 128, 128)).clip(0, 255).astype(np.uint8)


def jpeg(
    *, transformed: bool, subsampling: str = "444", marker: str = "", names: bytes = b"\x01\x02\x03"
) -> bytes:
    """A codestream with exactly the markers (JFIF, Adobe0, Adobe1) and the component names wanted."""
    planes = ybr(RGB) if transformed else RGB
    data = imagecodecs.jpeg8_encode(
        planes, level=95, colorspace="YCBCR", outcolorspace="YCBCR", subsampling=subsampling
    )
    at, parts = 2, [b"\xff\xd8"]
    if marker.startswith("JFIF"):
        parts.append(b"\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
    if "Adobe" in marker:
        parts.append(b"\xff\xee\x00\x0eAdobe\0\x64\0\0\0\0" + bytes([int(marker[-1])]))
    while data[at + 1] != 0xDA:
        size = 2 + struct.unpack_from(">H", data, at + 2)[0]
        segment = bytearray(data[at : at + size])
        if segment[1] == 0xC0:
            segment[10], segment[13], segment[16] = names
        if segment[1] not in (0xE0, 0xEE):
            parts.append(bytes(segment))
        at += size
    scan = bytearray(data[at:])
    scan[5], scan[7], scan[9] = names
    return b"".join(parts) + bytes(scan)


def decoded(syntax: str, stream: bytes, label: str) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """RGB and notices."""
    kind = Kind(syntax, RGB, lambda _: stream, label)
    found = codecs.decode(stream, fields(kind))
    array = found.array
    if found.ybr:
        array = rgb_from_ybr(array)
    return array, found.notices


def right(array: NDArray[Any]) -> bool:
    """Whether the middle of each field has its colour."""
    return all(np.abs(array[y, x].astype(int) - RGB[y, x]).max() <= 8 for y in (16, 48) for x in (16, 48))


LABELS = ("RGB", "YBR_FULL", "YBR_FULL_422")
SAID = [
    # what the codestream says, and whether its colours are YCbCr by that
    ({"marker": "JFIF"}, True),
    ({"marker": "Adobe1"}, True),
    ({"marker": "Adobe1", "names": b"\0\1\2"}, True),
    ({"marker": "Adobe0"}, False),
    ({"marker": "Adobe0", "names": b"\0\1\2"}, False),
    ({"names": b"RGB"}, False),
    ({"names": b"rgb"}, False),
    ({"names": b"\1\2\3"}, True),
    ({"names": b"\0\1\2", "subsampling": "420"}, True),
    ({"subsampling": "422"}, True),
    ({"marker": "JFIF", "subsampling": "420"}, True),
    ({"marker": "Adobe1", "subsampling": "420"}, True),
]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize(("said", "transformed"), SAID)
def test_a_jpeg_that_says_what_its_colours_are_is_believed(
    said: dict[str, Any], transformed: bool, label: str
) -> None:
    array, notices = decoded("4.50", jpeg(transformed=transformed, **said), label)
    assert right(array)
    # A marker says what its colours are; names and sampling of components only suggest it.
    contrary = Reservation.COLOR_LABEL if "marker" in said else Reservation.DECODING
    assert notices == (() if label.startswith("YBR") == transformed else (contrary,))


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize(
    ("marker", "subsampling"),
    [("Adobe0", "420"), ("Adobe0", "422"), ("JFIF Adobe0", "444"), ("JFIF Adobe0", "420")],
)
def test_a_jpeg_that_says_two_things_of_its_colours_is_doubted(
    marker: str, subsampling: str, label: str
) -> None:
    stream = jpeg(transformed=True, subsampling=subsampling, marker=marker)
    assert decoded("4.50", stream, label)[1] == (Reservation.DECODING,)


@pytest.mark.parametrize("label", LABELS)
def test_a_jpeg_that_says_nothing_is_what_its_label_says(label: str) -> None:
    stream = jpeg(transformed=label != "RGB", names=b"\0\1\2")
    array, notices = decoded("4.50", stream, label)
    assert right(array)
    assert notices == ()


@pytest.mark.parametrize("label", ["RGB", "YBR_FULL"])
def test_a_lossless_jpeg_is_not_transformed_whatever_it_says(label: str) -> None:
    planes = RGB if label == "RGB" else ybr(RGB)
    array, notices = decoded("4.70", bytes(imagecodecs.jpeg8_encode(planes, lossless=True)), label)
    assert right(array)
    assert notices == ()


@pytest.mark.parametrize("label", ["RGB", "YBR_RCT", "YBR_ICT", *LABELS[1:]])
@pytest.mark.parametrize("transform", [True, False])
@pytest.mark.parametrize("codec", ["j2k", "htj2k"])
def test_the_component_transform_of_a_jpeg_2000_is_undone_and_nothing_else(
    codec: str, transform: bool, label: str
) -> None:
    is_ybr = label.startswith("YBR_FULL") and not transform
    planes = ybr(RGB) if is_ybr else RGB
    if codec == "j2k":
        stream = imagecodecs.jpeg2k_encode(planes, level=0, codecformat="j2k", reversible=True, mct=transform)
    else:
        stream = imagecodecs.htj2k_encode(planes, reversible=True, rgb=transform)
    stream = bytes(stream)
    assert stream[stream.index(b"\xff\x52") + 8] == transform
    array, notices = decoded("4.90" if codec == "j2k" else "4.201", stream, label)
    assert right(array)
    agree = label == "RGB" or label.startswith("YBR_FULL") != transform
    assert notices == (() if agree else (Reservation.COLOR_LABEL,))


@pytest.mark.parametrize("label", ["RGB", "YBR_FULL", "YBR_RCT"])
@pytest.mark.parametrize("codec", ["j2k", "htj2k"])
@pytest.mark.parametrize("across", [1, 2])
@pytest.mark.parametrize("down", [1, 2])
def test_a_jpeg_2000_of_subsampled_colour_is_refused(codec: str, across: int, down: int, label: str) -> None:
    if codec == "j2k":
        whole = imagecodecs.jpeg2k_encode(RGB, level=0, codecformat="j2k", reversible=True, mct=False)
    else:
        whole = imagecodecs.htj2k_encode(RGB, reversible=True, rgb=False)
    stream = bytearray(whole)
    for component in (1, 2):
        stream[43 + 3 * component : 45 + 3 * component] = bytes([across, down])
    syntax = "4.90" if codec == "j2k" else "4.201"
    if (across, down) == (1, 1):
        decoded(syntax, bytes(stream), label)
        return
    with pytest.raises(BadFrame, match="subsampled"):
        decoded(syntax, bytes(stream), label)


def extremes(bits: int, *, signed: bool, color: bool) -> NDArray[Any]:
    """Edges between both ends of the range, which lossy coding overshoots."""
    down, across = np.mgrid[0:64, 0:64]
    plane = (across // 8 + down // 8) % 2 * ((1 << bits) - 1)
    plane[:8] = scene(bits, rows=8, columns=64)
    plane = plane - (1 << (bits - 1)) if signed else plane
    array = plane.astype(f"{'i' if signed else 'u'}{1 if bits <= 8 else 2}")
    return np.stack([array, array[::-1], array[:, ::-1]], axis=-1) if color else array


def of_bits(stream: bytes, bits: int) -> bytes:
    """The codestream declared as of `bits` bits: its values are fractions of the range, so they scale with it."""
    changed = bytearray(stream)
    count = struct.unpack_from(">H", stream, 40)[0]
    for component in range(count):
        changed[42 + 3 * component] = (changed[42 + 3 * component] & 0x80) | (bits - 1)
    return bytes(changed)


@pytest.mark.parametrize("level", [0.01, 0.05, 0.2])
@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("bits", [8, 10, 12, 15, 16])
def test_a_lossy_htj2k_keeps_white_white(bits: int, signed: bool, color: bool, level: float) -> None:
    coded = bits if bits == 8 else 16
    image = extremes(coded, signed=signed, color=color)
    stream = of_bits(bytes(imagecodecs.htj2k_encode(image, level=level, reversible=False)), bits)
    wanted = image.astype(int) >> (coded - bits)
    kind = Kind("4.203", image, lambda _: stream, "YBR_ICT" if color else "MONOCHROME2")
    pixels = msgspec.structs.replace(fields(kind), bits_stored=bits)
    found = codecs.decode(stream, pixels).array.astype(int)
    low = -(1 << (bits - 1)) if signed else 0
    assert found.min() >= low
    assert found.max() <= low + (1 << bits) - 1
    assert np.abs(found - wanted).max() < 0.75 * (1 << bits)
    middle = (slice(12, None, 8), slice(4, None, 8))
    assert np.abs(found - wanted)[middle].max() < 0.5 * (1 << bits)


def test_a_reversible_codestream_of_the_lossy_syntax_is_bit_exact() -> None:
    for image in (scene(), scene(16), scene(color=True), extremes(16, signed=True, color=False)):
        stream = bytes(imagecodecs.htj2k_encode(image, reversible=True))
        kind = Kind(
            "4.203", image, lambda _, stream=stream: stream, "YBR_RCT" if image.ndim == 3 else "MONOCHROME2"
        )
        assert np.array_equal(codecs.decode(stream, fields(kind)).array, image)
