"""Padding takes no part in what is shown beside it: in no interpolation, at no size, in no plane (PS3.3 C.7.5.1.1.2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamer.render import planar
from streamer.render.planar import PlanarRenderer
from streamer.render.viewport_renderer import ViewportJob
from streamer.viewer.layout import Rect
from streamer.viewer.planar import planar_view
from streamer.viewer.stack import ImageTerms, Voi
from streamer.viewer.state import INTERPOLATIONS, ViewportState
from tests.render.synthetic_stack import CacheFile, cache_file

IDENTITY = Voi(127.5, 255.0, "LINEAR_EXACT")
LOWEST, HIGHEST = 60, 200
RECT = Rect(0, 0, 53, 41)
ANY_SIZE = st.floats(0.05, 8.0)
PADDINGS = {
    "uint8": (0, 255), "int16": (-2000, 30000), "uint16": (0, 65535), "int32": (-(2**31), 2**31 - 1),
    "float32": (float(np.float32(-3.0e38)), float(np.float32(3.0e38))),
}  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """Tissue, which of it is padded, and how it is looked at."""

    tissue: np.ndarray[Any, Any]
    padded: np.ndarray[Any, Any]
    viewport: ViewportState
    mode: str
    moving: bool
    cross_hair: tuple[float, float, float]

    @property
    def job(self) -> ViewportJob:
        return ViewportJob(self.viewport, RECT, self.mode, self.cross_hair, moving=self.moving)

    def file(self, padding: float, *, each: bool = False) -> CacheFile:
        """Its cache file; with `each`, every second frame has another padding value, which is tissue of the first."""
        voxels = np.where(self.padded, np.asarray(padding, self.tissue.dtype), self.tissue)
        file = cache_file(voxels, spacing=(1.7, 1.0, 0.8), padding=(padding, padding))
        if each:
            voxels[1::2][self.padded[1::2]] = LOWEST
            for number, frame in enumerate(voxels):
                file.write(number, frame)
            terms = (ImageTerms(padding=(padding, padding)), ImageTerms(padding=(LOWEST, LOWEST)))
            of = tuple(number % 2 for number in range(len(voxels)))
            file.description = replace(file.description, terms=terms, terms_of=of)
        return file

    def drawn(self, file: CacheFile) -> np.ndarray[Any, Any]:
        return PlanarRenderer(1).draw(self.job, file.mapped()).pixels


@st.composite
def pictures(
    draw: st.DrawFn, modes: tuple[str, ...] = INTERPOLATIONS, sizes: st.SearchStrategy[float] = ANY_SIZE
) -> Picture:
    shape = draw(st.sampled_from([(3, 9, 12), (4, 30, 25), (5, 17, 40)]))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    dtype = draw(st.sampled_from(list(PADDINGS)))
    kind = draw(st.sampled_from(["half", "disc", "noise", "grains", "hole"]))
    k, j, i = np.indices(shape)
    masks = {
        "half": i < shape[2] // 2,
        "disc": (i - shape[2] / 2) ** 2 + (j - shape[1] / 2) ** 2 + k**2 > (min(shape[1:]) / 2) ** 2,
        "noise": random.random(shape) < 0.4,
        "grains": random.random(shape) < 0.02,
        "hole": random.random(shape) < 0.98,
    }
    plane = draw(st.sampled_from(["", "", "axial", "coronal", "sagittal"]))
    viewport = ViewportState(
        kind="mpr" if plane else "stack", stack=0, plane=plane or "axial", voi=IDENTITY,
        image=0 if plane else draw(st.integers(0, shape[0] - 1)),
        zoom=draw(sizes),
        pan=(draw(st.floats(-5, 5)), draw(st.floats(-5, 5))),
        flipped=not plane and draw(st.booleans()), quarter_turns=0 if plane else draw(st.integers(0, 3)),
    )  # fmt: skip
    cross_hair = tuple(draw(st.floats(0, size)) for size in (shape[2] * 0.8, shape[1], shape[0] * 1.7))
    tissue = random.integers(LOWEST + 1, HIGHEST + 1, shape).astype(dtype)
    moving = draw(st.booleans())
    mode = draw(st.sampled_from(modes))
    return Picture(tissue, masks[kind], viewport, mode, moving, (cross_hair[0], cross_hair[1], cross_hair[2]))


@given(picture=pictures())
@settings(max_examples=60, deadline=None)
def test_the_value_of_padding_changes_no_byte_of_what_is_shown(picture: Picture) -> None:
    low, high = PADDINGS[str(picture.tissue.dtype)]
    shown = picture.drawn(picture.file(low))
    np.testing.assert_array_equal(shown, picture.drawn(picture.file(high)))
    np.testing.assert_array_equal(shown, picture.drawn(picture.file(high, each=True)))


@given(picture=pictures(("nearest", "linear")))
@settings(max_examples=60, deadline=None)
def test_what_is_shown_lies_within_the_tissue(picture: Picture) -> None:
    _, high = PADDINGS[str(picture.tissue.dtype)]
    shown = picture.drawn(picture.file(high))
    assert not ((shown > 0) & (shown < LOWEST)).any()
    assert shown.max() <= HIGHEST


@given(picture=pictures(("linear",), st.floats(1.5, 8.0)))
@settings(max_examples=40, deadline=None)
def test_between_pixels_a_value_lies_within_its_neighbours_that_are_no_padding(picture: Picture) -> None:
    """And padding is what is nearest to padding."""
    _, high = PADDINGS[str(picture.tissue.dtype)]
    file = picture.file(high)
    stack = file.mapped()
    shown = PlanarRenderer(1).draw(picture.job, stack).pixels
    view = planar_view(picture.viewport, stack.description, RECT, picture.cross_hair)
    if view.frame is not None:
        axes = planar._frame_axes(view, stack, view.frame)
        axes[2, 3] = view.frame
    else:
        axes = np.linalg.inv(planar.volume_affine(stack.description)) @ planar._view_matrix(view)
    if max(planar.samples_of(axes)) > 1:
        return
    sides = picture.tissue.shape[::-1]
    for y, x in product(range(0, RECT.height, 3), range(0, RECT.width, 3)):
        place = axes[:3] @ (x, y, 0.0, 1.0)
        if any(not -0.49 < at < side - 0.51 for at, side in zip(place, sides, strict=True)):
            continue
        if (np.abs(place % 1.0 - 0.5) < 1e-6).any():
            continue
        around = [
            sorted({min(max(int(np.floor(at)) + step, 0), side - 1) for step in (0, 1)})
            for at, side in zip(place, sides, strict=True)
        ]
        nearest = tuple(int(np.clip(np.rint(at), 0, side - 1)) for at, side in zip(place, sides, strict=True))
        values = [picture.tissue[k, j, i] for i, j, k in product(*around) if not picture.padded[k, j, i]]
        if picture.padded[nearest[::-1]]:
            assert shown[y, x] == 0
        else:
            assert min(values) - 1 <= shown[y, x] <= max(values) + 1


@pytest.mark.parametrize("mode", INTERPOLATIONS)
@pytest.mark.parametrize("zoom", [0.2, 0.45, 0.8, 1.0, 3.0])
def test_a_grain_of_tissue_in_padding_stays_and_a_grain_of_padding_takes_nothing_along(
    mode: str, zoom: float
) -> None:
    voxels = np.full((1, 40, 40), 30000, np.int16)
    voxels[0, 20, 20] = 150
    viewport = ViewportState(kind="stack", stack=0, voi=IDENTITY, zoom=zoom)
    job = ViewportJob(viewport, Rect(0, 0, 40, 40), mode, None)
    shown = PlanarRenderer(1).draw(job, cache_file(voxels, padding=(30000.0, 30000.0)).mapped()).pixels
    assert set(np.unique(shown)) == {0, 150}
    voxels = np.full((1, 40, 40), 150, np.int16)
    voxels[0, 20, 20] = 30000
    shown = PlanarRenderer(1).draw(job, cache_file(voxels, padding=(30000.0, 30000.0)).mapped()).pixels
    inside = shown[18:22, 18:22]
    assert set(np.unique(inside)) <= ({150} if zoom < 1.0 else {0, 150})


@pytest.mark.parametrize("plane", ["", "axial", "coronal", "sagittal"])
@pytest.mark.parametrize("mode", INTERPOLATIONS)
def test_a_padding_that_no_pixel_has_changes_no_byte(plane: str, mode: str) -> None:
    voxels = np.random.default_rng(2).integers(LOWEST, HIGHEST, (6, 40, 44)).astype(np.int16)
    viewport = ViewportState(kind="mpr" if plane else "stack", stack=0, plane=plane or "axial", voi=IDENTITY)
    for zoom in (0.3, 0.8, 1.0, 2.7):
        job = ViewportJob(replace(viewport, zoom=zoom), RECT, mode, (20.3, 18.1, 3.2))
        without = PlanarRenderer(1).draw(job, cache_file(voxels).mapped()).pixels
        with_one = PlanarRenderer(1).draw(job, cache_file(voxels, padding=(-2000.0, -2000.0)).mapped()).pixels
        np.testing.assert_array_equal(without, with_one)


def test_a_frame_that_comes_later_has_its_padding_left_out_too() -> None:
    voxels = np.full((4, 20, 20), 150, np.int16)
    voxels[:, :, 10:] = 30000
    file = cache_file(voxels, padding=(30000.0, 30000.0), present=False)
    stack, renderer = file.mapped(), PlanarRenderer(1)
    coronal = ViewportState(kind="mpr", stack=0, plane="coronal", voi=IDENTITY, zoom=1.3)
    for number in (0, 2, 1, 3):
        file.write(number)
        job = ViewportJob(coronal, RECT, "linear", (10.0, 10.2, 1.5))
        shown = renderer.draw(job, stack).pixels
    assert set(np.unique(shown)) == {0, 150}
