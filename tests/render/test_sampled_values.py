"""A window changed on one image: the values are interpolated twice, then kept, and the bytes are those of a fresh renderer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from streamer.render.mapped_stack import ABSENT, PRESENT, MappedStack
from streamer.render.planar import PlanarRenderer
from streamer.render.sampled_values import KEPT_BYTES, SampledValues
from streamer.render.viewport_renderer import ViewportJob
from streamer.viewer.layout import Rect
from streamer.viewer.stack import Voi
from streamer.viewer.state import ViewportState
from tests.render.synthetic_stack import cache_file

STACK = ViewportState(kind="stack", stack=0, image=1)
PLANE = ViewportState(kind="mpr", stack=0, plane="coronal")
WINDOWS = [Voi(40.0 + n, 400.0 - 7 * n) for n in range(6)]
SIZE = (96, 80)


def noise(shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    return np.random.default_rng(3).integers(-1000, 2000, shape).astype(np.int16)


def drawn(renderer: PlanarRenderer, stack: MappedStack, viewport: ViewportState, voi: Voi) -> bytes:
    job = ViewportJob(replace(viewport, voi=voi), Rect(0, 0, *SIZE), "cubic", None)
    return renderer.draw(job, stack).pixels.tobytes()


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> tuple[PlanarRenderer, list[str]]:
    renderer, calls = PlanarRenderer(1), []
    sample = renderer._reslicer.sample

    def counting(*arguments: Any) -> np.ndarray[Any, Any]:
        calls.append(arguments[4])
        return sample(*arguments)

    monkeypatch.setattr(renderer._reslicer, "sample", counting)
    return renderer, calls


@pytest.mark.parametrize("viewport", [STACK, PLANE, replace(STACK, inverted=True)])
def test_a_window_is_changed_without_interpolating_again(
    counted: tuple[PlanarRenderer, list[str]], viewport: ViewportState
) -> None:
    renderer, calls = counted
    stack = cache_file(noise((8, 32, 32)), slope=2.0, intercept=-10.0).mapped()
    pictures = [drawn(renderer, stack, viewport, voi) for voi in WINDOWS]
    assert calls == ["cubic", "cubic"]
    assert pictures == [drawn(PlanarRenderer(1), stack, viewport, voi) for voi in WINDOWS]
    assert len(set(pictures)) == len(WINDOWS)


def test_another_image_is_another_picture(counted: tuple[PlanarRenderer, list[str]]) -> None:
    renderer, calls = counted
    stack = cache_file(noise((8, 32, 32))).mapped()
    for voi in WINDOWS[:3]:
        drawn(renderer, stack, STACK, voi)
    other = drawn(renderer, stack, replace(STACK, image=2), WINDOWS[0])
    assert other == drawn(PlanarRenderer(1), stack, replace(STACK, image=2), WINDOWS[0])
    assert len(calls) == 3
    assert drawn(renderer, stack, STACK, WINDOWS[4]) == drawn(PlanarRenderer(1), stack, STACK, WINDOWS[4])
    assert len(calls) == 3, "the first image's values are still there"


def test_voxels_that_come_meanwhile_are_seen(counted: tuple[PlanarRenderer, list[str]]) -> None:
    renderer, _ = counted
    file = cache_file(noise((8, 32, 32)))
    stack = file.mapped()
    file.states[3] = ABSENT
    before = [drawn(renderer, stack, PLANE, WINDOWS[0]) for _ in range(3)]
    file.states[3] = PRESENT
    assert drawn(renderer, stack, PLANE, WINDOWS[0]) != before[-1]
    assert drawn(renderer, stack, PLANE, WINDOWS[0]) == drawn(PlanarRenderer(1), stack, PLANE, WINDOWS[0])


def test_what_was_let_go_of_is_made_again(counted: tuple[PlanarRenderer, list[str]]) -> None:
    renderer, calls = counted
    stack = cache_file(noise((8, 32, 32))).mapped()
    for voi in WINDOWS:
        drawn(renderer, stack, STACK, voi)
    renderer.forget()
    drawn(renderer, stack, STACK, WINDOWS[0])
    assert len(calls) == 3


def test_what_is_kept_is_bounded_and_never_the_callers() -> None:
    values, made = SampledValues(), []

    def sample() -> np.ndarray[Any, Any]:
        made.append(1)
        return np.ones(KEPT_BYTES // 40, np.float32)  # a tenth

    for key in range(14):
        values.of(key, sample)
        values.of(key, sample)
        values.of(key, sample)[:] = 7.0
    assert sum(array.nbytes for array in values._kept.values()) <= KEPT_BYTES
    count = len(made)
    assert (values.of(13, sample) == 1.0).all()
    assert len(made) == count
    values.of(0, sample)
    assert len(made) == count + 1, "the oldest one went"
