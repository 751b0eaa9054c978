"""A value that was measured on other images than those that are there now is none, however often the marks were saved since."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from streamer.host.resumed import changes_since
from streamer.session import mapping
from streamer.session.checkpoint import marks_checkpoint, restore_marks, store_marks
from streamer.session.content import MOST_FRAMES
from streamer.session.opened_study import OpenedStudy
from streamer.viewer.marks import Mark, Marks
from tests.unit.host.test_resumed import CARL, IMAGES, OTTO, study

IMAGE = Mark(
    "image", "probe", "1.2#0", "1.2#0.3", 1, 3, "", (0.0, 0.0, 1.0), ((1.0, 2.0, 3.0),), "40 HU", ((1.0, 2.0),)
)  # fmt: skip
PLANE = Mark(
    "plane",
    "length",
    "1.2#0",
    "",
    0,
    0,
    "axial",
    (0.0, 0.0, 1.0),
    ((1.0, 2.0, 3.0), (4.0, 2.0, 3.0)),
    "3.0 mm",
)

CHANGES: dict[str, tuple[dict[str, Any], str, str]] = {
    "nothing": ({}, "", ""),
    "its image was replaced": ({"rewritten": (3,)}, "replaced", "changed"),
    "all images were replaced": ({"rewritten": IMAGES}, "replaced", "changed"),
    "another image was replaced": ({"rewritten": (5,)}, "", "changed"),
    "images came": ({"images": (*IMAGES, 20)}, "", "changed"),
    "images came before it": ({"images": (40, *IMAGES)}, "", "changed"),
    "images went": ({"images": IMAGES[1:]}, "", "changed"),
    "images went and its image was replaced": ({"images": IMAGES[1:], "rewritten": (3,)}, "replaced", "changed"),
    "its image went": ({"images": IMAGES[4:]}, "", "changed"),
    "another patient's images": ({"rewritten": IMAGES, "info": OTTO}, "replaced", "changed"),
}  # fmt: skip


def measured(on: OpenedStudy, *marks: Mark) -> Marks:
    return Marks(version=1, items=tuple(replace(mark, made_on=on.origin(mark)) for mark in marks))


def saved(marks: Marks, on: OpenedStudy) -> dict[str, Any]:
    """As the store gives it back."""
    document = json.loads(json.dumps(store_marks(marks, on.content_of_marks(marks))))
    assert isinstance(document, dict)
    assert document["format"] == 2
    return document


def of_earlier_version(marks: Marks, on: OpenedStudy) -> dict[str, Any]:
    """Marks did not say what they were made on; their document did."""
    document = saved(marks, on)
    for item in document["items"]:
        del item["made_on"]
    return document


def opened(document: dict[str, Any], on: OpenedStudy) -> Marks:
    on.marks_made_on = marks_checkpoint(document).content
    return restore_marks(document, on.stacks)


def since(marks: Marks, on: OpenedStudy) -> dict[str, str]:
    return {mark.mark: on.change_since(mark) for mark in marks.items}


@pytest.mark.parametrize("store", [saved, of_earlier_version])
@pytest.mark.parametrize("change", CHANGES)
def test_a_mark_knows_whether_its_images_are_the_same(change: str, store: Any) -> None:
    then, (how, of_image, of_plane) = study(), CHANGES[change]
    now = study(**how)
    marks = opened(store(measured(then, IMAGE, PLANE), then), now)
    assert since(marks, now) == {"image": of_image, "plane": of_plane}


@pytest.mark.parametrize("change", CHANGES)
def test_saving_again_makes_no_old_value_a_present_one(change: str) -> None:
    """Neither at the marks nor in the line that says it for all of them; a mark made meanwhile is a present one."""
    then, (how, of_image, of_plane) = study(), CHANGES[change]
    document = saved(measured(then, IMAGE, PLANE), then)
    told = [
        each for each in changes_since(None, document, study(**how)) if each.change in ("replaced", "patient")
    ]
    for _ in range(3):
        now = study(**how)
        marks = opened(document, now)
        new = replace(PLANE, mark=f"new {marks.version}")
        marks = Marks(marks.version + 1, (*marks.items, replace(new, made_on=now.origin(new))))
        document = saved(marks, now)
    again = study(**how)
    said = since(opened(document, again), again)
    assert (said.pop("image"), said.pop("plane")) == (of_image, of_plane)
    assert len(said) == 3
    assert set(said.values()) == {""}
    # What else changed is said as before, so long as a mark of those images waits to be measured anew.
    still = changes_since(None, document, again)
    assert all(each in still for each in told)
    assert bool(told) <= bool(of_image or of_plane)


def test_nothing_is_said_any_more_when_all_marks_are_measured_anew() -> None:
    then, now = study(), study(rewritten=(3,))
    marks = opened(saved(measured(then, IMAGE, PLANE), then), now)
    marks = measured(now, *marks.items)
    assert since(marks, now) == {"image": "", "plane": ""}
    assert changes_since(None, saved(marks, now), study(rewritten=(3,))) == ()


@pytest.mark.parametrize("number", [1, 2])
def test_what_was_not_kept_is_unknown_and_stays_so(number: int) -> None:
    then = study()
    document = {**store_marks(measured(then, IMAGE, PLANE)), "format": number}
    document = json.loads(json.dumps(document))
    for item in document["items"]:
        del item["made_on"]
    for _ in range(2):
        now = study()
        marks = opened(document, now)
        assert since(marks, now) == {"image": "unknown", "plane": "unknown"}
        assert [each.change for each in changes_since(None, document, now)] == ["unknown"]
        document = saved(marks, now)


def test_in_a_stack_of_too_many_images_an_earlier_versions_mark_is_known_by_the_whole_stack() -> None:
    many = tuple(range(MOST_FRAMES + 1))
    then = study(many)
    document = of_earlier_version(measured(then, IMAGE, PLANE), then)
    assert since(opened(document, study(many)), study(many)) == {"image": "", "plane": ""}
    now = study(many, rewritten=(8,))
    assert since(opened(document, now), now) == {"image": "unknown", "plane": "changed"}


@pytest.mark.parametrize("reason", ["replaced", "changed", "unknown"])
def test_the_page_does_not_get_a_value_of_other_images(reason: str) -> None:
    stack = study().stacks[0]
    assert mapping.mark_info(IMAGE, stack, 0, 3, since=reason).text == ""
    assert mapping.mark_info(IMAGE, stack, 0, 3).text == "40 HU"


def test_the_patient_is_the_one_of_the_oldest_value() -> None:
    then, now = study(info=CARL), study(rewritten=IMAGES, info=OTTO)
    marks = opened(saved(measured(then, IMAGE), then), now)
    again = saved(marks, now)
    assert [each.change for each in changes_since(None, again, now)] == ["patient"]
