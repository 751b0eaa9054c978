"""A codestream in boxes (JP2, JPH): its own values are shown whatever the boxes ask for, and what contradicts is told."""

from __future__ import annotations

import struct
from typing import Any

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray

from signaling.protocol.reservations import Reservation
from streamer.dicom import codecs
from streamer.dicom.faults import BadFrame
from tests.data.codestreams import Kind, fields, scene

GREY, COLOR = scene(), scene(color=True)
J2K, HTJ2K = "4.90", "4.201"
SRGB, GREYSCALE, SYCC = 16, 17, 18


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def color(space: int) -> bytes:
    return box(b"colr", struct.pack(">BBBI", 1, 0, 0, space))


def channels(*order: int) -> bytes:
    body = b"".join(struct.pack(">HHH", channel, 0, place) for channel, place in enumerate(order))
    return box(b"cdef", struct.pack(">H", len(order)) + body)


def palette() -> bytes:
    inverse = bytes(range(255, -1, -1))
    return box(b"pclr", struct.pack(">HB", 256, 1) + b"\7" + inverse) + box(
        b"cmap", struct.pack(">HBB", 0, 1, 0)
    )


def boxed(
    stream: bytes, image: NDArray[Any], header: bytes, *, rows: int = 0, kind: str = J2K, behind: bytes = b""
) -> bytes:
    brand = b"jp2 " if kind == J2K else b"jph "
    count = image.shape[2] if image.ndim == 3 else 1
    size = struct.pack(">IIHBBBB", rows or image.shape[0], image.shape[1], count, 7, 7, 0, 0)
    start = box(b"jP  ", b"\r\n\x87\n") + box(b"ftyp", brand + bytes(4) + brand)
    return start + box(b"jp2h", box(b"ihdr", size) + header) + box(b"jp2c", stream) + behind


def coded(kind: str, image: NDArray[Any], *, transform: bool) -> bytes:
    if kind == J2K:
        return bytes(imagecodecs.jpeg2k_encode(image, codecformat="J2K", reversible=True, mct=transform))
    return bytes(imagecodecs.htj2k_encode(image, reversible=True, rgb=transform))


ASKED = {
    # header boxes, image, label, whether the codestream's components are transformed, whether that contradicts
    "sRGB": (color(SRGB), COLOR, "YBR_RCT", True, False),
    "sRGB, label RGB": (color(SRGB), COLOR, "RGB", False, False),
    "sYCC as labelled": (color(SYCC), COLOR, "YBR_FULL", False, False),
    "grey": (color(GREYSCALE), GREY, "MONOCHROME2", False, False),
    "channels in their order": (color(SRGB) + channels(1, 2, 3), COLOR, "YBR_RCT", True, False),
    "a large unknown box": (color(SRGB) + box(b"xml ", b" " * 9000), COLOR, "YBR_RCT", True, False),
    "sYCC against the label": (color(SYCC), COLOR, "RGB", False, True),
    "sRGB against the label": (color(SRGB), COLOR, "YBR_FULL", False, True),
    "grey for colours": (color(GREYSCALE), COLOR, "YBR_RCT", True, True),
    "channels in another order": (color(SRGB) + channels(3, 2, 1), COLOR, "YBR_RCT", True, True),
    "a palette": (color(GREYSCALE) + palette(), GREY, "MONOCHROME2", False, True),
}


@pytest.mark.parametrize("kind", [J2K, HTJ2K])
@pytest.mark.parametrize("asked", ASKED)
def test_what_is_decoded_is_the_codestream_as_if_it_were_bare(asked: str, kind: str) -> None:
    header, image, label, transform, contradicts = ASKED[asked]
    stream = coded(kind, image, transform=transform)
    pixels = fields(Kind(kind, image, lambda _: stream, label))
    bare = codecs.decode(stream, pixels)
    found = codecs.decode(boxed(stream, image, header, kind=kind), pixels)
    np.testing.assert_array_equal(found.array, bare.array)
    assert (found.ybr, found.bits, found.signed) == (bare.ybr, bare.bits, bare.signed)
    doubt = (Reservation.DECODING,) if contradicts else ()
    assert (bare.notices, found.notices) == ((), (Reservation.BOXES, *doubt))


def test_a_bare_codestream_is_said_nothing_of_and_a_box_of_another_size_is_doubted() -> None:
    stream = coded(J2K, GREY, transform=False)
    pixels = fields(Kind(J2K, GREY, lambda _: stream))
    other = codecs.decode(boxed(stream, GREY, color(GREYSCALE), rows=7), pixels)
    assert other.notices == (Reservation.BOXES, Reservation.DECODING)
    two = codecs.decode(boxed(stream, GREY, color(GREYSCALE), behind=box(b"jp2c", stream)), pixels)
    assert two.notices == (Reservation.BOXES, Reservation.DECODING)
    behind = codecs.decode(boxed(stream, GREY, color(GREYSCALE), behind=box(b"xml ", b"<a/>")), pixels)
    assert behind.notices == (Reservation.BOXES,)


def test_a_profile_of_other_colours_is_told() -> None:
    stream = coded(J2K, COLOR, transform=True)
    pixels = fields(Kind(J2K, COLOR, lambda _: stream, "YBR_RCT"))
    profile = box(b"colr", b"\2\0\0" + b"no profile of sRGB" * 20)
    assert codecs.decode(boxed(stream, COLOR, profile), pixels).notices == (
        Reservation.BOXES,
        Reservation.ICC_PROFILE,
    )


@pytest.mark.parametrize("cut", [0, 11, 40, 90, 300])
def test_boxes_without_a_whole_codestream_are_refused(cut: int) -> None:
    stream = coded(J2K, GREY, transform=False)
    data = boxed(stream, GREY, color(GREYSCALE))[: cut or -200]
    with pytest.raises(BadFrame):
        codecs.decode(data, fields(Kind(J2K, GREY, lambda _: stream)))
