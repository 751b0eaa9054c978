"""Decoding one compressed frame with imagecodecs, which leaves other threads running meanwhile.

What comes out has the shape that the header says and nothing else; colours come as RGB or, where said, as YBR.
"""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from streamer.dicom import transfer_syntax
from streamer.dicom.faults import BadFrame
from streamer.dicom.header_record import PixelFields
from streamer.dicom.jpeg_markers import read_jpeg_head

_FAILURES = (ValueError, RuntimeError, TypeError, MemoryError, IndexError, OverflowError)
_CODESTREAM_START = b"\xff\x4f\xff\x51"
_BOX_BYTES = 4096
"""A codestream may lie in boxes (JP2); it begins within these."""
_RLE_HEADER = struct.Struct("<16I")
_DAMAGED = "The compressed image is damaged and can't be decoded."


def decode(data: bytes, pixels: PixelFields) -> tuple[NDArray[Any], bool, int]:
    """The frame as [j, i] or [j, i, 3], whether its colours are still YBR, and its codestream's bits (0: as in the header).

    Raises:
        BadFrame: it can't be decoded, or is not what the header says.
    """
    if not data:
        raise BadFrame("The image has no data.")
    syntax = pixels.transfer_syntax
    try:
        if syntax == transfer_syntax.RLE:
            array, ybr, bits = _rle(data, pixels), pixels.photometric.startswith("YBR_FULL"), 0
        elif syntax in transfer_syntax.JPEG or syntax in transfer_syntax.JPEG_LOSSLESS:
            array, ybr, bits = _jpeg(data, pixels)
        elif syntax in transfer_syntax.JPEG_LS:
            array, ybr, bits = imagecodecs.jpegls_decode(data), pixels.photometric.startswith("YBR"), 0
        else:
            array, bits = _jpeg_2000(data, pixels)
            ybr = pixels.photometric.startswith("YBR_FULL")
    except _FAILURES:
        raise BadFrame(_DAMAGED) from None
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
    return array, ybr, bits


def _rle(data: bytes, pixels: PixelFields) -> NDArray[Any]:
    """RLE (PS3.5 annex G): a segment for each byte of each sample, the highest byte first.

    The segments are unpacked one by one: the codec for the whole trusts the offsets, and damaged ones end the program.
    """
    width = pixels.bits_allocated // 8
    count = pixels.rows * pixels.columns
    if len(data) < _RLE_HEADER.size:
        raise BadFrame(_DAMAGED)
    segments, *offsets = _RLE_HEADER.unpack_from(data)
    if segments != pixels.samples * width:
        raise BadFrame(_DAMAGED)
    ends = [*offsets[:segments], len(data)]
    if ends[0] < _RLE_HEADER.size or sorted(ends) != ends:
        raise BadFrame(_DAMAGED)
    out = np.empty((pixels.samples, width, count), np.uint8)
    for number, (start, end) in enumerate(pairwise(ends)):
        plane = np.frombuffer(imagecodecs.packbits_decode(data[start:end]), np.uint8)
        if plane.size < count:
            raise BadFrame(_DAMAGED)
        out[number // width, width - 1 - number % width] = plane[:count]
    values = (
        np.ascontiguousarray(out.transpose(0, 2, 1))
        .view(f"<u{width}")
        .reshape(-1, pixels.rows, pixels.columns)
    )
    return values[0] if pixels.samples == 1 else np.moveaxis(values, 0, -1)


def _jpeg(data: bytes, pixels: PixelFields) -> tuple[NDArray[Any], bool, int]:
    head = read_jpeg_head(data)
    if head is None:
        raise BadFrame(_DAMAGED)
    _check_size(head.rows, head.columns, pixels)
    if len(head.names) == 3:
        space = "YCBCR" if head.is_ybr(pixels.photometric) else "RGB"
        return imagecodecs.jpeg8_decode(data, colorspace=space, outcolorspace="RGB"), False, 0
    return imagecodecs.jpeg8_decode(data), False, head.precision


def _jpeg_2000(data: bytes, pixels: PixelFields) -> tuple[NDArray[Any], int]:
    """JPEG 2000 and HTJ2K, which name their size and bits first (ISO/IEC 15444-1 A.5.1)."""
    at = data.find(_CODESTREAM_START, 0, _BOX_BYTES)
    if at < 0 or len(data) < at + 43:
        raise BadFrame(_DAMAGED)
    right, bottom, left, top = struct.unpack_from(">IIII", data, at + 8)
    _check_size(bottom - top, right - left, pixels)
    htj2k = pixels.transfer_syntax in transfer_syntax.HTJ2K_ALL
    array = imagecodecs.htj2k_decode(data) if htj2k else imagecodecs.jpeg2k_decode(data)
    return array, (data[at + 42] & 0x7F) + 1


def _check_size(rows: int, columns: int, pixels: PixelFields) -> None:
    """Before anything of that size is made."""
    if (rows, columns) != (pixels.rows, pixels.columns):
        raise BadFrame(f"The compressed image is of another size ({columns} × {rows}) than the header says.")
