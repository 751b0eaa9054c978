"""What a soak calls good: growth that is growth, a wrong green, a stuck session; one run or several, in one piece or more."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.soaking.growth import Memories, growth_of
from scripts.soaking.soaked import Soaked
from scripts.soaking.verdict import is_good, series_summary, summary
from scripts.soaking.watch import Calm, Found, hangs, shows_an_image

HOUR = 3600.0


def soaked(**found: Any) -> Soaked:
    """An hour of one reader who saw 40 exact pictures."""
    return Soaked(60.0, HOUR, 1, {"reader 1": Found(greens=40, looks=200, **found)})


def memories(megabytes: list[float], role: str = "host") -> Memories:
    """Evenly spread over the hour."""
    kept = Memories()
    for n, value in enumerate(megabytes):
        kept.add(role, 7, HOUR * n / len(megabytes), value)
    return kept


def test_an_hour_without_faults_is_good() -> None:
    assert is_good(soaked())
    assert summary(soaked())[-1] == "good"


@pytest.mark.parametrize(
    "fault", [{"wrongs": [{"why": "green though not live"}]}, {"stuck": ["reader 1 is “stale”"]}]
)
def test_a_wrong_green_or_a_stuck_session_is_not(fault: dict[str, Any]) -> None:
    assert not is_good(soaked(**fault))
    assert "NOT GOOD" in summary(soaked(**fault))[-1]


def test_an_hour_in_which_nothing_was_proven_is_not_good() -> None:
    assert not is_good(Soaked(60.0, HOUR, 1, {"reader 1": Found()}))


def test_steady_growth_is_found_and_a_peak_is_none() -> None:
    grows, peak = soaked(), soaked()
    grows.memories = memories([100 + n for n in range(100)])
    peak.memories = memories([100.0] * 50 + [300.0] + [100.0] * 49)
    assert not is_good(grows)
    assert is_good(peak)


def test_what_is_filled_while_it_is_warm_is_no_growth() -> None:
    warm = soaked()
    warm.memories = memories([50 + min(100, 5 * n) for n in range(100)])
    assert is_good(warm)


def test_a_process_that_was_seen_too_seldom_says_nothing() -> None:
    assert memories([100.0, 500.0]).grown(HOUR) == []


def test_growth_is_told_over_the_time_it_took() -> None:
    growth = growth_of("host", 7, [(0.0, 100.0), (1800.0, 110.0), (3600.0, 130.0)])
    assert (growth.before, growth.after, growth.hours) == (100.0, 130.0, 1.0)
    assert not growth.is_too_much


def test_the_witness_begins_anew_with_each_load_of_the_page() -> None:
    found = Found()
    for greens, looks in ((2, 10), (5, 30), (1, 4)):
        found.take({"greens": greens, "looks": looks, "wrongs": []})
    assert (found.greens, found.looks) == (6, 34)


def test_a_worker_may_meet_its_first_volume_but_not_grow_by_the_hour() -> None:
    soon = growth_of("worker", 7, [(0.0, 100.0), (600.0, 300.0)])
    later = growth_of("worker", 7, [(0.0, 100.0), (3600.0, 300.0)])
    assert not soon.is_too_much
    assert later.is_too_much


def test_an_empty_viewport_alone_has_nothing_to_prove() -> None:
    viewports = [{"series": 0}, {"series": -1}]
    assert shows_an_image({"viewports": viewports, "active": 1, "maximized": False})
    assert not shows_an_image({"viewports": viewports, "active": 1, "maximized": True})


def test_what_is_wrong_names_the_trouble_before_it() -> None:
    calm, found = Calm(), Found()
    wrong = {"why": "green though not live", "at": "10:00"}
    assert calm.after == "before any trouble"
    calm.trouble, calm.since = "share away", None
    found.take({"greens": 1, "looks": 1, "wrongs": [wrong]}, calm.after)
    calm.since = 0.0
    found.take({"greens": 1, "looks": 2, "wrongs": [wrong]}, calm.after)
    assert [each["when"] for each in found.wrongs] == ["in “share away”"], "once, when it was first seen"


def test_a_page_that_is_being_loaded_hangs_only_where_nothing_troubles_it() -> None:
    troubled, calm = Calm(since=None, trouble="tunnel"), Calm(since=0.0, trouble="tunnel")
    assert [hangs(troubled, act) for act in ("reload", "scroll", "")] == [False, True, True]
    assert [hangs(calm, act) for act in ("reload", "scroll", "")] == [True, True, True]


def test_a_run_in_pieces_adds_up_and_each_piece_is_warm_by_itself() -> None:
    pieces = soaked()
    pieces.memories = memories([100 + n for n in range(100)])
    pieces.begin_piece()
    assert pieces.pieces == 2
    assert pieces.memories.samples == {}
    assert not is_good(pieces), "what grew in the first piece is not forgotten"
    pieces.seconds += HOUR
    pieces.memories = memories([50.0] * 50)
    assert [growth.is_too_much for growth in pieces.all_growths] == [True, False]
    assert "in 2 pieces" in summary(pieces)[0]


def test_what_is_left_of_a_run_is_said() -> None:
    early = Soaked(60.0, 600.0, 1, {"reader 1": Found(greens=3)})
    assert early.left == 3000.0
    assert summary(early)[0].startswith("10.0 of 60 minutes;")
    assert is_good(early)


def test_several_runs_are_summed_up_and_the_bad_are_named() -> None:
    good, bad = soaked(), soaked(stuck=["reader 1 is “stale”"])
    good.troubles["outage"] = 2
    bad.troubles["outage"] = 1
    first, last = series_summary({1: good, 7: bad})
    assert first == "2 runs, 120.0 minutes: 80 exact pictures, 0 wrong; troubles: outage 3"
    assert last == "NOT GOOD: seed 7"
    assert series_summary({1: good})[-1] == "all good"
