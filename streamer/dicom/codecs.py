"""Decoding one compressed frame with imagecodecs, which leaves other threads running meanwhile.

What comes out has the shape that the header says and nothing else; colours come as RGB or, where said, as YBR. Data that ends
before the last pixel is refused: no codec may make pixels up.
"""

from __future__ import annotations

import struct
from dataclasses import replace
from itertools import pairwise

import imagecodecs
import numpy as np

from signaling.protocol.reservations import Reservation
from streamer.dicom import transfer_syntax
from streamer.dicom.decoded import DAMAGED, ENDS_EARLY, PADDING_BYTES, Decoded
from streamer.dicom.faults import BadFrame
from streamer.dicom.header_record import PixelFields
from streamer.dicom.jp2_boxes import unbox
from streamer.dicom.jpeg2000_codec import decode_jpeg_2000
from streamer.dicom.jpeg2000_markers import read_jpeg2000_head
from streamer.dicom.jpeg_codec import decode_jpeg, decode_jpeg_ls
from streamer.dicom.jpeg_markers import read_jpeg_head

_FAILURES = (ValueError, RuntimeError, TypeError, MemoryError, IndexError, OverflowError)
_RLE_HEADER = struct.Struct("<16I")


def decode(data: bytes, pixels: PixelFields) -> Decoded:
    """The frame as the header's shape.

    Raises:
        BadFrame: it can't be decoded, ends before its last pixel, or is not what the header says.
    """
    if not data:
        raise BadFrame("The image has no data.")
    try:
        decoded = _decode(data, pixels)
    except _FAILURES:
        raise BadFrame(DAMAGED) from None
    array = decoded.array
    wanted = (
        (pixels.rows, pixels.columns)
        if pixels.samples == 1
        else (pixels.rows, pixels.columns, pixels.samples)
    )
    if array.shape == (*wanted, 1):
        array = array[..., 0]
    if array.shape != wanted:
        found = " × ".join(str(side) for side in array.shape)
        raise BadFrame(f"The compressed image is of another size ({found}) than the header says.")
    return replace(decoded, array=array)


def _decode(data: bytes, pixels: PixelFields) -> Decoded:
    syntax = pixels.transfer_syntax
    if syntax == transfer_syntax.RLE:
        return _rle(data, pixels)
    if syntax in transfer_syntax.JPEG_LS:
        return decode_jpeg_ls(data, pixels)
    if syntax in transfer_syntax.JPEG or syntax in transfer_syntax.JPEG_LOSSLESS:
        jpeg = read_jpeg_head(data)
        if jpeg is None:
            raise BadFrame(DAMAGED)
        _check_size(jpeg.rows, jpeg.columns, pixels)
        return decode_jpeg(data, jpeg, pixels)
    boxed = unbox(data)
    stream = data if boxed is None else boxed.stream
    head = read_jpeg2000_head(stream)
    if head is None:
        raise BadFrame(DAMAGED)
    _check_size(head.rows, head.columns, pixels)
    decoded = decode_jpeg_2000(stream, head, pixels)
    if boxed is None:
        return decoded
    return replace(decoded, notices=(*decoded.notices, *boxed.notices(head, ybr=decoded.ybr)))


def _rle(data: bytes, pixels: PixelFields) -> Decoded:
    """RLE (PS3.5 annex G): a segment for each byte of each sample, the highest byte first.

    The segments are unpacked one by one: the codec for the whole trusts the offsets, and damaged ones end the program.
    """
    width = pixels.bits_allocated // 8
    count = pixels.rows * pixels.columns
    if len(data) < _RLE_HEADER.size:
        raise BadFrame(DAMAGED)
    segments, *offsets = _RLE_HEADER.unpack_from(data)
    if segments != pixels.samples * width:
        raise BadFrame(DAMAGED)
    ends = [*offsets[:segments], len(data)]
    if ends[0] < _RLE_HEADER.size or sorted(ends) != ends:
        raise BadFrame(DAMAGED)
    out = np.empty((pixels.samples, width, count), np.uint8)
    excess = 0
    for number, (start, end) in enumerate(pairwise(ends)):
        plane = np.frombuffer(imagecodecs.packbits_decode(data[start:end]), np.uint8)
        if plane.size < count:
            raise BadFrame(ENDS_EARLY if number == segments - 1 else DAMAGED)
        excess = max(excess, plane.size - count)
        out[number // width, width - 1 - number % width] = plane[:count]
    values = (
        np.ascontiguousarray(out.transpose(0, 2, 1))
        .view(f"<u{width}")
        .reshape(-1, pixels.rows, pixels.columns)
    )
    array = values[0] if pixels.samples == 1 else np.moveaxis(values, 0, -1)
    # As much again as a plane has may be another image.
    behind = Reservation.DECODING if excess >= count else Reservation.TRAILING_BYTES
    notices = (behind,) if excess > PADDING_BYTES else ()
    return Decoded(array, pixels.photometric.startswith("YBR_FULL"), notices=notices)


def _check_size(rows: int, columns: int, pixels: PixelFields) -> None:
    """Before anything of that size is made."""
    if (rows, columns) != (pixels.rows, pixels.columns):
        raise BadFrame(f"The compressed image is of another size ({columns} × {rows}) than the header says.")
