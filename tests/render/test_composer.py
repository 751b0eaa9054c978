"""The composer draws what changed and nothing else, and turns faults into words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from streamer.render.composer import Composer
from streamer.render.hatch import BRIGHT, DARK
from streamer.render.mapped_stack import MappedStack
from streamer.render.planar import PlanarRenderer
from streamer.render.viewport_renderer import Target, ViewportJob
from streamer.viewer.stack import Voi
from streamer.viewer.state import ViewportState, ViewState
from tests.render.synthetic_stack import CacheFile, cache_file

IDENTITY = Voi(127.5, 255.0, "LINEAR_EXACT")
FOUR = ViewState(
    layout="2x2",
    viewports=tuple(ViewportState(kind="stack", stack=0, image=n, voi=IDENTITY) for n in range(4)),
)


class Broken:
    """A renderer that fails in a way nobody expected."""

    def draw(self, job: ViewportJob, stack: MappedStack) -> Target:
        raise ZeroDivisionError(f"{job} {stack}")

    def forget(self) -> None:
        """Keeps nothing."""


@pytest.fixture
def file() -> CacheFile:
    return cache_file(np.full((6, 32, 32), 100, np.int16) + np.arange(6, dtype=np.int16)[:, None, None])


@pytest.fixture
def composer(file: CacheFile) -> Composer:
    planar = PlanarRenderer(1)
    made = Composer({"stack": planar, "mpr": planar, "volume": Broken()})
    made.attach(0, file.mapped())
    return made


def changed(state: ViewState, viewport: int, **values: object) -> ViewState:
    viewports = list(state.viewports)
    viewports[viewport] = replace(viewports[viewport], **values)
    return replace(state, viewports=tuple(viewports))


def test_only_viewports_that_changed_are_drawn(composer: Composer, file: CacheFile) -> None:
    assert composer.compose(FOUR, 128, 96).drawn == (0, 1, 2, 3)
    assert composer.compose(FOUR, 128, 96).drawn == ()
    assert composer.compose(changed(FOUR, 2, image=5), 128, 96).drawn == (2,)
    assert composer.compose(replace(changed(FOUR, 2, image=5), active=1, tool="zoom"), 128, 96).drawn == ()
    file.states[5] = 0
    assert composer.compose(changed(FOUR, 2, image=5), 128, 96).drawn == (2,)
    assert composer.compose(changed(FOUR, 2, image=5), 129, 96).drawn != ()


def test_scrolling_one_plane_draws_only_that_plane(composer: Composer, file: CacheFile) -> None:
    planes = tuple(
        ViewportState(kind="mpr", stack=0, plane=plane) for plane in ("axial", "coronal", "sagittal")
    )
    state = ViewState(layout="mpr", viewports=planes, cross_hair=(10.0, 12.0, 3.0))
    assert composer.compose(state, 128, 96).drawn == (0, 1, 2)
    assert composer.compose(replace(state, cross_hair=(10.0, 12.0, 4.0)), 128, 96).drawn == (0,)
    assert composer.compose(replace(state, cross_hair=(11.0, 12.0, 4.0)), 128, 96).drawn == (2,)


def test_viewports_are_side_by_side_with_a_black_pixel_between(composer: Composer) -> None:
    picture = composer.compose(FOUR, 129, 97).pixels
    assert picture.shape == (97, 129)
    assert not picture[48].any()
    assert not picture[:, 64].any()
    for number, (y, x) in enumerate(((24, 32), (24, 96), (72, 32), (72, 96))):
        assert picture[y, x] == 100 + number


def test_one_coloured_viewport_makes_the_picture_rgb(composer: Composer) -> None:
    colour = np.zeros((1, 8, 8, 3), np.uint8)
    colour[...] = (10, 200, 30)
    composer.attach(1, cache_file(colour).mapped())
    picture = composer.compose(changed(FOUR, 1, stack=1, image=0), 129, 97).pixels
    assert picture.shape == (97, 129, 3)
    assert picture[24, 96].tolist() == [10, 200, 30]
    assert picture[24, 32].tolist() == [100, 100, 100]


def test_what_is_not_attached_or_absent_is_hatched_and_listed(composer: Composer, file: CacheFile) -> None:
    file.states[3] = 0
    picture = composer.compose(changed(FOUR, 0, stack=7), 129, 97)
    assert picture.missing == (0, 3)
    assert set(np.unique(picture.pixels[:48, :64])) == {DARK, BRIGHT}


def test_a_fault_is_said_once_and_the_rest_is_drawn(composer: Composer) -> None:
    state = changed(FOUR, 0, kind="volume")
    first = composer.compose(state, 129, 97)
    assert len(first.faults) == 1
    assert "could not be drawn" in first.faults[0]
    assert first.missing == (0,)
    assert first.pixels[24, 96] == 101
    assert composer.compose(changed(state, 0, zoom=2.0), 129, 97).faults == ()


def test_a_maximized_viewport_fills_the_picture(composer: Composer) -> None:
    picture = composer.compose(replace(FOUR, maximized=True, active=3), 64, 64)
    assert (picture.pixels == 103).all()
    assert picture.drawn == (3,)


def test_detaching_forgets_pictures_and_pixels(composer: Composer) -> None:
    composer.compose(FOUR, 128, 96)
    composer.detach_all()
    picture = composer.compose(FOUR, 128, 96)
    assert picture.missing == (0, 1, 2, 3)
    assert set(np.unique(picture.pixels)) <= {0, DARK, BRIGHT}


def test_empty_viewports_are_black(composer: Composer) -> None:
    picture = composer.compose(ViewState(), 64, 48)
    assert picture.pixels.shape == (48, 64)
    assert not picture.pixels.any()
    assert picture.missing == ()
