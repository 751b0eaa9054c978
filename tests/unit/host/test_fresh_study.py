"""A saved view over the stacks that are there: it fits, or a sentence says what does not."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from streamer.errors import StudyError
from streamer.host.fresh_study import restored
from streamer.session.checkpoint import store_view
from streamer.viewer.stack import Stack
from streamer.viewer.state import ViewportState, ViewState
from tests.unit.viewer.stacks import axial

STACK = axial()
VIEW = ViewState(viewports=(ViewportState(kind="stack", stack=0, image=1),))
SAVED = store_view(VIEW, (STACK,))


def changed(**values: Any) -> dict[str, Any]:
    return {**copy.deepcopy(SAVED), **values}


def other() -> Stack:
    return replace(STACK, key="9.9.9#0", series_instance_uid="9.9.9")


def test_a_view_that_fits_is_taken_up_whatever_the_numbers_of_its_stacks() -> None:
    assert restored(SAVED, (STACK,)) == VIEW
    assert restored(SAVED, (other(), STACK)).viewports[0].stack == 1


@pytest.mark.parametrize(
    ("saved", "stacks", "sentence"),
    [
        (SAVED, (), "The series .* is not in the folder"),
        (SAVED, (other(),), "The series .* is not in the folder"),
        (SAVED, (replace(STACK, fault="It is broken."),), "can't be shown. It is broken"),
        (
            changed(images=[["2.25.9", 3]]),
            (STACK,),
            "The image 2.25.9, frame 3, of the view is not in the folder",
        ),
        (changed(state={"layout": 7}), (STACK,), "can't be understood"),
        ({}, (STACK,), "can't be understood"),
        (changed(format=99), (STACK,), "newer version of Farview"),
    ],
    ids=["nothing", "another series", "broken", "image", "no state", "empty", "format"],
)
def test_a_view_that_does_not_fit_is_refused_in_words(
    saved: dict[str, Any], stacks: tuple[Stack, ...], sentence: str
) -> None:
    with pytest.raises(StudyError, match=sentence):
        restored(saved, stacks)
