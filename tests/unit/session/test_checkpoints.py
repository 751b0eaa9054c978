"""Views and marks are kept outside the host, marks as they are made, and none is lost when a session is replaced."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from streamer.session.checkpoint import (
    restore_marks,
    restore_view,
    store_marks,
    store_shown,
    store_view,
)
from streamer.session.checkpoints import Checkpoints
from streamer.session.session import Session, SessionKey
from streamer.viewer import core, mark_times
from streamer.viewer.marks import Marks
from streamer.viewer.stack import FrameRef, Voi
from streamer.viewer.state import ViewportState, ViewState
from tests.unit.session.marked_stack import MARK, stack

KEY = SessionKey("default", "u", "a", "1.2.3")


class Store:
    """A store in memory; says what it is told to say."""

    def __init__(self) -> None:
        self.saved: list[tuple[dict[str, Any], dict[str, Any] | None]] = []
        self.problem = ""
        self.stored: dict[str, Any] | None = None
        self.load_problem = ""
        self.load_failed = asyncio.Event()
        self.asked = asyncio.Event()
        self.failed = asyncio.Event()
        self.go = asyncio.Event()
        self.go.set()

    async def save(self, key: SessionKey, view: dict[str, Any], marks: dict[str, Any] | None) -> str:
        self.asked.set()
        await self.go.wait()
        if self.problem:
            self.failed.set()
        else:
            self.saved.append((view, marks))
        return self.problem

    async def record_opening(self, key: SessionKey, *, goes_on: bool) -> str:
        raise NotImplementedError

    async def load(self, key: SessionKey) -> tuple[dict[str, Any] | None, dict[str, Any] | None, float, str]:
        if self.load_problem:
            self.load_failed.set()
            return None, None, 0.0, self.load_problem
        return None, self.stored, 0.0, ""


def session(marks: Marks) -> Session:
    """The part of a session that checkpoints look at."""
    said: list[tuple[bool, str]] = []

    def marks_said(*, saved: bool, problem: str = "") -> None:
        said.append((saved, problem))

    reports = SimpleNamespace(marks=marks_said, marks_saved=marks_said, said=said)
    stacks = (stack(),)
    state = core.opened(stacks, width=64, height=64)
    return cast(
        Session,
        SimpleNamespace(
            key=KEY,
            study=SimpleNamespace(
                stacks=stacks,
                content=lambda numbers: None,
                content_of_marks=lambda marks: None,
                untold=(),
            ),
            state=state,
            interaction=SimpleNamespace(settled=state),
            marks=marks,
            marks_fetched=True,
            newer_view=None,
            reports=reports,
        ),
    )


def test_views_and_marks_come_back_as_they_were() -> None:
    stacks = (stack(), stack("9.9#0"))
    state = core.opened(stacks, width=64, height=64)
    moved = (stacks[1], stacks[0])
    restored = restore_view(store_view(state, stacks), moved)
    assert restored is not None
    assert moved[restored.viewports[0].stack].key == stacks[state.viewports[0].stack].key
    assert restore_marks(store_marks(Marks(version=3, items=(MARK,))), stacks) == Marks(
        version=3, items=(MARK,)
    )


def test_a_view_of_what_is_gone_is_not_restored() -> None:
    stacks = (stack(),)
    opened = core.opened(stacks, width=64, height=64)
    shown = replace(opened, viewports=(replace(opened.viewports[0], image=4),))
    stored = store_view(shown, stacks)
    assert restore_view(stored, (stack("9.9#0"),)) is None
    assert restore_view(stored, (stack(frames=1),)) is None
    assert restore_view({"nonsense": True}, stacks) is None


def test_a_view_stays_on_its_image_when_others_come_between() -> None:
    before = stack()
    opened = core.opened((before,), width=64, height=64)
    shown = replace(opened, viewports=(replace(opened.viewports[0], image=2),))
    stored = store_view(shown, (before,))
    grown = stack(frames=6)
    grown = replace(grown, frames=(FrameRef("new", 1, 0), *before.frames))
    restored = restore_view(stored, (grown,))
    assert restored is not None
    assert grown.frames[restored.viewports[0].image] == before.frames[2]


async def test_marks_are_saved_and_the_page_is_told_when_they_are() -> None:
    store = Store()
    checkpoints = Checkpoints(store)
    one = session(Marks(version=1, items=(MARK,)))
    checkpoints.marks_changed(one)
    assert checkpoints.is_unsaved(KEY)
    await checkpoints.flush(5.0)
    assert not checkpoints.is_unsaved(KEY)
    assert cast(Any, one.reports).said == [(False, ""), (True, "")]
    assert store.saved[-1][1] == store_marks(one.marks)


async def test_a_failed_save_is_said_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamer.session.checkpoints.RETRY_SECONDS", 0.0)
    store = Store()
    store.problem = "The disk is full."
    checkpoints = Checkpoints(store)
    one = session(Marks(version=1, items=(MARK,)))
    checkpoints.marks_changed(one)
    await store.asked.wait()
    await store.failed.wait()
    store.problem = ""
    await checkpoints.flush(5.0)
    assert store.saved[-1][1] == store_marks(one.marks)
    said = cast(Any, one.reports).said
    assert (False, "The disk is full.") in said
    assert said[-1] == (True, "")


async def test_a_save_that_ends_in_an_error_nobody_expected_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("streamer.session.checkpoints.RETRY_SECONDS", 0.0)
    store, failures = Store(), [ZeroDivisionError()]
    save = store.save

    async def failing(key: SessionKey, view: dict[str, Any], marks: dict[str, Any] | None) -> str:
        if failures:
            raise failures.pop()
        return await save(key, view, marks)

    monkeypatch.setattr(store, "save", failing)
    checkpoints = Checkpoints(store)
    one = session(Marks(version=1, items=(MARK,)))
    checkpoints.marks_changed(one)
    await checkpoints.flush(5.0)
    assert store.saved[-1][1] == store_marks(one.marks)
    assert not checkpoints.is_unsaved(one.key)


async def test_marks_carried_to_a_new_session_are_saved_though_the_old_one_was_being_saved() -> None:
    store = Store()
    store.go.clear()
    checkpoints = Checkpoints(store)
    old = session(Marks(version=1, items=(MARK,)))
    checkpoints.marks_changed(old)
    await store.asked.wait()
    cast(Any, old).study = None  # closed
    new = session(Marks(version=2, items=(MARK, replace(MARK, mark="m2"))))
    checkpoints.marks_changed(new)
    store.go.set()
    await checkpoints.flush(5.0)
    assert store.saved[-1][1] == store_marks(new.marks)


async def test_marks_that_could_not_be_fetched_are_never_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamer.session.checkpoints.RETRY_SECONDS", 0.0)
    store = Store()
    store.stored = store_marks(Marks(version=7, items=(MARK,)))
    store.load_problem = "The server can't be reached."
    made = replace(MARK, mark="m2")
    checkpoints = Checkpoints(store)
    one = session(Marks(version=1, items=(made,)))
    one.marks_fetched = False

    def arrived(stored: Marks) -> None:
        one.marks_fetched, one.marks = True, mark_times.joined(stored, one.marks)

    cast(Any, one).marks_arrived = arrived
    checkpoints.marks_missing(one)
    await store.load_failed.wait()
    assert not store.saved
    assert (False, "The server can't be reached.") in cast(Any, one.reports).said
    store.load_problem = ""
    await checkpoints.flush(5.0)
    marks = restore_marks(store.saved[-1][1] or {}, (stack(),))
    assert marks.items == (MARK, made)
    assert marks.version > 7


def test_what_a_picture_hangs_on_names_only_the_stacks_that_it_shows() -> None:
    stacks = tuple(stack(f"1.{number}#0") for number in range(900))
    typed = Voi(40.0, 400.0, source="typed")
    state = ViewState(
        layout="2x2",
        viewports=(
            ViewportState(kind="stack", stack=800, image=2, voi=typed),
            ViewportState(kind="stack", stack=7, image=1, voi=typed),
            ViewportState(),
            ViewportState(kind="stack", stack=800, image=4, voi=typed),
        ),
        shelf=(ViewportState(kind="stack", stack=3),),
    )
    stored = store_shown(state, stacks)
    assert list(stored["stacks"]) == ["1.7#0", "1.800#0"]
    assert len(json.dumps(stored)) < 4_000
    assert restore_view(stored, stacks) == replace(state, shelf=())


@pytest.mark.parametrize("grown", [False, True])
@pytest.mark.parametrize("lost", ["nothing", "the shelved image", "the shelved stack"])
def test_what_lies_behind_the_layout_comes_back_as_it_was_left(grown: bool, lost: str) -> None:
    """By keys and instances, whatever the numbers are now; what is gone of it opens as at first, and nothing else with it."""
    typed = Voi(40.0, 400.0, source="typed")
    then = tuple(stack(f"1.{number}#0") for number in range(3))
    behind = ViewportState(kind="stack", stack=2, image=3, voi=typed)
    state = ViewState(viewports=(ViewportState(kind="stack", stack=1, image=2, voi=typed),), shelf=(behind,))
    stored = json.loads(json.dumps(store_view(state, then)))
    now = list(then)
    if lost == "the shelved image":
        frames = tuple(f for at, f in enumerate(now[2].frames) if at != 3)
        now[2] = replace(now[2], frames=frames)
    if lost == "the shelved stack":
        del now[2]
    if grown:
        now.insert(0, stack("1.new#0"))
    moved = int(grown)
    shown = replace(state.viewports[0], stack=1 + moved)
    shelf = (replace(behind, stack=2 + moved),) if lost == "nothing" else ()
    assert restore_view(stored, tuple(now)) == replace(state, viewports=(shown,), shelf=shelf)


def test_a_view_stored_without_the_images_of_its_shelf_is_taken_up_without_it() -> None:
    stacks = tuple(stack(f"1.{number}#0") for number in range(3))
    state = ViewState(
        viewports=(ViewportState(kind="stack", stack=1, image=2, voi=Voi(40.0, 400.0, source="typed")),),
        shelf=(ViewportState(kind="stack", stack=2, image=3),),
    )
    stored = store_view(state, stacks)
    before = stored | {"images": stored["images"][:1]}
    assert restore_view(before, stacks) == replace(state, shelf=())
