"""When a disturbed thing is well again, and what the marker in the pixels says."""

from __future__ import annotations

import pytest

from scripts.benchmark.links.photon import latencies
from scripts.benchmark.links.timeline import longest_freeze, most_within, rate_at, well_again, windows
from scripts.benchmark.setting import NotMeasured
from scripts.thin_link import Packet
from scripts.thin_link.passed import UDP


def samples(*good: bool) -> list[tuple[float, bool]]:
    """One each second from 0 on."""
    return [(float(n), each) for n, each in enumerate(good)]


def test_well_again_is_the_beginning_of_what_lasts() -> None:
    assert well_again(samples(True, False, True, False, True, True, True), 1.0, 2.0) == 3.0


def test_what_was_good_before_does_not_count() -> None:
    assert well_again(samples(True, True, True, False, False), 3.0, 1.0) is None
    assert well_again(samples(True, True, True, True), 2.0, 1.0) == 0.0


def test_good_for_too_short_a_time_is_not_well_again() -> None:
    assert well_again(samples(False, True, True), 0.0, 2.0) is None


def test_the_longest_freeze_between_two_moments() -> None:
    drawn = [
        (t, {"revision": r}) for t, r in ((900.0, 1), (1100.0, 2), (1200.0, 2), (1500.0, 3), (2500.0, 4))
    ]
    assert longest_freeze(drawn, 1000.0, 1800.0) == 400.0
    assert longest_freeze(drawn, 1000.0, 2600.0) == 1000.0
    assert longest_freeze([], 0.0, 700.0) == 700.0


def test_rates_are_over_the_second_before() -> None:
    packets = [Packet(1.5, 1000, UDP, 1), Packet(2.5, 500, UDP, 1)]
    assert rate_at(packets, 2.0) == 8.0
    assert rate_at(packets, 3.0) == 4.0
    assert windows(1.0, 2.0) == [1.25, 1.5, 1.75, 2.0]


def test_a_storm_is_counted_within_its_time() -> None:
    asked = [(0.0, 3), (1.0, 3), (4.0, 7), (6.0, 8), (20.0, 9)]
    assert most_within(asked, 5.0) == 5
    assert most_within(asked[:2], 5.0) == 0


def test_the_marker_answers_only_the_input_before_it() -> None:
    assert latencies([0.0, 1000.0, 2000.0], [120.0, 2130.0]) == [120.0, 130.0]
    with pytest.raises(NotMeasured, match="marker"):
        latencies([100.0], [50.0])
