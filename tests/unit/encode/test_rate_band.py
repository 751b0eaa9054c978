"""The band of an open encoder, and levels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.encode.codecs import NVIDIA, SOFTWARE, options_for
from streamer.encode.level import level_for
from streamer.encode.rate_band import LEAST_BITS_A_SECOND, RateBand, rate_of


@given(st.integers(0, 3_000_000))
def test_the_band_opened_for_a_rate_holds_it_and_some_change(bits: int) -> None:
    rate = rate_of(bits, 30)
    band = RateBand.around(rate)
    assert band.holds(rate)
    assert band.holds(int(rate * 1.4))
    assert band.holds(int(rate * 0.6))
    assert not band.holds(rate * 2)
    assert not band.holds(rate // 4)
    assert rate >= LEAST_BITS_A_SECOND


@pytest.mark.parametrize(
    ("size", "level"),
    [
        ((320, 240), 31),
        ((1280, 720), 31),
        ((1280, 800), 32),
        ((1920, 1080), 40),
        ((2560, 1440), 50),
        ((3840, 2160), 51),
    ],
)
def test_levels(size: tuple[int, int], level: int) -> None:
    assert level_for(*size) == level


def test_a_picture_too_large_for_every_level() -> None:
    with pytest.raises(ValueError, match=r"larger than H\.264 allows"):
        level_for(20_000, 20_000)


@pytest.mark.parametrize("codec", [SOFTWARE, NVIDIA])
def test_every_codec_is_told_of_constant_rate_and_forced_keys(codec: str) -> None:
    options = options_for(codec, "main", 40, 3_000_000, 30, 1920 * 1080)
    assert options["maxrate"] == "3000000"
    assert int(options["bufsize"]) == 120_000
    assert options["forced-idr"] == "1"
    assert options["level"] == "4.0"


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(ValueError, match="baseline, main, high"):
        options_for(SOFTWARE, "extended", 31, 1_000_000, 30, 1000)
