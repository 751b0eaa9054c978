"""Coarser when pictures take long, finer when there is time, within bounds."""

from __future__ import annotations

from streamer.render.moving_sampling import COARSEST, FINEST, MovingSampling


def test_it_follows_the_time_and_keeps_its_bounds() -> None:
    sampling = MovingSampling()
    start = sampling.between_rays
    sampling.took(0.05)
    assert sampling.between_rays == start
    for _ in range(20):
        sampling.took(0.3)
    assert sampling.between_rays == COARSEST
    for _ in range(20):
        sampling.took(0.01)
    assert sampling.between_rays == FINEST
