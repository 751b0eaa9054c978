"""From what is in the file to what the cache holds: bits and sign put right, colours as 8-bit RGB. Arithmetic only."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from streamer.dicom.faults import BadFrame
from streamer.dicom.header_record import PixelFields

Array = NDArray[Any]


def put_right(array: Array, bits: int, *, signed: bool) -> Array:
    """Values of `bits` bits with their sign: bits above are not the pixel's (PS3.5 8.1.1), and codecs leave the sign to us."""
    width = array.dtype.itemsize * 8
    kind = np.dtype(f"{'i' if signed else 'u'}{array.dtype.itemsize}")
    if array.dtype.kind != kind.kind:
        array = array.view(kind)
    if bits >= width:
        return array
    if signed:
        shifted: Array = np.right_shift(np.left_shift(array, width - bits), width - bits)
        return shifted
    masked: Array = np.bitwise_and(array, kind.type((1 << bits) - 1))
    return masked


def depth(array: Array, bits: int, stored: int) -> int:
    """How many bits the samples of a codestream of `bits` bits have under a header that says `stored`.

    Those of the codestream, unless it is deeper and holds nothing that the header has no room for.
    """
    if bits <= stored or not array.size:
        return min(bits, stored)
    raw = array.view(f"u{array.dtype.itemsize}")
    return stored if int(raw.max()) >> stored == 0 else bits


def exceeds(array: Array, bits: int, pixels: PixelFields) -> bool:
    """Whether values of a codestream of `bits` bits need more than the header's Bits Stored."""
    if not array.size:
        return False
    signed = pixels.signed and pixels.samples == 1
    values = put_right(array, bits, signed=signed)
    low, high = int(values.min()), int(values.max())
    stored = pixels.bits_stored
    return not (-(1 << stored - 1) <= low and high < 1 << stored - 1 if signed else high < 1 << stored)


def reaches_sign(array: Array, bits: int) -> bool:
    """Whether some value of `bits` bits is another one with a sign than without: its highest bit is set."""
    raw = array.view(f"u{array.dtype.itemsize}")
    return bool(array.size) and bool((raw & raw.dtype.type(1 << (bits - 1))).any())


def fit(array: Array, dtype: str) -> Array:
    """The same values in the cache's type.

    Raises:
        BadFrame: they do not fit into it.
    """
    wanted = np.dtype(dtype)
    if array.dtype == wanted or wanted.kind == "f":
        return array.astype(wanted, copy=False)
    if not np.can_cast(array.dtype, wanted) and array.size:
        limits = np.iinfo(wanted)
        if int(array.min()) < limits.min or int(array.max()) > limits.max:
            raise BadFrame("The image holds values that are out of the range its header gives.")
    return array.astype(wanted)


def to_eight_bit(array: Array, bits: int) -> Array:
    """Colour samples of `bits` bits as 8 bits."""
    if bits == 8 and array.dtype == np.uint8:
        return array
    if bits > 8:
        return np.right_shift(array, bits - 8).astype(np.uint8)
    return (array.astype(np.uint16) * 255 // ((1 << bits) - 1)).astype(np.uint8)


def rgb_from_ybr(array: Array) -> Array:
    """YBR_FULL as RGB, 8 bit (PS3.3 C.7.6.3.1.2, full range as in JFIF)."""
    luma = array[..., 0].astype(np.float32)
    blue = array[..., 1].astype(np.float32) - 128.0
    red = array[..., 2].astype(np.float32) - 128.0
    planes = (luma + 1.402 * red, luma - 0.344136 * blue - 0.714136 * red, luma + 1.772 * blue)
    return np.stack([np.clip(np.rint(plane), 0, 255).astype(np.uint8) for plane in planes], axis=-1)


def expand_422(raw: Array, rows: int, columns: int) -> Array:
    """YBR_FULL_422 as stored (Y1 Y2 CB CR) with the colour of each pair given to both pixels."""
    quads = raw.reshape(rows, columns // 2, 4)
    out = np.empty((rows, columns, 3), raw.dtype)
    out[:, 0::2, 0], out[:, 1::2, 0] = quads[..., 0], quads[..., 1]
    out[:, 0::2, 1] = out[:, 1::2, 1] = quads[..., 2]
    out[:, 0::2, 2] = out[:, 1::2, 2] = quads[..., 3]
    return out
