"""What a viewport says while what had been loaded is loaded again."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from streamer.ipc.messages import LoadDone, StackPlan
from streamer.session.reports import Reports
from streamer.session.series_load import AGAIN, SeriesLoad
from streamer.session.session import Session
from streamer.viewer.state import ViewportState, ViewState
from tests.unit.viewer.stacks import axial

VIEWS = {
    "image": ViewportState(kind="stack", stack=0, image=2),
    "another image": ViewportState(kind="stack", stack=0, image=1),
    "plane": ViewportState(kind="mpr", stack=0),
    "volume": ViewportState(kind="volume", stack=0),
}


@pytest.mark.parametrize("view", VIEWS)
def test_a_viewport_says_that_its_images_are_loaded_again(tmp_path: Path, view: str) -> None:
    stack = axial()
    plan = cast("StackPlan", SimpleNamespace(stack=stack, version="v", sources=(None,) * len(stack.frames)))
    load = SeriesLoad(plan, "", tmp_path / "a.pixels", tmp_path / "b.pixels", 0)
    load.present = bytearray([1]) * len(stack.frames)
    load.complete = True
    study: Any = SimpleNamespace(load_of=lambda number: load, stacks=(stack,))
    shown: Any = SimpleNamespace(
        study=study, state=ViewState(viewports=(VIEWS[view],)), cache_problem="", undrawable=""
    )
    reports = Reports(cast("Session", shown))
    assert reports._messages() == ("",)
    load.damaged([2])
    assert reports._messages() == ("" if view == "another image" else AGAIN,)
    load.present[2] = 1
    load._take(LoadDone(present=1, failed=0, milliseconds=1.0), b"")
    assert reports._messages() == ("",)
