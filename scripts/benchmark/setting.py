"""What every measurement is given: how long it may take, where the studies lie, where it may write."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from scripts.benchmark.row import Row

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "bench-results"
CHEST = "phantom-chest"
"""The folder of the generated CT, 300 × 512 × 512, among the demonstration studies."""


class NotMeasured(Exception):
    """A measurement can't be made; the message says why, and where possible what to do."""


class LeftOut(NotMeasured):
    """It is left out on purpose, or for want of rights: no fault of this run."""


@dataclass(frozen=True, slots=True)
class Setting:
    """`data` holds the demonstration studies, `scratch` is empty and removed afterwards. `quick` takes fewer samples.

    `peers`: whether to measure others beside; None = where it costs little.
    """

    data: Path
    scratch: Path
    quick: bool
    peers: bool | None = None

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
    in_quick: bool = True
    """Whether it is part of --quick where nothing is asked for by name."""


@dataclass(frozen=True, slots=True)
class Suite:
    """Measurements that go together: their figures have a file and a place in docs/performance.md of their own."""

    measurements: tuple[Measurement, ...]
    file: str
    heading: str

    @property
    def names(self) -> list[str]:
        """What can be asked for."""
        return [measurement.name for measurement in self.measurements]

    def chosen(self, names: Collection[str] | None, quick: bool) -> list[Measurement]:
        """Those of the names; without any, all (or those of a quick run)."""
        if names:
            return [each for each in self.measurements if each.name in names]
        return [each for each in self.measurements if each.in_quick or not quick]
