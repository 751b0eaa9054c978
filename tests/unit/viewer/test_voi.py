"""Windowing: the standard's formulas, and that the fast form gives the same bytes."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.viewer import voi as windows
from streamer.viewer.stack import PixelFormat, Voi
from streamer.viewer.voi import Statistics
from tests.unit.viewer import stacks

FUNCTIONS = ("LINEAR", "LINEAR_EXACT", "SIGMOID")


def by_the_standard(x: float, voi: Voi) -> float:
    """PS3.3 C.11.2.1.2.1, C.11.2.1.3.2 and C.11.2.1.3.1 word by word, for output 0 … 255."""
    c, w = voi.center, voi.width
    if voi.function == "LINEAR":
        if x <= c - 0.5 - (w - 1) / 2:
            return 0.0
        if x > c - 0.5 + (w - 1) / 2:
            return 255.0
        return ((x - (c - 0.5)) / (w - 1) + 0.5) * 255.0
    if voi.function == "LINEAR_EXACT":
        if x <= c - w / 2:
            return 0.0
        if x > c + w / 2:
            return 255.0
        return ((x - c) / w + 0.5) * 255.0
    exponent = -4 * (x - c) / w
    return 0.0 if exponent > 700 else 255.0 / (1 + math.exp(exponent))


@given(
    x=st.floats(-5000, 5000, width=32),
    center=st.integers(-2000, 2000),
    width=st.integers(1, 6000),
    function=st.sampled_from(FUNCTIONS),
)
def test_apply_is_the_standard(x: float, center: int, width: int, function: str) -> None:
    voi = Voi(float(center), float(width), function)
    expected = by_the_standard(x, voi)
    shown = int(windows.apply(np.array([x]), voi)[0])
    assert abs(shown - expected) <= 0.5 + 1e-6


@given(
    values=st.lists(st.floats(width=32, allow_nan=True, allow_infinity=True), min_size=1, max_size=60),
    center=st.floats(-3e4, 3e4),
    width=st.floats(1e-3, 7e4),
    function=st.sampled_from(FUNCTIONS),
    inverted=st.booleans(),
)
def test_fast_gives_the_same_bytes(
    values: list[float], center: float, width: float, function: str, inverted: bool
) -> None:
    voi = Voi(center, width, function)
    low, high = windows.window_bounds(voi)
    x = np.array([*values, low, high, center, (low + high) / 2], dtype=np.float32)
    assert np.array_equal(windows.apply(x, voi, inverted), windows.apply_fast(x, voi, inverted))


@pytest.mark.parametrize("width", [1.0, 2.0, 171.0, 400.0, 511.0, 4096.0])
def test_fast_gives_the_same_bytes_for_every_stored_value(width: float) -> None:
    x = np.arange(-32768, 32768, dtype=np.int16)
    for voi in (Voi(40.0, width), Voi(40.5, width, "LINEAR_EXACT")):
        expected = windows.apply(x, voi)
        assert np.array_equal(windows.apply_fast(x, voi), expected)
        assert np.array_equal(windows.apply_fast(x.astype(np.float32), voi), expected)


def test_fast_writes_into_what_it_is_given() -> None:
    x = np.linspace(-500.0, 500.0, 100_000, dtype=np.float32).reshape(250, 400)
    out = np.empty(x.shape, np.uint8)
    assert windows.apply_fast(x, Voi(0.0, 300.0), True, out) is out
    assert np.array_equal(out, windows.apply(x, Voi(0.0, 300.0), True))


def test_known_greys() -> None:
    """Width 256 about 128: stored 0 … 255 come out as they are."""
    x = np.arange(256)
    assert np.array_equal(windows.apply(x, Voi(128.0, 256.0)), x)
    assert np.array_equal(windows.apply(x, windows.COLOR_VOI), x)
    assert np.array_equal(windows.apply(x, Voi(128.0, 256.0), inverted=True), 255 - x)


def test_the_half_and_the_one_of_linear() -> None:
    """C.11.2.1.2.1: centre 2048, width 4096 runs from 0 to 4095, and width 1 is a threshold at centre − 0.5."""
    assert windows.window_bounds(Voi(2048.0, 4096.0)) == (0.0, 4095.0)
    assert list(windows.apply(np.array([0, 4095]), Voi(2048.0, 4096.0))) == [0, 255]
    assert list(windows.apply(np.array([99.0, 99.5, 99.6, 100.0]), Voi(100.0, 1.0))) == [0, 0, 255, 255]
    assert windows.window_bounds(Voi(10.0, 4.0, "LINEAR_EXACT")) == (8.0, 12.0)


def test_interpolating_first_and_windowing_first_differ() -> None:
    """Why values are interpolated before they are windowed: an edge of −1000 | 1000 at a window of 400."""
    edge = np.linspace(-1000.0, 1000.0, 65)
    right = windows.apply(edge, Voi(0.0, 400.0, "LINEAR_EXACT"))
    assert np.count_nonzero((right > 0) & (right < 255)) == 13


@given(center=st.floats(-1e4, 1e4), width=st.floats(1e-3, 1e4), function=st.sampled_from(FUNCTIONS))
def test_output_never_falls(center: float, width: float, function: str) -> None:
    shown = windows.apply(np.linspace(-2e4, 2e4, 500), Voi(center, width, function)).astype(int)
    assert (np.diff(shown) >= 0).all()


def test_first_window() -> None:
    ct = stacks.axial()
    assert windows.first_voi(ct, stacks.CT_STATISTICS) == ct.terms[0].windows[0]
    bare = stacks.with_windows(ct)
    assert windows.first_voi(bare, None).source == ""
    found = windows.first_voi(bare, stacks.CT_STATISTICS)
    assert found.source == "percentiles"
    assert windows.window_bounds(found) == (-1000.0, 1500.0)
    assert windows.first_voi(stacks.ultrasound(), None) == windows.COLOR_VOI


def test_pet_starts_at_zero_and_stays_there() -> None:
    statistics = Statistics(3.0, 9000.0, 0.0, 20000.0, True)
    first = windows.first_voi(stacks.pet(), statistics)
    assert windows.window_bounds(first) == pytest.approx((0.0, 9000.0))
    for right, down in ((100.0, 0.0), (0.0, -200.0), (-50.0, 90.0), (-1e6, 0.0)):
        dragged = windows.dragged_voi(stacks.pet(), first, right, down, statistics)
        assert windows.window_bounds(dragged)[0] == pytest.approx(0.0, abs=1e-6)
        assert dragged.width > 0.0


def test_flat_pixels_still_have_a_window() -> None:
    flat = Statistics(7.0, 7.0, 7.0, 7.0, True)
    for stack in (stacks.with_windows(stacks.axial()), stacks.pet()):
        assert windows.first_voi(stack, flat).width >= 1.0
        assert windows.full_range_voi(stack, flat).width >= 1.0


@given(right=st.floats(-3000, 3000), down=st.floats(-3000, 3000))
def test_drag_right_widens_and_up_lowers_the_centre(right: float, down: float) -> None:
    start = Voi(40.0, 400.0)
    dragged = windows.dragged_voi(stacks.axial(), start, right, down, stacks.CT_STATISTICS)
    assert dragged.width >= 1.0
    assert dragged.source == "drag"
    assert (dragged.width - start.width) * right >= 0.0
    assert (dragged.center - start.center) * down >= 0.0


def test_windows_narrower_than_one_are_for_fractions_only() -> None:
    fine = replace(stacks.axial(), pixels=PixelFormat(dtype="uint16", slope=0.001))
    assert windows.typed_voi(fine, 0.5, 0.2).function == "LINEAR_EXACT"
    with pytest.raises(ValueError, match="at least 1"):
        windows.typed_voi(stacks.axial(), 40.0, 0.5)
    with pytest.raises(ValueError, match="wider than 0"):
        windows.typed_voi(fine, 0.5, 0.0)
    narrow = windows.dragged_voi(fine, Voi(0.5, 0.4, "LINEAR_EXACT"), -1e6, 0.0, None)
    assert 0.0 < narrow.width < 0.01
