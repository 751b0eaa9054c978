"""Shown smaller, an image is averaged at every zoom: what it is in the mean stays, nothing aliases, no line is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.render import area_mean
from streamer.render.mapped_stack import MappedStack
from streamer.render.planar import PlanarRenderer
from streamer.render.viewport_renderer import ViewportJob
from streamer.viewer.layout import Rect
from streamer.viewer.stack import Voi
from streamer.viewer.state import ViewportState
from tests.render.synthetic_stack import cache_file

IDENTITY = Voi(127.5, 255.0, "LINEAR_EXACT")
STACK = ViewportState(kind="stack", stack=0, voi=IDENTITY)
SIDE = 60
MODES = ["nearest", "linear", "cubic"]
ZOOMS = [0.97, 0.9, 0.75, 2 / 3, 0.55, 0.5, 0.45, 0.3, 0.2, 0.07]


def draw(
    stack: MappedStack,
    zoom: float,
    interpolation: str = "linear",
    viewport: ViewportState = STACK,
    *,
    moving: bool = False,
) -> np.ndarray[Any, Any]:
    """Of a square frame of SIDE pixels, drawn with `zoom` output pixels for one of its own."""
    size = max(round(zoom * SIDE), 2)
    view = replace(viewport, zoom=viewport.zoom * zoom * SIDE / size)
    job = ViewportJob(view, Rect(0, 0, size, size), interpolation, (0.0, 0.0, 0.0), moving=moving)
    return PlanarRenderer(1).draw(job, stack).pixels


def pictures() -> dict[str, np.ndarray[Any, Any]]:
    rows, columns = np.mgrid[:SIDE, :SIDE]
    noise = np.random.default_rng(3).integers(0, 256, (SIDE, SIDE))
    return {
        "random": noise,
        "constant": np.full((SIDE, SIDE), 201),
        "checker": (rows + columns) % 2 * 200,
        "stripes": columns % 2 * 200,
        "stripes across": rows % 2 * 200,
    }


@pytest.mark.parametrize("zoom", ZOOMS)
@pytest.mark.parametrize("interpolation", MODES)
@pytest.mark.parametrize("dtype", ["uint8", "int16", "int32", "float32"])
def test_the_mean_is_kept_at_every_zoom_below_1(zoom: float, interpolation: str, dtype: str) -> None:
    # One output pixel for 1 / zoom of the frame's, the edges of both at one place.
    size = max(round(zoom * SIDE), 2)
    for name, pixels in pictures().items():
        job = ViewportJob(STACK, Rect(0, 0, size, size), interpolation, None)
        shown = PlanarRenderer(1).draw(job, cache_file(pixels[None].astype(dtype)).mapped()).pixels
        assert abs(float(shown.mean()) - pixels.mean()) <= 0.5, name
        if name == "constant":
            assert (shown == 201).all()


@pytest.mark.parametrize("zoom", [0.9, 0.75, 0.5, 0.4])
@pytest.mark.parametrize("interpolation", MODES)
@pytest.mark.parametrize("name", ["checker", "stripes", "stripes across"])
def test_a_pattern_as_fine_as_the_pixels_makes_no_coarse_one(
    zoom: float, interpolation: str, name: str
) -> None:
    shown = draw(cache_file(pictures()[name][None].astype(np.int16)).mapped(), zoom, interpolation).astype(
        float
    )
    # What is coarser than eight output pixels is the mean of the pattern, everywhere.
    blocks = [
        shown[y : y + 8, x : x + 8].mean()
        for y in range(0, len(shown) - 8, 8)
        for x in range(0, len(shown) - 8, 8)
    ]
    assert max(abs(mean - 100.0) for mean in blocks) <= 12.0


@pytest.mark.parametrize("color", [False, True])
@given(
    zoom=st.floats(0.08, 0.995),
    line=st.integers(0, SIDE - 1),
    across=st.booleans(),
    turns=st.integers(0, 3),
    flipped=st.booleans(),
    pan=st.tuples(st.floats(-2, 2), st.floats(-2, 2)),
    interpolation=st.sampled_from(MODES),
)
def test_a_line_of_one_pixel_never_vanishes(
    color: bool,
    zoom: float,
    line: int,
    across: bool,
    turns: int,
    flipped: bool,
    pan: tuple[float, float],
    interpolation: str,
) -> None:
    voxels = np.zeros((1, SIDE, SIDE, 3) if color else (1, SIDE, SIDE), np.uint8)
    if across:
        voxels[0, line] = 255
    else:
        voxels[0, :, line] = 255
    view = replace(STACK, zoom=zoom, pan=pan, quarter_turns=turns, flipped=flipped)
    job = ViewportJob(view, Rect(0, 0, SIDE, SIDE), interpolation, None)
    shown = PlanarRenderer(1).draw(job, cache_file(voxels).mapped()).pixels
    # Its light falls on two output pixels at most, in equal parts at worst; one at the edge may be half as wide again.
    assert shown.max() >= np.floor(255 * zoom / 3)


@pytest.mark.parametrize("zoom", [0.9, 0.6, 0.35])
def test_the_same_bytes_with_any_number_of_threads_and_windowed_again(zoom: float) -> None:
    file = cache_file(pictures()["random"][None].astype(np.int16))
    job = ViewportJob(replace(STACK, zoom=zoom, pan=(0.3, -0.7)), Rect(0, 0, 57, 43), "linear", None)
    renderer = PlanarRenderer(2)
    again = [renderer.draw(job, file.mapped()).pixels.tobytes() for _ in range(3)]
    assert (
        len(
            {PlanarRenderer(threads).draw(job, file.mapped()).pixels.tobytes() for threads in (1, 3)}
            | set(again)
        )
        == 1
    )


@pytest.mark.parametrize(("width", "height"), [(59, 41), (41, 59)])
@pytest.mark.parametrize("turns", [0, 1])
def test_a_frame_that_is_no_whole_number_of_blocks_keeps_its_mean(
    width: int, height: int, turns: int
) -> None:
    voxels = np.random.default_rng(5).integers(0, 256, (1, height, width)).astype(np.uint8)
    view = replace(STACK, quarter_turns=turns)
    for size in (7, 11, 17):
        job = ViewportJob(view, Rect(0, 0, size, size), "linear", None)
        shown = PlanarRenderer(1).draw(job, cache_file(voxels).mapped()).pixels.astype(float)
        there = shown[shown.any(axis=1)][:, shown.any(axis=0)]
        assert abs(there.mean() - voxels.mean()) <= 4.0


@pytest.mark.parametrize("zoom", [0.9, 0.7, 0.5, 0.3])
@pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal"])
def test_a_plane_shown_smaller_keeps_its_lines_once_it_rests(zoom: float, plane: str) -> None:
    for place in range(20, 40):
        voxels = np.zeros((SIDE, SIDE, SIDE), np.int16)
        voxels[place, :, :] = voxels[:, place, :] = voxels[:, :, place] = 255
        view = ViewportState(kind="mpr", stack=0, plane=plane, voi=IDENTITY)
        job = ViewportJob(replace(view, zoom=zoom), Rect(0, 0, SIDE, SIDE), "linear", (5.0, 5.0, 5.0))
        shown = PlanarRenderer(1).draw(job, cache_file(voxels).mapped()).pixels
        middle = shown[SIDE // 2 - 3 : SIDE // 2 + 3], shown[:, SIDE // 2 - 3 : SIDE // 2 + 3]
        # A voxel's light, spread by interpolation and by the mean over the output pixel.
        assert all(band.max() >= 255 * zoom / 4 for band in middle)


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("zoom", [0.9, 0.55, 0.3])
def test_computed_in_parts_it_is_the_same_bytes(
    zoom: float, color: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape = (1, SIDE, SIDE, 3) if color else (1, SIDE, SIDE)
    file = cache_file(np.random.default_rng(4).integers(0, 256, shape).astype(np.uint8))
    for turns in (0, 1):
        view = replace(STACK, pan=(3.3, -2.7), quarter_turns=turns)
        pictures = []
        for cached in (1, 1 << 30):
            monkeypatch.setattr(area_mean, "_CACHED_BYTES", cached)
            pictures.append(draw(file.mapped(), zoom, "linear", view))
        np.testing.assert_array_equal(*pictures)
