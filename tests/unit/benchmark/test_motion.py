"""What the benchmark makes of a recording: rates, freezes and ages of motions whose answers are known."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.benchmark.motion import motion_of
from scripts.benchmark.setting import NotMeasured


def recording(pictures: list[tuple[float, int, int]], *, moves: int = 11) -> dict[str, Any]:
    """An input each 100 ms from 1000 on, each in a packet of its own (1, 2, …); pictures are (time, revision, input sequence)."""
    times = [1000.0 + 100 * n for n in range(moves)]
    return {
        "inputs": [{"type": "pointerdown", "t": 990.0}, *({"type": "pointermove", "t": t} for t in times)],
        "sent": [{"t": t + 1, "sequence": n, "input": t} for n, t in enumerate(times, 1)],
        "draws": [
            {"t": t, "info": {"revision": revision, "input_sequence": sequence}}
            for t, revision, sequence in pictures
        ],
        "revisions": [{"t": t, "revision": revision} for t, revision, _ in pictures],
        "ticks": [{"t": t + 5, "revision": revision} for t, revision, _ in pictures],
        "beats": [],
    }


def test_refinements_of_a_picture_are_no_other_pictures() -> None:
    motion = motion_of(recording([(1100, 7, 1), (1150, 7, 1), (1300, 8, 3)]))
    assert motion.seconds == 1.0
    assert motion.input_rate == 10
    assert motion.pictures() == 3
    assert motion.drawn_rate() == motion.shown_rate() == motion.attribute_rate() == 2


def test_a_repeat_of_the_old_picture_does_not_end_a_freeze() -> None:
    motion = motion_of(recording([(1100, 7, 1), (1400, 7, 1), (1600, 8, 5)]))
    assert motion.longest_freeze() == 500
    # Also before the first picture, and after the last one.
    assert motion_of(recording([(1900, 7, 1)])).longest_freeze() == 900
    assert motion_of(recording([(1100, 7, 1)])).longest_freeze() == 900


def test_age_counts_from_the_newest_input_that_the_picture_knows() -> None:
    ages = motion_of(recording([(1060, 7, 1), (1260, 8, 3)])).ages()
    assert ages[0] == 0
    assert max(ages[: 250 // 5]) == 245  # the first input is known at 1060, the third (at 1200) only at 1260
    assert ages[260 // 5] == 60
    assert ages[-1] == 795


def test_a_picture_without_words_counts_as_none() -> None:
    taken = recording([(1100, 7, 1), (1300, 8, 3)])
    taken["draws"].append({"t": 1500.0, "info": None})
    motion = motion_of(taken)
    assert motion.wordless == 1
    assert motion.drawn_rate() == 2
    assert motion.longest_freeze() == 700


def test_without_motion_or_picture_nothing_is_measured() -> None:
    with pytest.raises(NotMeasured, match="no motion"):
        motion_of(recording([(1100, 7, 1)], moves=1))
    with pytest.raises(NotMeasured, match="no picture"):
        motion_of(recording([]))
