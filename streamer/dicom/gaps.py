"""Where images of a stack are missing, unevenly spaced or at one place: from positions alone (PS3.3 C.7.6.2.1.1).

Instance numbers with holes say nothing: devices skip numbers, and leave none out where images were lost. What is said here is
about images that should lie between others; whether some are missing at an end can't be told. Pure.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import fmean, median

from streamer.dicom.image_frame import ImageFrame, display_normal
from streamer.dicom.series_parts import PLACE_TOLERANCE_MM
from streamer.viewer.stack import Gap

MOST_GAPS = 32
RUN = 4
"""So many equal distances after each other are a spacing of their own, not images that are missing."""
_NEAR = 0.2
"""How far from a multiple of the usual distance another may be, in usual distances."""
_MOST_DIGITS = 5


def gaps_of(frames: Sequence[ImageFrame]) -> tuple[Gap, ...]:
    """What is uneven between frames that are placed and in the order of their stack; nothing of localizers and projections."""
    first = frames[0]
    header = first.file.header
    if not first.placed or "LOCALIZER" in header.image_type or header.projection:
        return ()
    normal = display_normal(first.row, first.column)
    depths = [frame.depth(normal) for frame in frames]
    positions = [frame.fields.position or (0.0, 0.0, 0.0) for frame in frames]
    rounding = _rounding([value for position in positions for value in position])
    # Times, echoes, directions: images at one place are meant to be there where their files tell them apart.
    apart = all(len({frames[n].fields.keys for n in place}) == len(place) for place in _places(depths))
    return gaps_between(depths, rounding * sum(map(abs, normal)), first.fields.thickness, repeated=apart)


def gaps_between(
    depths: Sequence[float], rounding: float = 0.0, thickness: float = 0.0, *, repeated: bool = True
) -> tuple[Gap, ...]:
    """What is uneven between images at these rising depths, mm.

    `rounding` is how far a distance may be off for its digits. `repeated`: several images at each place are meant to be there.
    """
    places = _places(depths)
    found = _together(places, [len(place) for place in places], repeated=repeated)
    steps = [depths[after[0]] - depths[before[-1]] for before, after in pairwise(places)]
    if len(steps) > 1 and rounding < median(steps):
        last = [place[-1] + 1 for place in places]
        found += [
            replace(gap, after=last[gap.after], until=last[gap.after])
            for gap in _distances(steps, rounding, thickness)
        ]
    return _cut(_runs(sorted(found, key=lambda gap: (gap.after, gap.kind))))


def _places(depths: Sequence[float]) -> list[list[int]]:
    """The images' indices, place by place."""
    places = [[0]]
    for index, (before, depth) in enumerate(pairwise(depths), 1):
        if abs(depth - before) > PLACE_TOLERANCE_MM:
            places.append([])
        places[-1].append(index)
    return places


def _together(places: Sequence[Sequence[int]], counts: Sequence[int], *, repeated: bool) -> list[Gap]:
    """Places with more images than one where one is usual, or with fewer than usual, as in a series over time that lost some."""
    tally = Counter(counts)
    usual = min(tally, key=lambda count: (-tally[count], count)) if repeated else 1
    found = []
    for place, count in zip(places, counts, strict=True):
        if usual == 1 and count > 1:
            found.append(Gap("together", place[0] + 1, place[0] + 1, count))
        elif count < usual:
            found.append(Gap("missing", place[-1] + 1, place[-1] + 1, usual - count))
    return found


def _distances(steps: Sequence[float], rounding: float, thickness: float) -> list[Gap]:
    """Distances that are not the usual one; `after` counts them from 0."""
    unit = _unit(steps, rounding, thickness)
    found = []
    for number, step in enumerate(steps):
        times = round(step / unit)
        if abs(step - unit) <= unit / 4.0 + rounding:
            continue
        if times >= 2 and _is_multiple(step, unit, rounding):
            found.append(Gap("missing", number, number, times - 1, step, unit))
        else:
            found.append(Gap("spacing", number, number, 0, step, unit))
    return found


def _is_multiple(step: float, unit: float, rounding: float) -> bool:
    times = round(step / unit)
    return abs(step - times * unit) <= _NEAR * unit + max(1, times) * rounding


def _unit(steps: Sequence[float], rounding: float, thickness: float) -> float:
    """The usual distance: the smallest, where all others are its multiples and it is no oddity; else the middle one."""
    least = min(steps)
    smallest = [step for step in steps if step < 1.5 * least + rounding]
    unit = fmean(smallest)
    usual = median(steps)
    fit = all(_is_multiple(step, unit, rounding) for step in steps)
    is_thickness = 0.5 * unit <= thickness <= 2.0 * unit
    is_rare = len(smallest) * 4 < len(steps) and usual > 4.5 * unit and not is_thickness
    return unit if fit and not is_rare else usual


def _runs(gaps: Sequence[Gap]) -> list[Gap]:
    """Equal ones after each other as one; from RUN on equal distances are named as what they are."""
    joined: list[Gap] = []
    for gap in gaps:
        before = joined[-1] if joined else None
        step = before.count if before is not None and before.kind == "together" else 1
        if before is not None and gap.after == before.until + step and _alike(before, gap):
            joined[-1] = replace(before, until=gap.after)
        else:
            joined.append(gap)
    return [
        replace(gap, kind="spacing", count=0)
        if gap.kind == "missing" and gap.millimetres and gap.until - gap.after + 1 >= RUN
        else gap
        for gap in joined
    ]


def _alike(one: Gap, other: Gap) -> bool:
    near = abs(one.millimetres - other.millimetres) <= 0.1 * max(one.usual, 0.1)
    return (one.kind, one.count) == (other.kind, other.count) and near


def _cut(gaps: list[Gap]) -> tuple[Gap, ...]:
    if len(gaps) <= MOST_GAPS:
        return tuple(gaps)
    rest = gaps[MOST_GAPS - 1 :]
    return (*gaps[: MOST_GAPS - 1], Gap("more", rest[0].after, rest[-1].until, len(rest)))


def _rounding(values: Sequence[float]) -> float:
    """The last digit that the values are written with, mm; 0 where they have more than _MOST_DIGITS."""
    for digits in range(_MOST_DIGITS + 1):
        if all(math.isclose(value, round(value, digits), rel_tol=0.0, abs_tol=1e-9) for value in values):
            return float(10.0**-digits) if digits else 0.0
    return 0.0
