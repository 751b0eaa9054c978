"""What every measurement is given: how long it may take, where the studies lie, where it may write."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from scripts.benchmark.row import Row

ROOT = Path(__file__).resolve().parents[2]
CHEST = "phantom-chest"
"""The folder of the generated CT, 300 × 512 × 512, among the demonstration studies."""


class NotMeasured(Exception):
    """A measurement can't be made; the message says why, and where possible what to do."""


class LeftOut(NotMeasured):
    """It is left out on purpose, or for want of rights: no fault of this run."""


@dataclass(frozen=True, slots=True)
class Setting:
    """`data` holds the demonstration studies, `scratch` is empty and removed afterwards. `quick` takes fewer samples."""

    data: Path
    scratch: Path
    quick: bool

    def folder(self, name: str) -> Path:
        """A fresh folder for one run of Farview."""
        path = self.scratch / name
        path.mkdir()
        return path


@dataclass(frozen=True, slots=True)
class Measurement:
    """Something that can be asked for by name; `run` gives its rows, and raises NotMeasured where it can't."""

    name: str
    run: Callable[[Setting], Awaitable[list[Row]]]
