"""One image as a codestream of every syntax that is read, with the pixel fields that its header would give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from signaling.protocol.reservations import Reservation
from streamer.dicom.header_record import PixelFields

ROWS, COLUMNS = 45, 61
"""No whole blocks, so that the last ones are partly beyond the image."""
_J2K: dict[str, Any] = {"codecformat": "J2K"}


@dataclass(frozen=True)
class Kind:
    """A codec in one of its ways; `encode` makes a codestream of `image`. `fixed` bytes at its end hold no pixels."""

    syntax: str
    image: NDArray[Any]
    encode: Callable[[NDArray[Any]], bytes]
    photometric: str = "MONOCHROME2"
    bits: int = 0
    trailer: int = 2
    lossy: bool = False

    @property
    def said(self) -> tuple[str, ...]:
        """The codes of what is said of its codestream where that is whole; of a lossy transfer syntax the header says it."""
        return (Reservation.LOSSY_DATA,) if self.lossy else ()


def scene(bits: int = 8, *, color: bool = False, rows: int = ROWS, columns: int = COLUMNS) -> NDArray[Any]:
    """Slopes, edges and noise, with values at both ends of the range."""
    down, across = np.mgrid[0:rows, 0:columns]
    random = np.random.default_rng(bits)
    values = (
        0.5 + 0.3 * np.sin(across / 5.0) + 0.2 * np.cos(down / 9.0) + random.normal(0, 0.02, (rows, columns))
    )
    values = np.where((across // 7 + down // 7) % 5 == 0, (across // 7) % 2, values).clip(0, 1)
    plane = np.rint(values * ((1 << bits) - 1)).astype(np.uint8 if bits <= 8 else np.uint16)
    return np.stack([plane, plane[::-1], plane[:, ::-1]], axis=-1) if color else plane


def fields(kind: Kind) -> PixelFields:
    """What the header says of it."""
    image = kind.image
    allocated = 8 * image.dtype.itemsize
    return PixelFields(
        rows=image.shape[0], columns=image.shape[1], frames=1, samples=3 if image.ndim == 3 else 1,
        photometric=kind.photometric, planar=0, bits_allocated=allocated, bits_stored=kind.bits or allocated,
        signed=image.dtype.kind == "i", transfer_syntax=f"1.2.840.10008.1.2.{kind.syntax}", offset=-1, length=-1,
        lookup=False, lookup_bits=0, padding=None, refusal="",
    )  # fmt: skip


def rle(image: NDArray[Any]) -> bytes:
    """RLE (PS3.5 annex G), each segment of an even length."""
    samples = image.reshape(*image.shape[:2], -1)
    segments = []
    for sample in range(samples.shape[-1]):
        plane = np.ascontiguousarray(samples[..., sample])
        for byte in range(image.dtype.itemsize - 1, -1, -1):
            rows = plane.view(np.uint8).reshape(*plane.shape, -1)[..., byte]
            packed = b"".join(bytes(imagecodecs.packbits_encode(bytes(row))) for row in rows)
            segments.append(packed + b"\0" * (len(packed) % 2))
    starts = [64 + sum(len(segment) for segment in segments[:n]) for n in range(len(segments))]
    header = [len(segments), *starts, *[0] * (15 - len(starts))]
    return np.array(header, "<u4").tobytes() + b"".join(segments)


def _made(encode: Callable[..., Any], **options: Any) -> Callable[[NDArray[Any]], bytes]:
    return lambda image: bytes(encode(image, **options))


_jpeg, _jpeg_ls = imagecodecs.jpeg8_encode, imagecodecs.jpegls_encode
_j2k, _htj2k = imagecodecs.jpeg2k_encode, imagecodecs.htj2k_encode
KINDS = {
    "jpeg": Kind("4.50", scene(), _made(_jpeg, level=90)),
    "jpeg-rgb-444": Kind("4.50", scene(color=True), _made(_jpeg, level=90, subsampling="444"), "YBR_FULL"),
    "jpeg-rgb-420": Kind("4.50", scene(color=True), _made(_jpeg, level=90, subsampling="420"), "YBR_FULL_422"),
    "jpeg-optimized": Kind("4.50", scene(), _made(_jpeg, level=70, optimize=True)),
    "jpeg-extended-12": Kind("4.51", scene(12), _made(_jpeg, level=90, bitspersample=12), bits=12),
    "jpeg-lossless-8": Kind("4.70", scene(), _made(_jpeg, lossless=True)),
    "jpeg-lossless-12": Kind("4.70", scene(12), _made(_jpeg, lossless=True, bitspersample=12), bits=12),
    "jpeg-lossless-16": Kind("4.57", scene(16), _made(_jpeg, lossless=True, predictor=6)),
    "jpeg-lossless-rgb": Kind("4.70", scene(color=True), _made(_jpeg, lossless=True), "RGB"),
    "jpeg-ls": Kind("4.80", scene(12), _made(_jpeg_ls), bits=12),
    "jpeg-ls-near": Kind("4.81", scene(), _made(_jpeg_ls, level=3), lossy=True),
    "jpeg-ls-rgb": Kind("4.80", scene(color=True), _made(_jpeg_ls), "RGB"),
    "j2k": Kind("4.90", scene(16), _made(_j2k, **_J2K, reversible=True)),
    "j2k-lossy": Kind("4.91", scene(), _made(_j2k, **_J2K, level=40), lossy=True),
    "j2k-rgb": Kind("4.90", scene(color=True), _made(_j2k, **_J2K, reversible=True, mct=True), "YBR_RCT"),
    "htj2k": Kind("4.201", scene(16), _made(_htj2k, reversible=True)),
    "htj2k-tiles": Kind("4.201", scene(), _made(_htj2k, reversible=True, tile=(32, 32))),
    "htj2k-lossy": Kind("4.203", scene(), _made(_htj2k, level=0.02, reversible=False), lossy=True),
    "htj2k-lossy-rgb": Kind("4.203", scene(color=True), _made(_htj2k, level=0.02, reversible=False), "YBR_ICT", lossy=True),
    "rle": Kind("5", scene(), rle, trailer=0),
    "rle-16": Kind("5", scene(16), rle, trailer=0),
    "rle-rgb": Kind("5", scene(color=True), rle, "RGB", trailer=0),
}  # fmt: skip
