"""A mark says of which images its value is; one of other images gets a value of the present ones by its tool only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from streamer.viewer import journal
from streamer.viewer.context import Context
from streamer.viewer.mark_change import words
from streamer.viewer.marks import Mark, Marks
from tests.unit.viewer.test_gestures import CONTEXT, canvas, drag, opened

WAYS = {"length": ((450.0, 380.0), (560.0, 430.0)), "probe": ((480.0, 400.0),)}


class Origins:
    """Images that are those of `now`."""

    def __init__(self, now: str) -> None:
        self.now = now

    def origin(self, mark: Mark) -> str:
        return self.now

    def change_since(self, mark: Mark) -> str:
        return "" if mark.made_on == self.now else "replaced"


def on_images(now: str, within: Context = CONTEXT) -> Context:
    return replace(within, origins=Origins(now))


def made(kind: str) -> Marks:
    """One mark, measured on images that were replaced since; its value is made to be another than theirs."""
    way = WAYS[kind]
    marks = drag(opened(tool=kind), *way, *(way if len(way) == 1 else ()), within=on_images("then")).marks
    (mark,) = marks.items
    assert mark.made_on == "then"
    return Marks(marks.version, (replace(mark, text="99 of then"),))


@pytest.mark.parametrize("kind", WAYS)
@pytest.mark.parametrize("way", ["clicked", "dragged"])
def test_by_its_tool_a_mark_of_other_images_is_measured_anew(kind: str, way: str) -> None:
    marks, context = made(kind), on_images("now")
    state = opened(tool=kind)
    end = canvas(state, 0, marks.items[0].points[0])
    away = (end[0] + 40.0, end[1] + 30.0)
    after = drag(state, end, end if way == "clicked" else away, marks=marks, within=context).marks
    (mark,) = after.items
    assert mark.made_on == "now"
    assert mark.text != "99 of then"
    assert mark.mark == marks.items[0].mark
    assert (mark.points == marks.items[0].points) == (way == "clicked")
    assert journal.undo(after).items == marks.items


@pytest.mark.parametrize("kind", WAYS)
def test_a_click_changes_no_mark_whose_images_are_the_same(kind: str) -> None:
    marks = made(kind)
    state = opened(tool=kind)
    end = canvas(state, 0, marks.items[0].points[0])
    assert drag(state, end, end, marks=marks, within=on_images("then")).marks == marks


def test_where_the_image_is_not_read_yet_nothing_is_measured_and_that_is_said() -> None:
    marks, state = made("probe"), opened(tool="probe")
    end = canvas(state, 0, marks.items[0].points[0])
    absent = on_images("now", replace(CONTEXT, values=Nothing()))
    outcome = drag(state, end, end, marks=marks, within=absent)
    assert outcome.marks == marks
    assert "not been read yet" in outcome.message


class Nothing:
    """No pixel is there."""

    def value_at(self, stack: int, frame: int, column: float, row: float) -> None:
        return None

    def is_complete(self, stack: int) -> bool:
        return False


@pytest.mark.parametrize("since", ["replaced", "changed", "unknown"])
def test_undo_and_redo_do_not_say_a_value_of_other_images(since: str) -> None:
    (mark,) = made("length").items
    told = Origins("now")
    told.change_since = lambda mark: since  # type: ignore[method-assign]
    said = words(replace(CONTEXT, origins=told), mark)
    assert mark.text not in said
    assert "(" in said
    assert mark.text in words(on_images("then"), mark)
