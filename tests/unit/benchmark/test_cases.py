"""The links' bars, and the arithmetic of the rows that have one."""

from __future__ import annotations

import pytest

from scripts.benchmark.links.case import BAD, GOOD, HOME, POOR
from scripts.benchmark.links.moving import LOOP, eight
from scripts.benchmark.links.proving import Proven, Provings, proving_rows
from scripts.benchmark.row import Bar


def test_a_step_may_take_the_round_trip_and_a_little() -> None:
    assert POOR.step == (Bar("p50", "≤", 180), Bar("p95", "≤", 230))
    assert BAD.step == (Bar("p95", "≤", 450),)


def test_freeze_and_age_follow_from_the_round_trip() -> None:
    assert (HOME.freeze, HOME.age) == (320, 310)


def test_where_packets_are_lost_a_still_may_take_a_round_trip_more() -> None:
    assert HOME.exact == (Bar("p50", "≤", 240), Bar("p95", "≤", 310))
    assert POOR.exact == (Bar("p50", "≤", 360), Bar("p95", "≤", 550))


def test_of_a_stills_time_the_way_and_its_bytes_do_not_count() -> None:
    # 130 kB at 20 Mbit/s take 52 ms, and 1.3 times that 67.6.
    assert GOOD.exact_less(300, 130_000) == pytest.approx(300 - 30 - 67.6)


def test_one_picture_that_is_not_equal_misses_the_bar() -> None:
    equal = Proven(300, 130_000, "track", "aa", "aa")
    rows = {
        wrong: proving_rows(
            HOME, "home", Provings((equal, Proven(300, 1, "track", "aa", wrong)), 0, 0), 0, 0
        )[-1]
        for wrong in ("aa", "bb")
    }
    assert rows["aa"].met is True
    assert rows["bb"].met is False
    assert proving_rows(HOME, "home", Provings((equal,), 1, 0), 0, 0)[-1].met is False
    assert proving_rows(HOME, "home", Provings((equal,), 0, 1), 0, 0)[-1].met is False
    assert proving_rows(HOME, "home", Provings((equal,), 0, 0), 20, 1)[-1].met is False
    assert proving_rows(HOME, "home", Provings((), 3, 0), 0, 0)[0].met is None


def test_the_window_drag_comes_back_to_the_same_places_and_never_stands() -> None:
    path = eight(100, 100)
    assert path(0) == pytest.approx((100, 100))
    assert path(LOOP + 7) == path(7)
    assert all(path(n) != path(n + 1) for n in range(LOOP))
