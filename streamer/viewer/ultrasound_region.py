"""Regions of an ultrasound image (PS3.3 C.8.5.5): each has its own scale, and what lies in none has none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]
"""Column, row; whole numbers are pixel centres."""


@dataclass(frozen=True, slots=True)
class UltrasoundRegion:
    """A rectangle of an image, its edges among its pixels.

    `spacing` is millimetres (between rows, between columns) where it shows tissue or flow in the plane of the image, else None: a
    spectrum, a curve, a colour bar. Where regions overlap, one of `low_priority` is not the one seen (Region Flags, bit 0).
    """

    left: int
    top: int
    right: int
    bottom: int
    spacing: tuple[float, float] | None = None
    low_priority: bool = False

    def holds(self, point: Point) -> bool:
        """Whether a point lies on one of its pixels."""
        column, row = point
        return self.left - 0.5 <= column <= self.right + 0.5 and self.top - 0.5 <= row <= self.bottom + 0.5


def region_at(regions: Sequence[UltrasoundRegion], point: Point) -> UltrasoundRegion | None:
    """The region whose pixels are seen at a point; None outside all, and where it can't be told which is seen."""
    found = [region for region in regions if region.holds(point)]
    seen = [region for region in found if not region.low_priority] or found
    return seen[0] if len(seen) == 1 else None


def region_length(regions: Sequence[UltrasoundRegion], start: Point, end: Point) -> float | None:
    """Millimetres between two points of one region; None where they are in two or in none, or the region has no millimetres."""
    region = region_at(regions, start)
    if region is None or region.spacing is None or region_at(regions, end) is not region:
        return None
    down, across = region.spacing
    return math.hypot((end[0] - start[0]) * across, (end[1] - start[1]) * down)


def whole_spacing(regions: Sequence[UltrasoundRegion], columns: int, rows: int) -> tuple[float, float] | None:
    """The spacing of an image that is one region's from corner to corner; None where it is not."""
    if len(regions) != 1:
        return None
    (region,) = regions
    whole = region.holds((0.0, 0.0)) and region.holds((columns - 1.0, rows - 1.0))
    return region.spacing if whole else None
