"""From a bit rate to pictures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.transport.frame_budget import (
    LEAST_START_BITS_A_PIXEL,
    LEAST_START_SECONDS,
    MOST_BITS_A_PIXEL,
    START_BITS_A_PIXEL,
    START_SECONDS,
    FrameBudget,
    PictureBudgets,
    first_bits,
    frame_budget,
    frames_per_second,
)
from streamer.transport.protection import VIDEO_SHARE

PIXELS = 1280 * 800
rates = st.floats(1e5, 5e7)


@given(rates)
def test_the_bits_are_the_rate_until_more_is_not_seen(rate: float) -> None:
    budget = frame_budget(rate, PIXELS, 1.0)
    most = MOST_BITS_A_PIXEL * PIXELS
    assert budget.bits == pytest.approx(min(rate * budget.interval, most), rel=0.001)
    assert 12 <= 1 / budget.interval <= 60


@given(rates, rates)
def test_more_rate_never_means_fewer_pictures_nor_coarser_ones(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert frames_per_second(low) <= frames_per_second(high)
    assert frame_budget(low, PIXELS, 1.0).bits <= frame_budget(high, PIXELS, 1.0).bits + 1


@pytest.mark.parametrize(("rate", "least"), [(5_000_000, 25), (1_500_000, 20), (750_000, 12)])
def test_pictures_a_second_that_a_link_must_show(rate: float, least: float) -> None:
    assert frames_per_second(rate * 0.85 * VIDEO_SHARE) >= least


def test_quality_comes_before_more_than_thirty_pictures_a_second() -> None:
    assert frames_per_second(0.8 * 5e6) <= 32
    assert frames_per_second(14e6) == 60


def test_few_bits_make_coarser_pictures() -> None:
    assert frame_budget(6_000_000, PIXELS, 1.0).scale == 1.0
    assert frame_budget(1_000_000, PIXELS, 1.0).scale == 1.0
    assert frame_budget(300_000, PIXELS, 1.0).scale == 1.0
    assert frame_budget(1_200_000, 3840 * 2160, 1.0).scale == 0.5
    assert frame_budget(2_000_000, 3840 * 2160, 1.0).scale == 0.75
    assert frame_budget(100_000, PIXELS, 1.0).scale == 0.5
    assert frame_budget(130_000, 320 * 200, 1.0).scale == 1.0


@given(rates)
def test_the_scale_does_not_flutter(rate: float) -> None:
    pixels = 2360 * 1640
    scale = frame_budget(rate, pixels, 0.75).scale
    assert (
        frame_budget(rate * 1.02, pixels, scale).scale == scale
        or frame_budget(rate * 0.98, pixels, scale).scale == scale
    )
    assert frame_budget(rate, pixels, scale).scale == scale


def test_pictures_that_come_seldom_may_be_larger() -> None:
    often, seldom = (frame_budget(2e6, PIXELS, 1.0, gap=gap).bits for gap in (0.0, 0.05))
    assert seldom > 1.2 * often
    assert frame_budget(2e6, PIXELS, 1.0, gap=1.0).bits <= 1.51 * often


def asked(budgets: PictureBudgets, now: float, rate: float = 2e6, pixels: int = PIXELS) -> FrameBudget:
    return budgets.next(now, rate, pixels, link_rate=rate, lossy=False)


def test_a_finer_scale_is_not_taken_in_the_middle_of_a_movement() -> None:
    budgets = PictureBudgets()
    assert asked(budgets, 10.0, rate=100_000).scale == 0.5
    budgets.sent(10.0, 1000, None)
    assert asked(budgets, 10.1).scale == 0.5
    assert asked(budgets, 10.2).scale == 1.0, "the hand has rested since"
    assert asked(budgets, 10.21, rate=100_000).scale == 0.5, "a coarser one is, for there are too few bits"


def test_a_long_movement_may_become_finer() -> None:
    budgets = PictureBudgets()
    asked(budgets, 10.0, rate=100_000)
    for n in range(25):
        budgets.sent(10.0 + n * 0.1, 1000, None)
    assert asked(budgets, 12.41).scale == 1.0


def test_the_first_picture_of_a_movement_is_small() -> None:
    budgets = PictureBudgets()
    first = asked(budgets, 10.0)
    budgets.sent(10.0, 6000, None)
    assert first.bits < 0.9 * asked(budgets, 10.04).bits


@given(rates)
def test_the_first_picture_is_small_but_worth_looking_at(rate: float) -> None:
    bits = first_bits(rate, PIXELS)
    assert bits <= max(rate * START_SECONDS, rate * LEAST_START_SECONDS)
    assert bits <= START_BITS_A_PIXEL * PIXELS
    assert bits >= min(LEAST_START_BITS_A_PIXEL * PIXELS, rate * LEAST_START_SECONDS)


def test_what_the_encoder_does_not_make_of_its_bits_it_is_asked_for() -> None:
    budgets = PictureBudgets()
    wanted = frame_budget(2e6, PIXELS, 1.0).bits
    for n in range(200):
        now = n * 0.04
        budget = budgets.next(now, 2e6, PIXELS, link_rate=None, lossy=True)
        size = int(budget.bits * 0.6 / 8)
        budgets.sent(now, size, budget.bits)
    assert size * 8 == pytest.approx(wanted, rel=0.03)
