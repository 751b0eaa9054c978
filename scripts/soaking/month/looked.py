"""Whether an exact picture is of the study and the image that it says. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scripts.soaking.month.studies import Written, stripes
from signaling.protocol.frames import RecordFlag, ViewportKind, ViewportRecord

ALLOWED = 2
"""Grey values by which a stripe may differ."""


@dataclass(frozen=True, slots=True)
class Looked:
    """How many viewports showed images whole and upright, how many not, and what is wrong with the former, in words."""

    viewports: int
    passed_over: int
    wrong: str


def wrong_in(pixels: NDArray[np.uint8], records: Sequence[ViewportRecord], study: Written) -> Looked:
    """Looks at the middle of the three stripes of each viewport that shows an image of a stack upright and whole.

    `pixels` are [j, i] or [j, i, 3].
    """
    skipped = RecordFlag.MISSING | RecordFlag.ROTATED_90 | RecordFlag.ROTATED_180 | RecordFlag.FLIPPED
    skipped |= RecordFlag.INVERTED
    count, passed_over, wrong = 0, 0, []
    for record in records:
        if record.kind != ViewportKind.STACK or record.series < 0 or record.flags & skipped:
            passed_over += 1
            continue
        count += 1
        image = record.instance_number if not study.kind.one_file else record.image + 1
        must, found = stripes(study.number, image), _stripes_in(pixels, record, study)
        if any(abs(one - other) > ALLOWED for one, other in zip(must, found, strict=True)):
            wrong.append(f"viewport {record.viewport}, image {image}: {found} instead of {must}")
    return Looked(count, passed_over, "; ".join(wrong))


def _stripes_in(pixels: NDArray[np.uint8], record: ViewportRecord, study: Written) -> tuple[int, ...]:
    x, y, width, height = record.rect
    scale = min(width / study.kind.columns, height / study.kind.rows)
    third = study.kind.columns * scale / 3
    middle = x + width / 2, y + height / 2
    places = [(int(middle[1]), int(middle[0] + n * third)) for n in (-1, 0, 1)]
    return tuple(int(np.max(pixels[place])) for place in places)
