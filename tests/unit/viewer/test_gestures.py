"""What the reader's hand does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.viewer import core, gesture
from streamer.viewer.context import Context, Outcome
from streamer.viewer.geometry import nearest_frame, pixel_to_world
from streamer.viewer.gesture import Gesture, Hand
from streamer.viewer.hand import ALT, LEFT, MIDDLE, PEN, RIGHT, SHIFT, SPACE, TOUCH, TWO_FINGERS
from streamer.viewer.marks import Marks
from streamer.viewer.mpr import default_cross_hair, mpr_image
from streamer.viewer.planar import canvas_to_world, planar_view, world_to_canvas
from streamer.viewer.state import ViewState
from streamer.viewer.vector import Vec3
from tests.unit.viewer import stacks
from tests.unit.viewer.stacks import AXIAL, LOCALIZER, OBLIQUE, context

CONTEXT = context()
NONE = Marks()


def opened(layout: str = "1x1", tool: str = "scroll", series: str = "axial") -> ViewState:
    state = core.opened(CONTEXT.stacks, width=1000, height=800, series_uid=series)
    for name, value in (("layout.set", layout), ("tool.set", tool)):
        state = core.apply_command(CONTEXT, state, NONE, name, -1, value).state
    return state


def down(
    state: ViewState, x: float = 250.0, y: float = 300.0, button: int = LEFT, marks: Marks = NONE,
    within: Context = CONTEXT, seen: ViewState | None = None, modifiers: int = 0, pointer: int = 0,
) -> tuple[Gesture, Outcome]:  # fmt: skip
    hand = Hand(x, y, modifiers=modifiers, pointer=pointer)
    begun, outcome = gesture.begin(within, state, marks, seen or state, hand, button)
    assert begun is not None
    return begun, outcome


def drag(
    state: ViewState, *way: tuple[float, float], button: int = LEFT, marks: Marks = NONE,
    within: Context = CONTEXT, modifiers: int = 0, pointer: int = 0,
) -> Outcome:  # fmt: skip
    """The whole gesture from the first point over the others; the last one is where the hand is lifted."""
    begun, outcome = down(state, *way[0], button, marks, within, modifiers=modifiers, pointer=pointer)
    for x, y in way[1:]:
        hand = Hand(x, y, modifiers=modifiers, pointer=pointer)
        outcome = gesture.move(within, begun, outcome.state, outcome.marks, hand)
    return gesture.end(within, begun, outcome.state, outcome.marks, Hand(*way[-1], pointer=pointer))


def canvas(state: ViewState, index: int, point: Vec3) -> tuple[float, float]:
    stack = CONTEXT.stack_of(state.viewports[index])
    assert stack is not None
    rect = CONTEXT.rects(state)[index]
    return world_to_canvas(planar_view(state.viewports[index], stack, rect, state.cross_hair), rect, point)


def world(state: ViewState, index: int, x: float, y: float) -> Vec3:
    stack = CONTEXT.stack_of(state.viewports[index])
    assert stack is not None
    rect = CONTEXT.rects(state)[index]
    return canvas_to_world(planar_view(state.viewports[index], stack, rect, state.cross_hair), rect, x, y)


@pytest.mark.parametrize(
    ("button", "modifiers", "pointer", "tool"),
    [
        (LEFT, 0, 0, "length"),
        (RIGHT, 0, 0, "window"),
        (MIDDLE, 0, 0, "pan"),
        (LEFT, SPACE, 0, "pan"),
        (LEFT, ALT, 0, "window"),
        (LEFT, SHIFT, 0, "zoom"),
        (LEFT, 0, TOUCH, "length"),
        (LEFT, 0, PEN, "length"),
        (LEFT, 0, TWO_FINGERS, "pinch"),
    ],
)
def test_which_tool_a_hand_means(button: int, modifiers: int, pointer: int, tool: str) -> None:
    begun, _ = down(opened(tool="length"), button=button, modifiers=modifiers, pointer=pointer)
    assert begun.tool == tool


def test_other_buttons_and_empty_places_mean_nothing() -> None:
    state = opened("1x2")
    for hand, button in ((Hand(10.0, 10.0), 3), (Hand(499.5, 10.0), LEFT), (Hand(-5.0, 10.0), LEFT)):
        begun, outcome = gesture.begin(CONTEXT, state, NONE, state, hand, button)
        assert begun is None
        assert outcome == Outcome(state, NONE)


@pytest.mark.parametrize(
    ("tool", "meant", "words"),
    [
        ("scroll", "trackball", ""),
        ("rotate", "trackball", ""),
        ("pan", "pan", ""),
        ("length", "select", "no plane"),
    ],
)
def test_tools_on_a_volume(tool: str, meant: str, words: str) -> None:
    begun, outcome = down(opened("mpr+3d", tool), 900.0, 700.0)
    assert begun.tool == meant
    assert words in outcome.message
    assert outcome.state.active == 3


def test_a_press_makes_the_viewport_active_and_a_click_changes_nothing_else() -> None:
    state = opened("2x2")
    for button in (LEFT, MIDDLE, RIGHT):
        clicked = drag(state, (900.0, 100.0), (902.0, 102.0), button=button)
        assert clicked == Outcome(replace(state, active=1), NONE)


def test_drag_down_goes_to_the_next_images() -> None:
    state = opened()
    per_image = 800 / 60
    assert drag(state, (250.0, 300.0), (250.0, 300.0 + 3.2 * per_image)).state.viewports[0].image == 13
    assert drag(state, (250.0, 300.0), (250.0, 300.0 - 2.9 * per_image)).state.viewports[0].image == 8
    assert drag(state, (250.0, 300.0), (250.0, 5000.0)).state.viewports[0].image == 19


def test_drag_on_a_plane_moves_the_cross_hair() -> None:
    state = opened("mpr")
    stack = CONTEXT.stacks[AXIAL]
    after = drag(state, (100.0, 300.0), (100.0, 350.0)).state
    assert mpr_image(stack, "axial", after.cross_hair) > mpr_image(stack, "axial", state.cross_hair)
    assert after.viewports == state.viewports


def test_window_drag() -> None:
    after = drag(opened(), (250.0, 300.0), (350.0, 250.0), button=RIGHT).state.viewports[0].voi
    assert after.width > 400.0
    assert after.center < 40.0
    assert after.source == "drag"


def test_what_is_taken_hold_of_stays_under_the_hand() -> None:
    state = opened()
    before = world(state, 0, 250.0, 300.0)
    panned = drag(state, (250.0, 300.0), (400.0, 111.0), button=MIDDLE).state
    assert canvas(panned, 0, before) == pytest.approx((400.0, 111.0))
    zoomed = drag(state, (250.0, 300.0), (250.0, 100.0), modifiers=SHIFT).state
    assert zoomed.viewports[0].zoom > 1.5
    assert canvas(zoomed, 0, before) == pytest.approx((250.0, 300.0))


def test_two_fingers_pan_and_zoom_together() -> None:
    state = opened()
    between = world(state, 0, 250.0, 300.0)
    begun, outcome = down(state, pointer=TWO_FINGERS)
    hand = Hand(300.0, 280.0, pointer=TWO_FINGERS, scale=2.0)
    outcome = gesture.end(CONTEXT, begun, outcome.state, NONE, hand)
    assert outcome.state.viewports[0].zoom == pytest.approx(2.0)
    assert canvas(outcome.state, 0, between) == pytest.approx((300.0, 280.0))


def test_a_pinch_that_ends_where_it_began_is_no_click() -> None:
    begun, outcome = down(opened(), pointer=TWO_FINGERS)
    hand = Hand(250.0, 300.0, pointer=TWO_FINGERS, scale=3.0)
    assert gesture.end(CONTEXT, begun, outcome.state, NONE, hand).state.viewports[0].zoom == pytest.approx(
        3.0
    )


PLACE = st.tuples(st.floats(-500.0, 1500.0), st.floats(-500.0, 1500.0))


@given(
    layout=st.sampled_from(["1x1", "2x2", "mpr", "mpr+3d"]),
    tool=st.sampled_from(["scroll", "window", "pan", "zoom", "crosshair", "length", "probe", "rotate"]),
    button=st.sampled_from([LEFT, MIDDLE, RIGHT]),
    start=st.tuples(st.floats(0.0, 999.0), st.floats(0.0, 799.0)),
    way=st.lists(PLACE, max_size=6),
    last=PLACE,
    cross_hair=st.sampled_from([(-13.0, -12.0, 75.0), (1.0, 5.3, 52.9), (-19.9, -29.9, 99.8)]),
)
def test_only_the_last_position_counts(
    layout: str, tool: str, button: int, start: tuple[float, float], way: list[tuple[float, float]],
    last: tuple[float, float], cross_hair: Vec3,
) -> None:  # fmt: skip
    state = replace(opened(layout, "scroll"), tool=tool)
    if layout.startswith("mpr"):
        state = replace(state, cross_hair=cross_hair)
    begun, outcome = gesture.begin(CONTEXT, state, NONE, state, Hand(*start), button)
    if begun is None:
        return
    straight = gesture.move(CONTEXT, begun, outcome.state, NONE, Hand(*last))
    for x, y in way:
        outcome = gesture.move(CONTEXT, begun, outcome.state, outcome.marks, Hand(x, y))
    assert gesture.move(CONTEXT, begun, outcome.state, outcome.marks, Hand(*last)) == straight
    assert gesture.cancel(CONTEXT, begun, straight.state, straight.marks) == Outcome(state, NONE)
    ended = gesture.end(CONTEXT, begun, straight.state, straight.marks, Hand(*last))
    assert ended.draft is None


def test_a_drag_beyond_the_end_and_back_leaves_the_plane_where_it_was() -> None:
    """The cross-hair lies between two images, nearest to the last."""
    state = replace(opened("mpr"), cross_hair=(1.0, 5.3, 52.9))
    begun, outcome = down(state)
    straight = gesture.move(CONTEXT, begun, outcome.state, NONE, Hand(250.0, 700.0))
    away = gesture.move(CONTEXT, begun, outcome.state, NONE, Hand(250.0, 100.0))
    assert away.state.cross_hair != state.cross_hair
    assert gesture.move(CONTEXT, begun, away.state, NONE, Hand(250.0, 700.0)) == straight


def test_a_cross_hair_half_way_between_frames_leads_to_the_same_one_by_any_way() -> None:
    """The upright series of the other viewport has a frame on either side, equally near."""
    upright = stacks.coronal()
    here = context((stacks.axial(spacing=(1.0, 0.7)), upright))
    state = core.opened(here.stacks, width=1000, height=800)
    for name, value in (("layout.set", "1x2"), ("tool.set", "crosshair")):
        state = core.apply_command(here, state, NONE, name, -1, value).state
    state = replace(state, viewports=tuple(replace(viewport, image=8) for viewport in state.viewports))
    view = planar_view(state.viewports[0], here.stacks[0], here.rects(state)[0], None)
    tie = world_to_canvas(view, here.rects(state)[0], pixel_to_world(here.stacks[0], 8, 5.0, 1.0))
    begun, outcome = down(state, within=here)
    straight = gesture.move(here, begun, outcome.state, NONE, Hand(*tie))
    away = gesture.move(here, begun, outcome.state, NONE, Hand(tie[0], tie[1] + 1.0))
    assert away.state.viewports[1].image == 1
    assert gesture.move(here, begun, away.state, NONE, Hand(*tie)) == straight


@given(steps=st.lists(st.integers(-4, 4), max_size=8), layout=st.sampled_from(["1x1", "mpr", "mpr+3d"]))
def test_wheel_there_and_back(steps: list[int], layout: str) -> None:
    state = opened(layout)
    seen = state
    for step in steps:
        before = state
        state = gesture.wheel(CONTEXT, state, NONE, seen, 100.0, 100.0, step).state
        record = [viewport.image for viewport in state.viewports], state.cross_hair
        inside = 0 <= image(before) + step < 20
        back = gesture.wheel(CONTEXT, state, NONE, seen, 100.0, 100.0, -step).state
        if inside:
            assert back.viewports == before.viewports
            assert back.cross_hair == pytest.approx(before.cross_hair)
        assert record == ([viewport.image for viewport in state.viewports], state.cross_hair)


def image(state: ViewState) -> int:
    viewport = state.viewports[0]
    if viewport.kind == "mpr":
        return mpr_image(CONTEXT.stacks[AXIAL], viewport.plane, state.cross_hair)
    return viewport.image


def test_the_wheel_acts_under_the_pointer_and_leaves_the_active_viewport() -> None:
    state = opened("1x2")
    state = core.apply_command(CONTEXT, state, NONE, "series.set", 1, OBLIQUE).state
    state = core.apply_command(CONTEXT, state, NONE, "viewport.activate", 0, None).state
    after = gesture.wheel(CONTEXT, state, NONE, state, 800.0, 100.0, 2).state
    assert [viewport.image for viewport in after.viewports] == [10, 12]
    assert after.active == 0


def test_the_wheel_zooms_a_volume_and_never_touches_marks() -> None:
    state = opened("mpr+3d")
    marks = Marks(version=7)
    nearer = gesture.wheel(CONTEXT, state, marks, state, 900.0, 700.0, -3)
    before, after = state.viewports[3].camera, nearer.state.viewports[3].camera
    assert before is not None
    assert after is not None
    assert after.scale == pytest.approx(before.scale / 1.1**3)
    assert nearer.marks == marks


def test_zoom_wheel_keeps_the_point() -> None:
    state = opened()
    point = world(state, 0, 123.0, 456.0)
    after = gesture.zoom_wheel(CONTEXT, state, NONE, state, 123.0, 456.0, -2.5).state
    assert after.viewports[0].zoom == pytest.approx(1.1**2.5)
    assert canvas(after, 0, point) == pytest.approx((123.0, 456.0))


def test_what_was_seen_is_what_is_meant() -> None:
    """The layout changed while the reader pressed: nothing is done to a viewport that was not under the pointer."""
    seen = opened("1x1")
    state = core.apply_command(CONTEXT, seen, NONE, "layout.set", -1, "2x2").state
    begun, outcome = gesture.begin(CONTEXT, state, NONE, seen, Hand(700.0, 600.0), LEFT)
    assert begun is None
    assert outcome == Outcome(state, NONE, message=gesture.CHANGED)
    assert gesture.wheel(CONTEXT, state, NONE, seen, 700.0, 600.0, 3).state == state


def test_a_series_change_during_a_drag_ends_its_effect() -> None:
    state = opened(tool="pan")
    begun, outcome = down(state)
    other = core.apply_command(CONTEXT, outcome.state, NONE, "series.set", 0, OBLIQUE).state
    assert gesture.move(CONTEXT, begun, other, NONE, Hand(500.0, 500.0)).state == other
    assert gesture.end(CONTEXT, begun, other, NONE, Hand(500.0, 500.0)).state == other
    assert gesture.cancel(CONTEXT, begun, other, NONE).state == other


def test_a_key_during_a_drag_keeps_its_effect() -> None:
    begun, outcome = down(opened(tool="pan"))
    inverted = core.apply_command(CONTEXT, outcome.state, NONE, "invert", -1, None).state
    moved = gesture.move(CONTEXT, begun, inverted, NONE, Hand(500.0, 500.0)).state
    assert moved.viewports[0].inverted
    assert gesture.cancel(CONTEXT, begun, moved, NONE).state == inverted


# ---- cross-hair


def test_the_cross_hair_moves_every_viewport_of_the_frame_of_reference() -> None:
    state = opened("2x2", "crosshair")
    state = core.apply_command(CONTEXT, state, NONE, "series.set", 3, OBLIQUE).state
    point = pixel_to_world(CONTEXT.stacks[AXIAL], 10, 7.0, 31.0)
    at = canvas(state, 0, point)
    after = drag(state, at, at).state
    assert after.cross_hair == pytest.approx(point)
    expected = [
        10,
        nearest_frame(CONTEXT.stacks[LOCALIZER], point),
        0,
        nearest_frame(CONTEXT.stacks[OBLIQUE], point),
    ]
    assert [viewport.image for viewport in after.viewports] == expected


def test_the_cross_hair_in_one_plane_moves_the_others() -> None:
    state = opened("mpr", "crosshair")
    stack = CONTEXT.stacks[AXIAL]
    before = default_cross_hair(stack)
    after = drag(state, (100.0, 300.0), (300.0, 420.0)).state
    assert after.cross_hair is not None
    assert after.cross_hair[2] == pytest.approx(before[2])
    assert after.cross_hair == pytest.approx(world(state, 0, 300.0, 420.0))


def test_the_cross_hair_stays_in_the_volume() -> None:
    state = opened("mpr", "crosshair")
    after = drag(state, (250.0, 300.0), (-400.0, -400.0)).state
    assert after.cross_hair == pytest.approx((-20.0, -30.0, state.cross_hair[2]))  # type: ignore[index]


def test_no_cross_hair_without_a_position() -> None:
    state = opened(tool="crosshair", series="xray")
    begun, outcome = down(state)
    assert "not known" in outcome.message
    assert gesture.end(CONTEXT, begun, outcome.state, NONE, Hand(250.0, 300.0)).state == state


# ---- marks


def test_a_length_is_a_draft_until_the_hand_is_lifted() -> None:
    state = opened(tool="length")
    begun, outcome = down(state, 260.0)
    outcome = gesture.move(CONTEXT, begun, outcome.state, outcome.marks, Hand(350.0, 300.0))
    assert outcome.marks == NONE
    assert outcome.draft is not None
    assert outcome.draft.text.endswith(" mm")
    ended = gesture.end(CONTEXT, begun, outcome.state, outcome.marks, Hand(350.0, 300.0))
    assert ended.marks.items == (outcome.draft,)
    assert ended.draft is None


def test_a_length_belongs_to_the_image_that_was_seen() -> None:
    seen = opened(tool="length")
    state = core.apply_command(CONTEXT, seen, NONE, "image.step", -1, 3).state
    begun, outcome = down(state, 260.0, seen=seen)
    mark = gesture.end(CONTEXT, begun, outcome.state, NONE, Hand(400.0, 300.0)).marks.items[0]
    frame = CONTEXT.stacks[AXIAL].frames[10]
    assert (mark.sop_instance_uid, mark.frame_number, mark.image) == (frame.sop_instance_uid, 1, 10)
    assert mark.points[0] == pytest.approx(world(seen, 0, 260.0, 300.0))
    assert mark.points[1] == pytest.approx(world(seen, 0, 400.0, 300.0))


def test_a_mark_on_a_plane_belongs_to_the_plane() -> None:
    mark = drag(opened("mpr", "length"), (700.0, 100.0), (760.0, 180.0)).marks.items[0]
    assert (mark.plane, mark.sop_instance_uid, mark.normal) == ("coronal", "", (0.0, 1.0, 0.0))
    assert mark.text.endswith(" mm")


def test_a_click_makes_no_length() -> None:
    assert drag(opened(tool="length"), (260.0, 300.0), (262.0, 301.0)).marks == NONE


@pytest.mark.parametrize(("pointer", "reach"), [(0, 8.0), (TOUCH, 22.0)])
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_handles_are_taken_hold_of_within_reach(pointer: int, reach: float, ratio: float) -> None:
    within = context(ratio=ratio, mark_id="m2")
    state = opened(tool="length")
    marks = drag(state, (260.0, 300.0), (450.0, 300.0)).marks
    near = 450.0 + (reach - 1.0) * ratio
    edited = drag(state, (near, 300.0), (near, 400.0), marks=marks, within=within, pointer=pointer).marks
    assert len(edited.items) == 1
    assert canvas(state, 0, edited.items[0].points[1]) == pytest.approx((450.0, 400.0))
    assert edited.items[0].points[0] == marks.items[0].points[0]
    assert edited.items[0].text != marks.items[0].text
    far = 450.0 + (reach + 1.0) * ratio
    added = drag(state, (far, 300.0), (far, 400.0), marks=marks, within=within, pointer=pointer).marks
    assert [mark.mark for mark in added.items] == ["m1", "m2"]


def test_handles_of_other_images_are_not_there() -> None:
    state = opened(tool="length")
    marks = drag(state, (260.0, 300.0), (450.0, 300.0)).marks
    other = core.apply_command(CONTEXT, state, marks, "image.step", -1, 1).state
    added = drag(other, (450.0, 300.0), (450.0, 400.0), marks=marks, within=context(mark_id="m2")).marks
    assert len(added.items) == 2


def test_handles_on_a_plane_are_there_on_its_image_only() -> None:
    state = opened("mpr", "length")
    marks = drag(state, (700.0, 100.0), (760.0, 180.0)).marks
    for steps, expected in ((0, ["m1"]), (1, ["m1", "m2"])):
        other = core.apply_command(CONTEXT, state, marks, "image.step", 1, steps).state
        edited = drag(other, (760.0, 180.0), (760.0, 250.0), marks=marks, within=context(mark_id="m2")).marks
        assert [mark.mark for mark in edited.items] == expected


def test_an_edited_mark_stays_on_its_plane() -> None:
    state = opened("mpr", "length")
    marks = drag(state, (700.0, 100.0), (760.0, 180.0)).marks
    x, y, z = state.cross_hair or (0.0, 0.0, 0.0)
    beside = replace(state, cross_hair=(x, y + 0.2, z))
    edited = drag(beside, (760.0, 180.0), (760.0, 250.0), marks=marks).marks.items[0]
    assert edited.mark == "m1"
    assert [point[1] for point in edited.points] == pytest.approx([y, y])


def test_a_cancelled_edit_leaves_the_mark_as_it_was() -> None:
    state = opened(tool="length")
    marks = drag(state, (260.0, 300.0), (450.0, 300.0)).marks
    begun, outcome = down(state, 450.0, 300.0, marks=marks)
    outcome = gesture.move(CONTEXT, begun, outcome.state, outcome.marks, Hand(600.0, 600.0))
    assert outcome.draft is not None
    assert outcome.draft.mark == "m1"
    assert gesture.cancel(CONTEXT, begun, outcome.state, outcome.marks) == Outcome(state, marks)


def test_a_mark_deleted_while_it_is_dragged_stays_deleted() -> None:
    state = opened(tool="length")
    marks = drag(state, (260.0, 300.0), (450.0, 300.0)).marks
    begun, outcome = down(state, 450.0, 300.0, marks=marks)
    deleted = core.apply_command(CONTEXT, outcome.state, marks, "mark.delete", -1, "m1").marks
    assert gesture.end(CONTEXT, begun, state, deleted, Hand(600.0, 600.0)).marks == deleted


def test_a_probe_says_the_stored_value_where_the_click_was() -> None:
    state = opened(tool="probe")
    at = canvas(state, 0, pixel_to_world(CONTEXT.stacks[AXIAL], 10, 4.0, 7.0))
    mark = drag(state, at, (at[0] + 2.0, at[1])).marks.items[0]
    assert (mark.kind, mark.text, len(mark.points)) == ("probe", "5074 HU", 1)


def test_no_probe_outside_or_before_the_pixels_are_there() -> None:
    state = opened(tool="probe")
    outside = drag(state, (5.0, 300.0), (5.0, 300.0))
    assert outside.marks == NONE
    assert "no image at this place" in outside.message
    waiting = drag(state, (500.0, 300.0), (500.0, 300.0), within=context(absent=frozenset({10})))
    assert waiting.marks == NONE
    assert "not been read yet" in waiting.message


def test_the_value_under_the_pointer() -> None:
    state = opened("1x2")
    at = canvas(state, 0, pixel_to_world(CONTEXT.stacks[AXIAL], 10, 4.0, 7.0))
    assert gesture.probe_at(CONTEXT, state, *at) == (0, "5074 HU")
    assert gesture.probe_at(CONTEXT, state, 499.5, 3.0) is None
    assert gesture.probe_at(CONTEXT, opened("mpr+3d"), 900.0, 700.0) is None


def test_detector_lengths_say_so() -> None:
    mark = drag(opened(tool="length", series="xray"), (450.0, 300.0), (500.0, 300.0)).marks.items[0]
    assert mark.text.endswith(" mm at detector")


def test_stacks_are_of_every_kind() -> None:
    """The other tests rely on it."""
    assert [stack.geometry.volumetric for stack in stacks.study()] == [
        True,
        True,
        False,
        False,
        False,
        True,
        True,
    ]


def test_a_length_outside_the_image_or_on_what_is_not_loaded_is_refused_in_words() -> None:
    """Wholly, or with one end; on an image that has not come, and on a plane that lacks images."""
    state = opened(tool="length")
    for way in (
        ((10.0, 300.0), (60.0, 400.0)),
        ((300.0, 300.0), (60.0, 400.0)),
        ((60.0, 400.0), (300.0, 300.0)),
    ):
        begun, outcome = down(state, *way[0])
        moved = gesture.move(CONTEXT, begun, outcome.state, NONE, Hand(*way[1]))
        assert moved.draft is not None
        assert moved.draft.text == ""
        outcome = drag(state, *way)
        assert outcome.marks == NONE
        assert "no image at this place" in outcome.message
    waiting = drag(state, (300.0, 300.0), (400.0, 300.0), within=context(absent=frozenset({10})))
    assert waiting.marks == NONE
    assert "not been read yet" in waiting.message
    planes = opened("mpr", "length")
    lacking = drag(planes, (700.0, 100.0), (760.0, 180.0), within=context(absent=frozenset({0})))
    assert lacking.marks == NONE
    assert "can't be measured" in lacking.message


def test_an_edit_that_would_leave_the_image_leaves_the_mark_as_it_was() -> None:
    state = opened(tool="length")
    marks = drag(state, (300.0, 300.0), (450.0, 300.0)).marks
    outcome = drag(state, (450.0, 300.0), (950.0, 300.0), marks=marks)
    assert outcome.marks == marks
    assert "no image at this place" in outcome.message


@pytest.mark.parametrize("made", ["image", "plane"])
def test_a_mark_is_edited_where_it_is_shown_and_stays_what_it_is(made: str) -> None:
    """Drawn on an image and dragged on the plane through it, and the other way round: no second one is made."""
    image, planes = opened(tool="length"), opened("mpr", "length")
    on, other = (image, planes) if made == "image" else (planes, image)
    start = canvas(on, 0, pixel_to_world(CONTEXT.stacks[AXIAL], 10, 8.0, 12.0))
    end = canvas(on, 0, pixel_to_world(CONTEXT.stacks[AXIAL], 10, 20.0, 30.0))
    marks = drag(on, start, end).marks
    (mark,) = marks.items
    held = canvas(other, 0, mark.points[1])
    edited = drag(
        other, held, (held[0] + 9.0, held[1] - 11.0), marks=marks, within=context(mark_id="m2")
    ).marks
    (after,) = edited.items
    assert (after.mark, after.plane, after.sop_instance_uid) == (mark.mark, mark.plane, mark.sop_instance_uid)
    assert after.points[0] == mark.points[0]
    assert canvas(other, 0, after.points[1]) == pytest.approx((held[0] + 9.0, held[1] - 11.0))
    assert after.points[1][2] == pytest.approx(mark.points[1][2])
    assert bool(after.pixels) == (made == "image")
    assert after.text != mark.text


@pytest.mark.parametrize("tool", ["length", "probe"])
def test_while_a_mark_is_drawn_nothing_changes_what_it_is_drawn_on(tool: str) -> None:
    """Keys, wheel and buttons wait until it is finished; with other tools they act in mid-gesture as before."""
    state = opened(tool=tool)
    begun, outcome = down(state, 300.0, 300.0)
    before = Outcome(outcome.state, outcome.marks)
    for name, value in (
        ("image.step", 1), ("image.last", None), ("layout.set", "mpr"), ("zoom.by", 1.25), ("reset", None), ("tool.set", "pan"),
    ):  # fmt: skip
        asked = core.apply_command(CONTEXT, before.state, NONE, name, -1, value)
        if asked.state != before.state:
            assert gesture.refused_while_drawing(begun, before, asked), name
            assert not gesture.refused_while_drawing(None, before, asked), name
    turned = gesture.wheel(CONTEXT, before.state, NONE, before.state, 300.0, 300.0, 2)
    assert gesture.refused_while_drawing(begun, before, turned)
    assert not gesture.refused_while_drawing(begun, before, before)
    scrolling, outcome = down(opened())
    moved = gesture.wheel(CONTEXT, outcome.state, NONE, outcome.state, 300.0, 300.0, 2)
    assert not gesture.refused_while_drawing(scrolling, Outcome(outcome.state, NONE), moved)


def test_a_mark_counts_as_drawn_once_the_hand_has_come_further_than_a_click() -> None:
    begun, _ = down(opened(tool="length"), 300.0, 300.0)
    assert not gesture.is_drawn(CONTEXT, begun, Hand(301.0, 301.0))
    assert gesture.is_drawn(CONTEXT, begun, Hand(340.0, 301.0))
    panned, _ = down(opened(tool="pan"), 300.0, 300.0)
    assert not gesture.is_drawn(CONTEXT, panned, Hand(340.0, 301.0))
