"""The geometry gate: sorts frames by where they lie and says whether they make a volume.

Readers that stack slices by name or number, or along the normal without looking at the gaps, build volumes
that are wrong by up to a fifth and look right; hence every doubt here is a sentence and no volume.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from streamer.dicom.frame_fields import ELSEWHERE, UNREADABLE
from streamer.dicom.image_frame import ImageFrame, display_normal
from streamer.dicom.series_parts import PLACE_TOLERANCE_MM
from streamer.viewer.vector import Vec3, dot, length, scale, subtract

GAP_TOLERANCE = 0.01
TILT_DEGREES = 0.5
_LEAST_TOLERANCE_MM = 2e-3
"""Positions are written with few digits; this much of a gap's change is rounding."""


_PLACELESS = {
    "": "The file does not say where the images lie.",
    UNREADABLE: "What the file says of where the images lie can't be read.",
    ELSEWHERE: "The file says where the images lie in a way that is not read here.",
}


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Frames in display order; `reason` says why they are no volume, empty when they are one.

    `repeated`: several lie at one place, as in a series over time.
    """

    frames: tuple[ImageFrame, ...]
    positioned: bool
    reason: str
    repeated: bool = False


def arrange(frames: Sequence[ImageFrame]) -> Arrangement:
    """Sorts by position along the normal (docs/coordinates.md); by instance number only where there is no geometry at all."""
    if not frames[0].placed:
        ordered = tuple(sorted(frames, key=lambda frame: frame.order))
        return Arrangement(ordered, False, _PLACELESS[frames[0].fields.unplaced])
    normal = display_normal(frames[0].row, frames[0].column)
    # Places that differ by rounding only are one place, so that a run over time is not shuffled.
    levels = _levels([frame.depth(normal) for frame in frames])
    keyed = sorted(zip(levels, frames, strict=True), key=lambda pair: (pair[0], pair[1].order))
    ordered = tuple(frame for _, frame in keyed)
    return Arrangement(ordered, True, _reason(ordered, normal), len(set(levels)) < len(levels))


def _levels(depths: Sequence[float]) -> list[int]:
    order = sorted(range(len(depths)), key=lambda index: depths[index])
    levels = [0] * len(depths)
    for before, index in pairwise(order):
        step = depths[index] - depths[before] > PLACE_TOLERANCE_MM
        levels[index] = levels[before] + (1 if step else 0)
    return levels


def _reason(frames: Sequence[ImageFrame], normal: Vec3) -> str:
    first = frames[0]
    header = first.file.header
    if "LOCALIZER" in header.image_type:
        return "A localizer is not a volume."
    if header.projection:
        return "Projection images are not a volume."
    if first.pixels.samples != 1 or first.pixels.photometric == "PALETTE_COLOR":
        return "Colour images are not shown as a volume."
    if not first.values_known:
        return "What the values of these images mean can't be read, so they are no volume."
    if len(frames) < 3:
        return "A volume needs at least 3 images."
    if first.fields.spacing_kind != "patient":
        return "The distance between pixels is not known."
    positions = [frame.fields.position or (0.0, 0.0, 0.0) for frame in frames]
    steps = [subtract(b, a) for a, b in pairwise(positions)]
    return _uneven(steps, normal) or _tilted(steps, normal) or _drifting(steps, normal)


def _uneven(steps: Sequence[Vec3], normal: Vec3) -> str:
    gaps = [dot(step, normal) for step in steps]
    if min(gaps) <= PLACE_TOLERANCE_MM:
        return "Several images lie at the same place, as in a series over time."
    usual = median(gaps)
    tolerance = max(GAP_TOLERANCE * usual, _LEAST_TOLERANCE_MM)
    wide = [gap for gap in gaps if abs(gap - usual) > tolerance]
    if not wide:
        return ""
    missing = [round(gap / usual) - 1 for gap in wide if gap > 1.5 * usual]
    if len(missing) == len(wide) and all(abs(gap / usual - round(gap / usual)) < 0.05 for gap in wide):
        return f"Images seem to be missing: {sum(missing)} between the first and the last."
    return f"The gaps between the images vary from {min(gaps):.2f} to {max(gaps):.2f} mm."


def _tilted(steps: Sequence[Vec3], normal: Vec3) -> str:
    mean = _mean(steps)
    angle = math.degrees(math.acos(max(-1.0, min(1.0, dot(mean, normal) / length(mean)))))
    if angle <= TILT_DEGREES:
        return ""
    return f"The images are sheared (gantry tilt {angle:.1f}°)."


def _drifting(steps: Sequence[Vec3], normal: Vec3) -> str:
    mean = _mean(steps)
    gap = dot(mean, normal)
    tolerance = max(GAP_TOLERANCE * gap, _LEAST_TOLERANCE_MM)
    worst = max(length(subtract(step, mean)) for step in steps)
    return (
        ""
        if worst <= 2 * tolerance
        else f"The images are shifted against each other by up to {worst:.2f} mm."
    )


def _mean(steps: Sequence[Vec3]) -> Vec3:
    total = (sum(s[0] for s in steps), sum(s[1] for s in steps), sum(s[2] for s in steps))
    return scale(total, 1.0 / len(steps))
