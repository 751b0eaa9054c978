"""The render host is killed while a gesture is under way: the gesture is undone, that is said, and nothing else is lost."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from streamer.demo.phantom import KNOWN_POINTS
from streamer.viewer.vector import Vec3
from tests.e2e.conftest import Readers
from tests.e2e.own_farview import own_farview, own_signed_in
from tests.e2e.reader import Reader
from tests.e2e.studies import MARKS, position
from tests.e2e.transports import either_transport, is_carried, reader_over
from tests.running.farview_process import FarviewProcess, wait_until

IMAGE, Z = 31, position(10)
SPINE: Vec3 = (*KNOWN_POINTS[4].world[:2], Z)
FAR: Vec3 = (60.0, -5.0, Z)
OTHER: Vec3 = (-60.0, 20.0, Z)
SHOWN_MARKS = "() => (glass.words('marks').at(-1)?.marks ?? [])"
VIEW = ("image", "center", "width", "zoom", "series", "matrix", "rect")

farview = own_farview(MARKS)
signed_in = own_signed_in
transport = either_transport


@pytest.fixture
def marked(readers: Readers, transport: str) -> Reader:
    """A reader on an image with a finished length and a probe that are stored, and the window at 40/400."""
    reader = reader_over(readers, transport)
    reader.open_afresh(MARKS)
    is_carried(reader, transport)
    reader.keys("Digit5", "g")
    reader.page.keyboard.type(str(IMAGE))
    reader.keys("Enter")
    reader.image(IMAGE)
    reader.shows(center=40, width=400)
    reader.settle()
    if not finished(reader):
        tool(reader, "d", "length")
        reader.drag(*between(reader, SPINE, FAR))
        stored(reader, 1)
        tool(reader, "p", "probe")
        reader.page.mouse.click(*reader.on_page(OTHER))
        stored(reader, 2)
    reader.settle()
    return reader


def between(reader: Reader, start: Vec3, end: Vec3) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where a drag begins, and how far it goes."""
    (x, y), (to_x, to_y) = reader.on_page(start), reader.on_page(end)
    return (x, y), (to_x - x, to_y - y)


def tool(reader: Reader, key: str, name: str) -> None:
    reader.keys(key)
    reader.until("(t) => document.querySelector('[data-session]').dataset.tool === t", name)


def finished(reader: Reader) -> list[dict[str, Any]]:
    """The marks as the host told them last, but for one that is drawn."""
    marks: list[dict[str, Any]] = reader.see(SHOWN_MARKS)
    return sorted((mark for mark in marks if not mark["draft"]), key=lambda mark: str(mark["mark"]))


def stored(reader: Reader, count: int) -> None:
    """Until so many marks are there, finished and in the store."""
    reader.until(
        "(n) => { const m = glass.words('marks').at(-1);"
        " return m && glass.marksSaved() && m.marks.length === n && m.marks.every(({ draft }) => !draft) }",
        count,
        what="stored marks",
    )


def is_kept(farview: FarviewProcess, record: dict[str, Any]) -> None:
    """Until the view of the picture shown is in the store."""

    def kept() -> bool:
        database = farview.folder / "state" / "farview.db"
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            views = [json.loads(view) for (view,) in connection.execute("SELECT view FROM views")]
        first = [view["state"]["viewports"][0] for view in views]
        return any(
            each["image"] == record["image"] - 1 and each["voi"]["width"] == record["width"] for each in first
        )

    wait_until(kept, 5.0, "the view before the gesture is kept")


def window(reader: Reader) -> str:
    """A window drag, until it is seen."""
    before = reader.record()["width"]
    x, y = reader.middle()
    reader.page.mouse.move(x, y)
    reader.page.mouse.down(button="right")
    reader.page.mouse.move(x + 80, y, steps=8)
    reader.until("(w) => glass.record(0).width > w + 10", before)
    return "right"


def new_mark(reader: Reader) -> str:
    """A length that is drawn, until its half is seen."""
    tool(reader, "d", "length")
    start, by = between(reader, OTHER, FAR)
    reader.page.mouse.move(*start)
    reader.page.mouse.down()
    reader.page.mouse.move(start[0] + by[0], start[1] + by[1] + 30, steps=8)
    reader.until("() => document.querySelector('.mark.draft')", what="a mark that is drawn")
    return "left"


def handle(reader: Reader) -> str:
    """One end of the finished length is dragged away, until it is seen."""
    tool(reader, "d", "length")
    x, y = reader.on_page(FAR)
    reader.page.mouse.move(x, y)
    reader.page.mouse.down()
    reader.page.mouse.move(x - 40, y + 50, steps=8)
    reader.until(
        "() => document.querySelector('.mark.draft')",
        what="an end that moves",
    )
    return "left"


@pytest.mark.parametrize("gesture", [window, new_mark, handle], ids=lambda gesture: gesture.__name__)
def test_a_gesture_that_the_hosts_death_cuts_off_leaves_nothing_and_takes_nothing(
    marked: Reader, farview: FarviewProcess, transport: str, gesture: Any
) -> None:
    before, marks = marked.record(), finished(marked)
    assert {"length", "probe"} <= {mark["kind"] for mark in marks}
    is_kept(farview, before)
    button = gesture(marked)
    (host,) = farview.children("streamer")
    host.kill()
    marked.session("reconnecting")
    drafts = "() => document.querySelectorAll('.mark.draft, .pen > *').length"
    assert marked.see(drafts) == 0, "nothing of the cancelled gesture stays on the still picture"
    assert marked.see("() => document.querySelectorAll('.mark').length") == len(marks)
    marked.page.mouse.move(*marked.middle())
    marked.page.mouse.up(button=button)
    assert "The gesture was cancelled" in marked.words()
    assert marked.green() == []
    marked.session("live", seconds=30)
    marked.live()
    marked.until(
        "(was, names) => names.every((n) => JSON.stringify(glass.record(0)?.[n]) === JSON.stringify(was[n]))",
        before,
        list(VIEW),
        what="the view before the gesture",
    )
    marked.settle()
    is_carried(marked, transport)
    assert finished(marked) == marks
    assert len(marked.see(SHOWN_MARKS)) == len(marks), "nothing of the half-done one"
    assert marked.see("() => document.querySelector('.mark.draft')") is None
