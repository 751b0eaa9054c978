"""How viewports share the picture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.viewer.layout import Rect, rectangles, viewport_at, viewport_count
from streamer.viewer.state import LAYOUTS

SIZE = st.integers(0, 4000)


@given(layout=st.sampled_from(LAYOUTS), width=SIZE, height=SIZE)
def test_viewports_lie_inside_the_picture_and_do_not_overlap(layout: str, width: int, height: int) -> None:
    rects = rectangles(layout, width, height)
    assert len(rects) == viewport_count(layout)
    for number, one in enumerate(rects):
        assert one.width >= 0
        assert one.height >= 0
        for other in rects[number + 1 :]:
            apart = (
                one.x + one.width <= other.x
                or other.x + other.width <= one.x
                or one.y + one.height <= other.y
                or other.y + other.height <= one.y
            )
            assert apart


@given(layout=st.sampled_from(LAYOUTS), width=st.integers(20, 3000), height=st.integers(20, 3000))
def test_viewports_fill_the_picture_but_for_gaps_of_one_pixel(layout: str, width: int, height: int) -> None:
    rects = rectangles(layout, width, height)
    assert max(rect.x + rect.width for rect in rects) == width
    assert max(rect.y + rect.height for rect in rects) == height
    covered = sum(rect.width * rect.height for rect in rects)
    assert width * height - covered <= 2 * width + 2 * height


@given(
    layout=st.sampled_from(LAYOUTS), width=st.integers(20, 3000), height=st.integers(20, 3000), data=st.data()
)
def test_a_point_in_a_viewport_is_found_there(
    layout: str, width: int, height: int, data: st.DataObject
) -> None:
    rects = rectangles(layout, width, height)
    index = data.draw(st.integers(0, len(rects) - 1))
    rect = rects[index]
    assert viewport_at(rects, rect.x + rect.width / 2, rect.y + rect.height / 2) == index
    assert viewport_at(rects, rect.x, rect.y) == index


def test_gap_and_outside_belong_to_nobody() -> None:
    rects = rectangles("1x2", 101, 50)
    assert rects == (Rect(0, 0, 50, 50), Rect(51, 0, 50, 50))
    assert viewport_at(rects, 50.5, 20.0) is None
    assert viewport_at(rects, -0.1, 20.0) is None
    assert viewport_at(rects, 101.0, 20.0) is None


def test_rows_come_first() -> None:
    assert [rect.y for rect in rectangles("2x1", 100, 101)] == [0, 51]
    assert [rect.x for rect in rectangles("1x3", 302, 100)] == [0, 101, 202]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_maximised_shows_the_active_viewport_alone(layout: str) -> None:
    last = viewport_count(layout) - 1
    rects = rectangles(layout, 640, 480, last, True)
    assert rects[last] == Rect(0, 0, 640, 480)
    assert all(rect.width == 0 for rect in rects[:last])
    assert viewport_at(rects, 1.0, 1.0) == last


def test_mpr_follows_the_longer_side() -> None:
    wide, tall = rectangles("mpr", 1001, 601), rectangles("mpr", 601, 1001)
    assert wide[0] == Rect(0, 0, 500, 601)
    assert tall[0] == Rect(0, 0, 601, 500)


def test_unknown_layout() -> None:
    with pytest.raises(ValueError, match="no layout"):
        rectangles("9x9", 10, 10)
