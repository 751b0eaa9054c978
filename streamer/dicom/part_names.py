"""What tells the parts of a split series apart, by the rules of series_parts.py: codes with values for the page to say.

Only what differs between parts is named, the most telling first, and no more than is needed to tell all of them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from streamer.dicom.image_frame import ImageFrame, display_normal

Name = tuple[tuple[str, str], ...]
"""Codes and values: ("plane", "axial"), ("matrix", "512 × 512"), ("values", "unknown") …"""
OBLIQUE = 0.9
"""Below this largest component of its normal a plane is called oblique."""
_KEYS = (
    "acquisition", "echo", "echo_time", "time", "trigger", "b_value", "kind", "acquisition_time", "content_time",
)  # fmt: skip


def part_names(parts: Sequence[Sequence[ImageFrame]]) -> list[Name]:
    """One name for each part of one series; empty where the series is whole."""
    names: list[Name] = [()] * len(parts)
    if len(parts) < 2:
        return names
    for code, value_of in _CRITERIA:
        values = [value_of(part) for part in parts]
        if len(set(values)) < 2 or not _tells(names, values):
            continue
        names = [(*name, (code, value)) if value else name for name, value in zip(names, values, strict=True)]
        if len(set(names)) == len(names):
            return names
    return [(*name, ("part", f"{number}/{len(names)}")) for number, name in enumerate(names, 1)]


def _tells(names: Sequence[Name], values: Sequence[str]) -> bool:
    """Whether these values tell parts apart that their names so far do not."""
    return len(set(zip(names, values, strict=True))) > len(set(names))


def _plane(part: Sequence[ImageFrame]) -> str:
    first = part[0]
    if not first.placed:
        return "unplaced"
    sizes = [abs(component) for component in display_normal(first.row, first.column)]
    axis = sizes.index(max(sizes))
    return ("sagittal", "coronal", "axial")[axis] if max(sizes) >= OBLIQUE else "oblique"


def _spacing(part: Sequence[ImageFrame]) -> str:
    spacing = part[0].fields.spacing
    return f"{spacing[0]:.3g} × {spacing[1]:.3g}" if part[0].fields.spacing_kind else "unknown"


def _color(part: Sequence[ImageFrame]) -> str:
    pixels = part[0].pixels
    if pixels.photometric == "PALETTE_COLOR":
        return "palette"
    return "color" if pixels.samples > 1 else "grey"


def _key(number: int) -> Callable[[Sequence[ImageFrame]], str]:
    def value_of(part: Sequence[ImageFrame]) -> str:
        keys = {frame.fields.keys[number : number + 1] for frame in part}
        (key,) = keys if len(keys) == 1 else ((),)
        return key[0] if key else ""

    return value_of


_CRITERIA: tuple[tuple[str, Callable[[Sequence[ImageFrame]], str]], ...] = (
    ("pixels", lambda part: "refused" if part[0].pixels.refusal else ""),
    ("values", lambda part: "" if part[0].values_known else "unknown"),
    ("modality", lambda part: part[0].file.header.series.modality or "unknown"),
    ("localizer", lambda part: "localizer" if "LOCALIZER" in part[0].file.header.image_type else ""),
    ("plane", _plane),
    *((code, _key(number)) for number, code in enumerate(_KEYS[:6])),
    ("matrix", lambda part: f"{part[0].pixels.columns} × {part[0].pixels.rows}"),
    ("spacing", _spacing),
    ("color", _color),
    ("polarity", lambda part: "inverted" if part[0].pixels.photometric == "MONOCHROME1" else ""),
    *((code, _key(number)) for number, code in enumerate(_KEYS) if number >= 6),
    ("frame", lambda part: part[0].file.header.series.frame_of_reference_uid[-6:]),
)
