"""Discrete commands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signaling.protocol import errors
from streamer.viewer import core
from streamer.viewer.context import CommandRefused, Context, Outcome
from streamer.viewer.journal import put
from streamer.viewer.marks import Mark, Marks
from streamer.viewer.mpr import mpr_image
from streamer.viewer.stack import Voi
from streamer.viewer.state import LAYOUTS, ViewState
from tests.unit.viewer import stacks
from tests.unit.viewer.stacks import AXIAL, context

CONTEXT = context()
MARK = Mark(
    "m0", "length", "axial#0", "1.2.axial#0.1", 1, 1, "", (0.0, 0.0, -1.0), ((0.0,) * 3, (1.0,) * 3), "1.7 mm"
)


def opened(series: str = "axial", layout: str = "1x1") -> ViewState:
    state = core.opened(
        CONTEXT.stacks, width=1000, height=800, series_uid=series, statistics=CONTEXT.statistics
    )
    return run(state, "layout.set", layout) if layout != "1x1" else state


def outcome(
    state: ViewState, name: str, value: object = None, viewport: int = -1, within: Context = CONTEXT
) -> Outcome:
    return core.apply_command(within, state, Marks(), name, viewport, value)


def run(state: ViewState, name: str, value: object = None, viewport: int = -1) -> ViewState:
    return outcome(state, name, value, viewport).state


def test_the_names() -> None:
    assert set(core.COMMANDS) == {
        "layout.set", "viewport.activate", "viewport.maximize", "series.set", "series.step", "tool.set", "preset.apply",
        "voi.set", "voi.percentiles", "voi.full", "voi.file", "invert", "fit", "one_to_one", "zoom.by", "rotate", "flip",
        "reset", "image.go", "image.step", "image.first", "image.last", "interpolation.set", "undo", "redo",
        "mark.delete", "volume.preset", "volume.view", "gesture.cancel",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("no.such", None),
        ("layout.set", "5x5"),
        ("layout.set", None),
        ("tool.set", "hammer"),
        ("interpolation.set", 3),
        ("voi.set", (1.0,)),
        ("voi.set", (1.0, 0.0)),
        ("voi.set", (float("nan"), 10.0)),
        ("voi.set", "wide"),
        ("zoom.by", 0),
        ("zoom.by", -2.0),
        ("zoom.by", True),
        ("zoom.by", float("inf")),
        ("image.go", "7"),
        ("image.go", 1.5),
        ("image.step", 1e300),
        ("preset.apply", "Toe"),
        ("series.set", None),
        ("mark.delete", "nothing"),
        ("volume.preset", "CT toe"),
    ],
)
def test_bad_commands_are_refused_in_words(name: str, value: object) -> None:
    with pytest.raises(CommandRefused) as refused:
        run(opened(), name, value)
    assert refused.value.code == errors.BAD_COMMAND
    assert refused.value.message.endswith((".", "."))


@pytest.mark.parametrize("viewport", [1, 9, -2])
def test_no_such_viewport(viewport: int) -> None:
    with pytest.raises(CommandRefused, match="no such viewport"):
        run(opened(), "fit", viewport=viewport)


@pytest.mark.parametrize(
    "name", ["fit", "one_to_one", "reset", "invert", "image.first", "voi.file", "flip", "image.last"]
)
def test_an_empty_viewport_says_so(name: str) -> None:
    with pytest.raises(CommandRefused, match="no series"):
        run(ViewState(), name)


def test_images_by_number() -> None:
    state = opened()
    assert run(state, "image.go", 3).viewports[0].image == 2
    assert run(state, "image.go", 3.0).viewports[0].image == 2
    assert run(state, "image.go", 500).viewports[0].image == 19
    assert run(state, "image.first").viewports[0].image == 0
    assert run(state, "image.last").viewports[0].image == 19
    assert run(state, "image.step", -4).viewports[0].image == 6
    assert run(state, "image.step", -400).viewports[0].image == 0


def test_images_of_a_plane_move_the_cross_hair() -> None:
    state = opened(layout="mpr")
    stack = CONTEXT.stacks[AXIAL]
    for viewport, plane in enumerate(("axial", "coronal", "sagittal")):
        moved = run(state, "image.go", 6, viewport)
        assert mpr_image(stack, plane, moved.cross_hair) == 5
        assert moved.viewports == state.viewports


def test_flip_and_rotate_are_for_projections_only() -> None:
    for state, viewport in ((opened(), -1), (opened(layout="mpr+3d"), 1), (opened("us"), -1)):
        for name in ("flip", "rotate"):
            with pytest.raises(CommandRefused, match="projection"):
                run(state, name, viewport=viewport)
    turned = run(run(opened("xray"), "rotate"), "flip").viewports[0]
    assert (turned.flipped, turned.quarter_turns) == (True, 3)


def test_windows() -> None:
    state = opened()
    assert run(state, "preset.apply", "Lung").viewports[0].voi == Voi(-600.0, 1500.0, "LINEAR", "preset Lung")
    assert run(state, "voi.set", [50, 350]).viewports[0].voi == Voi(50.0, 350.0, "LINEAR", "typed")
    assert run(state, "voi.percentiles").viewports[0].voi.source == "chosen percentiles"
    assert run(state, "voi.full").viewports[0].voi.source == "full range"
    assert run(state, "invert").viewports[0].inverted
    assert run(run(state, "invert"), "invert") == state


def test_the_files_windows_one_after_the_other() -> None:
    state, windows = opened(), CONTEXT.stacks[AXIAL].terms[0].windows
    first = run(state, "voi.file")
    assert first.viewports[0].voi == replace(windows[1], source="chosen Bone")
    assert run(first, "voi.file").viewports[0].voi == windows[0]
    with pytest.raises(CommandRefused, match="no window of its own"):
        run(opened("pet"), "voi.file")


def test_statistics_that_are_not_there_yet() -> None:
    within = context(statistics={})
    for name in ("voi.percentiles", "voi.full"):
        with pytest.raises(CommandRefused, match="still being read"):
            outcome(opened(), name, within=within)


def test_planes_of_one_volume_share_their_window() -> None:
    state = run(opened(layout="mpr+3d"), "preset.apply", "Bone", 1)
    assert [viewport.voi.source for viewport in state.viewports[:3]] == ["preset Bone"] * 3
    assert state.viewports[3].voi.source == "preset CT bone"


def test_placeholders_become_percentiles_once_and_nothing_else_moves() -> None:
    within = context(statistics={})
    state = core.opened(within.stacks, width=10, height=10, series_uid="pet")
    assert state.viewports[0].voi.source == ""
    settled = core.statistics_arrived(CONTEXT, state, stacks.PET)
    assert settled.viewports[0].voi.source == "percentiles"
    assert core.statistics_arrived(CONTEXT, settled, stacks.PET) == settled
    assert core.statistics_arrived(CONTEXT, state, AXIAL) == state
    assert core.statistics_arrived(CONTEXT, opened(), AXIAL) == opened()
    typed = run(settled, "voi.set", (500.0, 1000.0))
    assert core.statistics_arrived(CONTEXT, typed, stacks.PET) == typed


def test_reset_keeps_the_slice_and_every_mark() -> None:
    marks = put(Marks(), MARK)
    state = opened("xray")
    changed = state
    for name, value in (
        ("flip", None),
        ("rotate", None),
        ("invert", None),
        ("zoom.by", 3.0),
        ("voi.set", (9.0, 9.0)),
    ):
        changed = run(changed, name, value)
    assert core.apply_command(CONTEXT, changed, marks, "reset", -1, None) == Outcome(state, marks)
    moved = run(run(opened(), "image.go", 5), "zoom.by", 2.0)
    assert run(moved, "reset").viewports[0] == replace(opened().viewports[0], image=4)


def test_reset_of_a_volume() -> None:
    state = opened(layout="mpr+3d")
    turned = run(run(state, "volume.view", "L"), "zoom.by", 4.0, 3)
    assert run(turned, "reset", viewport=3) == state


def test_zoom_and_one_to_one() -> None:
    state = opened()
    assert run(state, "zoom.by", 2.0).viewports[0].zoom == pytest.approx(2.0)
    assert run(state, "zoom.by", 1e6).viewports[0].zoom == 50.0
    assert run(state, "zoom.by", 1e-6).viewports[0].zoom == 0.05
    assert run(run(state, "one_to_one"), "fit") == state
    with pytest.raises(CommandRefused, match="no single images"):
        run(opened(layout="mpr+3d"), "one_to_one", viewport=3)


def test_volume_commands_find_the_volume() -> None:
    state = opened(layout="mpr+3d")
    assert run(state, "volume.preset", "MIP").viewports[3].preset == "MIP"
    assert run(state, "volume.view", "H").viewports[3].camera != state.viewports[3].camera
    with pytest.raises(CommandRefused, match="no volume in this layout"):
        run(opened(), "volume.view", "H")
    for name in ("image.go", "invert"):
        with pytest.raises(CommandRefused):
            run(state, name, 1, 3)


def test_series_step_stops_at_the_ends_and_says_so() -> None:
    state = opened()
    assert outcome(state, "series.step", -1) == Outcome(
        state, Marks(), message="This is the first series of the study."
    )
    for _ in range(5):
        state = run(state, "series.step", 1)
    assert state.viewports[0].stack == stacks.OBLIQUE
    assert "last series" in outcome(state, "series.step", 1).message


def test_maximise_and_back() -> None:
    state = opened(layout="2x2")
    large = run(state, "viewport.maximize", viewport=2)
    assert (large.maximized, large.active) == (True, 2)
    assert run(large, "viewport.maximize") == replace(state, active=2)


def test_undo_and_redo_walk_through_the_marks() -> None:
    state, empty = opened(), Marks()
    marks = put(empty, MARK)
    undone = core.apply_command(CONTEXT, state, marks, "undo", -1, "m0").marks
    assert undone.items == ()
    assert core.apply_command(CONTEXT, state, undone, "redo", -1, "m0").marks.items == marks.items
    deleted = core.apply_command(CONTEXT, state, marks, "mark.delete", -1, "m0").marks
    assert deleted.items == ()
    assert core.apply_command(CONTEXT, state, deleted, "undo", -1, "m0").marks.items == (MARK,)
    assert "nothing to undo" in core.apply_command(CONTEXT, state, empty, "undo", -1, None).message


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_tool_that_turns_a_volume_exists_where_there_is_one(layout: str) -> None:
    state = opened(layout=layout)
    if layout == "mpr+3d":
        state = run(state, "tool.set", "rotate")
        assert state.tool == "rotate"
        for other in ("mpr", "1x1"):
            assert run(state, "layout.set", other).tool == "scroll"
    else:
        with pytest.raises(CommandRefused, match="no volume"):
            run(state, "tool.set", "rotate")
