"""What an earlier version stored is read by this one; what a newer one stored is refused in words and kept.

The files in tests/data/format_1 were written by version 0.2.0 itself.
"""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from signaling.protocol.errors import ProtocolError
from signaling.protocol.proof import FORMAT, FlattenedJws, read_payload
from signaling.protocol.stored_format import (
    NewerFormatError,
    StoredFormat,
    StoredFormatError,
    unchanged,
)
from streamer.cli import main
from streamer.session.checkpoint import restore_marks, restore_view, store_marks, store_view
from streamer.viewer.geometry import pixel_to_world
from streamer.viewer.marks import Mark
from streamer.viewer.stack import FrameRef, Stack
from streamer.viewer.vector import add, length, subtract
from tests.unit.viewer.stacks import study

FORMAT_1 = Path(__file__).parents[2] / "data" / "format_1"
VIEWS = ("view_stack_flipped", "view_mpr", "view_volume")


def read(name: str) -> dict[str, Any]:
    document = json.loads((FORMAT_1 / f"{name}.json").read_text())
    assert isinstance(document, dict)
    return document


def mark(items: tuple[Mark, ...], name: str) -> Mark:
    return next(each for each in items if each.mark == name)


def test_every_step_is_taken_in_order_and_the_document_given_stays() -> None:
    steps = StoredFormat(
        "It",
        {
            1: lambda document: {**document, "way": [*document["way"], 1]},
            2: lambda document: {**document, "way": [*document["way"], 2]},
        },
    )
    assert steps.number == 3
    old = {"format": 1, "way": []}
    assert steps.upgraded(old) == {"format": 3, "way": [1, 2]}
    assert old == {"format": 1, "way": []}
    assert steps.upgraded({"format": 2, "way": []}) == {"format": 3, "way": [2]}
    assert steps.upgraded({"format": 3, "way": []}) == {"format": 3, "way": []}


def test_a_step_that_is_left_out_is_noticed() -> None:
    with pytest.raises(ValueError, match="Each format"):
        StoredFormat("It", {2: unchanged})


@pytest.mark.parametrize("number", [None, 0, -1, "1", True, 1.5])
def test_what_names_no_format_is_refused(number: object) -> None:
    with pytest.raises(StoredFormatError, match="no format is named"):
        StoredFormat("It", {}).upgraded({"format": number})


def test_a_document_that_a_step_does_not_understand_is_refused() -> None:
    with pytest.raises(StoredFormatError, match="no good document of format 1"):
        StoredFormat("It", {1: lambda document: {"x": document["y"]}}).upgraded({"format": 1})


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_of_format_1_is_taken_up_as_it_was(name: str) -> None:
    old = read(name)
    assert old["format"] == 1
    view = restore_view(old, study())
    assert view is not None
    now = json.loads(json.dumps(store_view(view, study())))
    assert now["format"] == 2
    for field in ("layout", "active", "maximized", "tool", "interpolation", "cross_hair"):
        assert now["state"][field] == old["state"][field]
    assert now["images"] == old["images"]
    for then, today in zip(old["state"]["viewports"], now["state"]["viewports"], strict=True):
        assert {field: today[field] for field in then} == then


@pytest.mark.parametrize("name", VIEWS)
def test_a_picture_from_before_whole_pixels_is_drawn_as_it_was_and_a_view_is_taken_up_on_them(
    name: str,
) -> None:
    """A record says how its picture was drawn: by a field, which those of before lack."""
    old = read(name)
    then, now = (restore_view(old, study(), as_drawn=as_drawn) for as_drawn in (True, False))
    assert then is not None
    assert now is not None
    assert {viewport.on_pixels for viewport in (*then.viewports, *then.shelf)} == {False}
    assert {viewport.on_pixels for viewport in (*now.viewports, *now.shelf)} == {True}
    assert [viewport.pan for viewport in now.viewports] == [viewport.pan for viewport in then.viewports]
    for view in (then, now):
        assert restore_view(store_view(view, study()), study(), as_drawn=True) == view


def test_flips_turns_and_cameras_of_format_1_come_back() -> None:
    flipped = restore_view(read("view_stack_flipped"), study())
    assert flipped is not None
    first = flipped.viewports[0]
    assert (first.flipped, first.quarter_turns, first.inverted) == (True, 1, True)
    volume = restore_view(read("view_volume"), study())
    assert volume is not None
    assert any(viewport.kind == "volume" and viewport.camera for viewport in volume.viewports)


def test_marks_of_format_1_lie_where_they_lay() -> None:
    old = read("marks")
    assert old["format"] == 1
    marks = restore_marks(old, study())
    assert len(marks.items) == len(old["items"])
    for then, now in zip(old["items"], marks.items, strict=True):
        assert (now.mark, now.text, now.plane) == (then["mark"], then["text"], then["plane"])
        assert bool(now.pixels) == (now.plane == "")
        for before, after in zip(then["points"], now.points, strict=True):
            assert length(subtract(after, tuple(before))) < 1e-9


def test_an_upgraded_mark_stays_on_its_pixels_when_the_study_grows() -> None:
    """Of what has no positions: another image before it changes the numbers, and the synthetic world with them."""
    stacks = study()
    marks = restore_marks(read("marks"), tuple(map(grown, stacks)))
    before = restore_marks(read("marks"), stacks)
    for name in ("on-ultrasound", "on-radiograph"):
        now, then = mark(marks.items, name), mark(before.items, name)
        for pixel, before_pixel in zip(now.pixels, then.pixels, strict=True):
            assert pixel == pytest.approx(before_pixel)
        assert now.image == then.image + 1


def grown(stack: Stack) -> Stack:
    """The stack with an image before the others; without positions all others then lie 1 mm further."""
    geometry = stack.geometry
    first, *_ = geometry.positions
    if geometry.positioned:
        return stack
    positions = (*geometry.positions, add(first, (0.0, 0.0, float(len(geometry.positions)))))
    frames = (FrameRef("1.2.new", 1, 1), *stack.frames)
    return replace(stack, frames=frames, geometry=replace(geometry, positions=positions))


def test_marks_of_format_2_go_where_their_image_goes() -> None:
    """The archive corrects where the images lie: the mark stays on its pixels."""
    stacks = study()
    stored = store_marks(restore_marks(read("marks"), stacks))
    assert stored["format"] == 2

    def moved(stack: Stack) -> Stack:
        positions = tuple(add(position, (7.0, -3.0, 11.0)) for position in stack.geometry.positions)
        return replace(stack, geometry=replace(stack.geometry, positions=positions))

    there = tuple(map(moved, stacks))
    for before, after in zip(
        restore_marks(stored, stacks).items, restore_marks(stored, there).items, strict=True
    ):
        assert after.pixels == before.pixels
        if after.plane:
            assert after.points == before.points
            continue
        stack = next(each for each in there if each.key == after.stack_key)
        expected = tuple(pixel_to_world(stack, after.image, *pixel) for pixel in after.pixels)
        assert after.points == expected
        assert after.points != before.points


def test_marks_of_format_1_whose_image_lies_elsewhere_now_are_kept_and_not_shown_in_a_wrong_place() -> None:
    stacks = study()
    away = tuple(
        replace(
            stack,
            geometry=replace(
                stack.geometry,
                positions=tuple(add(position, (0.0, 0.0, 40.0)) for position in stack.geometry.positions),
            ),
        )
        for stack in stacks
    )
    marks = restore_marks(read("marks"), away)
    assert mark(marks.items, "on-ct-image").pixels == ()
    assert restore_marks(store_marks(marks), stacks) == replace(
        restore_marks(read("marks"), stacks), version=marks.version
    )


def test_marks_of_images_that_are_gone_are_kept_until_they_are_there_again() -> None:
    without = restore_marks(read("marks"), ())
    assert len(without.items) == len(read("marks")["items"])
    assert restore_marks(store_marks(without), study()) == restore_marks(read("marks"), study())


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({}, "no format is named"),
        ({"format": 3, "version": 1, "items": []}, "newer version"),
        ({"format": 99, "version": 1, "items": []}, "newer version"),
        ({"format": 1, "version": 1, "items": [{}]}, "can't be read"),
        ({"format": 2, "version": 1, "items": [{}]}, "can't be read"),
        ({"format": 2, "version": 1}, "can't be read"),
    ],
)
def test_marks_that_can_not_be_read_are_refused_and_not_dropped(document: dict[str, Any], said: str) -> None:
    with pytest.raises(StoredFormatError, match=said):
        restore_marks(document, study())


def test_a_view_that_is_broken_is_none_and_one_of_a_newer_version_is_refused() -> None:
    assert restore_view({"nonsense": True}, study()) is None
    assert restore_view({**read("view_mpr"), "state": 7}, study()) is None
    with pytest.raises(NewerFormatError, match="newer version"):
        restore_view({**read("view_mpr"), "format": 3}, study())


def test_a_record_of_format_1_is_still_proven(capsys: pytest.CaptureFixture[str]) -> None:
    keys, picture = FORMAT_1 / "keys.json", FORMAT_1 / "picture.png"
    assert (
        main(["verify", str(FORMAT_1 / "record.json"), "--picture", str(picture), "--keys", str(keys)]) == 0
    )
    assert "equal, every pixel" in capsys.readouterr().out


def test_a_record_of_a_newer_format_is_refused_in_words() -> None:
    def jws(**content: object) -> FlattenedJws:
        text = base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()
        return FlattenedJws(payload=text, protected="", signature="")

    with pytest.raises(ProtocolError, match="newer version"):
        read_payload(jws(format=FORMAT + 1))
    with pytest.raises(ProtocolError, match="does not say what one should"):
        read_payload(jws(format=FORMAT))
