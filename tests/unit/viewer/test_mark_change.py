"""Undo and redo change what the reader sees; of what is out of sight they first say what and where."""

from __future__ import annotations

from dataclasses import replace

import pytest

from streamer.viewer import core, journal
from streamer.viewer.context import Outcome
from streamer.viewer.image_marks import on_frame
from streamer.viewer.marks import Mark, Marks
from streamer.viewer.state import ViewState
from tests.unit.viewer.test_commands import CONTEXT, opened, run

AXIAL = next(stack for stack in CONTEXT.stacks if stack.key == "axial#0")


def mark(end: float = 20.0, image: int = 9) -> Mark:
    frame = AXIAL.frames[image]
    made = Mark(
        "m0", "length", AXIAL.key, frame.sop_instance_uid, frame.frame_number, image, "", (0.0, 0.0, 1.0), (), "1.7 mm"
    )  # fmt: skip
    return on_frame(made, AXIAL, image, ((10.0, 10.0), (end, 20.0)))


def documents(change: str) -> Marks:
    """Marks whose newest change is of this kind."""
    made = journal.put(Marks(), mark())
    if change == "made":
        return made
    return journal.delete(made, "m0") if change == "deleted" else journal.put(made, mark(end=30.0))


def before_step(verb: str, change: str) -> Marks:
    return documents(change) if verb == "undo" else journal.undo(documents(change))


VIEWS = {
    "its image": (lambda: run(opened(), "image.go", 10), True),
    "another image": (lambda: run(opened(), "image.go", 3), False),
    "another series": (lambda: opened("us"), False),
    "its image beside others": (lambda: run(run(opened(), "image.go", 10), "layout.set", "2x2"), True),
    "a plane through it": (lambda: run(run(opened(layout="mpr"), "viewport.activate", None, 0), "image.first"), False),
    "its image, but moved out of the viewport": (lambda: _moved_away(run(opened(), "image.go", 10)), False),
}  # fmt: skip


def _moved_away(state: ViewState) -> ViewState:
    return replace(state, viewports=(replace(state.viewports[0], pan=(5000.0, 0.0)), *state.viewports[1:]))


def step(state: ViewState, marks: Marks, verb: str, value: object = None) -> Outcome:
    return core.apply_command(CONTEXT, state, marks, verb, -1, value)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("change", ["made", "changed", "deleted"])
@pytest.mark.parametrize("verb", ["undo", "redo"])
def test_a_step_is_taken_in_sight_and_waits_out_of_sight(verb: str, change: str, view: str) -> None:
    make, is_in_sight = VIEWS[view]
    state, marks = make(), before_step(verb, change)
    after = getattr(journal, verb)(marks)
    outcome = step(state, marks, verb)
    assert outcome.state == state
    assert "Length 1.7 mm on image 10" in outcome.message
    if is_in_sight:
        assert outcome.marks == after
        assert outcome.elsewhere is None
        assert outcome.message.startswith("Undone: " if verb == "undo" else "Redone: ")
        return
    assert outcome.marks == marks
    assert f"press again to {verb} it" in outcome.message
    place = outcome.elsewhere
    assert place is not None
    assert (place.verb, place.mark, place.image) == (verb, "m0", 10)
    assert ("Show" in outcome.message) == (place.viewport >= 0)
    again = step(state, marks, verb, "m0")
    assert again.marks == after
    assert again.elsewhere is None
    for other in ("m1", "", 7, True, None, ("m0",)):
        assert step(state, marks, verb, other).marks == marks


@pytest.mark.parametrize("view", ["another image", "another series"])
@pytest.mark.parametrize("verb", ["undo", "redo"])
def test_where_it_says_the_mark_is_the_step_is_taken_at_once(verb: str, view: str) -> None:
    state, marks = VIEWS[view][0](), before_step(verb, "made")
    place = step(state, marks, verb).elsewhere
    assert place is not None
    assert place.viewport >= 0
    if state.viewports[place.viewport].stack != place.series:
        state = run(state, "series.set", place.series, place.viewport)
    state = run(state, "image.go", place.image, place.viewport)
    assert step(state, marks, verb).marks == getattr(journal, verb)(marks)


def test_a_mark_whose_series_is_not_there_is_nowhere() -> None:
    lost = journal.put(Marks(), replace(mark(), stack_key="gone#0"))
    outcome = step(opened(), lost, "undo")
    assert outcome.marks == lost
    assert outcome.elsewhere is not None
    assert outcome.elsewhere.viewport == -1
    assert "not in the study now" in outcome.message
    assert "Show" not in outcome.message
    assert step(opened(), lost, "undo", "m0").marks.items == ()
