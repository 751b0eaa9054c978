"""What the eye makes of changes, and how Farview's rows are held against the others'."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from scripts.benchmark.links.case import HOME
from scripts.benchmark.peers.rows import FARVIEW, compared
from scripts.benchmark.peers.seen import Seen, seen
from scripts.benchmark.peers.watching import Watched
from scripts.benchmark.setting import NotMeasured


def points(grey: int) -> str:
    """All alike."""
    return base64.b64encode(bytes([grey] * 4096)).decode()


def taken(inputs: list[float], changes: list[tuple[float, int]]) -> dict[str, Any]:
    """The wheel at those times; each change leaves all points at one grey value."""
    return {
        "inputs": [{"type": "wheel", "t": t, "buttons": 0} for t in inputs],
        "frames": 100,
        "before": points(0),
        "changes": [{"t": t, "grey": points(grey)} for t, grey in changes],
    }


def watch(inputs: list[float], changes: list[tuple[float, int]]) -> Seen:
    return seen(taken(inputs, changes), "wheel", settled=True)


def test_the_right_picture_is_the_first_of_those_like_the_last() -> None:
    step = watch([1000.0], [(1050.0, 90), (1200.0, 101), (1400.0, 100)])
    assert (step.first_change(), step.right(38), step.last_change()) == (50, 200, 400)


def test_a_picture_that_leaves_the_right_one_again_is_not_it() -> None:
    step = watch([1000.0], [(1050.0, 100), (1200.0, 50), (1400.0, 100)])
    assert step.right(38) == 400


def test_the_old_image_in_better_quality_is_not_the_right_one() -> None:
    # Both are alike enough for 30 dB, but the picture at 1100 is no nearer to the last one than what was there before.
    step = watch([1000.0], [(900.0, 94), (1100.0, 106), (1300.0, 99), (1500.0, 100)])
    assert step.right(30) == 300


def test_rate_and_gap_are_of_the_time_of_the_input() -> None:
    motion = watch([1000.0, 1500.0, 2000.0], [(1100.0, 1), (1700.0, 2), (2300.0, 3)])
    assert motion.rate() == 2
    assert motion.longest_gap() == 600
    assert motion.right(38) == 300


def test_without_input_or_change_nothing_is_measured() -> None:
    with pytest.raises(NotMeasured, match="no wheel"):
        watch([], [])
    with pytest.raises(NotMeasured, match="nothing changed"):
        watch([1000.0], []).right(38)


def test_pointer_moves_count_only_while_a_button_is_held() -> None:
    recorded = taken([], [(1100.0, 1)])
    recorded["inputs"] = [{"type": "pointermove", "t": t, "buttons": b} for t, b in ((900.0, 0), (1000.0, 1))]
    assert seen(recorded, "pointermove", settled=True).inputs == (1000.0,)


def test_farview_is_held_against_the_best_of_the_others() -> None:
    def watched(first: float, right: float, changes: int) -> Watched:
        motion = watch([0.0, 1000.0], [*((10.0 + 9 * n, n) for n in range(changes)), (1000 + right, 200)])
        return Watched(first, [watch([0.0], [(right, 9)])], motion, motion)

    rows = compared(
        HOME,
        {FARVIEW: watched(900, 150, 20), "one": watched(2000, 200, 10), "two": watched(3000, 140, 15)},
    )
    mine = [row for row in rows if FARVIEW in row.name]
    assert [row.met for row in mine[:3]] == [True, False, True]
    assert mine[2].bar_text == "≥ 15"
    assert all(row.bars == () for row in rows if FARVIEW not in row.name)
