"""The rows of the comparison: Farview's have trame's best as their bar. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from scripts.benchmark.links.case import Case
from scripts.benchmark.peers.seen import Seen
from scripts.benchmark.peers.watching import Watched
from scripts.benchmark.row import Bar, Row, not_made, of_samples, of_value
from scripts.benchmark.setting import NotMeasured

FARVIEW = "Farview"


def compared(case: Case, watched: Mapping[str, Watched]) -> list[Row]:
    """What was measured of each viewer, figure by figure, Farview first."""
    tables = [_rows(f"{case.name}: {name}", each, case.psnr) for name, each in watched.items()]
    names = list(watched)
    found: list[Row] = []
    for rows in zip(*tables, strict=True):
        for name, row in zip(names, rows, strict=True):
            others = [other for n, other in zip(names, rows, strict=True) if n != FARVIEW]
            found.append(
                replace(row, bars=bars_of(others, higher=row.unit == "1/s")) if name == FARVIEW else row
            )
    return found


def bars_of(others: Sequence[Row], *, higher: bool) -> tuple[Bar, ...]:
    """At least as good as the best of the others in p50 and, where there is one, in p95."""
    bars = []
    for percentile, values in (
        ("p50", [row.p50 for row in others if row.p50 is not None]),
        ("p95", [row.p95 for row in others if row.p95 is not None]),
    ):
        if values:
            best = max(values) if higher else min(values)
            bars.append(Bar("p50" if percentile == "p50" else "p95", "≥" if higher else "≤", round(best, 1)))
    return tuple(bars)


def _rows(name: str, watched: Watched, enough: float) -> list[Row]:
    rows = [
        of_value(f"{name}: navigation → first picture", "s", watched.first_picture / 1000),
        _step_row(f"{name}: step → the right picture", watched.steps, enough),
    ]
    for motion, seen in (("wheel", watched.wheel), ("window drag", watched.drag)):
        rows += _motion_rows(f"{name}: {motion}", seen, enough)
    return rows


def _step_row(name: str, steps: Sequence[Seen], enough: float) -> Row:
    right, first, final = [], [], []
    for step in steps:
        try:
            right.append(step.right(enough))
            first.append(step.first_change())
            final.append(step.last_change())
        except NotMeasured:
            continue
    row = of_samples(name, "ms", right)
    if not right:
        return row
    firsts, finals = of_samples("", "ms", first), of_samples("", "ms", final)
    lost = f"; {len(steps) - len(right)} steps changed nothing" if len(right) < len(steps) else ""
    return replace(row, note=f"first change {firsts.p50:.0f} ms p50, final {finals.p50:.0f} ms p50{lost}")


def _motion_rows(name: str, seen: Seen | None, enough: float) -> list[Row]:
    names = (f"{name}, changes", f"{name}, longest gap", f"{name}, last input → the right picture")
    if seen is None:
        return [not_made(each, "not reached") for each in names]
    try:
        right, final = seen.right(enough), seen.last_change()
    except NotMeasured as reason:
        return [not_made(each, str(reason)) for each in names]
    still = "" if seen.settled else "; it had still not settled when the watch ended"
    return [
        of_value(names[0], "1/s", seen.rate()),
        of_value(names[1], "ms", seen.longest_gap()),
        of_value(names[2], "ms", right, (), f"final after {final:.0f} ms{still}"),
    ]
