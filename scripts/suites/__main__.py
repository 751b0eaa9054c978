"""`scripts/test [--fast]`: every suite in turn, then what came of each."""

from __future__ import annotations

import sys
from pathlib import Path

from scripts.suites.check import check
from scripts.suites.node_suite import node_suite
from scripts.suites.pytest_suite import FEW_SHARES, pytest_suite
from scripts.suites.suite import Outcome, Suite

LANES = 2
"""Processes that run tests side by side: as many as the machine has cores that CI runs on."""
WAITING_LANES = 3
"""Where the tests mostly wait for other programs."""
ALONE = frozenset(
    {
        "test_display.py",  # how soon a watch that looks each second has found what was altered
        "test_link.py",  # rates and round trips of the thin link itself
        "test_link_flows.py",  # the same
        "test_marks.py",  # how many pictures of one drag were seen
        "test_network_change.py",  # round trips until a picture is live again
        "test_picture.py",  # how many pictures of one scroll were seen
        "test_recovery.py",  # how soon a host that hangs is said, and how a killed one's readers come back
        "test_touch.py",  # strokes of fingers, of which a busy browser made another gesture once
        "test_transport_chromium.py",  # that no picture froze
    }
)
"""Files of tests that count pictures or a clock: no other test beside them."""


def alone(file: Path) -> bool:
    """Whether a file of tests must have the machine for itself."""
    return file.name in ALONE


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
    Suite(
        "end to end",
        360,
        pytest_suite("e2e", options=("-q",), lanes=LANES, shares_of_lane=FEW_SHARES, takes=beside_others),
    ),
    Suite("alone", 420, pytest_suite("integration", "e2e", takes=alone)),
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
    # One suite after the other. Tests with a reader's browser wait for most of their time, so that two of them have a
    # core each; where pictures or a clock are counted, the browser has the machine, as a reader's has.
    outcomes = {suite: suite.outcome() for suite in suites}
    print("\n".join(summary(outcomes)), flush=True)
    return 1 if any(outcome.failed for outcome in outcomes.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
