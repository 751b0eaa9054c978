"""A dragged thumbnail: Esc lets go of it and changes nothing, the study that goes takes it along, a drop shows it."""

from __future__ import annotations

import pytest

from tests.e2e.reader import Reader
from tests.e2e.studies import HANDS

GHOST = "() => document.querySelector('.strip-ghost').hidden"
SERIES = "() => glass.words('state').at(-1).viewports[0].series"
COMMANDS = "() => glass.said('command').length"


@pytest.fixture
def dragging(reader: Reader) -> Reader:
    """A reader who drags the thumbnail of the second series over the only viewport, which shows the first one."""
    reader.open_afresh(HANDS)
    box = reader.page.locator("fv-series-strip .strip-card").nth(1).bounding_box()
    assert box
    reader.page.mouse.move(box["x"] + 20, box["y"] + 20)
    reader.page.mouse.down()
    x, y = reader.middle()
    reader.page.mouse.move(x, y, steps=4)
    reader.until(f"() => !({GHOST})() && document.querySelector('.viewport.target')")
    return reader


def test_escape_lets_go_of_a_dragged_thumbnail_and_changes_nothing(dragging: Reader) -> None:
    shown, commands = dragging.see(SERIES), dragging.see(COMMANDS)
    dragging.keys("Escape")
    dragging.until(f"() => ({GHOST})() && !document.querySelector('.viewport.target')")
    x, y = dragging.middle()
    dragging.page.mouse.move(x + 30, y + 30)
    assert dragging.see(GHOST)
    dragging.page.mouse.up()
    # A command that the drop had sent would be before this one.
    dragging.keys("i")
    dragging.until(f"(n) => ({COMMANDS})() > n", commands)
    assert [each["name"] for each in dragging.see("() => glass.said('command')")[commands:]] == ["invert"]
    assert dragging.see(SERIES) == shown
    dragging.keys("i")


def test_a_drop_shows_the_series_and_the_next_click_picks_again(dragging: Reader) -> None:
    shown = dragging.see(SERIES)
    dragging.page.mouse.up()
    dragging.until(f"(before) => ({SERIES})() !== before && ({GHOST})()", shown)
    dragging.page.locator("fv-series-strip .strip-card").first.click()
    dragging.until(f"(before) => ({SERIES})() === before", shown)


def test_a_thumbnail_of_the_study_before_does_not_stay_under_the_hand(dragging: Reader) -> None:
    dragging.keys("Shift+l")
    dragging.page.locator("tr[data-study]").first.wait_for()
    assert dragging.see(GHOST)
    assert dragging.see("() => document.querySelector('.strip-ghost').childElementCount") == 0
    dragging.page.mouse.up()
