"""Volume pictures by the GL that is here: the right side up, exact where exactness can be asked, words where not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from streamer.render.drawing_error import DrawingError
from streamer.render.gl_probe import GlFacts, probe_gl
from streamer.render.hatch import BRIGHT, DARK
from streamer.render.mapped_stack import ABSENT, FAILED
from streamer.render.viewport_renderer import Interrupted, Target, ViewportJob
from streamer.render.volume import CPU_VOXELS, VolumeRenderer
from streamer.viewer.layout import Rect
from streamer.viewer.presets import VOLUME_PRESETS
from streamer.viewer.stack import Voi
from streamer.viewer.state import ViewportState
from streamer.viewer.volume_camera import camera_canvas_from_world, fitted_camera
from tests.render.synthetic_stack import CacheFile, cache_file

RECT = Rect(0, 0, 200, 160)
MIP = ViewportState(kind="volume", stack=0, preset="MIP", voi=Voi(0.0, 2000.0, "LINEAR_EXACT"))
SHAPE = (16, 40, 40)
GIVING_UP = {"now": False}


@pytest.fixture(scope="module")
def renderer() -> Iterator[VolumeRenderer]:
    made = VolumeRenderer(probe_gl("egl"), threads=2, interrupted=lambda: GIVING_UP["now"])
    yield made
    made.forget()


def block(value: int = 500, **description: Any) -> CacheFile:
    """Air with a box near the left (L), the front (A) and the head (H)."""
    voxels = np.full(SHAPE, -1000, np.int16)
    voxels[11:14, 4:8, 30:35] = value
    return cache_file(voxels, spacing=(2.0, 1.0, 1.0), **description)


def draw(
    renderer: VolumeRenderer, file: CacheFile, viewport: ViewportState = MIP, *, moving: bool = False
) -> Target:
    return renderer.draw(ViewportJob(viewport, RECT, "", None, moving), file.mapped())


@pytest.mark.parametrize("view", ["A", "P", "L", "R", "H", "F"])
def test_a_box_is_where_the_overlay_puts_it(renderer: VolumeRenderer, view: str) -> None:
    file = block()
    camera = fitted_camera(file.description, view, RECT.width / RECT.height)
    pixels = draw(renderer, file, replace(MIP, camera=camera)).pixels
    rows, columns = np.nonzero(pixels > 150)
    matrix = np.array(camera_canvas_from_world(camera, RECT)).reshape(3, 4)
    place = matrix @ (32.0, 5.5, 24.0, 1.0)
    assert columns.mean() + 0.5 == pytest.approx(place[0], abs=1.5)
    assert rows.mean() + 0.5 == pytest.approx(place[1], abs=1.5)


@pytest.mark.parametrize(
    ("value", "slope", "intercept"), [(500, 1.0, 0.0), (500, 2.0, -800.0), (0, 1.0, 0.0)]
)
def test_a_mip_shows_the_windowed_value(
    renderer: VolumeRenderer, value: int, slope: float, intercept: float
) -> None:
    target = draw(renderer, block(value, slope=slope, intercept=intercept))
    assert target.pixels.ndim == 2
    expected = ((value * slope + intercept) / 2000.0 + 0.5) * 255.0
    assert int(target.pixels.max()) == pytest.approx(expected, abs=2.0)


def test_composite_is_coloured_and_air_is_black(renderer: VolumeRenderer) -> None:
    bone = replace(MIP, preset="CT bone", voi=Voi(500.0, 800.0))
    pixels = draw(renderer, block(900), bone).pixels
    assert pixels.shape == (160, 200, 3)
    assert not pixels[:20, :20].any()
    red, _, blue = (int(pixels[..., channel].max()) for channel in range(3))
    assert red > blue > 20


@pytest.mark.parametrize("preset", ["MIP", "CT bone"])
@pytest.mark.parametrize("padding", [3000, -2000])
def test_padding_is_drawn_as_nothing(renderer: VolumeRenderer, preset: str, padding: int) -> None:
    plain, padded = block(), block(padding=(float(padding), float(padding)))
    for frame, voxels in enumerate(padded.voxels.copy()):
        voxels[20:, :20] = padding
        padded.write(frame, voxels)
    viewport = replace(MIP, preset=preset, voi=Voi(300.0, 800.0))
    shown, expected = (draw(renderer, file, viewport).pixels.astype(int) for file in (padded, plain))
    # VTK divides the range of all values into steps.
    np.testing.assert_allclose(shown, expected, atol=0 if padding > 0 else 2)


def test_moving_is_coarser_and_rest_is_full_again(renderer: VolumeRenderer) -> None:
    file = block()
    still = draw(renderer, file).pixels
    moving = draw(renderer, file, moving=True).pixels
    assert not np.array_equal(still, moving)
    np.testing.assert_array_equal(draw(renderer, file).pixels, still)


@pytest.fixture(scope="module")
def noisy() -> CacheFile:
    random = np.random.default_rng(8)
    voxels = np.full((32, 64, 64), -1000, np.int16)
    voxels[4:28, 10:54, 10:54] = random.normal(200, 200, (24, 44, 44))
    return cache_file(voxels, spacing=(3.0, 1.0, 1.0))


def of_preset(preset: str) -> ViewportState:
    return ViewportState(kind="volume", stack=0, preset=preset, voi=Voi(300.0, 800.0))


def test_what_was_drawn_before_does_not_show_in_the_bytes(renderer: VolumeRenderer, noisy: CacheFile) -> None:
    used = noisy.mapped()  # one scene for all of it
    for preset in (*VOLUME_PRESETS, *reversed(VOLUME_PRESETS)):
        viewport = of_preset(preset)
        turned = replace(viewport, camera=fitted_camera(noisy.description, "L", 1.0), voi=Voi(100.0, 300.0))
        for rect, moving in ((Rect(0, 0, 90, 350), True), (Rect(0, 0, 500, 300), False)):
            renderer.draw(ViewportJob(turned, rect, "", None, moving), used)
        drawn = renderer.draw(ViewportJob(viewport, RECT, "", None), used).pixels
        fresh = draw(renderer, noisy, viewport).pixels
        assert fresh.any()
        np.testing.assert_array_equal(drawn, fresh)


def test_a_picture_given_up_half_done_does_not_show_in_the_next_one(
    renderer: VolumeRenderer, noisy: CacheFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ViewportJob(of_preset("CT bone"), Rect(0, 0, 1400, 1200), "", None)
    fresh = renderer.draw(job, noisy.mapped()).pixels
    used = noisy.mapped()
    monkeypatch.setitem(GIVING_UP, "now", True)
    with pytest.raises(Interrupted):
        renderer.draw(job, used)
    monkeypatch.setitem(GIVING_UP, "now", False)
    np.testing.assert_array_equal(renderer.draw(job, used).pixels, fresh)


def test_both_ways_of_reading_the_pixels_agree(renderer: VolumeRenderer) -> None:
    viewport = replace(MIP, preset="CT bone", voi=Voi(500.0, 800.0))
    first = draw(renderer, block(900), viewport).pixels
    readback = renderer._window._readback  # type: ignore[union-attr]
    assert readback._usable
    readback._usable = False
    try:
        np.testing.assert_array_equal(draw(renderer, block(900), viewport).pixels, first)
    finally:
        readback._usable = True


def test_a_volume_that_is_not_all_there_is_hatched(renderer: VolumeRenderer) -> None:
    file = block()
    file.states[3] = ABSENT
    target = draw(renderer, file)
    assert target.missing
    assert target.incomplete
    assert set(np.unique(target.pixels)) == {DARK, BRIGHT}


def test_what_can_not_be_drawn_is_refused_in_words(renderer: VolumeRenderer) -> None:
    file = block()
    file.states[3] = FAILED
    with pytest.raises(DrawingError, match="1 of 16 images could not be read"):
        draw(renderer, file)
    with pytest.raises(DrawingError, match="no volume preset"):
        draw(renderer, block(), replace(MIP, preset="nonsense"))
    with pytest.raises(DrawingError, match="can't be shown as a volume"):
        draw(renderer, cache_file(np.zeros((2, 8, 8), np.int16)))
    with pytest.raises(DrawingError, match="Colour images"):
        draw(renderer, cache_file(np.zeros((4, 8, 8, 3), np.uint8)))


def test_a_cpu_refuses_a_volume_that_is_too_large_for_it() -> None:
    side = 256
    large = cache_file(np.zeros((CPU_VOXELS // side**2 + 1, side, side), np.uint8))
    with pytest.raises(DrawingError, match="no GPU"):
        VolumeRenderer(GlFacts("egl", "llvmpipe"), 1).draw(ViewportJob(MIP, RECT, "", None), large.mapped())


def test_without_opengl_the_reader_is_told() -> None:
    with pytest.raises(DrawingError, match="has no OpenGL"):
        VolumeRenderer(GlFacts("none", "egl: it knows no device"), 1).draw(
            ViewportJob(MIP, RECT, "", None), block().mapped()
        )


@pytest.mark.parametrize("kind", ["egl", "osmesa"])
def test_the_probe_names_the_renderer(kind: str) -> None:
    facts = probe_gl(kind)
    assert facts.kind == kind
    assert facts.renderer
