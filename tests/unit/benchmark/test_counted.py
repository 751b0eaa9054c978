"""Which pictures count, and what is made of those that do: recordings whose answers are known."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.benchmark.links.counted import counted, counted_motion, presented, worth_comparing
from scripts.benchmark.links.moving import last_step
from scripts.benchmark.links.stepping import step_of
from scripts.benchmark.motion import motion_of
from scripts.benchmark.setting import NotMeasured

Picture = tuple[float, dict[str, Any]]


def picture(t: float, revision: int, sequence: int, *, flags: int = 0) -> Picture:
    """A drawing at `t`; its RTP timestamp is `t`, too."""
    return t, {"rtp": int(t), "revision": revision, "input_sequence": sequence, "flags": flags}


def recording(pictures: list[Picture], moves: list[float], kind: str = "wheel") -> dict[str, Any]:
    """Each input in a packet of its own (1, 2, …), a display frame every 10 ms."""
    return {
        "inputs": [{"type": kind, "t": t} for t in moves],
        "sent": [{"t": t + 1, "sequence": n, "input": t} for n, t in enumerate(moves, 1)],
        "draws": [{"t": t, "info": info} for t, info in pictures],
        "revisions": [],
        "ticks": [{"t": 1000.0 + 10 * n, "revision": 0} for n in range(200)],
        "beats": [],
    }


def times(pictures: list[Picture]) -> list[float]:
    return [t for t, _info in pictures]


def test_of_two_pictures_in_one_display_frame_the_eye_sees_the_later() -> None:
    drawn = [picture(1001, 1, 1), picture(1008, 2, 2), picture(1012, 3, 3)]
    assert times(presented(drawn, [1000.0, 1010.0, 1020.0])) == [1008, 1012]


def test_a_picture_that_is_not_good_enough_or_was_not_compared_does_not_count() -> None:
    drawn = [picture(1, 1, 1), picture(2, 2, 2), picture(3, 3, 3)]
    assert times(counted(drawn, {1: 36.0, 2: 35.9}, 36)) == [1]


def test_a_repeat_does_not_count_twice() -> None:
    drawn = [picture(1, 1, 1), picture(2, 1, 1), picture(3, 2, 2)]
    assert times(counted(drawn, {1: 40.0, 2: 40.0, 3: 40.0}, 36)) == [1, 3]


def test_a_refinement_counts_where_the_first_picture_of_its_revision_was_too_poor() -> None:
    drawn = [picture(1, 1, 1), picture(2, 1, 1, flags=2)]
    assert times(counted(drawn, {1: 30.0, 2: 40.0}, 36)) == [2]


def test_a_revision_without_new_input_does_not_count() -> None:
    drawn = [picture(1, 1, 1), picture(2, 2, 1), picture(3, 3, 2)]
    assert times(counted(drawn, dict.fromkeys((1, 2, 3), 40.0), 36)) == [1, 3]


def test_rate_freeze_and_age_are_of_the_pictures_that_count() -> None:
    moves = [1000.0 + 100 * n for n in range(11)]
    pictures = [picture(1060, 1, 1), picture(1260, 2, 3), picture(1560, 3, 6), picture(1960, 4, 10)]
    motion = motion_of(recording(pictures, moves))
    better = counted_motion(motion, {1060: 40.0, 1260: 20.0, 1560: 40.0, 1960: 40.0}, 36)
    assert motion.drawn_rate() == 4
    assert better.drawn_rate() == 3
    assert motion.longest_freeze() == 400
    assert better.longest_freeze() == 500
    assert max(better.ages()) > max(motion.ages())


def test_a_motion_without_a_good_picture_is_not_measured() -> None:
    motion = motion_of(recording([picture(1060, 1, 1)], [1000.0, 1100.0]))
    with pytest.raises(NotMeasured, match="36 dB"):
        counted_motion(motion, {1060: 20.0}, 36)


def test_heartbeats_need_no_comparison() -> None:
    drawn = [picture(1, 1, 1), picture(2, 1, 1, flags=2), picture(3, 1, 1, flags=4)]
    assert worth_comparing(drawn) == [1, 2]


def test_the_last_step_is_on_the_canvas_with_the_first_good_picture_that_knows_it() -> None:
    pictures = [picture(1150, 2, 1), picture(1210, 3, 2), picture(1250, 4, 2, flags=2)]
    taken = recording(pictures, [1000.0, 1100.0])
    good = dict.fromkeys((1150, 1210, 1250), 40.0)
    assert last_step(taken, good, 36) == 110
    assert last_step(taken, {**good, 1210: 20.0}, 36) == 150
    with pytest.raises(NotMeasured, match="last input"):
        last_step(taken, {1150: 40.0}, 36)


def test_a_step_ends_with_the_first_good_picture_or_when_it_rests() -> None:
    pictures = [picture(1010, 1, 0), picture(1080, 2, 1), picture(1120, 2, 1, flags=2)]
    step = step_of(recording(pictures, [1000.0]), 1500.0)
    assert step.first() == 80
    assert step.until({1080: 40.0, 1120: 41.0}, 36) == 80
    assert step.until({1080: 30.0, 1120: 41.0}, 36) == 120
    assert step.until({}, 36) == 500


def test_a_step_that_was_not_seen_or_brought_nothing_is_not_measured() -> None:
    with pytest.raises(NotMeasured, match="did not see"):
        step_of(recording([], []), 1500.0)
    with pytest.raises(NotMeasured, match="no new picture"):
        step_of(recording([picture(1010, 1, 0)], [1000.0]), 1500.0)
