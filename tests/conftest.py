"""What holds for every test: a skipped test has failed, no clock decides, and no test leaves a process behind."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path

import pytest

# Python's own, started once for shared memory and kept until the interpreter ends.
_PYTHONS_OWN = b"multiprocessing.resource_tracker"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test needs is installed by scripts/setup: where it is missing, that is a fault, not a reason."""
    report = yield
    refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for modules that skip themselves."""
    report = yield
    refuse_skip(report)
    return report


def refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip, or an expected failure, into a failure."""
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"no test may be skipped here: {report.longreprtext}"


def pytest_pycollect_makemodule(module_path: Path) -> None:
    """Before a module with properties is read, which is when they take their settings; other runs do without Hypothesis."""
    if b"from hypothesis" in module_path.read_bytes():
        no_clock_in_properties()


@cache
def no_clock_in_properties() -> None:
    """An example of a property may take as long as it takes: how busy the machine is says nothing about the property."""
    from hypothesis import HealthCheck, settings

    settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def no_process_left_behind() -> Iterator[None]:
    """Fails the test that starts a child process and does not end it."""
    before = child_processes()
    yield
    left = {pid: command for pid, command in child_processes().items() if pid not in before}
    if left:
        pytest.fail("the test left processes running: " + ", ".join(f"{p} ({c})" for p, c in left.items()))


def child_processes() -> dict[int, str]:
    """Command lines of our direct children, by process id; those that only wait to be reaped count, too."""
    found = {}
    for listing in Path("/proc/self/task").glob("*/children"):
        try:
            pids = listing.read_text().split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # a thread that ended between the two looks; its children are another thread's now
        for pid in pids:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            if _PYTHONS_OWN not in command:
                found[int(pid)] = (
                    command.replace(b"\0", b" ").decode(errors="replace").strip() or "ended, not reaped"
                )
    return found
