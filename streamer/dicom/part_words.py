"""Why a series is shown in parts, where its images are so alike that a reader would take the parts for something else."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations

from streamer.dicom.series_parts import ORIENTATION_TOLERANCE, SPACING_TOLERANCE
from streamer.viewer.stack import Stack
from streamer.viewer.vector import dot, unit

_NEARLY_PARALLEL_DEGREES = 2.0
_NEARLY_AS_LARGE = 0.05


def parts_said(stacks: Iterable[Stack]) -> list[str]:
    """A sentence for each series whose parts differ but little in direction or in the size of a pixel."""
    series: dict[str, list[Stack]] = defaultdict(list)
    for stack in stacks:
        series[stack.series_instance_uid].append(stack)
    return [sentence for parts in series.values() if (sentence := _sentence(parts))]


def _sentence(parts: list[Stack]) -> str:
    degrees = spacing = 0.0
    for one, other in combinations(parts[:64], 2):
        if (one.rows, one.columns, one.pixels.samples) != (other.rows, other.columns, other.pixels.samples):
            continue
        angle, difference = _angle(one, other), _difference(one, other)
        if angle <= _NEARLY_PARALLEL_DEGREES and difference <= _NEARLY_AS_LARGE:
            degrees, spacing = max(degrees, angle), max(spacing, difference)
    why = []
    if degrees > 0.0:
        why.append(f"the directions of its images differ by up to {degrees:.2f}°")
    if spacing > 0.0:
        why.append(f"the sizes of their pixels differ by up to {spacing * 100.0:.2f} %")
    if not why:
        return ""
    number = parts[0].series_number
    name = "A series" if number is None else f"Series {number}"
    return f"{name} is shown in {len(parts)} parts, because {' and '.join(why)}."


def _angle(one: Stack, other: Stack) -> float:
    """Between the directions of rows and of columns, degrees; 0 where they count as the same."""
    if not (one.geometry.positioned and other.geometry.positioned):
        return 0.0 if one.geometry.positioned == other.geometry.positioned else math.inf
    pairs = ((one.geometry.row, other.geometry.row), (one.geometry.column, other.geometry.column))
    if all(abs(a - b) <= ORIENTATION_TOLERANCE for u, v in pairs for a, b in zip(u, v, strict=True)):
        return 0.0
    return max(math.degrees(math.acos(min(1.0, max(-1.0, dot(unit(u), unit(v)))))) for u, v in pairs)


def _difference(one: Stack, other: Stack) -> float:
    """Of the pixel spacings, as a part of them; 0 where they count as the same."""
    pairs = zip(one.geometry.pixel_spacing, other.geometry.pixel_spacing, strict=True)
    worst = max(abs(a - b) / a for a, b in pairs)
    return 0.0 if worst <= SPACING_TOLERANCE else worst
