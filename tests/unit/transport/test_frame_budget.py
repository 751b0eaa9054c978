"""From a bit rate to pictures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.transport.frame_budget import VIDEO_SHARE, frame_budget, frames_per_second

PIXELS = 1280 * 800
rates = st.floats(1e5, 5e7)


@given(rates)
def test_the_bits_are_the_share_of_the_rate(rate: float) -> None:
    budget = frame_budget(rate, PIXELS, 1.0)
    assert budget.bits / budget.interval == pytest.approx(rate * VIDEO_SHARE, rel=0.001)
    assert 12 <= 1 / budget.interval <= 60


@given(rates, rates)
def test_more_rate_never_means_fewer_pictures(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert frames_per_second(low) <= frames_per_second(high)


@pytest.mark.parametrize(("rate", "least"), [(5_000_000, 25), (1_500_000, 20), (500_000, 12)])
def test_pictures_a_second_that_a_link_must_show(rate: float, least: float) -> None:
    assert frames_per_second(rate * 0.85) >= least


def test_few_bits_make_coarser_pictures() -> None:
    assert frame_budget(6_000_000, PIXELS, 1.0).scale == 1.0
    assert frame_budget(1_500_000, PIXELS, 1.0).scale == 1.0
    assert frame_budget(500_000, PIXELS, 1.0).scale == 0.75
    assert frame_budget(200_000, PIXELS, 1.0).scale == 0.5
    assert frame_budget(200_000, 320 * 200, 1.0).scale == 1.0


@given(rates)
def test_the_scale_does_not_flutter(rate: float) -> None:
    scale = frame_budget(rate, PIXELS, 0.75).scale
    assert (
        frame_budget(rate * 1.02, PIXELS, scale).scale == scale
        or frame_budget(rate * 0.98, PIXELS, scale).scale == scale
    )
    assert frame_budget(rate, PIXELS, scale).scale == scale
