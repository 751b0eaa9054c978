"""Which point of the patient a pixel shows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.viewer import framing, geometry, planar
from streamer.viewer.layout import Rect
from streamer.viewer.mpr import STANDARD_PLANES, default_cross_hair
from streamer.viewer.stack import Stack
from streamer.viewer.state import PLANES, ViewportState
from streamer.viewer.vector import Vec3, add, cross, dot, length, scale, subtract
from tests.unit.viewer import stacks

RECT = Rect(101, 57, 640, 480)


@st.composite
def viewports(
    draw: st.DrawFn, kinds: tuple[str, ...] = ("stack", "mpr"), on_pixels: bool | None = None
) -> ViewportState:
    kind = draw(st.sampled_from(kinds))
    return ViewportState(
        kind=kind,
        stack=0,
        image=draw(st.integers(0, 19)),
        plane=draw(st.sampled_from(PLANES)) if kind == "mpr" else "",
        zoom=draw(st.floats(0.05, 50.0)),
        pan=(draw(st.floats(-300.0, 300.0)), draw(st.floats(-300.0, 300.0))),
        flipped=draw(st.booleans()) if kind == "stack" else False,
        quarter_turns=draw(st.integers(0, 3)) if kind == "stack" else 0,
        on_pixels=draw(st.booleans()) if on_pixels is None else on_pixels,
    )


VOLUME = st.sampled_from(stacks.VOLUMES)
POINT = st.tuples(*[st.floats(-200.0, 200.0)] * 3)
RECTS = st.builds(Rect, st.integers(0, 900), st.integers(0, 900), st.integers(1, 2000), st.integers(1, 2000))


def on_canvas(matrix: tuple[float, ...], point: Vec3) -> tuple[float, float, float]:
    x, y, z = (
        sum(matrix[4 * row + k] * point[k] for k in range(3)) + matrix[4 * row + 3] for row in range(3)
    )
    return x, y, z


@given(
    viewport=viewports(),
    stack=VOLUME,
    rect=RECTS,
    cross_hair=POINT,
    x=st.floats(0, 2000),
    y=st.floats(0, 2000),
)
def test_world_of_canvas_and_back(
    viewport: ViewportState, stack: Stack, rect: Rect, cross_hair: Vec3, x: float, y: float
) -> None:
    view = planar.planar_view(viewport, stack, rect, cross_hair)
    point = planar.canvas_to_world(view, rect, x, y)
    assert planar.world_to_canvas(view, rect, point) == pytest.approx((x, y), abs=1e-3)
    assert on_canvas(planar.canvas_from_world(view, rect), point) == pytest.approx((x, y, 0.0), abs=1e-3)


@given(viewport=viewports(), stack=VOLUME, cross_hair=POINT, point=POINT)
def test_canvas_from_world_projects_and_says_the_depth(
    viewport: ViewportState, stack: Stack, cross_hair: Vec3, point: Vec3
) -> None:
    view = planar.planar_view(viewport, stack, RECT, cross_hair)
    x, y, depth = on_canvas(planar.canvas_from_world(view, RECT), point)
    on_plane = planar.canvas_to_world(view, RECT, x, y)
    assert add(on_plane, scale(view.normal, depth)) == pytest.approx(point, abs=1e-4)


@given(viewport=viewports(), stack=VOLUME, cross_hair=POINT)
def test_pixels_are_square_and_the_plane_is_perpendicular(
    viewport: ViewportState, stack: Stack, cross_hair: Vec3
) -> None:
    view = planar.planar_view(viewport, stack, RECT, cross_hair)
    assert length(view.right) == pytest.approx(length(view.down), rel=2e-5)
    assert dot(view.right, view.down) == pytest.approx(0.0, abs=1e-9)
    assert length(view.normal) == pytest.approx(1.0)
    assert abs(dot(cross(view.right, view.down), view.normal)) == pytest.approx(
        length(view.right) * length(view.down)
    )


@given(stack=VOLUME, image=st.integers(0, 19))
def test_a_stack_is_drawn_on_its_own_frame(stack: Stack, image: int) -> None:
    viewport = ViewportState(kind="stack", stack=0, image=image)
    view = planar.planar_view(viewport, stack, RECT, None)
    assert view.frame == image
    assert geometry.world_to_index(stack, view.origin)[2] == pytest.approx(image, abs=1e-6)
    assert dot(view.right, stack.geometry.row) == pytest.approx(length(view.right))
    assert dot(view.down, stack.geometry.column) == pytest.approx(length(view.down))


@given(stack=VOLUME, rect=RECTS)
def test_fitted_shows_the_whole_image_centred_and_touches_two_sides(stack: Stack, rect: Rect) -> None:
    viewport = ViewportState(kind="stack", stack=0, image=4, on_pixels=False)
    view = planar.planar_view(viewport, stack, rect, None)
    left, top = planar.world_to_canvas(view, rect, geometry.pixel_to_world(stack, 4, -0.5, -0.5))
    right, bottom = planar.world_to_canvas(
        view, rect, geometry.pixel_to_world(stack, 4, stack.columns - 0.5, stack.rows - 0.5)
    )
    assert (left + right) / 2 == pytest.approx(rect.x + rect.width / 2, abs=1e-6)
    assert (top + bottom) / 2 == pytest.approx(rect.y + rect.height / 2, abs=1e-6)
    fills = ((right - left) / rect.width, (bottom - top) / rect.height)
    assert max(fills) == pytest.approx(1.0)


def test_one_to_one_puts_one_column_on_one_pixel() -> None:
    stack = stacks.axial()
    viewport = framing.one_to_one(ViewportState(kind="stack", stack=0), stack, RECT)
    view = planar.planar_view(viewport, stack, RECT, None)
    assert length(view.right) == pytest.approx(0.7)
    assert planar.magnification(viewport, stack, RECT) == pytest.approx(1.0)


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("spacing", [(0.7, 0.7), (0.9, 0.7), (0.7, 0.9), (0.1, 1.3)])
def test_at_one_to_one_every_pixel_is_shown_whichever_side_is_finer(
    spacing: tuple[float, float], turns: int
) -> None:
    """Below it the reader is told that only means are seen, and to which zoom to go."""
    stack = stacks.axial(spacing=spacing)
    viewport = framing.one_to_one(ViewportState(kind="stack", stack=0, quarter_turns=turns), stack, RECT)
    assert planar.magnification(viewport, stack, RECT) == pytest.approx(1.0)
    assert not planar.is_minified(viewport, stack, RECT)
    assert planar.is_minified(replace(viewport, zoom=viewport.zoom * 0.99), stack, RECT)


def test_an_even_image_at_one_to_one_lies_on_whole_pixels() -> None:
    stack = stacks.axial(spacing=(0.7, 0.7))
    viewport = framing.one_to_one(ViewportState(kind="stack", stack=0), stack, RECT)
    x, y = planar.world_to_canvas(
        planar.planar_view(viewport, stack, RECT, None), RECT, geometry.pixel_to_world(stack, 0, 0.0, 0.0)
    )
    assert (x % 1.0, y % 1.0) == pytest.approx((0.5, 0.5))


@pytest.mark.parametrize(
    ("flipped", "turns", "corner"),
    [
        (False, 0, "top left"),
        (False, 1, "top right"),
        (False, 2, "bottom right"),
        (False, 3, "bottom left"),
        (True, 0, "top right"),
        (True, 1, "bottom right"),
    ],
)
def test_where_the_first_pixel_goes(flipped: bool, turns: int, corner: str) -> None:
    """First the flip (left-right), then clockwise quarter turns."""
    stack = stacks.axial()
    viewport = ViewportState(kind="stack", stack=0, flipped=flipped, quarter_turns=turns)
    view = planar.planar_view(viewport, stack, RECT, None)
    x, y = planar.world_to_canvas(view, RECT, geometry.pixel_to_world(stack, 0, 0.0, 0.0))
    vertical = "top" if y < RECT.y + RECT.height / 2 else "bottom"
    horizontal = "left" if x < RECT.x + RECT.width / 2 else "right"
    assert f"{vertical} {horizontal}" == corner


@given(viewport=viewports(on_pixels=False), stack=VOLUME)
def test_pan_moves_the_image_right_and_down(viewport: ViewportState, stack: Stack) -> None:
    point = default_cross_hair(stack)
    before = planar.planar_view(viewport, stack, RECT, point)
    moved = framing.panned(viewport, stack, RECT, 12.0, -7.0)
    after = planar.planar_view(moved, stack, RECT, point)
    x0, y0 = planar.world_to_canvas(before, RECT, point)
    x1, y1 = planar.world_to_canvas(after, RECT, point)
    assert (x1 - x0, y1 - y0) == pytest.approx((12.0, -7.0), abs=1e-4)


@given(
    viewport=viewports(),
    stack=VOLUME,
    factor=st.floats(0.001, 1000.0),
    x=st.floats(101.0, 741.0),
    y=st.floats(57.0, 537.0),
)
def test_zoom_keeps_the_point_under_the_pointer(
    viewport: ViewportState, stack: Stack, factor: float, x: float, y: float
) -> None:
    cross_hair = default_cross_hair(stack)
    point = planar.canvas_to_world(planar.planar_view(viewport, stack, RECT, cross_hair), RECT, x, y)
    larger = framing.zoomed(viewport, stack, RECT, factor, x, y)
    put = planar.planar_view(replace(larger, on_pixels=False), stack, RECT, cross_hair)
    # A size within 1e-5 of a whole multiple is drawn as that.
    near = 1e-3 + 1e-5 * RECT.width * max(1.0, larger.zoom / viewport.zoom)
    assert planar.world_to_canvas(put, RECT, point) == pytest.approx((x, y), abs=near)
    drawn = planar.planar_view(larger, stack, RECT, cross_hair)
    assert planar.world_to_canvas(drawn, RECT, point) == pytest.approx((x, y), abs=0.5 + near)
    assert framing.SMALLEST_ZOOM <= larger.zoom <= framing.LARGEST_ZOOM


@given(viewport=viewports(("stack",), on_pixels=False), stack=VOLUME)
def test_flip_mirrors_the_screen_about_its_centre(viewport: ViewportState, stack: Stack) -> None:
    point = geometry.pixel_to_world(stack, viewport.image, 3.0, 11.0)
    x0, y0 = planar.world_to_canvas(planar.planar_view(viewport, stack, RECT, None), RECT, point)
    mirrored = framing.flipped(viewport)
    x1, y1 = planar.world_to_canvas(planar.planar_view(mirrored, stack, RECT, None), RECT, point)
    center = RECT.x + RECT.width / 2
    assert (x1 - center, y1) == pytest.approx((center - x0, y0), abs=1e-4)
    assert framing.flipped(mirrored) == viewport


@given(viewport=viewports(("stack",)), stack=VOLUME)
def test_four_quarter_turns_are_none(viewport: ViewportState, stack: Stack) -> None:
    turned = viewport
    for _ in range(4):
        turned = framing.rotated(turned)
    assert turned == viewport


def test_a_quarter_turn_is_clockwise() -> None:
    stack = stacks.axial(spacing=(0.7, 0.7), rows=32)
    rect = Rect(0, 0, 400, 400)
    viewport = ViewportState(kind="stack", stack=0, zoom=2.0, pan=(3.0, -2.0))
    point = geometry.pixel_to_world(stack, 0, 20.0, 5.0)
    x0, y0 = planar.world_to_canvas(planar.planar_view(viewport, stack, rect, None), rect, point)
    turned = planar.planar_view(framing.rotated(viewport), stack, rect, None)
    x1, y1 = planar.world_to_canvas(turned, rect, point)
    assert (x1 - 200.0, y1 - 200.0) == pytest.approx((-(y0 - 200.0), x0 - 200.0))


@pytest.mark.parametrize("plane", PLANES)
@pytest.mark.parametrize("stack", stacks.VOLUMES, ids=lambda stack: stack.key)
def test_a_plane_goes_through_the_cross_hair(stack: Stack, plane: str) -> None:
    cross_hair = geometry.index_to_world(stack, (5.3, 12.8, 3.4))
    viewport = ViewportState(kind="mpr", stack=0, plane=plane, zoom=2.0, pan=(4.0, 5.0))
    view = planar.planar_view(viewport, stack, RECT, cross_hair)
    assert dot(subtract(cross_hair, view.origin), view.normal) == pytest.approx(0.0, abs=1e-9)
    assert view.frame is None
    assert view.normal == STANDARD_PLANES[plane].normal


def test_hidden_viewports_have_a_view() -> None:
    for viewport in (
        ViewportState(kind="stack", stack=0),
        ViewportState(kind="mpr", stack=0, plane="axial"),
    ):
        view = planar.planar_view(viewport, stacks.axial(), Rect(0, 0, 0, 0), None)
        assert length(view.right) > 0.0


def test_an_image_number_beyond_the_ends_shows_the_nearest() -> None:
    viewport = ViewportState(kind="stack", stack=0, image=99)
    assert planar.image_shown(viewport, stacks.axial(), None) == 19
    assert planar.image_shown(replace(viewport, image=-3), stacks.axial(), None) == 0
