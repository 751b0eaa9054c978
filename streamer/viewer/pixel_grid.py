"""Where image pixels lie on device pixels: at 1:1, 2:1, 3:1 … an image pixel is a whole number of them."""

from __future__ import annotations

import math

_SAME = 1e-5
"""Sizes that differ by less, relatively, are one: directions in files are rounded to six digits."""
_TIE = 1e-6
"""An image whose edges lie half-way between device pixels goes right and down, whatever the noise of the last digits."""


def whole_multiple(pixel: float, step: float) -> int:
    """How many output pixels of `step` mm an image pixel of `pixel` mm is wide, where that is a whole number; else 0."""
    multiple = round(pixel / step)
    return multiple if abs(pixel / step - multiple) <= _SAME * multiple else 0


def to_whole(edge: float) -> float:
    """By how many pixels what lies at `edge` must move to lie at a whole number, at most half of one."""
    return math.floor(edge + 0.5 + _TIE) - edge
