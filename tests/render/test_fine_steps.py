"""Values far from 0 keep every step that is stored: in the cache, between pixels and in the window."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from streamer.render.planar import PlanarRenderer
from streamer.render.viewport_renderer import ViewportJob
from streamer.viewer.layout import Rect
from streamer.viewer.stack import Voi
from streamer.viewer.state import ViewportState
from streamer.viewer.voi import apply
from tests.render.synthetic_stack import cache_file

STACK = ViewportState(kind="stack", stack=0, voi=Voi(0.0, 1.0))


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("plane", ["", "axial", "coronal"])
@pytest.mark.parametrize(
    ("dtype", "slope", "intercept"),
    [
        ("int16", 1.0, -1024.0), ("uint16", 0.01, 0.0), ("int16", 1.0, 1e9), ("uint16", 0.5, -3e9), ("uint8", 1e-3, 1e6),
        ("int32", 1.0, 1e12), ("float64", 1.0, 0.0), ("int16", -1.0, 1e9),
    ],
)  # fmt: skip
def test_every_stored_step_is_in_the_picture(
    dtype: str, slope: float, intercept: float, plane: str, inverted: bool
) -> None:
    steps = np.arange(4 * 16 * 16).reshape(4, 16, 16) % 200
    # Of float64, what the cache holds are modality values.
    voxels = (steps + 1e9 if dtype == "float64" else steps).astype(dtype)
    values = voxels.astype(np.float64) * slope + intercept
    voi = Voi(float(values.min() + values.max()) / 2, float(np.ptp(values)), "LINEAR_EXACT")
    view = replace(STACK, voi=voi, image=2, inverted=inverted)
    if plane:
        view = replace(view, kind="mpr", plane=plane)
    size = (16, 4) if plane == "coronal" else (16, 16)
    expected = apply(values[::-1, 5] if plane == "coronal" else values[2], voi, inverted)
    for mode in ("nearest", "linear", "cubic"):
        job = ViewportJob(view, Rect(0, 0, *size), mode, (5.0, 5.0, 2.0))
        shown = PlanarRenderer(1).draw(job, cache_file(voxels, slope=slope, intercept=intercept).mapped())
        np.testing.assert_array_equal(shown.pixels, expected)


@pytest.mark.parametrize("dtype", ["int16", "float64"])
def test_shown_smaller_means_keep_the_steps_too(dtype: str) -> None:
    steps = np.repeat(np.arange(20) * 10, 3)[None, None, :].repeat(60, 1)
    voxels = (steps + 1e9 if dtype == "float64" else steps).astype(dtype)
    intercept = 0.0 if dtype == "float64" else 1e9
    voi = Voi(1e9 + 95.0, 190.0, "LINEAR_EXACT")
    job = ViewportJob(replace(STACK, voi=voi), Rect(0, 0, 20, 20), "linear", None)
    shown = PlanarRenderer(1).draw(job, cache_file(voxels, intercept=intercept).mapped()).pixels
    np.testing.assert_array_equal(shown[10], apply(np.arange(20) * 10 + 1e9, voi))


def test_outside_stays_black_beside_large_values() -> None:
    voxels = np.full((1, 8, 8), 5, np.int16)
    view = replace(STACK, voi=Voi(1e9 + 5, 10.0), inverted=True)
    job = ViewportJob(view, Rect(0, 0, 24, 8), "linear", None)
    shown = PlanarRenderer(1).draw(job, cache_file(voxels, intercept=1e9).mapped()).pixels
    assert not shown[:, :8].any()
    assert shown[:, 8:16].all()
