"""A view that ends its workers is given up in words; every other view, and every other session, goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from streamer.session.worker_deaths import MAX_DEATHS, WITHIN_SECONDS, WorkerDeaths, work_of
from streamer.viewer.state import ViewportState, ViewState

PLANES = ViewState(layout="mpr", viewports=tuple(ViewportState(kind="mpr", stack=0) for _ in range(3)))
FLAT = ViewState(layout="1x1", viewports=(ViewportState(kind="stack", stack=0),))


class Clock:
    """Stands until it is moved."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_same_work_is_not_given_again_after_some_deaths_and_other_work_is() -> None:
    deaths = WorkerDeaths(Clock())
    for number in range(MAX_DEATHS):
        assert deaths.words(work_of(PLANES)) == "", number
        deaths.died(work_of(PLANES), -9)
    assert "needs more memory than the render host has" in deaths.words(work_of(PLANES))
    scrolled = replace(PLANES, viewports=tuple(replace(v, image=7) for v in PLANES.viewports))
    assert deaths.words(work_of(scrolled)), "scrolling makes it no lighter"
    assert deaths.words(work_of(FLAT)) == ""
    deaths.forget()
    assert deaths.words(work_of(PLANES)) == ""


@pytest.mark.parametrize("code", [-9, -6])
@pytest.mark.parametrize("apart", [0.0, 30.0, WITHIN_SECONDS / MAX_DEATHS - 1])
def test_what_dies_of_memory_is_given_up_however_slowly_it_dies(code: int, apart: float) -> None:
    clock = Clock()
    deaths = WorkerDeaths(clock)
    for _ in range(MAX_DEATHS):
        assert deaths.words(work_of(PLANES)) == ""
        clock.now += apart
        deaths.died(work_of(PLANES), code)
    assert "needs more memory than the render host has" in deaths.words(work_of(PLANES))


def test_a_view_that_was_given_up_stays_so_while_another_one_is_given_up_too() -> None:
    deaths = WorkerDeaths(Clock())
    for _ in range(MAX_DEATHS):
        for work in (PLANES, FLAT):
            deaths.died(work_of(work), -9)
    assert deaths.words(work_of(PLANES))
    assert deaths.words(work_of(FLAT))


@pytest.mark.parametrize("code", [-11, 1, None])
def test_what_crashes_is_not_called_memory(code: int | None) -> None:
    deaths = WorkerDeaths(Clock())
    for _ in range(MAX_DEATHS):
        deaths.died(work_of(PLANES), code)
    assert "memory" not in deaths.words(work_of(PLANES))
    assert deaths.words(work_of(PLANES)).endswith("again.")


def test_deaths_long_apart_or_of_different_work_do_not_add_up() -> None:
    clock = Clock()
    deaths = WorkerDeaths(clock)
    for number in range(10):
        deaths.died(work_of(PLANES if number % 2 else FLAT), -9)
        clock.now += WITHIN_SECONDS / 2
    assert deaths.words(work_of(PLANES)) == deaths.words(work_of(FLAT)) == ""
