"""The test run is strict: what was skipped or left behind counts as failed, and the sum is of all suites."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from scripts.suites.__main__ import summary
from scripts.suites.pytest_suite import counts
from scripts.suites.suite import Outcome, Suite

CONFTEST = Path(__file__).resolve().parents[2] / "conftest.py"

LAX_TESTS = """
import subprocess
import pytest

def test_good(): pass

def test_that_skips_itself(): getattr(pytest, "skip")("nothing here")

@getattr(pytest.mark, "xfail")
def test_that_is_expected_to_fail(): raise ValueError

def test_that_leaves_a_process():
    global process
    process = subprocess.Popen(["sleep", "1"])
"""


def test_skips_expected_failures_and_left_processes_count_as_failed(tmp_path: Path) -> None:
    shutil.copy(CONFTEST, tmp_path)
    (tmp_path / "test_lax.py").write_text(LAX_TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    report = tmp_path / "junit.xml"
    command = [sys.executable, "-m", "pytest", "-q", f"--junit-xml={report}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=50)
    assert done.returncode == 1, done.stdout
    assert counts(report)[1] == 3, done.stdout
    assert "left processes running" in done.stdout


def test_the_last_line_is_the_sum_of_all_suites() -> None:
    first = Suite("first", 1, lambda suite: Outcome())
    second = Suite("second", 1, lambda suite: Outcome())
    lines = summary({first: Outcome(3, 1, 0.5), second: Outcome(4, 0, 2.0, "NO TESTS YET in tests/second")})
    assert lines[-1] == "7 passed, 1 failed"
    assert any("OVER BUDGET" in line and line.startswith("second") for line in lines)
    assert any("NO TESTS YET" in line for line in lines)
