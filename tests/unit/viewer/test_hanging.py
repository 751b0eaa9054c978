"""What is put into which viewport."""

from __future__ import annotations

from dataclasses import replace

import pytest

from streamer.viewer import geometry, hanging, mpr
from streamer.viewer.context import CommandRefused
from streamer.viewer.layout import viewport_count
from streamer.viewer.state import LAYOUTS, PLANES, ViewportState, ViewState
from tests.unit.viewer import stacks
from tests.unit.viewer.stacks import AXIAL, BROKEN, LOCALIZER, OBLIQUE, PET, ULTRASOUND, XRAY, context

CONTEXT = context()


def opened(series: str = "", image: int = 0) -> ViewState:
    return hanging.opened(CONTEXT.stacks, width=1000, height=800, series_uid=series, image=image)


def shown(state: ViewState) -> list[int]:
    return [viewport.stack for viewport in state.viewports]


def test_the_first_readable_series_opens_fitted_and_windowed_with_the_scroll_tool() -> None:
    state = opened()
    assert (state.layout, state.tool, state.interpolation, state.active) == ("1x1", "scroll", "linear", 0)
    viewport = state.viewports[0]
    assert (viewport.kind, viewport.stack, viewport.image) == ("stack", AXIAL, 10)
    assert (viewport.zoom, viewport.pan) == (1.0, (0.0, 0.0))
    assert viewport.voi == CONTEXT.stacks[AXIAL].terms[0].windows[0]


def test_the_series_and_image_asked_for() -> None:
    state = opened("oblique", 3)
    assert (state.viewports[0].stack, state.viewports[0].image) == (OBLIQUE, 2)
    assert opened("oblique", 999).viewports[0].image == 19


def test_cine_and_projections_open_on_their_first_image() -> None:
    assert opened("us").viewports[0].image == 0
    assert opened("xray").viewports[0].image == 0


def test_a_series_that_is_not_there_opens_the_first() -> None:
    assert opened("nowhere") == opened()
    assert opened("broken") == opened()


def test_nothing_readable_is_an_empty_viewport() -> None:
    state = hanging.opened((stacks.broken(),), width=10, height=10, series_uid="broken")
    assert state == ViewState()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_has_its_viewports_and_fits(layout: str) -> None:
    state = hanging.set_layout(CONTEXT, opened(), layout)
    assert state.layout == layout
    assert len(state.viewports) == viewport_count(layout)
    assert hanging.fits(CONTEXT.stacks, state)


def test_free_places_take_series_not_yet_shown() -> None:
    state = hanging.set_layout(CONTEXT, opened(), "2x2")
    assert shown(state) == [AXIAL, LOCALIZER, XRAY, ULTRASOUND]
    assert BROKEN not in shown(hanging.set_layout(CONTEXT, opened(), "3x3"))


@pytest.mark.parametrize("way", [("1x1",), ("1x2", "1x1"), ("mpr",), ("mpr", "mpr+3d"), ("mpr+3d", "3x3")])
def test_the_way_back_shows_what_was_there(way: tuple[str, ...]) -> None:
    start = hanging.set_layout(CONTEXT, opened(), "2x2")
    changed = replace(start.viewports[2], zoom=3.0, pan=(1.0, 2.0), flipped=True)
    start = replace(start, viewports=(*start.viewports[:2], changed, start.viewports[3]))
    state = start
    for layout in (*way, "2x2"):
        state = hanging.set_layout(CONTEXT, state, layout)
    assert state.viewports == start.viewports


def test_a_smaller_layout_shows_the_active_viewport() -> None:
    state = replace(hanging.set_layout(CONTEXT, opened(), "2x2"), active=2)
    single = hanging.set_layout(CONTEXT, state, "1x1")
    assert shown(single) == [XRAY]
    assert single.active == 0


def test_mpr_shows_three_planes_of_the_active_series_on_the_image_seen_before() -> None:
    state = opened("axial", 4)
    planes = hanging.set_layout(CONTEXT, state, "mpr")
    assert [viewport.plane for viewport in planes.viewports] == list(PLANES)
    assert shown(planes) == [AXIAL] * 3
    stack = CONTEXT.stacks[AXIAL]
    assert mpr.mpr_image(stack, "axial", planes.cross_hair) == 3


def test_mpr_keeps_the_window_and_a_cross_hair_inside_the_volume() -> None:
    stack = CONTEXT.stacks[AXIAL]
    point = geometry.index_to_world(stack, (5.0, 6.0, 10.0))
    state = opened()
    viewport = replace(state.viewports[0], voi=stack.terms[0].windows[1], inverted=True)
    planes = hanging.set_layout(CONTEXT, replace(state, viewports=(viewport,), cross_hair=point), "mpr")
    assert planes.cross_hair == pytest.approx(point)
    assert all(each.voi == stack.terms[0].windows[1] and each.inverted for each in planes.viewports)


def test_a_cross_hair_of_elsewhere_is_not_taken_over() -> None:
    state = replace(opened("oblique"), cross_hair=(5000.0, 0.0, 0.0))
    planes = hanging.set_layout(CONTEXT, state, "mpr")
    assert planes.cross_hair is not None
    assert geometry.inside_volume(CONTEXT.stacks[OBLIQUE], planes.cross_hair)


def test_mpr_and_3d_adds_a_volume_with_a_camera() -> None:
    state = hanging.set_layout(CONTEXT, opened(), "mpr+3d")
    volume = state.viewports[3]
    assert (volume.kind, volume.preset) == ("volume", "CT bone")
    assert volume.camera is not None


@pytest.mark.parametrize(
    ("series", "words"),
    [("localizer", "Two images"), ("xray", "single image"), ("us", "no known position")],
)
def test_mpr_is_refused_in_the_words_of_the_geometry(series: str, words: str) -> None:
    with pytest.raises(CommandRefused, match=words):
        hanging.set_layout(CONTEXT, opened(series), "mpr")


def test_colour_volumes_are_refused() -> None:
    stack = replace(stacks.axial(), pixels=stacks.ultrasound().pixels)
    here = context((stack,))
    with pytest.raises(CommandRefused, match="colour"):
        hanging.set_layout(here, hanging.opened((stack,), width=9, height=9), "mpr+3d")


def test_an_empty_viewport_has_no_planes() -> None:
    with pytest.raises(CommandRefused, match="no series"):
        hanging.set_layout(CONTEXT, ViewState(), "mpr")


def test_another_series_in_a_viewport() -> None:
    state = hanging.set_layout(CONTEXT, opened(), "1x2")
    state = hanging.set_series(CONTEXT, state, 1, PET)
    assert shown(state) == [AXIAL, PET]
    assert state.active == 1


def test_another_series_in_mpr_changes_all_planes() -> None:
    state = hanging.set_series(CONTEXT, hanging.set_layout(CONTEXT, opened(), "mpr+3d"), 1, OBLIQUE)
    assert shown(state) == [OBLIQUE] * 4
    assert state.cross_hair is not None
    assert geometry.inside_volume(CONTEXT.stacks[OBLIQUE], state.cross_hair)
    with pytest.raises(CommandRefused, match="Two images"):
        hanging.set_series(CONTEXT, state, 0, LOCALIZER)


def test_a_damaged_series_is_refused_in_its_own_words() -> None:
    with pytest.raises(CommandRefused, match="damaged"):
        hanging.set_series(CONTEXT, opened(), 0, BROKEN)
    for index in (-1, 7):
        with pytest.raises(CommandRefused, match="no such series"):
            hanging.set_series(CONTEXT, opened(), 0, index)


def test_neighbours_skip_what_cannot_be_shown() -> None:
    state = opened()
    assert hanging.neighbour(CONTEXT, state, 0, 1) == LOCALIZER
    assert hanging.neighbour(CONTEXT, state, 0, -1) is None
    planes = hanging.set_layout(CONTEXT, state, "mpr")
    assert hanging.neighbour(CONTEXT, planes, 0, 1) == PET
    assert hanging.neighbour(CONTEXT, ViewState(), 0, 1) == AXIAL


def test_a_kept_state_that_no_longer_fits() -> None:
    state = opened("oblique")
    assert not hanging.fits(CONTEXT.stacks[:3], state)
    assert not hanging.fits(CONTEXT.stacks, replace(state, layout="7x7"))
    assert not hanging.fits(CONTEXT.stacks, replace(state, active=3))
    plane = ViewportState(kind="mpr", stack=XRAY, plane="axial")
    assert not hanging.fits(CONTEXT.stacks, replace(state, viewports=(plane,)))
    assert not hanging.fits(
        CONTEXT.stacks, replace(state, viewports=(ViewportState(kind="stack", stack=XRAY, image=5),))
    )
