"""JPEG (baseline, extended, lossless) and JPEG-LS, with what the decoders keep to themselves: whether they made up pixels.

libjpeg fills what it has no data for and only warns, which can't be heard: what it filled is found, and codes are counted. CharLS
refuses, also where only the end mark lacks.
"""

from __future__ import annotations

from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from signaling.protocol.reservations import Reservation
from streamer.dicom import transfer_syntax
from streamer.dicom.decoded import DAMAGED, ENDS_EARLY, Decoded, end_notices
from streamer.dicom.faults import BadFrame
from streamer.dicom.header_record import PixelFields
from streamer.dicom.jpeg_entropy import ScanEnd, counted_end, ends_in_step
from streamer.dicom.jpeg_markers import END_OF_IMAGE, JpegHead, JpegScans, read_jpeg_head, read_scans

_TAILS = (b"\x55" * 64, b"\xaa" * 64)
"""Whatever bit a decoder lacks differs between the two."""
_MARGIN = 8
_MOST_ROWS = 65500


def decode_jpeg(data: bytes, head: JpegHead, pixels: PixelFields) -> Decoded:
    """A frame of JPEG processes 1, 2, 4 and 14.

    Raises:
        BadFrame: its data ends before its last block or line.
    """
    scans = read_scans(data, head)
    if not scans.whole:
        raise BadFrame(ENDS_EARLY)
    if scans.ended:
        array, doubtful, too_much = _decoded(data, head, scans, pixels)
        if too_much or counted_end(data, head, scans) is ScanEnd.LEFT_OVER:
            raise BadFrame(DAMAGED)
        if doubtful and _is_filled(data[: scans.end], head, pixels):
            raise BadFrame(ENDS_EARLY)
    else:
        # A missing scan can't be told where each refines the whole image.
        rest = _without_padding(data)
        if head.progressive or _is_filled(rest, head, pixels):
            raise BadFrame(ENDS_EARLY)
        array = _libjpeg(rest + END_OF_IMAGE, head, pixels)
    notices = end_notices(data, ended=scans.ended, excess=scans.excess)
    # Of a lossy transfer syntax the header's words already name it.
    if pixels.transfer_syntax not in transfer_syntax.LOSSY and (scans.drops or not head.lossless):
        notices = (Reservation.LOSSY_DATA, *notices)
    if len(head.names) != 3:
        return Decoded(array, bits=head.precision, notices=notices)
    said = head.says_ybr
    if head.colors_contradict:
        notices = (*notices, Reservation.DECODING)
    elif said is not None and said != pixels.photometric.startswith("YBR"):
        # Names and sampling of components only suggest it: decoders differ in whether they go by them or by the label.
        notices = (*notices, Reservation.DECODING if head.marked_ybr is None else Reservation.COLOR_LABEL)
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
    notices = end_notices(data, ended=scans.ended, excess=scans.excess)
    return Decoded(array, ybr, head.precision, (Reservation.LOSSY_DATA, *notices) if scans.drops else notices)


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


def _decoded(
    data: bytes, head: JpegHead, scans: JpegScans, pixels: PixelFields
) -> tuple[NDArray[Any], bool, bool]:
    """The image, whether the library may have filled its end for want of data, and whether data is left over.

    It fills what comes after the block or line in which data ended with the middle of the range. So the image is declared one
    row of blocks, or one line, higher than it is: that row is filled only if data ended before it, save its first blocks. Where
    rows of colour are subsampled it would change the one above; there the codes at the end of the data are looked at.
    """
    middle = 1 << (head.precision - 1)
    across, down = (max((factors[way] for factors in head.sampling), default=1) for way in (0, 1))
    extra = 1 if head.lossless else 8 * down
    if head.progressive or len({rows for _, rows in head.sampling}) > 1 or head.rows + extra > _MOST_ROWS:
        array = _libjpeg(data, head, pixels)
        last = array[-1, -min(_MARGIN, array.shape[1]) :]
        return array, not ends_in_step(data, head, scans) or bool((last == middle).all()), False
    array = _taller(data, head, pixels, extra)
    doubtful = bool((array[-1] == middle).all())
    too_much = not head.lossless and bool((array[-1, 16 * across :] != middle).any())
    if too_much:
        # Zeros and fill bytes at the end are no blocks.
        rest = data[: scans.end].rstrip(b"\0\xff") + END_OF_IMAGE
        too_much = bool((_taller(rest, head, pixels, extra)[-1, 16 * across :] != middle).any())
    return array[: head.rows], doubtful, too_much


def _taller(data: bytes, head: JpegHead, pixels: PixelFields, extra: int) -> NDArray[Any]:
    declared = bytearray(data)
    declared[head.rows_at : head.rows_at + 2] = (head.rows + extra).to_bytes(2, "big")
    return _libjpeg(bytes(declared), head, pixels)


def _is_filled(data: bytes, head: JpegHead, pixels: PixelFields) -> bool:
    """Whether some pixel depends on what follows the data, which then ends too early."""
    alone = _libjpeg(data + END_OF_IMAGE, head, pixels)
    return any(
        not np.array_equal(alone, _libjpeg(data + tail + END_OF_IMAGE, head, pixels)) for tail in _TAILS
    )
