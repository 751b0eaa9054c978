"""How viewports share the picture. "RxC" is R rows of C columns; mpr is axial, coronal, sagittal; mpr+3d adds the volume."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GAP = 1
"""Picture pixels between viewports."""

_GRIDS = {
    "1x1": (1, 1),
    "1x2": (1, 2),
    "2x1": (2, 1),
    "2x2": (2, 2),
    "1x3": (1, 3),
    "3x3": (3, 3),
    "mpr+3d": (2, 2),
}


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle of whole picture pixels; a hidden viewport has width 0."""

    x: int
    y: int
    width: int
    height: int


def viewport_count(layout: str) -> int:
    """How many viewports a layout has.

    Raises:
        ValueError: there is no such layout.
    """
    if layout == "mpr":
        return 3
    rows, columns = _grid(layout)
    return rows * columns


def is_mpr(layout: str) -> bool:
    """Whether the layout shows planes of one volume rather than a stack in each viewport."""
    return layout in ("mpr", "mpr+3d")


def rectangles(
    layout: str, width: int, height: int, active: int = 0, maximized: bool = False
) -> tuple[Rect, ...]:
    """The rectangle of each viewport, row by row; maximised, all but the active one are hidden (width 0).

    Raises:
        ValueError: there is no such layout.
    """
    if maximized:
        hidden = Rect(0, 0, 0, 0)
        count = viewport_count(layout)
        return tuple(Rect(0, 0, width, height) if index == active else hidden for index in range(count))
    if layout == "mpr":
        return _one_and_two(width, height)
    rows, columns = _grid(layout)
    across, down = _spans(width, columns), _spans(height, rows)
    return tuple(Rect(x, y, w, h) for y, h in down for x, w in across)


def viewport_at(rects: Sequence[Rect], x: float, y: float) -> int | None:
    """The viewport under a point of the picture; None between viewports and outside."""
    for index, rect in enumerate(rects):
        if rect.x <= x < rect.x + rect.width and rect.y <= y < rect.y + rect.height:
            return index
    return None


def _grid(layout: str) -> tuple[int, int]:
    if layout not in _GRIDS:
        raise ValueError(f"There is no layout {layout!r}.")
    return _GRIDS[layout]


def _spans(total: int, parts: int) -> list[tuple[int, int]]:
    """Start and size of each part of a length, as equal as whole pixels allow."""
    free = max(total - GAP * (parts - 1), 0)
    edges = [free * part // parts for part in range(parts + 1)]
    return [(edges[part] + GAP * part, edges[part + 1] - edges[part]) for part in range(parts)]


def _one_and_two(width: int, height: int) -> tuple[Rect, ...]:
    """One half for the axial plane, the other shared by the two upright ones; halves follow the picture's longer side."""
    if width >= height:
        (x0, w0), (x1, w1) = _spans(width, 2)
        (y0, h0), (y1, h1) = _spans(height, 2)
        return Rect(x0, 0, w0, height), Rect(x1, y0, w1, h0), Rect(x1, y1, w1, h1)
    (y0, h0), (y1, h1) = _spans(height, 2)
    (x0, w0), (x1, w1) = _spans(width, 2)
    return Rect(0, y0, width, h0), Rect(x0, y1, w0, h1), Rect(x1, y1, w1, h1)
