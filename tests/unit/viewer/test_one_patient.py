"""One layout, one patient: whatever is hung in whatever order, images of two people never stand beside each other."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from streamer.viewer import core, gesture
from streamer.viewer.context import CommandRefused
from streamer.viewer.gesture import Hand
from streamer.viewer.marks import Marks
from streamer.viewer.records import RecordFlag, viewport_record
from streamer.viewer.state import LAYOUTS, ViewState
from tests.unit.viewer.stacks import context, study

STACKS = tuple(replace(stack, patient=number % 3 % 2) for number, stack in enumerate(study()))
CONTEXT = context(STACKS)
COMMANDS = st.one_of(
    st.tuples(st.just("layout.set"), st.integers(0, 3), st.sampled_from(LAYOUTS)),
    st.tuples(st.just("series.set"), st.integers(0, 3), st.integers(0, len(STACKS) - 1)),
    st.tuples(st.just("series.step"), st.integers(0, 3), st.sampled_from([-1, 1])),
    st.tuples(st.just("viewport.activate"), st.integers(0, 3), st.none()),
    st.tuples(st.just("viewport.maximize"), st.integers(0, 3), st.none()),
)


def shown(state: ViewState) -> set[int]:
    return {STACKS[viewport.stack].patient for viewport in state.viewports if viewport.stack >= 0}


@settings(max_examples=200, deadline=None)
@given(actions=st.lists(COMMANDS, max_size=30))
def test_no_sequence_of_commands_hangs_two_patients_beside_each_other(
    actions: list[tuple[str, int, object]],
) -> None:
    state = core.opened(STACKS, width=1000, height=800)
    assert shown(state) == {0}
    for name, viewport, value in actions:
        try:
            state = core.apply_command(CONTEXT, state, Marks(), name, viewport, value).state
        except CommandRefused:
            continue
        assert len(shown(state)) <= 1
        assert core.fits(STACKS, state)


def test_a_stored_view_of_two_patients_is_not_taken_up() -> None:
    state = core.apply_command(
        CONTEXT, core.opened(STACKS, width=1000, height=800), Marks(), "layout.set", 0, "1x2"
    ).state
    assert core.fits(STACKS, state)
    other = next(number for number, stack in enumerate(STACKS) if stack.patient and not stack.fault)
    mixed = replace(state.viewports[0], kind="stack", stack=other, image=0)
    assert not core.fits(STACKS, replace(state, viewports=(state.viewports[0], mixed)))


def test_another_patients_images_are_flagged_and_not_measured() -> None:
    for number, stack in enumerate(STACKS):
        if stack.fault:
            continue
        state = core.apply_command(
            CONTEXT, core.opened(STACKS, width=1000, height=800), Marks(), "series.set", 0, number
        ).state
        rect = CONTEXT.rects(state)[0]
        said = viewport_record(
            0, 1, state.viewports[0], stack, rect, None, present=1, missing=False, incomplete=False, scale=1.0
        )
        assert bool(said.flags & RecordFlag.OTHER_PATIENT) is bool(stack.patient)
        for tool in ("length", "probe"):
            using = replace(state, tool=tool)
            held, begun = gesture.begin(CONTEXT, using, Marks(), using, Hand(500.0, 400.0, 1), 0)
            end = Hand(500.0, 400.0) if tool == "probe" else Hand(540.0, 420.0)
            done = gesture.end(CONTEXT, held, using, Marks(), end)
            assert bool(done.marks.items) is not bool(stack.patient), (tool, stack.key)
            assert ("another patient" in begun.message) is bool(stack.patient)
