"""A change is said once to the page and once to the store, a draft goes alone, and what is as it was saved is not saved again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, cast

import pytest

from signaling.protocol import control
from signaling.protocol.marks import MarkDraft, MarksDocument, MarksSaved
from streamer.session.session import Session
from streamer.viewer import core, journal
from streamer.viewer.marks import Mark
from tests.unit.host import test_sessions
from tests.unit.host.test_kept_view import _act as act
from tests.unit.host.test_sessions import Run
from tests.unit.session.marked_stack import MARK

run = test_sessions.run
OF_MARKS = (MarksDocument, MarkDraft, MarksSaved)


class Reading:
    """An opened study, what its page was told of marks, and what the store was given."""

    def __init__(self, run: Run, session: Session) -> None:
        self.run, self.session = run, session
        self.said: list[Any] = []
        self.saved: list[tuple[dict[str, Any], dict[str, Any] | None]] = []
        self.problem = ""
        cast(Any, session.outlet).say = self._say
        self._save, run.store.save = run.store.save, self._stored  # type: ignore[method-assign]

    def _say(self, message: control.ToPage) -> None:
        if isinstance(message, OF_MARKS):
            self.said.append(message)

    async def _stored(self, key: Any, view: dict[str, Any], marks: dict[str, Any] | None) -> str:
        self.saved.append((view, marks))
        self.run.store.problem = self.problem
        return await self._save(key, view, marks)

    def does(self, draft: Mark | None = None, put: Mark | None = None) -> None:
        """What a gesture leads to: a draft, or a mark that is finished."""
        session = self.session
        marks = session.marks if put is None else journal.put(session.marks, put)
        session.take_outcome(core.Outcome(session.state, marks, draft=draft))

    async def kept(self) -> None:
        await self.run.checkpoints.flush(5.0)

    @property
    def kinds(self) -> list[str]:
        return [type(message).__name__ for message in self.said]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamer.session.checkpoints.VIEW_SECONDS", 0.0)
    monkeypatch.setattr("streamer.session.checkpoints.RETRY_SECONDS", 0.0)


async def reading(run: Run) -> Reading:
    seat = run.seat()
    await run.open(seat)
    session = seat.session
    assert session is not None
    return Reading(run, session)


def moved(by: float) -> Mark:
    return replace(MARK, mark="m2", pixels=((1.0 + by, 2.0),), points=((1.0 + by, 2.0, 1.0),))


@pytest.mark.parametrize("moves", [1, 5, 60])
@pytest.mark.parametrize("others", [0, 200])
async def test_a_mark_that_is_drawn_costs_one_draft_a_move_one_document_and_one_answer(
    run: Run, moves: int, others: int
) -> None:
    here = await reading(run)
    for number in range(others):
        here.does(put=replace(MARK, mark=f"other {number}"))
    await here.kept()
    here.said.clear()
    here.saved.clear()
    for step in range(moves):
        here.does(draft=moved(float(step)))
        await here.kept()
    here.does(put=moved(float(moves)))
    await here.kept()
    assert here.kinds == ["MarkDraft"] * moves + ["MarksDocument", "MarksSaved"]
    largest = max(len(control.TO_PAGE.encode(message)) for message in here.said[:moves])
    assert largest < 1_000, "the other marks do not go with it"
    assert [mark.mark for mark in here.said[-2].marks][-1] == "m2"
    assert (here.said[-2].saved, here.said[-1].saved) == (False, True)
    assert sum(marks is not None for _, marks in here.saved) == 1


async def test_a_mark_that_is_given_up_is_said_alone_and_nothing_is_saved(run: Run) -> None:
    here = await reading(run)
    here.does(put=MARK)
    await here.kept()
    here.said.clear()
    here.saved.clear()
    here.does(draft=replace(moved(0.0), mark=MARK.mark))
    here.does()
    here.does()
    await here.kept()
    assert here.kinds == ["MarkDraft", "MarkDraft"]
    assert here.said[-1].mark is None
    assert here.saved == []


async def test_a_view_is_saved_when_it_is_another_and_only_then(run: Run) -> None:
    here = await reading(run)
    here.does()
    await here.kept()
    assert len(here.saved) == 1, "after an opening what the store has is not known"
    here.saved.clear()
    for _ in range(5):
        here.does()
        await here.kept()
    act(here.session, "down")
    act(here.session, "move")
    await here.kept()
    assert here.saved == [], "a gesture that goes on is not kept"
    act(here.session, "up")
    await here.kept()
    assert len(here.saved) == 1
    here.does()
    await here.kept()
    assert len(here.saved) == 1


async def test_a_view_that_could_not_be_saved_is_tried_until_it_is(run: Run) -> None:
    here = await reading(run)
    here.does()
    await here.kept()
    here.saved.clear()
    here.problem = "The disk is full."
    for word in ("down", "move", "up"):
        act(here.session, word)
    while len(here.saved) < 3:
        await turn()
    here.problem = ""
    await here.kept()
    tried = len(here.saved)
    assert run.store.view == here.saved[-1][0]
    here.does()
    await here.kept()
    assert len(here.saved) == tried


async def test_a_reading_that_is_opened_again_is_saved_again(run: Run) -> None:
    """Another host may have saved a view of it meanwhile."""
    here = await reading(run)
    here.does()
    await here.kept()
    seat = run.seat()
    await run.open(seat)
    assert seat.session is here.session
    here.saved.clear()
    here.does()
    await here.kept()
    assert len(here.saved) == 1


async def test_a_problem_is_said_once_and_stands_until_the_marks_are_kept(run: Run) -> None:
    here = await reading(run)
    here.problem = "The disk is full."
    here.does(put=MARK)
    while len(here.saved) < 4:
        await turn()
    here.does(put=moved(0.0))
    document = here.said[-1]
    assert (document.saved, document.problem) == (False, "The disk is full.")
    here.problem = ""
    await here.kept()
    assert here.kinds == ["MarksDocument", "MarksSaved", "MarksDocument", "MarksSaved"]
    assert (here.said[1].saved, here.said[1].problem) == (False, "The disk is full.")
    assert (here.said[-1].saved, here.said[-1].problem) == (True, "")


async def turn() -> None:
    """Lets what is ready run."""
    await asyncio.sleep(0)
