"""A host that is being stopped saves without delay, tries again and again, and knows what it could not save; in virtual time."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from streamer.session.checkpoint import store_marks
from streamer.session.checkpoints import VIEW_SECONDS, Checkpoints
from streamer.viewer.marks import Marks
from tests.fakes.virtual_time import run
from tests.unit.session.marked_stack import MARK
from tests.unit.session.test_checkpoints import Store, session

MADE = Marks(version=1, items=(MARK,))


def test_a_view_is_saved_at_once() -> None:
    async def story() -> None:
        store = Store()
        checkpoints = Checkpoints(store)
        checkpoints.view_changed(session(Marks()))
        await asyncio.sleep(0)
        assert store.saved == []
        assert checkpoints.unsaved == (1, 0)
        checkpoints.hurry()
        began = asyncio.get_running_loop().time()
        await checkpoints.flush(5.0)
        assert asyncio.get_running_loop().time() - began < VIEW_SECONDS / 2
        assert len(store.saved) == 1
        assert checkpoints.unsaved == (0, 0)

    run(story())


@pytest.mark.parametrize("before", [0.0, 1.0])
def test_what_fails_is_tried_again_soon(before: float) -> None:
    async def story() -> None:
        store = Store()
        store.problem = "The server can't be reached."
        checkpoints = Checkpoints(store)
        checkpoints.marks_changed(session(MADE))
        await asyncio.sleep(before)
        checkpoints.hurry()
        loop = asyncio.get_running_loop()
        began = loop.time()
        loop.call_later(0.7, setattr, store, "problem", "")
        await checkpoints.flush(5.0)
        assert loop.time() - began < 1.0
        assert store.saved[-1][1] is not None

    run(story())


@pytest.mark.parametrize(
    ("marks", "fails", "unsaved"),
    [
        (None, True, (1, 0)),
        (MADE, True, (1, 1)),
        (Marks(), True, (1, 0)),
        (None, False, (1, 0)),
        (MADE, False, (1, 1)),
    ],
    ids=[
        "view refused",
        "marks refused",
        "marks that nobody made",
        "view not answered",
        "marks not answered",
    ],
)
def test_what_is_not_saved_in_time_is_known(
    marks: Marks | None, fails: bool, unsaved: tuple[int, int]
) -> None:
    async def story() -> None:
        store = Store()
        if fails:
            store.problem = "The disk is full."
        else:
            store.go.clear()
        checkpoints = Checkpoints(store)
        one = session(marks or Marks())
        if marks is None:
            checkpoints.view_changed(one)
        else:
            checkpoints.marks_changed(one)
        checkpoints.hurry()
        loop = asyncio.get_running_loop()
        began = loop.time()
        await checkpoints.flush(5.0)
        assert loop.time() - began == pytest.approx(5.0, abs=0.3)
        assert checkpoints.unsaved == unsaved
        assert checkpoints.has_unsaved_marks(one.key) == (marks is not None)
        await checkpoints.close()

    run(story())


def test_who_goes_on_while_it_is_saved_is_saved_again() -> None:
    async def story() -> None:
        store = Store()
        checkpoints = Checkpoints(store)
        checkpoints.hurry()
        one = session(MADE)
        store.go.clear()
        checkpoints.marks_changed(one)
        await store.asked.wait()
        one.marks = replace(MADE, version=2, items=(MARK, replace(MARK, mark="m2")))
        checkpoints.marks_changed(one)
        store.go.set()
        await checkpoints.flush(5.0)
        assert store.saved[-1][1] == store_marks(one.marks)
        assert await checkpoints.settle(one.key, 1.0)

    run(story())
