"""How a still lies in a coded picture: its own bytes as luma, so that no colour arithmetic of a decoder touches them."""

from __future__ import annotations

from typing import Any

import numpy as np

Pixels = np.ndarray[Any, Any]
GREY, GBR = "grey", "gbr"


def planes_of(pixels: Pixels) -> str:
    """`GREY` for uint8 [rows, columns]; `GBR` for RGB [rows, columns, 3], whatever its colours are."""
    return GREY if pixels.ndim == 2 else GBR


def coded_size(pixels: Pixels) -> tuple[int, int]:
    """Width and height of the coded picture, both even.

    A plane is padded to even width and height; `GBR` has three planes below each other, each of a third of the height.
    """
    rows, columns = pixels.shape[:2]
    planes = 1 if pixels.ndim == 2 else 3
    return columns + columns % 2, (rows + rows % 2) * planes


def fill_planes(luma: Pixels, pixels: Pixels) -> None:
    """Writes the picture into `luma`, which has coded_size(): grey, or G, B − G, R − G modulo 256, top down.

    The differences of a picture that is nearly grey are nearly nothing. Padding repeats the plane's last row and column.
    """
    if pixels.ndim == 2:
        _fill(luma, pixels)
        return
    height = luma.shape[0] // 3
    red, green, blue = (np.ascontiguousarray(pixels[..., channel]) for channel in range(3))
    for number, plane in enumerate((green, blue - green, red - green)):
        _fill(luma[number * height : (number + 1) * height], plane)


def _fill(place: Pixels, plane: Pixels) -> None:
    rows, columns = plane.shape
    place[:rows, :columns] = plane
    place[:rows, columns:] = plane[:, -1:]
    place[rows:] = place[rows - 1]
