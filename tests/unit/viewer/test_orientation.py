"""Left and right come from the data, or are not said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.viewer import framing
from streamer.viewer.layout import Rect
from streamer.viewer.orientation import UNKNOWN, letters, viewport_letters
from streamer.viewer.stack import Stack
from streamer.viewer.state import PLANES, ViewportState
from streamer.viewer.volume_camera import fitted_camera
from tests.unit.viewer import stacks

RECT = Rect(0, 0, 400, 300)


@pytest.mark.parametrize(
    ("direction", "expected"),
    [
        ((1.0, 0.0, 0.0), "L"),
        ((-3.0, 0.0, 0.0), "R"),
        ((0.0, 1.0, 0.0), "P"),
        ((0.0, -1.0, 0.0), "A"),
        ((0.0, 0.0, 1.0), "H"),
        ((0.0, 0.0, -0.5), "F"),
        ((0.9, 0.4, 0.0), "LP"),
        ((-0.3, 0.8, -0.5), "PFR"),
        ((1.0, 0.02, 0.0), "L"),
    ],
)
def test_letters(direction: tuple[float, float, float], expected: str) -> None:
    assert letters(direction) == expected


@pytest.mark.parametrize(
    ("stack", "expected"),
    [
        (stacks.axial(), ("R", "L", "A", "P")),
        (stacks.coronal(), ("R", "L", "H", "F")),
        (stacks.sagittal(), ("A", "P", "H", "F")),
    ],
    ids=lambda each: each.key if isinstance(each, Stack) else "",
)
def test_stacks(stack: Stack, expected: tuple[str, ...]) -> None:
    viewport = ViewportState(kind="stack", stack=0)
    assert viewport_letters(viewport, stack, RECT, None) == expected


def test_planes_have_the_same_letters_whatever_the_stack() -> None:
    expected = {
        "axial": ("R", "L", "A", "P"),
        "coronal": ("R", "L", "H", "F"),
        "sagittal": ("A", "P", "H", "F"),
    }
    for stack in stacks.VOLUMES:
        for plane in PLANES:
            viewport = ViewportState(kind="mpr", stack=0, plane=plane)
            assert viewport_letters(viewport, stack, RECT, None) == expected[plane]


def test_an_oblique_stack_has_two_or_three_letters() -> None:
    found = viewport_letters(ViewportState(kind="stack", stack=0), stacks.oblique(), RECT, None)
    assert found == ("RA", "LP", "ALF", "PRH")


def test_projection_from_patient_orientation() -> None:
    viewport = ViewportState(kind="stack", stack=0)
    assert viewport_letters(viewport, stacks.xray(), RECT, None) == ("R", "L", "H", "F")
    oblique = stacks.xray(orientation=("LA", "FP"))
    assert viewport_letters(viewport, oblique, RECT, None) == ("RP", "LA", "HA", "FP")


@pytest.mark.parametrize("orientation", [None, ("", "F"), ("L", "x"), ("LAHF", "F")])
def test_unknown_is_not_guessed(orientation: tuple[str, str] | None) -> None:
    stack = stacks.xray(orientation=orientation)
    assert viewport_letters(ViewportState(kind="stack", stack=0), stack, RECT, None) == UNKNOWN


def test_untrusted_planes_and_volumes_say_nothing() -> None:
    stack = stacks.axial()
    stack = replace(stack, geometry=replace(stack.geometry, positioned=False))
    for viewport in (
        ViewportState(kind="mpr", stack=0, plane="axial"),
        ViewportState(kind="volume", stack=0, camera=fitted_camera(stack)),
    ):
        assert viewport_letters(viewport, stack, RECT, None) == UNKNOWN


def test_empty() -> None:
    assert viewport_letters(ViewportState(), None, RECT, None) == UNKNOWN


KNOWN = st.sampled_from(
    [stacks.axial(), stacks.oblique(), stacks.sagittal(), stacks.xray(), stacks.xray(orientation=("P", "FR"))]
)


@given(stack=KNOWN, flipped=st.booleans(), turns=st.integers(0, 3))
def test_letters_follow_flip_and_rotation(stack: Stack, flipped: bool, turns: int) -> None:
    viewport = ViewportState(kind="stack", stack=0, flipped=flipped, quarter_turns=turns)
    left, right, top, bottom = viewport_letters(viewport, stack, RECT, None)
    mirrored = viewport_letters(framing.flipped(viewport), stack, RECT, None)
    assert mirrored == (right, left, top, bottom)
    turned = viewport_letters(framing.rotated(viewport), stack, RECT, None)
    assert turned == (bottom, top, left, right)


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("A", ("R", "L", "H", "F")),
        ("P", ("L", "R", "H", "F")),
        ("L", ("A", "P", "H", "F")),
        ("R", ("P", "A", "H", "F")),
        ("H", ("L", "R", "A", "P")),
        ("F", ("R", "L", "A", "P")),
    ],
)
def test_volumes_by_their_camera(view: str, expected: tuple[str, ...]) -> None:
    stack = stacks.tilted()
    viewport = ViewportState(kind="volume", stack=0, camera=fitted_camera(stack, view))
    assert viewport_letters(viewport, stack, RECT, None) == expected
