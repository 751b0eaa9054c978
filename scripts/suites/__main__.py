"""`scripts/test [--fast]`: every suite in turn, then what came of each."""

from __future__ import annotations

import sys
from pathlib import Path

from scripts.suites.check import check
from scripts.suites.node_suite import node_suite
from scripts.suites.pytest_suite import pytest_suite
from scripts.suites.suite import Outcome, Suite

LANES = 2
"""Processes that run tests side by side: as many as the machine has cores that CI runs on."""
WAITING_LANES = 3
"""Where the tests mostly wait for other programs."""
ALONE = frozenset({"test_link.py", "test_link_flows.py", "test_transport_chromium.py"})
"""Files of integration tests that count pictures or a clock."""


def alone(file: Path) -> bool:
    """Whether a file of tests must have the machine for itself, as a reader's browser has."""
    return file.parent.name == "e2e" or file.name in ALONE


def beside_others(file: Path) -> bool:
    """The opposite."""
    return not alone(file)


FAST = (
    Suite("check", 40, check),
    Suite(
        "unit and contract",
        30,
        pytest_suite("unit", "contract", options=("-q", "-m", "not root"), lanes=LANES),
    ),
    Suite("browser modules", 10, node_suite),
)
ALL = (
    Suite("check", 40, check),
    Suite("unit and contract", 120, pytest_suite("unit", "contract", options=("-q",), lanes=LANES)),
    Suite("browser modules", 30, node_suite),
    Suite("render", 30, pytest_suite("render", options=("-q",), lanes=LANES, shares_of_lane=1)),
    Suite(
        "integration",
        480,
        pytest_suite("integration", options=("-q",), lanes=WAITING_LANES, takes=beside_others),
    ),
    Suite("end to end", 960, pytest_suite("integration", "e2e", takes=alone)),
)


def summary(outcomes: dict[Suite, Outcome]) -> list[str]:
    """One line for each suite and, last, the sum in the form that test runners use."""
    lines = ["", "──── summary"]
    for suite, outcome in outcomes.items():
        late = "  OVER BUDGET" if outcome.seconds > suite.budget else ""
        lines.append(
            f"{suite.name:<18} {outcome.passed:>5} passed {outcome.failed:>3} failed "
            f"{outcome.seconds:>6.1f} s of {suite.budget} s{late}"
        )
        if outcome.remark:
            lines.append(f"{'':<18} {outcome.remark}")
    passed = sum(outcome.passed for outcome in outcomes.values())
    failed = sum(outcome.failed for outcome in outcomes.values())
    return [*lines, "", f"{passed} passed, {failed} failed"]


def main(arguments: list[str]) -> int:
    """Run the suites; 0 where nothing failed."""
    suites = FAST if arguments == ["--fast"] else ALL
    # One suite after the other. Where pictures or a clock are counted, the browser has the machine, as a reader's has.
    outcomes = {suite: suite.outcome() for suite in suites}
    print("\n".join(summary(outcomes)), flush=True)
    return 1 if any(outcome.failed for outcome in outcomes.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
