"""Which side of the body an image shows: all that a file says of it (PS3.3 C.7.3.1, 10.5, C.7.6.16.2.8)."""

from __future__ import annotations

from collections.abc import Iterable

from streamer.dicom.elements import Elements

SEPARATOR = "\\"
"""Between sides that contradict each other: then none of them is known."""
_REGIONS = {
    "AnatomicRegionSequence": "AnatomicRegionModifierSequence",
    "PrimaryAnatomicStructureSequence": "PrimaryAnatomicStructureModifierSequence",
    "ViewCodeSequence": "ViewModifierCodeSequence",
}
SIDE_KEYWORDS = ("Laterality", "ImageLaterality", *_REGIONS)
_WORDS = {"RIGHT": "R", "LEFT": "L", "BOTH": "B", "BILATERAL": "B", "UNPAIRED": "U"}
_CODES = {
    "24028007": "R", "G-A100": "R", "7771000": "L", "G-A101": "L", "51440002": "B", "G-A102": "B", "G-A103": "U",
}  # fmt: skip
"""Modifiers of CID 244 by SNOMED CT and SNOMED RT; a code that is none of these says no side."""


def image_side(elements: Elements) -> str:
    """The side that a file's header names: R, L, B (both), U (unpaired), else as written; nothing where it names none.

    Several with SEPARATOR between them where they contradict each other.
    """
    return together(
        [*_named(elements, "ImageLaterality"), *_named(elements, "Laterality"), *_coded(elements)]
    )


def frame_side(anatomy: Elements) -> str:
    """The same of a frame's Frame Anatomy macro."""
    return together([*_named(anatomy, "FrameLaterality"), *_coded(anatomy)])


def together(said: Iterable[str]) -> str:
    """What several statements come to, each as `image_side` has it."""
    sides = {side for statement in said for side in statement.split(SEPARATOR) if side}
    return SEPARATOR.join(sorted(sides))


def _named(elements: Elements, keyword: str) -> list[str]:
    written = [value.upper().replace(SEPARATOR, " ") for value in elements.texts(keyword, 16)]
    return [_WORDS.get(value, value) for value in written if value]


def _coded(elements: Elements) -> list[str]:
    """Of each sequence one side: right and left in one sequence are both."""
    found = []
    for keyword, modifiers in _REGIONS.items():
        codes = {
            modifier.text("CodeValue", 16).upper()
            for item in elements.items(keyword)
            for modifier in item.items(modifiers)
        }
        sides = {_CODES[code] for code in codes if code in _CODES}
        found += ["B"] if {"R", "L"} <= sides else sorted(sides)
    return found
