"""What two commits measured of one row, run after run in turn: the ratio, how sure it is, and whether that is slower."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal

from scripts.benchmark.report import Cells, laid_out, number
from scripts.benchmark.row import Row, percentile

PAIRS = 5
"""The fewest paired runs from which anything is said."""
SLOWER = 1.05
"""A row is slower from here on, if its interval agrees."""
RESAMPLES = 4000
SEED = 1
Verdict = Literal["slower", "faster", "no difference", "not comparable", "not measured", "new", "gone"]
_HEAD = ("name", "pairs", "old", "new", "unit", "ratio", "95 %", "verdict")


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one measurement: its rows, and whether all of it could be measured."""

    rows: tuple[Row, ...]
    good: bool

    def value(self, key: tuple[str, str]) -> float | None:
        """The figure of the row with this name and unit: its median, or its one value."""
        return next((row.p50 for row in self.rows if row.n and (row.name, row.unit) == key), None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A row of the comparison. `ratio` and `interval` are above 1 where the new commit is worse; None where nothing is said."""

    name: str
    unit: str
    verdict: Verdict
    pairs: int = 0
    old: float | None = None
    new: float | None = None
    ratio: float | None = None
    interval: tuple[float, float] | None = None
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """For the JSON file, which knows no infinity: None, and the verdict says the rest."""
        return {
            "name": self.name, "unit": self.unit, "verdict": self.verdict, "pairs": self.pairs, "old": self.old,
            "new": self.new, "ratio": _finite(self.ratio),
            "interval": self.interval and [_finite(end) for end in self.interval], "note": self.note,
        }  # fmt: skip

    @property
    def in_doubt(self) -> bool:
        """Whether some runs have a figure and yet nothing can be said: no reason to call it as fast as before."""
        return self.verdict == "not measured" and (self.old is not None or self.new is not None)


def larger_is_better(row: Row) -> bool:
    """Whether more of it is better: a rate, or what has a bar "at least"."""
    return row.unit == "1/s" or any(bar.sign == "≥" for bar in row.bars)


def ratio_of_medians(pairs: Sequence[tuple[float, float]], larger: bool = False) -> float:
    """Of pairs (old, new), none below 0: new/old, or old/new where `larger` is better. So above 1 is worse.

    Infinite where what it is divided by is 0; 1 where both are.
    """
    old, new = median(old for old, _ in pairs), median(new for _, new in pairs)
    worse, better = (old, new) if larger else (new, old)
    if better == 0:
        return 1.0 if worse == 0 else math.inf
    return worse / better


def interval_of_ratio(pairs: Sequence[tuple[float, float]], larger: bool = False) -> tuple[float, float]:
    """The 95 % interval of that ratio: percentiles of a bootstrap over the pairs (always the same draws)."""
    chance = random.Random(SEED)
    ratios = [ratio_of_medians(chance.choices(pairs, k=len(pairs)), larger) for _ in range(RESAMPLES)]
    return percentile(ratios, 0.025), percentile(ratios, 0.975)


def verdict(ratio: float, interval: tuple[float, float]) -> Verdict:
    """Slower, or faster, only where the ratio is off by more than 5 % and the interval excludes 1."""
    low, high = interval
    if ratio > SLOWER and low > 1:
        return "slower"
    if ratio < 1 / SLOWER and high < 1:
        return "faster"
    return "no difference"


def compared(old: Sequence[Run], new: Sequence[Run]) -> list[Comparison]:
    """All rows that the paired runs of one measurement have, in their order; rows of another unit are other rows."""
    known: dict[tuple[str, str], Row] = {}
    unmeasured: dict[str, Row] = {}
    for run in (*new, *old):
        for row in run.rows:
            if row.n:
                known.setdefault((row.name, row.unit), row)
            else:
                unmeasured.setdefault(row.name, row)
    names = {name for name, _ in known}
    found = [_compared(row, old, new) for row in known.values()]
    found += [
        Comparison(name, row.unit, "not measured", note=row.note)
        for name, row in unmeasured.items()
        if name not in names
    ]
    return found


def _compared(row: Row, old: Sequence[Run], new: Sequence[Run]) -> Comparison:
    key = (row.name, row.unit)
    before, after = [run.value(key) for run in old], [run.value(key) for run in new]
    pairs = [(a, b) for a, b in zip(before, after, strict=True) if a is not None and b is not None]
    middles = _middle(before), _middle(after)
    # A commit whose run failed may well have the row: only good runs tell that it is not there.
    if middles[0] is None and all(run.good for run in old):
        return Comparison(*key, "new", 0, *middles)
    if middles[1] is None and all(run.good for run in new):
        return Comparison(*key, "gone", 0, *middles)
    if len(pairs) < PAIRS:
        note = f"both commits have a figure in {len(pairs)} of {len(old)} pairs; {PAIRS} are needed"
        return Comparison(*key, "not measured", len(pairs), *middles, note=note)
    if any(value < 0 for pair in pairs for value in pair):
        return Comparison(*key, "not comparable", len(pairs), *middles, note="figures below 0 have no ratio")
    larger = larger_is_better(row)
    ratio, interval = ratio_of_medians(pairs, larger), interval_of_ratio(pairs, larger)
    return Comparison(*key, verdict(ratio, interval), len(pairs), *middles, ratio, interval)


def _middle(values: Sequence[float | None]) -> float | None:
    there = [value for value in values if value is not None]
    return median(there) if there else None


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def comparison_table(rows: Sequence[Comparison]) -> list[str]:
    """Lines of even columns; a note follows its row."""
    return laid_out(_HEAD, [(_cells(row), row.note) for row in rows])


def _cells(row: Comparison) -> Cells:
    interval = "–".join(f"{end:.3f}" for end in row.interval) if row.interval else ""
    ratio = "" if row.ratio is None else f"{row.ratio:.3f}"
    return (
        row.name, str(row.pairs), number(row.old), number(row.new), row.unit, ratio, interval, row.verdict.upper()
        if row.verdict == "slower" else row.verdict,
    )  # fmt: skip


def comparison_json(rows: Sequence[Comparison], about: dict[str, Any]) -> str:
    """Everything that came out, and of what."""
    content = {**about, "rows": [row.as_json() for row in rows]}
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
