"""A codestream that is deeper than its header says: its values are shown as they are, never cut off, and that is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.encaps import encapsulate
from pydicom.uid import UID

from signaling.protocol.reservations import Reservation
from streamer.dicom.frame_decoder import FrameDecoder
from tests.data.phantoms import image

JPEG_LS, JPEG_LOSSLESS, J2K = "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.90"


def coded(syntax: str, pixels: NDArray[Any], bits: int) -> bytes:
    if syntax == JPEG_LS:
        return bytes(imagecodecs.jpegls_encode(pixels))
    if syntax == JPEG_LOSSLESS:
        return bytes(imagecodecs.ljpeg_encode(pixels, bitspersample=bits))
    return bytes(
        imagecodecs.jpeg2k_encode(pixels, codecformat="J2K", bitspersample=bits, reversible=True, mct=False)
    )


def shown(
    folder: Path, syntax: str, pixels: NDArray[Any], bits: int, **header: Any
) -> tuple[NDArray[Any], tuple[str, ...]]:
    """What is decoded of a file whose header says other bits than its codestream has."""
    dataset = image(pixels, **header)
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    dataset.PixelData = encapsulate([coded(syntax, pixels, bits)])
    dataset["PixelData"].is_undefined_length = True
    dataset["PixelData"].VR = "OB"
    path = folder / "one.dcm"
    dataset.save_as(path, enforce_file_format=True)
    decoder = FrameDecoder(path)
    try:
        return decoder.decode_noticed(1)
    finally:
        decoder.close()


def ramp(bits: int, *shape: int) -> NDArray[Any]:
    kind = np.uint8 if bits <= 8 else np.uint16
    return np.linspace(0, (1 << bits) - 1, 64 * 64).reshape(64, 64).astype(kind)


@pytest.mark.parametrize(
    ("syntax", "bits", "stored"),
    [(JPEG_LS, 16, 12), (JPEG_LS, 8, 4), (J2K, 12, 8), (J2K, 12, 12),
     (JPEG_LOSSLESS, 16, 12)],
)  # fmt: skip
def test_grey_never_wraps(tmp_path: Path, syntax: str, bits: int, stored: int) -> None:
    pixels = ramp(bits)
    allocated = 8 if pixels.dtype == np.uint8 else 16
    values, notices = shown(
        tmp_path, syntax, pixels, bits, BitsAllocated=allocated, BitsStored=stored, HighBit=stored - 1, PixelRepresentation=0
    )  # fmt: skip
    np.testing.assert_array_equal(values, pixels)
    assert (Reservation.DECODING in notices) is (bits > stored)


@pytest.mark.parametrize(
    ("syntax", "bits", "allocated", "stored"),
    [(J2K, 12, 16, 8), (J2K, 12, 16, 10), (J2K, 12, 16, 16), (JPEG_LS, 16, 16, 8), (JPEG_LS, 16, 16, 12), (J2K, 8, 8, 8)],
)  # fmt: skip
def test_colours_keep_their_order_and_reach(
    tmp_path: Path, syntax: str, bits: int, allocated: int, stored: int
) -> None:
    grey = ramp(bits)
    pixels = np.repeat(grey[..., None], 3, axis=2)
    values, notices = shown(
        tmp_path, syntax, pixels, bits, BitsAllocated=allocated, BitsStored=stored, HighBit=stored - 1,
        PixelRepresentation=0, SamplesPerPixel=3, PhotometricInterpretation="RGB", PlanarConfiguration=0,
    )  # fmt: skip
    assert values.dtype == np.uint8
    assert (np.diff(values[..., 0].reshape(-1).astype(int)) >= 0).all(), "no wraps"
    assert (values.min(), values.max()) == (0, 255)
    assert (Reservation.DECODING in notices) is (bits > stored)


def test_the_sign_is_that_of_the_codestreams_highest_bit(tmp_path: Path) -> None:
    wanted = np.linspace(-2000, 2000, 64 * 64).reshape(64, 64).astype(np.int16)
    raw = (wanted.view(np.uint16) & 0xFFF).astype(np.uint16)
    values, notices = shown(
        tmp_path, JPEG_LOSSLESS, raw, 12, BitsAllocated=16, BitsStored=16, HighBit=15, PixelRepresentation=1
    )
    np.testing.assert_array_equal(values, wanted)
    assert notices == ()


@pytest.mark.parametrize("samples", [1, 3])
def test_a_deeper_codestream_of_values_that_fit_is_as_the_header_says(tmp_path: Path, samples: int) -> None:
    grey = ramp(12)
    pixels = grey if samples == 1 else np.repeat(grey[..., None], 3, axis=2)
    label = "MONOCHROME2" if samples == 1 else "RGB"
    values, notices = shown(
        tmp_path, JPEG_LS, pixels, 16, BitsAllocated=16, BitsStored=12, HighBit=11, PixelRepresentation=0,
        SamplesPerPixel=samples, PhotometricInterpretation=label, PlanarConfiguration=0,
    )  # fmt: skip
    wanted = grey if samples == 1 else np.repeat((grey >> 4)[..., None], 3, axis=2)
    np.testing.assert_array_equal(values, wanted)
    assert notices == ()


@pytest.mark.parametrize("part_1", [True, False], ids=["J2K", "HTJ2K"])
@pytest.mark.parametrize(
    ("coded_signed", "header_signed", "low", "doubted"),
    [(False, True, -900, True), (False, True, 0, False), (True, False, -900, True), (True, False, 0, False),
     (True, True, -900, False), (False, False, 0, False)],
)  # fmt: skip
def test_a_codestream_that_denies_the_sign_is_read_by_the_header_and_doubted_where_it_matters(
    tmp_path: Path, coded_signed: bool, header_signed: bool, low: int, doubted: bool, part_1: bool
) -> None:
    values = np.linspace(low, 900, 64 * 64).reshape(64, 64).astype(np.int16)
    coded_values = values if coded_signed else values.view(np.uint16)
    dataset = image(coded_values, PixelRepresentation=int(header_signed))
    dataset.file_meta.TransferSyntaxUID = UID(J2K if part_1 else "1.2.840.10008.1.2.4.201")
    stream = (
        imagecodecs.jpeg2k_encode(coded_values, codecformat="J2K", reversible=True)
        if part_1
        else imagecodecs.htj2k_encode(coded_values, reversible=True)
    )
    dataset.PixelData = encapsulate([bytes(stream)])
    dataset["PixelData"].is_undefined_length = True
    dataset["PixelData"].VR = "OB"
    dataset.save_as(tmp_path / "one.dcm", enforce_file_format=True)
    decoder = FrameDecoder(tmp_path / "one.dcm")
    shown_values, notices = decoder.decode_noticed(1)
    decoder.close()
    np.testing.assert_array_equal(shown_values, values if header_signed else values.view(np.uint16))
    assert (Reservation.DECODING in notices) is doubted
