"""Rows, bars and the table in docs/performance.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.benchmark.__main__ import SUITES
from scripts.benchmark.report import BEGIN, DOCUMENT, END, as_json, marks, table, write_document
from scripts.benchmark.row import Bar, Row, not_made, of_samples, of_value, percentile
from scripts.benchmark.setting import Suite

ABOUT: dict[str, Any] = {
    "quick": False,
    "machine": {"cpu": "Abacus", "cores": 2, "memory_gb": 8.0, "kernel": "6.1", "system": "Debian"},
    "versions": dict.fromkeys(("python", "chromium", "vtk", "aiortc", "av", "commit"), "1")
    | {"changed_files": 0},
    "load": {"before": {"at": "2026-01-01", "load_average": [0.1]}, "after": {"load_average": [0.2]}},
}


def test_percentiles_are_values_that_were_measured() -> None:
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile(list(range(1, 101)), 0.95) == 95
    assert percentile([7], 0.95) == 7


def test_a_bar_is_met_only_when_all_of_it_is() -> None:
    bars = (Bar("p50", "≤", 45), Bar("p95", "≤", 90))
    assert of_samples("step", "ms", [45.0] * 20, bars).met is True
    assert of_samples("step", "ms", [40.0] * 18 + [91.0] * 2, bars).met is False
    assert of_value("rate", "1/s", 29.9, (Bar("p50", "≥", 30),)).met is False
    assert of_value("idle", "%", 1.0, (Bar("p50", "<", 1),)).met is False
    assert of_value("size", "MB", 5.0).met is None


def test_what_was_not_measured_meets_nothing_and_says_why() -> None:
    row = of_samples("step", "ms", [], (Bar("p50", "≤", 45),))
    assert row.met is None
    assert row.note
    lines = "\n".join(table([not_made("link", "a thin link needs root")]))
    assert "not measured" in lines
    assert "a thin link needs root" in lines


def test_rows_come_back_from_the_file_as_they_went() -> None:
    rows = [of_samples("step", "ms", [1.0, 2.0], (Bar("p95", "≤", 90),), "a note"), not_made("link", "why")]
    assert [Row.from_json(row) for row in json.loads(as_json(rows, ABOUT))["rows"]] == rows


def test_writing_the_figures_replaces_those_before_and_nothing_else(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"before\n{BEGIN}\nold figures\n{END}\nafter\n")
    data = json.loads(as_json([of_value("size", "MB", 5.0)], ABOUT))
    write_document(data, document=page)
    once = page.read_text()
    assert once.startswith("before\n")
    assert once.endswith("\nafter\n")
    assert "old figures" not in once
    assert "| size | 1 | 5.00 |" in once
    write_document(data, document=page)
    assert page.read_text() == once


def test_a_page_without_a_place_for_figures_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("no marks\n")
    with pytest.raises(ValueError, match="no place for figures"):
        write_document(ABOUT | {"rows": []}, document=page)


@pytest.mark.parametrize("suite", SUITES.values(), ids=lambda suite: suite.file)
def test_the_page_has_a_place_for_the_figures_of_each_suite(suite: Suite) -> None:
    text = DOCUMENT.read_text()
    begin, end = marks(suite.heading)
    assert text.count(begin) == text.count(end) == 1
    assert text.index(begin) < text.index(end)


def test_the_places_of_two_suites_do_not_touch_each_other(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    places = "\n".join(line for suite in SUITES.values() for line in marks(suite.heading))
    page.write_text(places)
    for suite in SUITES.values():
        data = json.loads(as_json([of_value(suite.file, "MB", 5.0)], ABOUT))
        write_document(data, suite.heading, page)
    assert all(page.read_text().count(f"| {suite.file} |") == 1 for suite in SUITES.values())


def test_a_name_may_be_asked_for_that_a_quick_run_leaves_out() -> None:
    suite = SUITES["link"]
    assert "good" not in {each.name for each in suite.chosen(None, quick=True)}
    assert [each.name for each in suite.chosen(["good"], quick=True)] == ["good"]
    assert [each.name for each in suite.chosen(None, quick=False)] == suite.names
