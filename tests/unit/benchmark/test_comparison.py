"""The comparison of two commits: ratio, interval, verdict, the table, and what may not pass."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from scripts.benchmark.__main__ import parse
from scripts.benchmark.against import compare, gone, order, summary
from scripts.benchmark.checkout import Checkout
from scripts.benchmark.comparison import (
    Comparison,
    Run,
    compared,
    comparison_json,
    comparison_table,
    interval_of_ratio,
    larger_is_better,
    ratio_of_medians,
    verdict,
)
from scripts.benchmark.row import Bar, Row, not_made, of_value

STEADY = (100.0, 101.0, 99.0, 100.5, 99.5)
NOISY = (60.0, 140.0, 100.0, 75.0, 130.0)


def runs(values: Sequence[float | None], unit: str = "ms", bars: tuple[Bar, ...] = ()) -> list[Run]:
    """One run for each value of the row "step"; None: it failed."""
    return [
        Run((of_value("step", unit, value, bars),), good=True)
        if value is not None
        else Run((not_made("step", "why"),), good=False)
        for value in values
    ]


def one(old: Sequence[float | None], new: Sequence[float | None], unit: str = "ms") -> Comparison:
    """The comparison's only row."""
    (row,) = compared(runs(old, unit), runs(new, unit))
    return row


def times(values: Sequence[float], factor: float) -> list[float]:
    """All of them, so much larger."""
    return [value * factor for value in values]


def test_the_ratio_is_of_medians_and_above_1_where_worse() -> None:
    pairs = [(10.0, 20.0), (10.0, 22.0), (1000.0, 21.0)]
    assert ratio_of_medians(pairs) == 2.1
    assert ratio_of_medians(pairs, larger=True) == pytest.approx(1 / 2.1)


@pytest.mark.parametrize(
    ("pair", "larger", "ratio"),
    [
        ((0.0, 0.0), False, 1.0),
        ((0.0, 3.0), False, math.inf),
        ((3.0, 0.0), False, 0.0),
        ((3.0, 0.0), True, math.inf),
        ((0.0, 3.0), True, 0.0),
    ],
)
def test_a_ratio_with_nothing_says_which_way_it_went(
    pair: tuple[float, float], larger: bool, ratio: float
) -> None:
    assert ratio_of_medians([pair] * 5, larger) == ratio


def test_the_interval_holds_the_ratio_is_repeatable_and_grows_with_the_noise() -> None:
    widths = []
    for values in (STEADY, NOISY):
        pairs = list(zip(values, reversed(times(values, 1.2)), strict=True))
        low, high = interval_of_ratio(pairs)
        assert low <= ratio_of_medians(pairs) <= high
        assert interval_of_ratio(pairs) == (low, high)
        widths.append(high - low)
    assert widths[0] < widths[1]


def test_what_both_runs_of_a_pair_share_does_not_widen_the_interval() -> None:
    low, high = interval_of_ratio([(value, 2 * value) for value in NOISY])
    assert low == high == 2.0


@pytest.mark.parametrize(
    ("ratio", "interval", "expected"),
    [
        (1.20, (1.10, 1.30), "slower"),
        (1.051, (1.001, 1.10), "slower"),
        (1.05, (1.04, 1.06), "no difference"),
        (1.20, (1.0, 1.4), "no difference"),
        (1.20, (0.9, 1.4), "no difference"),
        (math.inf, (math.inf, math.inf), "slower"),
        (1.0, (1.0, 1.0), "no difference"),
        (0.80, (0.7, 0.9), "faster"),
        (0.80, (0.7, 1.1), "no difference"),
        (0.97, (0.96, 0.98), "no difference"),
    ],
)
def test_slower_takes_both_the_size_and_the_interval(
    ratio: float, interval: tuple[float, float], expected: str
) -> None:
    assert verdict(ratio, interval) == expected


@pytest.mark.parametrize(
    ("unit", "bars", "larger"),
    [
        ("ms", (), False),
        ("ms", (Bar("p50", "≤", 45),), False),
        ("%", (Bar("p50", "<", 1),), False),
        ("1/s", (), True),
        ("dB", (Bar("p50", "≥", 42),), True),
    ],
)
def test_which_way_is_worse_follows_from_the_unit_and_the_bar(
    unit: str, bars: tuple[Bar, ...], larger: bool
) -> None:
    assert larger_is_better(of_value("row", unit, 1.0, bars)) is larger
    (row,) = compared(runs(STEADY, unit, bars), runs(times(STEADY, 1.3), unit, bars))
    assert row.verdict == ("faster" if larger else "slower")
    (row,) = compared(runs(STEADY, unit, bars), runs(times(STEADY, 0.7), unit, bars))
    assert row.verdict == ("slower" if larger else "faster")


def test_noise_alone_is_no_difference() -> None:
    row = one(NOISY, list(reversed(times(NOISY, 1.1))))
    assert row.ratio == pytest.approx(1.1)
    assert row.verdict == "no difference"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (STEADY, (*STEADY[:4], None), "not measured"),
        ((None, *STEADY[:4]), STEADY, "not measured"),
        (STEADY, (None,) * 5, "not measured"),
        ((None,) * 5, STEADY, "not measured"),
        (STEADY, (-1.0, *STEADY[:4]), "not comparable"),
    ],
)
def test_a_row_without_five_pairs_or_a_ratio_gets_no_verdict(
    old: Sequence[float | None], new: Sequence[float | None], expected: str
) -> None:
    row = one(old, new)
    assert row.verdict == expected
    assert row.ratio is None
    assert row.note
    assert summary([row])[0] is False


def test_a_pair_too_few_is_made_up_by_one_more() -> None:
    assert one((None, *STEADY), (*STEADY, 100.0)).pairs == 5


def test_rows_of_one_commit_only_are_new_or_gone_and_of_another_unit_both() -> None:
    rows = compared(runs(STEADY, "ms"), runs(STEADY, "s"))
    assert {(row.unit, row.verdict) for row in rows} == {("ms", "gone"), ("s", "new")}
    assert summary([*rows, one(STEADY, STEADY)])[0] is True


def test_what_neither_commit_can_measure_is_listed_with_the_reason() -> None:
    row = one((None,) * 5, (None,) * 5)
    assert (row.verdict, row.note) == ("not measured", "why")
    assert summary([row, one(STEADY, STEADY)]) == (True, "no row is slower")


def test_one_slower_row_is_enough_to_fail() -> None:
    rows = [one(STEADY, STEADY), one(STEADY, times(STEADY, 1.2))]
    assert summary(rows[:1])[0] is True
    assert summary(rows) == (False, "slower: step")
    assert summary([])[0] is False


def test_the_table_and_the_file_say_ratio_interval_and_verdict() -> None:
    rows = [
        one(STEADY, times(STEADY, 2.0)),
        one((0.0,) * 5, (1.0,) * 5),
        Comparison("mr", "", "new", note="a note"),
    ]
    head, _line, first, second, third, note = comparison_table(rows)
    assert head.split() == ["name", "pairs", "old", "new", "unit", "ratio", "95", "%", "verdict"]
    assert first.split() == ["step", "5", "100", "200", "ms", "2.000", "2.000–2.000", "SLOWER"]
    assert second.endswith("SLOWER")
    assert third.split() == ["mr", "0", "new"]
    assert note.strip() == "a note"
    told = json.loads(comparison_json(rows, {"pairs": 5}))
    assert told["rows"][0]["interval"] == [2.0, 2.0]
    assert (told["rows"][1]["ratio"], told["rows"][1]["verdict"]) == (None, "slower")


def test_the_runs_change_sides_so_that_drift_meets_both() -> None:
    assert [side for _, side in order(3)] == ["old", "new", "new", "old", "old", "new"]
    sides = list(order(5))
    assert sorted(sides) == sorted((pair, side) for pair in range(5) for side in ("old", "new"))


class _Known(Checkout):
    """A checkout that need not be asked what it has."""

    def names(self, suite: str) -> list[str]:
        return ["step", "old-one"]


def test_each_measurement_is_run_in_turn_and_those_of_one_side_are_not(tmp_path: Path) -> None:
    old, new = _Known(tmp_path, "a"), Checkout(tmp_path, "b")
    asked: list[tuple[str, str, str]] = []

    def measure(checkout: Checkout, suite: str, name: str, options: Sequence[str], file: Path) -> Run:
        assert options == ["--quick"]
        asked.append((checkout.commit, name, file.name))
        value = 1.0 if checkout.commit == "a" else 2.0
        return Run((Row(name, "ms", 1, value),), good=True)

    rows = compare("", ["step", "mr"], {"old": old, "new": new}, ["--quick"], 5, tmp_path / "runs", measure)
    assert [(row.name, row.verdict) for row in rows] == [("step", "slower"), ("mr", "new")]
    assert "".join(commit for commit, _, _ in asked) == "abbaabbaab"
    assert {name for _, name, _ in asked} == {"step"}
    assert len({file for _, _, file in asked}) == 10
    assert [(row.name, row.verdict) for row in gone("", ["step", "mr"], old)] == [("old-one", "gone")]


def test_a_run_that_leaves_no_file_has_no_rows_and_is_not_good(tmp_path: Path) -> None:
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 0\n")
    python.chmod(0o755)
    file = tmp_path / "of-an-earlier-run.json"
    file.write_text('{"rows": []}')
    assert Checkout(tmp_path, "a").measure("", "step", [], file) == Run((), good=False)


@pytest.mark.parametrize(
    "arguments", [["--against", "HEAD", "--write-docs"], ["--against", "HEAD", "--pairs", "4"]]
)
def test_a_comparison_that_could_not_hold_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        parse(arguments)
