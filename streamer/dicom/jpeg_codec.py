"""JPEG (baseline, extended, lossless) and JPEG-LS, with what the decoders keep to themselves: whether they made up pixels.

libjpeg fills what it has no data for and only warns, which can't be heard; CharLS refuses, also where only the end mark lacks.
"""

from __future__ import annotations

from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from signaling.protocol.reservations import Reservation
from streamer.dicom.decoded import DAMAGED, ENDS_EARLY, Decoded, end_notices
from streamer.dicom.faults import BadFrame
from streamer.dicom.header_record import PixelFields
from streamer.dicom.jpeg_markers import END_OF_IMAGE, JpegHead, read_jpeg_head, read_scans

_TAILS = (b"\x55" * 64, b"\xaa" * 64)
"""Whatever bit a decoder lacks differs between the two."""
_MARGIN = 8


def decode_jpeg(data: bytes, head: JpegHead, pixels: PixelFields) -> Decoded:
    """A frame of JPEG processes 1, 2, 4 and 14.

    Raises:
        BadFrame: its data ends before its last block or line.
    """
    scans = read_scans(data, head)
    if not scans.whole:
        raise BadFrame(ENDS_EARLY)
    if scans.ended:
        array = _libjpeg(data, head, pixels)
        if _may_be_filled(array, head) and _is_filled(data[: scans.end], head, pixels):
            raise BadFrame(ENDS_EARLY)
    else:
        # A missing scan can't be told where each refines the whole image.
        rest = _without_padding(data)
        if head.progressive or _is_filled(rest, head, pixels):
            raise BadFrame(ENDS_EARLY)
        array = _libjpeg(rest + END_OF_IMAGE, head, pixels)
    notices = end_notices(ended=scans.ended, excess=scans.excess)
    if len(head.names) != 3:
        return Decoded(array, bits=head.precision, notices=notices)
    said = head.says_ybr
    if said is not None and said != pixels.photometric.startswith("YBR"):
        notices = (*notices, Reservation.COLOR_LABEL)
    # Lossless samples come as they are coded: libjpeg converts none.
    ybr = head.lossless and head.is_ybr(pixels.photometric)
    return Decoded(array, ybr, head.precision, notices)


def decode_jpeg_ls(data: bytes, pixels: PixelFields) -> Decoded:
    """A frame of JPEG-LS.

    Raises:
        BadFrame: it is damaged or ends early.
    """
    head = read_jpeg_head(data)
    if head is None:
        raise BadFrame(DAMAGED)
    scans = read_scans(data, head)
    ybr = pixels.photometric.startswith("YBR")
    if scans.ended:
        array = imagecodecs.jpegls_decode(data)
    else:
        array = _ended_jpeg_ls(data)
    return Decoded(array, ybr, head.precision, end_notices(ended=scans.ended, excess=scans.excess))


def _ended_jpeg_ls(data: bytes) -> NDArray[Any]:
    """Decodes what has no end mark. CharLS refuses most of what is short, but may make up the last pixels of a line."""
    rest = _without_padding(data)
    array: NDArray[Any] = imagecodecs.jpegls_decode(rest + END_OF_IMAGE)
    for bit in range(8):  # The shortest end of a code: zeros, a one, zeros (ISO/IEC 14495-1 A.5.3).
        try:
            other = imagecodecs.jpegls_decode(rest + bytes([1 << bit]) + END_OF_IMAGE)
        except (RuntimeError, ValueError):
            continue  # More than it needs.
        if not np.array_equal(array, other):
            raise BadFrame(ENDS_EARLY)
    return array


def _libjpeg(data: bytes, head: JpegHead, pixels: PixelFields) -> NDArray[Any]:
    if len(head.names) != 3:
        return imagecodecs.jpeg8_decode(data)
    space = "YCBCR" if not head.lossless and head.is_ybr(pixels.photometric) else "RGB"
    return imagecodecs.jpeg8_decode(data, colorspace=space, outcolorspace="RGB")


def _without_padding(data: bytes) -> bytes:
    """What is left of data without an end mark: no zeros, which may stand for what never came, and no half a marker."""
    rest = data.rstrip(b"\0")
    if rest.endswith(b"\xff"):
        return rest + b"\0" if len(rest) < len(data) else rest.rstrip(b"\xff")
    return rest


def _may_be_filled(array: NDArray[Any], head: JpegHead) -> bool:
    """Whether the last pixels have the value with which libjpeg fills: the middle of the range."""
    last = array[-1, -min(_MARGIN, array.shape[1]) :]
    return bool((last == 1 << (head.precision - 1)).all())


def _is_filled(data: bytes, head: JpegHead, pixels: PixelFields) -> bool:
    """Whether some pixel depends on what follows the data, which then ends too early."""
    alone = _libjpeg(data + END_OF_IMAGE, head, pixels)
    return any(
        not np.array_equal(alone, _libjpeg(data + tail + END_OF_IMAGE, head, pixels)) for tail in _TAILS
    )
