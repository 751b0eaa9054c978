"""Stills as images, for a browser that can't take them as video: JPEG XL (ISO/IEC 18181) or PNG, both without loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from signaling.protocol.stills import MOST_BYTES, StillMethod
from streamer.encode.png import encode_png


def encode_image(pixels: np.ndarray[Any, Any], method: str) -> bytes:
    """A lossless image of uint8 [rows, columns] or RGB [rows, columns, 3], by "jxl" or "png".

    Raises:
        ValueError: another method, or the image is larger than the page takes.
    """
    match method:
        case StillMethod.JXL:
            data = _encode_jpeg_xl(pixels)
        case StillMethod.PNG:
            data = encode_png(pixels)
        case _:
            raise ValueError(f"A still can't be coded as “{method}”.")
    if len(data) > MOST_BYTES:
        raise ValueError(
            f"The exact picture takes {len(data) / 1e6:.0f} MB, and a page takes up to {MOST_BYTES / 1e6:.0f} MB. "
            "Make the window smaller."
        )
    return data


def _encode_jpeg_xl(pixels: np.ndarray[Any, Any]) -> bytes:
    import imagecodecs  # late: a worker whose pages take video never needs it

    # One thread: at this effort it is quicker than several.
    contiguous = np.ascontiguousarray(pixels)
    return bytes(imagecodecs.jpegxl_encode(contiguous, effort=1, lossless=True, numthreads=1))
