"""Orientation letters: from ImageOrientationPatient, else from PatientOrientation (PS3.3 C.7.6.1.1.1), else unknown.

Left, Right, Anterior, Posterior, Head, Feet; an oblique direction has two or three letters, its strongest part first.
Unknown is an empty string: it is never guessed. So is what a file contradicts itself about, and a body on four legs, whose
directions have other names (C.7.6.1.1.1).
"""

from __future__ import annotations

from streamer.viewer.layout import Rect
from streamer.viewer.planar import image_shown, screen_directions
from streamer.viewer.stack import Stack
from streamer.viewer.state import ViewportState
from streamer.viewer.vector import Vec3, scale, unit
from streamer.viewer.volume_camera import axes

Letters = tuple[str, str, str, str]
"""Left, right, top, bottom of a viewport."""

UNKNOWN: Letters = ("", "", "", "")
CONTRADICTING = "contradicting"
"""What a file says of the directions of an image does not agree."""
ANIMAL = "animal"
"""Directions are those of a body that does not stand upright."""
_OPPOSITE = {"L": "R", "R": "L", "A": "P", "P": "A", "H": "F", "F": "H"}
_PARTS = (("L", "R"), ("P", "A"), ("H", "F"))
_NEGLIGIBLE = 0.05
"""A part below this (3°) gets no letter of its own."""


def letters(direction: Vec3) -> str:
    """The letters of a world direction, at most three."""
    parts = sorted(zip(unit(direction), _PARTS, strict=True), key=lambda part: -abs(part[0]))
    return "".join(
        positive if size > 0 else negative for size, (positive, negative) in parts if abs(size) >= _NEGLIGIBLE
    )


def viewport_letters(
    viewport: ViewportState, stack: Stack | None, rect: Rect, cross_hair: Vec3 | None
) -> Letters:
    """The letters at the left, right, top and bottom of a viewport, of the very image shown; empty where unknown."""
    if stack is None or viewport.kind == "empty":
        return UNKNOWN
    if orientation_doubt(viewport, stack, cross_hair):
        return UNKNOWN
    if viewport.kind == "volume":
        if viewport.camera is None or not stack.geometry.positioned:
            return UNKNOWN
        right, down, _ = axes(viewport.camera)
        return _around(right, down)
    if stack.geometry.positioned:
        return _around(*screen_directions(viewport, stack))
    if viewport.kind == "stack":
        stated = stack.terms_at(image_shown(viewport, stack, cross_hair)).patient_orientation
        if stated is not None:
            return _from_patient_orientation(viewport, *stated)
    return UNKNOWN


def orientation_doubt(viewport: ViewportState, stack: Stack, cross_hair: Vec3 | None) -> str:
    """Why no letters are shown though there may be some: of the image shown, of planes and volumes of any image."""
    if viewport.kind == "stack":
        return stack.terms_at(image_shown(viewport, stack, cross_hair)).orientation_doubt
    return stack.common.orientation_doubt


def _around(right: Vec3, down: Vec3) -> Letters:
    return letters(scale(right, -1.0)), letters(right), letters(scale(down, -1.0)), letters(down)


def _from_patient_orientation(viewport: ViewportState, right: str, down: str) -> Letters:
    if not all(1 <= len(text) <= 3 and set(text) <= set(_OPPOSITE) for text in (right, down)):
        return UNKNOWN
    if viewport.flipped:
        right = _opposite(right)
    for _ in range(viewport.quarter_turns % 4):
        right, down = _opposite(down), right
    return _opposite(right), right, _opposite(down), down


def _opposite(text: str) -> str:
    return "".join(_OPPOSITE[letter] for letter in text)
