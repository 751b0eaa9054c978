"""Suites of pytest, counted from JUnit reports; the files of a suite may be run by several processes side by side."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from scripts.suites.suite import HANG, ROOT, Outcome, Suite, call

NO_TESTS_COLLECTED = 5
SHARES = 6
"""Shares of the files for each lane: enough that the lanes end together, few, since each has pytest started."""
SLOWEST = ("--durations=12", "--durations-min=5")
"""What is said of the time of each run: the tests that take it."""


def pytest_suite(
    *folders: str,
    options: tuple[str, ...] = (),
    lanes: int = 1,
    shares_of_lane: int = SHARES,
    takes: Callable[[Path], bool] = lambda file: True,
) -> Callable[[Suite], Outcome]:
    """The tests of `folders` under tests/ in the files that it `takes`, by as many processes at a time as there are lanes.

    In one lane each folder has its process; in several, a share of the files of all folders.
    """

    def run(suite: Suite) -> Outcome:
        files = {
            folder: sorted(file for file in (ROOT / "tests" / folder).rglob("test_*.py") if takes(file))
            for folder in folders
        }
        without = sorted(f"tests/{folder}" for folder, found in files.items() if not found)
        remark = f"NO TESTS YET in {', '.join(without)}" if without else ""
        if remark:
            print(f"!!!! {remark}", flush=True)
        found = [file for folder in folders for file in files[folder]]
        if not found:
            return Outcome(remark=remark)
        whole = [files[folder] for folder in folders if files[folder]]
        parts = shares(found, lanes * shares_of_lane) if lanes > 1 else whole
        outcomes = asyncio.run(_in_lanes(parts, options, lanes, HANG * suite.budget))
        passed = sum(outcome.passed for outcome in outcomes)
        failed = sum(outcome.failed for outcome in outcomes)
        if passed + failed == 0:
            return Outcome(failed=1, remark="pytest collected no test")
        said = [remark, *sorted({outcome.remark for outcome in outcomes})]
        return Outcome(passed, failed, remark="; ".join(word for word in said if word))

    return run


def shares(files: Sequence[Path], count: int) -> list[list[Path]]:
    """The files dealt out to at most `count` shares, the longest first, so that each has some of every length."""
    dealt = sorted(files, key=lambda file: (-file.stat().st_size, file))
    return [dealt[first::count] for first in range(min(count, len(dealt)))]


async def _in_lanes(
    parts: Sequence[list[Path]], options: tuple[str, ...], lanes: int, limit: float
) -> list[Outcome]:
    """What came of each part; whoever is free takes the next. `limit` is in seconds, for all of them together."""
    end = time.monotonic() + limit
    waiting = list(parts)
    outcomes: list[Outcome] = []

    async def lane() -> None:
        while waiting:
            part = waiting.pop(0)
            outcomes.append(await _part(part, options, max(0.0, end - time.monotonic()), aside=lanes > 1))

    async with asyncio.TaskGroup() as group:
        for _ in range(lanes):
            group.create_task(lane())
    return outcomes


async def _part(files: list[Path], options: tuple[str, ...], limit: float, *, aside: bool) -> Outcome:
    """One run of pytest. What it says is shown as it comes or, `aside` of another run, in one piece at its end."""
    with tempfile.TemporaryDirectory(prefix="farview-tests-") as folder:
        report, said = Path(folder) / "junit.xml", Path(folder) / "said"
        command = [
            sys.executable,
            "-m",
            "pytest",
            f"--junit-xml={report}",
            *SLOWEST,
            *options,
            *map(str, files),
        ]
        code = await call(command, limit=limit, output=said if aside else None)
        if aside:
            print(said.read_text(errors="replace"), flush=True)
        if not report.exists():
            return Outcome(failed=1, remark=f"pytest ended early ({code})")
        passed, failed = counts(report)
    if code not in (0, NO_TESTS_COLLECTED) and failed == 0:
        return Outcome(passed, 1, remark=f"pytest ended with {code}")
    return Outcome(passed, failed)


def counts(report: Path) -> tuple[int, int]:
    """Passed and failed tests of a JUnit report; a skipped one has not passed."""
    # The report is our own pytest's, made a moment ago.
    suites = ET.parse(report).getroot().iter("testsuite")
    passed = failed = 0
    for suite in suites:
        bad = sum(int(suite.get(name, "0")) for name in ("failures", "errors", "skipped"))
        failed += bad
        passed += max(0, int(suite.get("tests", "0")) - bad)
    return passed, failed
