"""What a picture is compared by before it is proven: no other frame of its stack has a part in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from streamer.render.planar import PlanarRenderer
from streamer.render.touched_frames import touched_frames
from streamer.render.viewport_renderer import ViewportJob
from streamer.viewer.layout import Rect
from streamer.viewer.stack import Voi
from streamer.viewer.state import ViewportState
from tests.render.synthetic_stack import cache_file

FRAMES = 14
RECT = Rect(0, 0, 40, 30)
VIEWS = [
    ViewportState(kind="stack", stack=0, image=6),
    *(
        ViewportState(kind="mpr", stack=0, plane=plane, zoom=zoom, pan=pan, quarter_turns=turns)
        for plane in ("axial", "coronal", "sagittal")
        for zoom, pan, turns in ((1.0, (0.0, 0.0), 0), (6.0, (0.4, -2.6), 0), (3.3, (7.0, 5.0), 1), (0.2, (0.0, 0.0), 0))
    ),
]  # fmt: skip


@pytest.mark.parametrize("interpolation", ["nearest", "linear", "cubic"])
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: f"{view.kind}-{view.plane}-{view.zoom}")
def test_frames_that_are_not_named_have_no_part_in_the_picture(
    view: ViewportState, interpolation: str
) -> None:
    noise = np.random.default_rng(3).integers(0, 1000, (FRAMES, 20, 20)).astype(np.int16)
    view = replace(view, voi=Voi(500.0, 1000.0, "LINEAR_EXACT"))
    for z in (-30.0, 0.0, 0.5, 7.0, 7.49, 12.999, 13.0, 13.4, 40.0):
        cross_hair = (9.5, 9.2, z)
        job = ViewportJob(view, RECT, interpolation, cross_hair, moving=False)
        file = cache_file(noise, spacing=(1.0, 1.0, 1.0))
        before = PlanarRenderer(1).draw(job, file.mapped()).pixels
        touched = touched_frames(view, file.description, RECT, cross_hair, interpolation)
        others = [frame for frame in range(FRAMES) if frame not in touched]
        for frame in others:
            file.write(frame, 999 - noise[frame])
        after = PlanarRenderer(1).draw(job, file.mapped()).pixels
        np.testing.assert_array_equal(after, before)
        if view.kind == "stack" or view.plane == "axial":
            assert len(touched) <= 6, "few frames lie in one plane"


def test_a_volume_is_made_of_all() -> None:
    file = cache_file(np.zeros((FRAMES, 4, 4), np.int16))
    view = ViewportState(kind="volume", stack=0)
    assert touched_frames(view, file.description, RECT, None, "linear") == range(FRAMES)
