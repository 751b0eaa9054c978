"""Whatever is done in whatever order: nothing but a refusal is raised, the state stays valid and small, no mark is lost."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamer.viewer import core, gesture
from streamer.viewer.context import CommandRefused
from streamer.viewer.gesture import Gesture, Hand
from streamer.viewer.marks import Marks
from streamer.viewer.records import viewport_record
from streamer.viewer.state import INTERPOLATIONS, LAYOUTS, TOOLS, ViewState
from tests.unit.viewer.stacks import context

CONTEXT = context()

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-30, 30),
    st.floats(allow_nan=True, allow_infinity=True),
    st.text(max_size=3),
    st.lists(st.floats(allow_nan=True), max_size=3),
)
GOOD = {
    "layout.set": st.sampled_from(LAYOUTS),
    "tool.set": st.sampled_from(TOOLS),
    "interpolation.set": st.sampled_from(INTERPOLATIONS),
    "series.set": st.integers(-1, 8),
    "series.step": st.sampled_from([-1, 1]),
    "preset.apply": st.sampled_from(["Brain", "Bone", "File 1"]),
    "voi.set": st.tuples(st.floats(-3000, 3000), st.floats(-1, 5000)),
    "zoom.by": st.floats(0.01, 100.0),
    "image.go": st.integers(-5, 40),
    "image.step": st.integers(-40, 40),
    "mark.delete": st.sampled_from(["mark 0", "mark 1"]),
    "volume.preset": st.sampled_from(["CT bone", "CT lung", "MR", "MIP"]),
    "volume.view": st.sampled_from("APLRHF"),
}
LOSING = ("undo", "redo", "mark.delete")


@st.composite
def commands(draw: st.DrawFn) -> tuple[str, str, int, object]:
    name = draw(st.sampled_from(sorted(core.COMMANDS)))
    value = draw(st.one_of(GOOD.get(name, st.none()), JUNK))
    return "command", name, draw(st.integers(-2, 4)), value


XY = (st.floats(-200.0, 1200.0), st.floats(-200.0, 1000.0))
ACTIONS = st.one_of(
    commands(),
    st.tuples(st.just("down"), *XY, st.integers(0, 3), st.sampled_from([0, 1, 4, 16]), st.integers(0, 3)),
    st.tuples(st.just("move"), *XY, st.floats(0.0, 10.0)),
    st.tuples(st.just("end"), *XY),
    st.tuples(st.just("cancel")),
    st.tuples(st.just("wheel"), *XY, st.integers(-50, 50)),
    st.tuples(st.just("zoom_wheel"), *XY, st.floats(-1000.0, 1000.0)),
    st.tuples(st.just("statistics"), st.integers(-1, 8)),
)


class Reader:
    """A session's worth of state, driven by actions; `seen` lags one action behind, as the glass does."""

    def __init__(self, layout: str) -> None:
        self.state: ViewState = core.opened(CONTEXT.stacks, width=1000, height=800)
        self.state = core.apply_command(CONTEXT, self.state, Marks(), "layout.set", -1, layout).state
        self.seen = self.state
        self.marks = Marks()
        self.gesture: Gesture | None = None
        self.count = 0
        self.refusals: list[str] = []

    def act(self, action: tuple[object, ...]) -> None:
        self.count += 1
        here = replace(CONTEXT, mark_id=f"mark {self.count}")
        match action:
            case ("command", str(name), int(viewport), value):
                try:
                    outcome = core.apply_command(here, self.state, self.marks, name, viewport, value)
                except CommandRefused as refused:
                    self.refusals.append(refused.message)
                    return
            case ("down", float(x), float(y), int(button), int(modifiers), int(pointer)):
                hand = Hand(x, y, 1, modifiers, pointer)
                self.gesture, outcome = gesture.begin(here, self.state, self.marks, self.seen, hand, button)
            case ("move", float(x), float(y), float(pinch)) if self.gesture is not None:
                outcome = gesture.move(here, self.gesture, self.state, self.marks, Hand(x, y, scale=pinch))
            case ("end", float(x), float(y)) if self.gesture is not None:
                outcome = gesture.end(here, self.gesture, self.state, self.marks, Hand(x, y))
                self.gesture = None
            case ("cancel",) if self.gesture is not None:
                outcome = gesture.cancel(here, self.gesture, self.state, self.marks)
                self.gesture = None
            case ("wheel", float(x), float(y), int(steps)):
                outcome = gesture.wheel(here, self.state, self.marks, self.seen, x, y, steps)
            case ("zoom_wheel", float(x), float(y), float(turns)):
                outcome = gesture.zoom_wheel(here, self.state, self.marks, self.seen, x, y, turns)
            case ("statistics", int(stack)):
                self.state = core.statistics_arrived(here, self.state, stack)
                return
            case _:
                return
        self.seen, self.state, self.marks = self.state, outcome.state, outcome.marks


@settings(max_examples=150, deadline=None)
@given(layout=st.sampled_from(LAYOUTS), actions=st.lists(ACTIONS, max_size=30))
def test_nothing_is_raised_but_refusals_and_no_mark_is_lost(
    layout: str, actions: list[tuple[object, ...]]
) -> None:
    reader = Reader(layout)
    for action in actions:
        before = reader.marks
        reader.act(action)
        if action[0] != "command" or action[1] not in LOSING:
            kept = {mark.mark for mark in reader.marks.items}
            assert {mark.mark for mark in before.items} <= kept
        check(reader.state)
    assert all(sentence.endswith(".") for sentence in reader.refusals)
    assert len(msgspec.msgpack.encode(reader.state)) <= 4096


def check(state: ViewState) -> None:
    """The state can be shown, and everything about it can be said."""
    assert core.fits(CONTEXT.stacks, state)
    assert len(state.shelf) <= 9
    for index, (viewport, rect) in enumerate(zip(state.viewports, CONTEXT.rects(state), strict=True)):
        said = viewport_record(
            index, 1, viewport, CONTEXT.stack_of(viewport), rect, state.cross_hair,
            present=1, missing=False, incomplete=False, scale=1.0,
        )  # fmt: skip
        assert 0 <= said.image < max(said.images, 1)
        assert 0.05 <= viewport.zoom <= 50.0
        assert viewport.voi.width > 0.0
        assert all(abs(number) < 1e30 for number in said.canvas_from_world)


def test_the_largest_state_is_small() -> None:
    state = core.opened(CONTEXT.stacks, width=1000, height=800)
    for layout in ("3x3", "mpr+3d"):
        state = core.apply_command(CONTEXT, state, Marks(), "layout.set", -1, layout).state
    long = tuple(
        replace(viewport, pan=(0.1, 0.2), voi=replace(viewport.voi, source="preset Mediastinum (file 2)"))
        for viewport in state.viewports
    )
    shelf = tuple(replace(long[0], kind="stack", plane="") for _ in range(9))
    data = msgspec.msgpack.encode(replace(state, viewports=long, shelf=shelf))
    assert len(data) <= 4096
    assert msgspec.msgpack.decode(data, type=ViewState) == replace(state, viewports=long, shelf=shelf)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_state_survives_the_way_to_the_renderer(layout: str) -> None:
    state = core.opened(CONTEXT.stacks, width=1000, height=800)
    state = core.apply_command(CONTEXT, state, Marks(), "layout.set", -1, layout).state
    data = msgspec.msgpack.encode(state)
    assert msgspec.msgpack.decode(data, type=ViewState) == state
    assert len(data) <= 4096
