"""Planar pictures: the right value at the right place, interpolated before it is windowed, the same bytes everywhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from streamer.render import planar
from streamer.render.drawing_error import DrawingError
from streamer.render.hatch import BRIGHT, DARK
from streamer.render.mapped_stack import ABSENT, FAILED, MappedStack
from streamer.render.planar import PlanarRenderer
from streamer.render.viewport_renderer import Target, ViewportJob
from streamer.viewer.layout import Rect
from streamer.viewer.planar import canvas_from_world, planar_view
from streamer.viewer.stack import ImageTerms, Stack, Voi
from streamer.viewer.state import INTERPOLATIONS, OVERSHOOTING, ViewportState, ViewState
from streamer.viewer.voi import apply
from tests.render.synthetic_stack import CacheFile, cache_file

IDENTITY = Voi(127.5, 255.0, "LINEAR_EXACT")
STACK = ViewportState(kind="stack", stack=0, voi=IDENTITY)


def draw(
    stack: MappedStack,
    viewport: ViewportState = STACK,
    size: tuple[int, int] = (64, 64),
    interpolation: str = "nearest",
    cross_hair: tuple[float, float, float] | None = None,
    threads: int = 1,
) -> Target:
    job = ViewportJob(viewport, Rect(0, 0, *size), interpolation, cross_hair)
    return PlanarRenderer(threads).draw(job, stack)


def noise(
    shape: tuple[int, ...], dtype: str = "int16", low: int = 0, high: int = 256
) -> np.ndarray[Any, Any]:
    return np.random.default_rng(7).integers(low, high, shape).astype(dtype)


@pytest.mark.parametrize("interpolation", ["nearest", "linear", "cubic"])
@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "int32", "float32"])
def test_one_to_one_shows_the_stored_values_themselves(dtype: str, interpolation: str) -> None:
    voxels = noise((3, 64, 64), dtype)
    target = draw(cache_file(voxels).mapped(), replace(STACK, image=1), interpolation=interpolation)
    np.testing.assert_array_equal(target.pixels, voxels[1].astype(np.uint8))
    assert not target.missing
    assert not target.incomplete


@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
@pytest.mark.parametrize("zoom", [0.37, 0.9, 1.7, 2.5])
@pytest.mark.parametrize("plane", ["stack", "axial", "coronal"])
def test_only_an_interpolation_named_so_leaves_the_range_of_its_neighbours(
    interpolation: str, zoom: float, plane: str
) -> None:
    tissue, air = 130, 40
    voxels = np.full((9, 24, 24), air, "int16")
    voxels[:, 8:17, 9:15] = tissue
    viewport = replace(STACK, image=4) if plane == "stack" else replace(STACK, kind="mpr", plane=plane)
    target = draw(
        cache_file(voxels, spacing=(3.0, 1.0, 1.0)).mapped(),
        replace(viewport, zoom=zoom),
        (200, 200),
        interpolation,
        (12.0, 12.0, 12.0),
    )
    brightest = int(target.pixels.max())
    if interpolation in OVERSHOOTING and zoom > 1.0:
        assert brightest > tissue + 2
    elif interpolation not in OVERSHOOTING:
        assert brightest <= tissue


def test_a_study_opens_with_an_interpolation_that_draws_nothing_that_is_not_there() -> None:
    assert ViewState().interpolation not in OVERSHOOTING


def test_the_window_is_the_standards() -> None:
    voxels = noise((1, 64, 64), "int16", -1100, 3000)
    voi = Voi(40.0, 400.0)
    target = draw(cache_file(voxels, slope=2.0, intercept=-1024.0).mapped(), replace(STACK, voi=voi))
    np.testing.assert_array_equal(target.pixels, apply(voxels[0] * 2.0 - 1024.0, voi))


@pytest.mark.parametrize("interpolation", ["linear", "cubic"])
def test_values_are_interpolated_before_they_are_windowed(interpolation: str) -> None:
    # An edge −1000 | 1000 at 64 output pixels a source pixel, window 400: the ramp is 64 × 400 / 2000 ≈ 13 px wide. Had the
    # window come first, it would be 64.
    voxels = np.full((1, 8, 8), -1000, np.int16)
    voxels[:, :, 4:] = 1000
    viewport = replace(STACK, voi=Voi(0.0, 400.0, "LINEAR_EXACT"))
    line = draw(cache_file(voxels).mapped(), viewport, (512, 512), interpolation).pixels[256]
    ramp = int(((line > 0) & (line < 255)).sum())
    assert 8 <= ramp <= 14
    assert line[0] == 0
    assert line[-1] == 255


def test_the_same_bytes_twice_and_with_any_number_of_threads() -> None:
    file = cache_file(noise((6, 80, 96), "int16", -1000, 2000), spacing=(2.5, 0.7, 0.7))
    oblique = ViewportState(kind="mpr", stack=0, plane="coronal", voi=Voi(300.0, 1500.0))
    for viewport in (STACK, replace(STACK, zoom=2.3, pan=(4.0, -3.0)), oblique):
        pictures = [
            draw(file.mapped(), viewport, (301, 203), "cubic", (20.0, 30.0, 6.1), threads).pixels.tobytes()
            for threads in (1, 1, 2, 3)
        ]
        assert len(set(pictures)) == 1


@pytest.mark.parametrize("zoom", [0.3, 1.0, 3.7])
@pytest.mark.parametrize("pan", [(0.0, 0.0), (11.3, -7.9), (500.0, 0.0)])
@pytest.mark.parametrize(
    "viewport", [STACK, ViewportState(kind="mpr", stack=0, plane="coronal", voi=STACK.voi)]
)
def test_what_is_left_out_beside_the_image_changes_no_byte(
    zoom: float, pan: tuple[float, float], viewport: ViewportState, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = cache_file(noise((6, 24, 32)))
    for turns in range(4):
        view = replace(viewport, zoom=zoom, pan=pan, inverted=True)
        if viewport.kind == "stack":
            view = replace(view, quarter_turns=turns)
        job = ViewportJob(view, Rect(0, 0, 131, 67), "cubic", (3.0, 5.0, 2.0), moving=False)
        shown = PlanarRenderer(1).draw(job, file.mapped()).pixels
        with monkeypatch.context() as whole:
            whole.setattr(
                planar, "_covered", lambda axes, shape, rows, columns: (slice(0, rows), slice(0, columns))
            )
            assert np.array_equal(shown, PlanarRenderer(1).draw(job, file.mapped()).pixels)


@pytest.mark.parametrize("inverted_by_file", [False, True])
@pytest.mark.parametrize("inverted_by_reader", [False, True])
def test_outside_the_image_is_black_however_it_is_inverted(
    inverted_by_file: bool, inverted_by_reader: bool
) -> None:
    voxels = noise((1, 32, 32))
    viewport = replace(STACK, inverted=inverted_by_reader)
    pixels = draw(cache_file(voxels, inverted=inverted_by_file).mapped(), viewport, (64, 32)).pixels
    inside = voxels[0].astype(np.uint8)
    np.testing.assert_array_equal(
        pixels[:, 16:48], 255 - inside if inverted_by_file != inverted_by_reader else inside
    )
    assert not pixels[:, :16].any()
    assert not pixels[:, 48:].any()


def test_padding_is_black_even_if_inverted() -> None:
    voxels = noise((1, 32, 32), "int16", 10, 200)
    voxels[:, :8] = -2000
    file = cache_file(voxels, padding=(-2000.0, -2000.0), inverted=True)
    pixels = draw(file.mapped(), size=(64, 64), interpolation="cubic").pixels
    assert not pixels[:16].any()
    assert pixels[20:].all()


def test_colour_stays_what_it_is() -> None:
    voxels = noise((2, 16, 16, 3), "uint8")
    target = draw(cache_file(voxels).mapped(), size=(16, 16))
    np.testing.assert_array_equal(target.pixels, voxels[0])
    inverted = draw(cache_file(voxels).mapped(), replace(STACK, inverted=True), size=(32, 16))
    np.testing.assert_array_equal(inverted.pixels[:, 8:24], 255 - voxels[0])
    assert not inverted.pixels[:, :8].any()


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("flipped", [False, True])
def test_a_voxel_is_where_the_overlay_puts_it(turns: int, flipped: bool) -> None:
    voxels = np.zeros((1, 20, 30), np.int16)
    voxels[0, 4, 21] = 255
    file = cache_file(voxels, spacing=(1.0, 0.8, 0.5))
    viewport = replace(STACK, quarter_turns=turns, flipped=flipped, zoom=0.8, pan=(1.0, -1.2))
    rect = Rect(0, 0, 320, 300)
    pixels = draw(file.mapped(), viewport, (rect.width, rect.height)).pixels
    place = _canvas(file.description, viewport, rect, (21 * 0.5, 4 * 0.8, 0.0))
    rows, columns = np.nonzero(pixels)
    # Canvas positions are of pixel areas: the centre of pixel n is n + 0.5.
    assert columns.mean() + 0.5 == pytest.approx(place[0], abs=0.51)
    assert rows.mean() + 0.5 == pytest.approx(place[1], abs=0.51)


@pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal"])
@pytest.mark.parametrize("shear", [0.0, 0.4])
def test_a_voxel_is_where_the_overlay_puts_it_in_every_plane(plane: str, shear: float) -> None:
    voxels = np.zeros((12, 20, 30), np.int16)
    voxels[7, 9, 21] = 255
    file = cache_file(voxels, spacing=(2.0, 0.8, 0.5))
    geometry = file.description.geometry
    tilted = tuple((x, shear * z, z) for x, _, z in geometry.positions)  # a gantry's tilt
    file.description = replace(file.description, geometry=replace(geometry, positions=tilted))
    point = (21 * 0.5, 9 * 0.8 + shear * 14.0, 14.0)
    viewport = ViewportState(kind="mpr", stack=0, plane=plane, voi=IDENTITY)
    rect = Rect(0, 0, 300, 320)
    pixels = draw(file.mapped(), viewport, (rect.width, rect.height), cross_hair=point).pixels
    place = _canvas(file.description, viewport, rect, point, point)
    assert pixels[int(place[1]), int(place[0])] == 255


def _canvas(
    stack: Stack, viewport: ViewportState, rect: Rect, point: tuple[float, ...], cross_hair: Any = None
) -> np.ndarray[Any, Any]:
    matrix = np.array(canvas_from_world(planar_view(viewport, stack, rect, cross_hair), rect)).reshape(3, 4)
    return matrix @ (*point, 1.0)


@pytest.mark.parametrize("state", [ABSENT, FAILED])
def test_an_image_that_is_not_there_is_hatched_where_it_would_be(state: int) -> None:
    file = cache_file(noise((3, 32, 32), "int16", 100, 200))
    file.states[1] = state
    target = draw(file.mapped(), replace(STACK, image=1), (64, 32), "cubic")
    assert target.missing
    assert set(np.unique(target.pixels[:, 16:48])) == {DARK, BRIGHT}
    assert not target.pixels[:, :16].any()


def test_a_plane_hatches_exactly_what_comes_from_absent_images() -> None:
    voxels = np.full((10, 16, 16), 200, np.int16)
    file = cache_file(voxels)
    file.states[4] = ABSENT
    voxels_of_absent = file.voxels[4]
    voxels_of_absent[...] = 0
    coronal = ViewportState(kind="mpr", stack=0, plane="coronal", voi=IDENTITY)
    for interpolation, frames in (("nearest", 2), ("linear", 2), ("cubic", 4)):
        target = draw(file.mapped(), coronal, (160, 100), interpolation, (8.0, 8.0, 5.0))
        assert target.incomplete
        column = target.pixels[:, 80]  # head up: 10 px a frame
        hatched = np.isin(column, (DARK, BRIGHT))
        assert (column[~hatched] == 200).all()
        assert frames * 10 - 2 <= hatched.sum() <= frames * 10 + 2
    assert not draw(
        file.mapped(), replace(coronal, plane="axial"), (64, 64), "cubic", (8.0, 8.0, 8.0)
    ).incomplete


def test_a_frame_that_arrives_is_drawn() -> None:
    file = cache_file(noise((1, 32, 32)), present=False)
    stack = file.mapped()
    assert draw(stack, size=(32, 32)).missing
    file.states[0] = 1
    np.testing.assert_array_equal(draw(stack, size=(32, 32)).pixels, file.voxels[0].astype(np.uint8))


def test_planes_of_what_is_no_volume_are_refused_in_words() -> None:
    with pytest.raises(DrawingError, match="can't be shown in other planes"):
        draw(cache_file(noise((2, 8, 8))).mapped(), ViewportState(kind="mpr", stack=0, plane="axial"))


def test_a_cache_file_that_is_too_short_is_refused() -> None:
    file = cache_file(noise((2, 8, 8)))
    larger = replace(file.description, rows=4096, columns=4096)
    file.description = larger
    with pytest.raises(DrawingError, match="shorter than the series"):
        file.mapped()


@pytest.mark.parametrize("interpolation", ["linear", "cubic"])
def test_a_fine_pattern_shown_smaller_becomes_its_mean(interpolation: str) -> None:
    rows, columns = np.mgrid[:240, :240]
    voxels = np.where((rows + columns) % 2 == 0, 0, 200).astype(np.int16)[None]
    pixels = draw(cache_file(voxels).mapped(), size=(80, 80), interpolation=interpolation).pixels
    assert np.abs(pixels[2:-2, 2:-2].astype(int) - 100).max() <= 12
    colour = np.repeat(voxels[..., None], 3, -1).astype(np.uint8)
    pixels = draw(cache_file(colour).mapped(), size=(80, 80), interpolation=interpolation).pixels
    assert np.abs(pixels[2:-2, 2:-2].astype(int) - 100).max() <= 12


def test_an_edge_shown_smaller_stays_where_it_is() -> None:
    voxels = np.zeros((1, 301, 301), np.int16)
    voxels[:, :, 150:] = 200
    viewport = replace(STACK, pan=(0.3, 0.0))
    file, rect = cache_file(voxels), Rect(0, 0, 100, 100)
    line = draw(file.mapped(), viewport, (100, 100), "linear").pixels[50].astype(float)
    edge = _canvas(file.description, viewport, rect, (149.5, 150.0, 0.0))[0]
    assert 100 - line[:96].sum() / 200.0 - 4 == pytest.approx(edge, abs=0.15)


def test_padding_stays_black_when_shown_smaller() -> None:
    voxels = noise((1, 120, 120), "int16", 10, 200)
    voxels[:, :60] = -2000
    file = cache_file(voxels, padding=(-2000.0, -2000.0), inverted=True)
    pixels = draw(file.mapped(), size=(40, 40), interpolation="cubic").pixels
    assert not pixels[:20].any()
    assert pixels[22:].all()


def padded_each(voxels: np.ndarray, paddings: tuple[tuple[float, float] | None, ...]) -> CacheFile:
    """A file whose frames have paddings of their own."""
    file = cache_file(voxels)
    terms = tuple(ImageTerms(padding=padding) for padding in paddings)
    file.description = replace(file.description, terms=terms, terms_of=tuple(range(len(terms))))
    return file


def test_each_frames_own_padding_is_black_and_no_other_value_is() -> None:
    """A value that is padding of one image is tissue of the next."""
    voxels = np.empty((3, 16, 16), np.int16)
    voxels[:, :8], voxels[:, 8:] = 10, 200
    file = padded_each(voxels, ((10.0, 10.0), (200.0, 200.0), None))
    for frame, black in enumerate((slice(0, 8), slice(8, 16), slice(0, 0))):
        pixels = draw(file.mapped(), replace(STACK, image=frame, inverted=True), (16, 16)).pixels
        expected = 255 - voxels[frame].astype(np.uint8)
        expected[black] = 0
        np.testing.assert_array_equal(pixels, expected)


@pytest.mark.parametrize("plane", ["coronal", "sagittal", "axial"])
def test_a_plane_through_many_frames_leaves_out_each_ones_own_padding(plane: str) -> None:
    voxels = np.full((4, 8, 8), 100, np.int16)
    paddings = ((100.0, 100.0), None, (100.0, 100.0), (7.0, 7.0))
    file = padded_each(voxels, paddings)
    viewport = ViewportState(kind="mpr", stack=0, plane=plane, voi=IDENTITY)
    size = (8, 8) if plane == "axial" else (8, 4)
    if plane == "axial":
        for frame, padding in enumerate(paddings):
            pixels = draw(file.mapped(), viewport, size, "nearest", (4.0, 4.0, float(frame))).pixels
            assert set(pixels.flat) == {0 if padding == (100.0, 100.0) else 100}
        return
    pixels = draw(file.mapped(), viewport, size, "nearest", (4.0, 4.0, 1.0)).pixels
    rows = [set(row) for row in pixels]  # head on top: the last frame first
    assert rows == [{100}, {0}, {100}, {0}]
