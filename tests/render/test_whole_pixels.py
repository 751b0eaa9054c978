"""At 1:1, 2:1, 3:1 … every device pixel shows one image pixel, unmixed, and marks lie where the picture does."""

from __future__ import annotations

import math
import os
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamer.render.mapped_stack import MappedStack
from streamer.render.planar import PlanarRenderer
from streamer.render.viewport_renderer import ViewportJob
from streamer.viewer import framing
from streamer.viewer.geometry import pixel_to_world
from streamer.viewer.layout import Rect
from streamer.viewer.planar import (
    canvas_from_world,
    canvas_to_world,
    fitted_mm_per_pixel,
    native_mm,
    planar_view,
    world_to_canvas,
)
from streamer.viewer.stack import Stack, Voi
from streamer.viewer.state import ViewportState
from tests.render.synthetic_stack import CacheFile, cache_file

STACK = ViewportState(kind="stack", stack=0, voi=Voi(127.5, 255.0, "LINEAR_EXACT"))
SIDE = st.integers(1, 40)
CANVAS = st.integers(4, 90)


def file_of(rows: int, columns: int, spacing: tuple[float, float] = (0.1, 0.1)) -> CacheFile:
    voxels = np.random.default_rng(rows * 100 + columns).integers(1, 256, (1, rows, columns)).astype("uint8")
    return cache_file(voxels, spacing=(1.0, *spacing))


def drawn(
    stack: MappedStack, viewport: ViewportState, rect: Rect, interpolation: str
) -> np.ndarray[Any, Any]:
    return PlanarRenderer(1).draw(ViewportJob(viewport, rect, interpolation, None), stack).pixels


def at_multiple(stack: Stack, rect: Rect, multiple: int, viewport: ViewportState = STACK) -> ViewportState:
    """As many device pixels to a column; smaller than framing lets the hand zoom, where the image is tiny."""
    zoom = fitted_mm_per_pixel(viewport, stack, rect) / native_mm(viewport, stack)
    return replace(viewport, zoom=zoom * multiple)


def lying(voxels: np.ndarray[Any, Any], viewport: ViewportState, multiple: int) -> np.ndarray[Any, Any]:
    """The image as it lies on the screen, each pixel a square of `multiple` device pixels."""
    shown = voxels[:, ::-1] if viewport.flipped else voxels
    return np.kron(np.rot90(shown, -viewport.quarter_turns), np.ones((multiple, multiple), "uint8"))


def pasted(image: np.ndarray[Any, Any], x: int, y: int, rect: Rect) -> np.ndarray[Any, Any]:
    """The image with its corner at (x, y) of a black canvas."""
    canvas = np.zeros((rect.height, rect.width), "uint8")
    rows, columns = image.shape
    left, top = max(x, 0), max(y, 0)
    right, bottom = min(x + columns, rect.width), min(y + rows, rect.height)
    if right > left and bottom > top:
        canvas[top:bottom, left:right] = image[top - y : bottom - y, left - x : right - x]
    return canvas


@settings(max_examples=150, deadline=None)
@given(
    rows=SIDE,
    columns=SIDE,
    rect=st.builds(Rect, st.just(0), st.just(0), CANVAS, CANVAS),
    multiple=st.integers(1, 3),
    turns=st.integers(0, 3),
    flipped=st.booleans(),
    pan=st.tuples(*[st.one_of(st.just(0.0), st.sampled_from([0.5, -0.5, 3.0]), st.floats(-20.0, 20.0))] * 2),
    linear=st.booleans(),
)
def test_every_device_pixel_is_one_image_pixel(
    rows: int, columns: int, rect: Rect, multiple: int, turns: int, flipped: bool, pan: tuple[float, float], linear: bool,
) -> None:  # fmt: skip
    file = file_of(rows, columns)
    turned = replace(STACK, quarter_turns=turns, flipped=flipped)
    viewport = at_multiple(file.description, rect, multiple, turned)
    viewport = framing.panned(viewport, file.description, rect, *pan)
    interpolation = "linear" if linear and multiple == 1 else "nearest"
    picture = drawn(file.mapped(), viewport, rect, interpolation)

    image = lying(file.voxels[0], viewport, multiple)
    height, width = image.shape
    x, y = (rect.width - width) / 2 + pan[0], (rect.height - height) / 2 + pan[1]
    places = {
        (whole_x, whole_y)
        for whole_x in (math.floor(x + 1e-3), math.ceil(x - 1e-3))
        for whole_y in (math.floor(y + 1e-3), math.ceil(y - 1e-3))
    }
    found = [place for place in places if np.array_equal(pasted(image, *place, rect), picture)]
    assert found, (x, y)

    view = planar_view(viewport, file.description, rect, None)
    corners = [(-0.5, -0.5), (columns - 0.5, rows - 0.5)]
    on_canvas = [
        world_to_canvas(view, rect, pixel_to_world(file.description, 0, *corner)) for corner in corners
    ]
    left, top = (min(side) for side in zip(*on_canvas, strict=True))
    assert (left, top) == pytest.approx((round(left), round(top)), abs=1e-6)
    assert any((round(left), round(top)) == place for place in found)


@pytest.mark.parametrize("size", [(600, 801), (601, 800), (601, 801), (600, 800), (1955, 1841)])
@pytest.mark.parametrize("canvas", [(1304, 800), (1303, 799)])
def test_one_white_pixel_stays_one(size: tuple[int, int], canvas: tuple[int, int]) -> None:
    voxels = np.zeros((1, *size), "uint8")
    middle = (size[0] // 2, size[1] // 2)
    voxels[0][middle] = 249
    voxels[0, middle[0], middle[1] + 20 : middle[1] + 40 : 2] = 249
    file = cache_file(voxels, spacing=(1.0, 0.1, 0.1))
    rect = Rect(0, 0, *canvas)
    picture = drawn(file.mapped(), framing.one_to_one(STACK, file.description, rect), rect, "linear")
    assert np.count_nonzero(picture) == np.count_nonzero(picture == 249) == 11


@pytest.mark.parametrize("spacing", [(0.1, 0.17), (0.2, 0.1), (0.13, 0.1)])
@pytest.mark.parametrize("turns", range(4))
def test_a_side_without_a_whole_multiple_is_not_moved(spacing: tuple[float, float], turns: int) -> None:
    """At 1:1 the finer side is whole; the other one only where it is a multiple, too."""
    file = file_of(21, 34, spacing)
    rect = Rect(0, 0, 301, 298)
    viewport = framing.one_to_one(replace(STACK, quarter_turns=turns), file.description, rect)
    before = replace(viewport, on_pixels=False)
    corner = pixel_to_world(file.description, 0, -0.5, -0.5)
    x, y = world_to_canvas(planar_view(viewport, file.description, rect, None), rect, corner)
    old_x, old_y = world_to_canvas(planar_view(before, file.description, rect, None), rect, corner)
    along_columns, along_rows = ((x, old_x), (y, old_y)) if turns % 2 == 0 else ((y, old_y), (x, old_x))
    finer, coarser = (along_rows, along_columns) if spacing[0] < spacing[1] else (along_columns, along_rows)
    assert finer[0] == pytest.approx(round(finer[0]), abs=1e-6)
    if spacing == (0.2, 0.1):
        assert coarser[0] == pytest.approx(round(coarser[0]), abs=1e-6)
    else:
        assert coarser[0] == coarser[1]


def test_directions_rounded_in_the_file_do_not_blur() -> None:
    file = file_of(40, 40)
    geometry = replace(file.description.geometry, row=(0.8, 0.600001, 0.0), column=(-0.6, 0.8, 0.000001))
    stack = replace(file.description, geometry=geometry)
    rect = Rect(0, 0, 51, 52)
    mapped = MappedStack.open(os.dup(file.descriptor), stack, file.layout)
    picture = drawn(mapped, framing.one_to_one(STACK, stack, rect), rect, "linear")
    assert np.array_equal(picture[6:46, 6:46], file.voxels[0])


@given(pan=st.tuples(st.floats(-9.0, 9.0), st.floats(-9.0, 9.0)), width=CANVAS, height=CANVAS)
def test_the_pointer_and_the_overlay_go_by_the_picture(
    pan: tuple[float, float], width: int, height: int
) -> None:
    file = file_of(17, 20)
    rect = Rect(11, 7, width, height)
    viewport = framing.panned(at_multiple(file.description, rect, 1), file.description, rect, *pan)
    view = planar_view(viewport, file.description, rect, None)
    center = pixel_to_world(file.description, 0, 5.0, 6.0)
    matrix = canvas_from_world(view, rect)
    x, y = (sum(matrix[4 * row + k] * center[k] for k in range(3)) + matrix[4 * row + 3] for row in (0, 1))
    assert (x % 1.0, y % 1.0) == pytest.approx((0.5, 0.5), abs=1e-6)
    assert canvas_to_world(view, rect, x, y) == pytest.approx(center, abs=1e-6)


@given(zoom=st.floats(0.2, 5.0), width=CANVAS, height=CANVAS)
def test_what_is_no_whole_multiple_lies_where_it_is_put(zoom: float, width: int, height: int) -> None:
    stack = file_of(17, 20).description
    rect = Rect(0, 0, width, height)
    viewport = at_multiple(stack, rect, 1)
    viewport = replace(viewport, zoom=viewport.zoom * zoom)
    if abs(zoom - round(zoom)) > 1e-4:
        assert planar_view(viewport, stack, rect, None) == planar_view(
            replace(viewport, on_pixels=False), stack, rect, None
        )


@pytest.mark.parametrize("factor", [1.01, 3.0, 8.0])
def test_what_lies_under_the_hand_stays_when_it_is_zoomed(factor: float) -> None:
    """Of an image that lies half a pixel from its pan, it is what was drawn there."""
    stack = file_of(17, 20).description
    rect = Rect(0, 0, 61, 60)
    viewport = at_multiple(stack, rect, 1)
    point = canvas_to_world(planar_view(viewport, stack, rect, None), rect, 22.25, 31.5)
    larger = replace(framing.zoomed(viewport, stack, rect, factor, 22.25, 31.5), on_pixels=False)
    assert world_to_canvas(planar_view(larger, stack, rect, None), rect, point) == pytest.approx(
        (22.25, 31.5)
    )
