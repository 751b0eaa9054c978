"""What a host and its children held after each tenth of a month, and how fast that grows. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scripts.soaking.growth import COUNTED, Memories

COLUMNS = (
    "month host", "largest worker", "largest loader", "largest indexer", "descriptors", "tasks", "children", "files",
    "disk", "index", "shared memory", "unlinked",
)  # fmt: skip
WARM_SHARE = 0.3
"""The first part does not count: caches fill, code is compiled."""


@dataclass(frozen=True, slots=True)
class Row:
    """`values` are megabytes, or counts (growth.COUNTED), by name; the newest ones."""

    openings: int
    seconds: float
    values: dict[str, float]

    @classmethod
    def of(cls, openings: int, seconds: float, samples: Memories) -> Row:
        """From the newest sample of each kind."""
        newest: dict[str, tuple[float, float]] = {}
        for (role, _pid), taken in samples.samples.items():
            if role in COLUMNS and taken and taken[-1] >= newest.get(role, (-1.0, 0.0)):
                newest[role] = taken[-1]
        return cls(openings, seconds, {role: value for role, (_, value) in newest.items()})


def table(rows: Sequence[Row]) -> list[str]:
    """The rows for the eye, and below them how much each grows in 1,000 openings, by the rows after the first third."""
    if not rows:
        return []
    heads = [name.removeprefix("month ") for name in COLUMNS]
    lines = ["  ".join(["openings", *heads])]
    for row in rows:
        cells = [_cell(name, row.values.get(name)) for name in COLUMNS]
        lines.append(_line(f"{row.openings}", heads, cells))
    slopes = [_slope_cell(name, slope(rows, name)) for name in COLUMNS]
    lines.append(_line("per 1000", heads, slopes))
    return lines


def slope(rows: Sequence[Row], name: str) -> float | None:
    """By how much a value grows in 1,000 openings, by least squares; None where too few rows have it."""
    last = rows[-1].openings if rows else 0
    points = [
        (row.openings / 1000, row.values[name])
        for row in rows
        if name in row.values and row.openings >= WARM_SHARE * last
    ]
    if len(points) < 3:
        return None
    middle = [sum(each) / len(points) for each in zip(*points, strict=True)]
    spread = sum((x - middle[0]) ** 2 for x, _ in points)
    return sum((x - middle[0]) * (y - middle[1]) for x, y in points) / spread if spread else None


def _line(first: str, heads: Sequence[str], cells: Sequence[str]) -> str:
    return "  ".join(
        [first.rjust(8), *(cell.rjust(len(head)) for cell, head in zip(cells, heads, strict=True))]
    )


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if name in COUNTED else f"{value:.1f}"


def _slope_cell(name: str, value: float | None) -> str:
    return "-" if value is None else f"{value:+.1f}"
