"""From interpolated stored values to 8 bit: modality transform, then the window, then inversion (PS3.3 C.11.1, C.11.2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from streamer.viewer.stack import PixelFormat, Voi
from streamer.viewer.voi import COLOR_VOI, apply_fast

OUTSIDE = -1.0e25
"""What a float pixel outside the image holds; it becomes black, inverted or not."""


def to_grey(
    stored: np.ndarray[Any, Any], pixels: PixelFormat, voi: Voi, *, inverted: bool
) -> np.ndarray[Any, Any]:
    """uint8 of float stored values [rows, columns], which are overwritten; MONOCHROME1 and the reader's inversion cancel out.

    Modality values are float32 where that keeps an eighth of each stored step beside the intercept, else float64.
    """
    flip = inverted != pixels.inverted
    outside = stored <= OUTSIDE if flip or pixels.slope < 0.0 else None
    if stored.dtype == np.float32 and np.spacing(np.float32(abs(pixels.intercept))) > abs(pixels.slope) / 8:
        stored = stored.astype(np.float64)
    if pixels.slope != 1.0:
        stored *= stored.dtype.type(pixels.slope)
    if pixels.intercept != 0.0:
        stored += stored.dtype.type(pixels.intercept)
    shown = apply_fast(stored, voi, flip)
    if outside is not None:
        shown[outside] = 0
    return shown


def to_colour(rgb: np.ndarray[Any, Any], voi: Voi, *, inverted: bool) -> np.ndarray[Any, Any]:
    """uint8 RGB with the reader's window, alike for the three channels; the usual one changes nothing."""
    identity = (voi.center, voi.width) == (COLOR_VOI.center, COLOR_VOI.width)
    shown = rgb if identity else apply_fast(rgb, voi)
    return 255 - shown if inverted else shown
