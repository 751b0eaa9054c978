"""One figure of the benchmark: how often it was measured, what came out, what must be reached."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Bar:
    """What must be reached: the p50 (for a single value: the value) or the p95 of a row, at most or at least `limit`."""

    of: Literal["p50", "p95"]
    sign: Literal["≤", "≥", "<"]
    limit: float

    def holds(self, value: float) -> bool:
        """Whether `value` reaches it."""
        if self.sign == "≥":
            return value >= self.limit
        return value < self.limit or (self.sign == "≤" and value == self.limit)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table. Without samples (`n` 0) it was not measured, and `note` says why."""

    name: str
    unit: str
    n: int
    p50: float | None = None
    p95: float | None = None
    bars: tuple[Bar, ...] = ()
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether every bar is reached; None where there is none, or no figure."""
        if not self.bars or self.n == 0:
            return None
        values = {"p50": self.p50, "p95": self.p95}
        return all((value := values[bar.of]) is not None and bar.holds(value) for bar in self.bars)

    @property
    def bar_text(self) -> str:
        """The bars in words, as "p50 ≤ 45, p95 ≤ 90"."""
        single = self.p95 is None and all(bar.of == "p50" for bar in self.bars)
        return ", ".join(f"{'' if single else bar.of + ' '}{bar.sign} {bar.limit:g}" for bar in self.bars)

    def as_json(self) -> dict[str, Any]:
        """For the JSON file."""
        bars = [{"of": bar.of, "sign": bar.sign, "limit": bar.limit} for bar in self.bars]
        return {
            "name": self.name, "unit": self.unit, "n": self.n, "p50": self.p50, "p95": self.p95,
            "bars": bars, "met": self.met, "note": self.note,
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Row:
        """Back from the JSON file."""
        bars = tuple(Bar(**bar) for bar in data["bars"])
        return cls(data["name"], data["unit"], data["n"], data["p50"], data["p95"], bars, data["note"])


def percentile(samples: Sequence[float], share: float) -> float:
    """The nearest-rank percentile: a value that was measured, never one between two."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def of_samples(
    name: str, unit: str, samples: Sequence[float], bars: tuple[Bar, ...] = (), note: str = ""
) -> Row:
    """A row from samples; without any it says that none came."""
    if not samples:
        return not_made(name, note or "no sample came", unit=unit, bars=bars)
    return Row(name, unit, len(samples), percentile(samples, 0.5), percentile(samples, 0.95), bars, note)


def of_value(
    name: str, unit: str, value: float, bars: tuple[Bar, ...] = (), note: str = "", n: int = 1
) -> Row:
    """A row of one value: a rate, a share, a size."""
    return Row(name, unit, n, value, None, bars, note)


def not_made(name: str, why: str, *, unit: str = "", bars: tuple[Bar, ...] = ()) -> Row:
    """A row for what could not be measured."""
    return Row(name, unit, 0, bars=bars, note=why)
