"""The test run is strict: what was skipped or left behind counts as failed, and the sum is of all suites."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.suites import pytest_suite, suite
from scripts.suites.__main__ import ALONE, alone, beside_others, summary
from scripts.suites.pytest_suite import counts
from scripts.suites.suite import Outcome, Suite

TESTS = Path(__file__).resolve().parents[2]
CONFTEST = TESTS / "conftest.py"

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


SLOW_PROPERTY = """
import time
from hypothesis import given, settings, strategies as st

@given(st.booleans())
def test_slow(each): time.sleep(0.25)

@settings(max_examples=3)
@given(st.booleans())
def test_slow_with_settings(each): time.sleep(0.25)
"""


def test_a_property_on_a_slow_machine_has_not_failed(tmp_path: Path) -> None:
    shutil.copy(CONFTEST, tmp_path)
    (tmp_path / "test_slow.py").write_text(SLOW_PROPERTY)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=50)
    assert done.returncode == 0, done.stdout


GOOD = "def test_good(): pass\n"
FILES = {
    "good": (GOOD, 1, 0),
    "bad": (GOOD + "def test_bad(): raise ValueError\n", 1, 1),
    "not to be read": ("raise ValueError\n", 0, 1),
    "gone": (GOOD + "def test_gone():\n    import os\n    os._exit(0)\n", 0, 1),
    "without tests": ("", 0, 0),
}


@pytest.mark.parametrize(("lanes", "kinds"), [*((1, [kind]) for kind in FILES), (2, ["good", *FILES])])
def test_what_came_of_every_process_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lanes: int, kinds: list[str]
) -> None:
    monkeypatch.setattr(pytest_suite, "ROOT", tmp_path)
    monkeypatch.setattr(suite, "ROOT", tmp_path)
    (tmp_path / "tests/some").mkdir(parents=True)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    for number, kind in enumerate(kinds):
        (tmp_path / f"tests/some/test_{number}.py").write_text(FILES[kind][0])
    run = pytest_suite.pytest_suite("some", options=("-q",), lanes=lanes)
    outcome = run(Suite("some", 50, run))
    passed, failed = (sum(FILES[kind][at] for kind in kinds) for at in (1, 2))
    assert (outcome.passed, outcome.failed) == (passed, failed if passed + failed else 1)
    assert bool(outcome.remark) == ("gone" in kinds or passed + failed == 0)


def test_files_that_are_not_taken_are_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pytest_suite, "ROOT", tmp_path)
    monkeypatch.setattr(suite, "ROOT", tmp_path)
    (tmp_path / "tests/some").mkdir(parents=True)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    for kind in ("good", "bad"):
        (tmp_path / f"tests/some/test_{kind}.py").write_text(FILES[kind][0])
    run = pytest_suite.pytest_suite("some", options=("-q",), takes=lambda file: file.name == "test_good.py")
    outcome = run(Suite("some", 50, run))
    assert (outcome.passed, outcome.failed, outcome.remark) == (1, 0, "")


def test_a_file_is_run_alone_or_beside_others_and_those_named_are_there_once() -> None:
    browser = list((TESTS / "e2e").rglob("test_*.py"))
    files = list((TESTS / "integration").rglob("test_*.py"))
    assert browser
    assert all(alone(file) for file in browser), "end-to-end tests run beside nothing"
    assert sorted(file.name for file in files if alone(file)) == sorted(ALONE)
    assert all(alone(file) != beside_others(file) for file in files)


@pytest.mark.parametrize("count", [1, 2, 3, 12])
@pytest.mark.parametrize("files", [1, 2, 11, 12, 13, 40])
def test_every_file_is_in_one_share_and_no_share_is_empty(tmp_path: Path, count: int, files: int) -> None:
    there = [tmp_path / f"test_{number}.py" for number in range(files)]
    for number, file in enumerate(there):
        file.write_text("x" * (number % 7))
    parts = pytest_suite.shares(there, count)
    assert sorted(file for part in parts for file in part) == sorted(there)
    assert all(parts)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_the_last_line_is_the_sum_of_all_suites() -> None:
    first = Suite("first", 1, lambda suite: Outcome())
    second = Suite("second", 1, lambda suite: Outcome())
    lines = summary({first: Outcome(3, 1, 0.5), second: Outcome(4, 0, 2.0, "NO TESTS YET in tests/second")})
    assert lines[-1] == "7 passed, 1 failed"
    assert any("OVER BUDGET" in line and line.startswith("second") for line in lines)
    assert any("NO TESTS YET" in line for line in lines)
