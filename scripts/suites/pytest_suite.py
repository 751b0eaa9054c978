"""Suites of pytest, counted from its JUnit report."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

from scripts.suites.suite import HANG, ROOT, Outcome, Suite, call

NO_TESTS_COLLECTED = 5


def pytest_suite(*folders: str, options: tuple[str, ...] = ()) -> Callable[[Suite], Outcome]:
    """The tests of `folders` under tests/."""

    def run(suite: Suite) -> Outcome:
        with_tests = [
            f"tests/{folder}" for folder in folders if any((ROOT / "tests" / folder).rglob("test_*.py"))
        ]
        without = sorted({f"tests/{folder}" for folder in folders} - set(with_tests))
        remark = f"NO TESTS YET in {', '.join(without)}" if without else ""
        if remark:
            print(f"!!!! {remark}", flush=True)
        if not with_tests:
            return Outcome(remark=remark)
        with tempfile.TemporaryDirectory(prefix="farview-tests-") as folder:
            report = Path(folder) / "junit.xml"
            command = [sys.executable, "-m", "pytest", f"--junit-xml={report}", *options, *with_tests]
            code = call(command, limit=HANG * suite.budget)
            if not report.exists():
                return Outcome(failed=1, remark=f"pytest ended early ({code})")
            passed, failed = counts(report)
        if code != 0 and failed == 0:
            reason = "collected no test" if code == NO_TESTS_COLLECTED else f"ended with {code}"
            return Outcome(passed, 1, remark=f"pytest {reason}")
        return Outcome(passed, failed, remark=remark)

    return run


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
