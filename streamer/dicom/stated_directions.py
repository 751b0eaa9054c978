"""PatientOrientation (PS3.3 C.7.6.1.1.1): the letters that a file states, and whether all that it says of directions agrees."""

from __future__ import annotations

from collections.abc import Sequence

from streamer.dicom.elements import Elements
from streamer.viewer.orientation import ANIMAL, CONTRADICTING
from streamer.viewer.vector import Vec3, dot, unit

DIRECTION_KEYWORDS = ("PatientOrientation", "AnatomicalOrientationType")
_VECTORS: dict[str, Vec3] = {
    "L": (1.0, 0.0, 0.0), "R": (-1.0, 0.0, 0.0), "P": (0.0, 1.0, 0.0), "A": (0.0, -1.0, 0.0),
    "H": (0.0, 0.0, 1.0), "F": (0.0, 0.0, -1.0),
}  # fmt: skip
_WEIGHTS = (1.0, 0.5, 0.25)
"""Of the first letter, the strongest part of an oblique direction, the second and the third."""
_LEAST_COSINE = 0.5
"""Letters and planes less alike than this (60°) are not two ways to write one direction."""
Stated = tuple[str, str]


def stated_directions(elements: Elements) -> Stated | None:
    """Directions of row and column by letters, None where unknown."""
    values = tuple(value.upper() for value in elements.texts("PatientOrientation", 8))
    if len(values) != 2 or not all(value and set(value) <= set(_VECTORS) for value in values):
        return None
    # No direction leads two opposite ways, and rows do not run along columns.
    axes = [[_axis(letter) for letter in value] for value in values]
    if any(len(set(axis)) < len(axis) for axis in axes) or axes[0][0] == axes[1][0]:
        elements.doubt("PatientOrientation")
        return None
    return values[0], values[1]


def anatomy_doubt(elements: Elements) -> str:
    """ANIMAL where directions are those of a body on four legs (C.7.6.1.1.1), which has other letters; else nothing."""
    kind = elements.text("AnatomicalOrientationType", 16).upper()
    return "" if kind in ("", "BIPED") else ANIMAL


def directions_doubt(stated: Sequence[Stated | None], planes: Sequence[tuple[float, ...]]) -> str:
    """CONTRADICTING where the directions of one image, stated by letters or as ImageOrientationPatient, are not the same."""
    found = [tuple(_direction(letters) for letters in pair) for pair in stated if pair]
    found += [((p[0], p[1], p[2]), (p[3], p[4], p[5])) for p in planes if len(p) == 6]
    agree = all(
        dot(one, other) >= _LEAST_COSINE
        for n, pair in enumerate(found)
        for against in found[n + 1 :]
        for one, other in zip(pair, against, strict=True)
    )
    return "" if agree else CONTRADICTING


def _axis(letter: str) -> int:
    return [abs(part) for part in _VECTORS[letter]].index(1.0)


def _direction(letters: str) -> Vec3:
    parts = [
        [weight * part for part in _VECTORS[letter]]
        for letter, weight in zip(letters, _WEIGHTS, strict=False)
    ]
    return unit((sum(p[0] for p in parts), sum(p[1] for p in parts), sum(p[2] for p in parts)))
