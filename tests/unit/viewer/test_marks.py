"""The marks' document, and what marks say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.protocol import control
from signaling.protocol.marks import MarksDocument
from streamer.session import mapping
from streamer.viewer import journal, mark_times, measure
from streamer.viewer.geometry import index_to_world, normal, pixel_to_world
from streamer.viewer.marks import Mark, Marks
from streamer.viewer.state import ViewportState
from tests.unit.viewer import stacks
from tests.unit.viewer.stacks import AXIAL, ULTRASOUND, XRAY, context, oblique


def mark(name: str, text: str = "1.0 mm") -> Mark:
    return Mark(name, "length", "axial#0", "1.2", 1, 0, "", (0.0, 0.0, 1.0), ((0.0,) * 3, (1.0,) * 3), text)


CHANGES = st.lists(
    st.tuples(st.sampled_from(["put", "delete"]), st.sampled_from("abc"), st.text("xyz", max_size=2))
)


def changed(marks: Marks, change: tuple[str, str, str]) -> Marks:
    verb, name, text = change
    return journal.put(marks, mark(name, text)) if verb == "put" else journal.delete(marks, name)


@given(changes=CHANGES)
def test_undoing_everything_and_redoing_it(changes: list[tuple[str, str, str]]) -> None:
    marks, documents = Marks(), [()]
    for change in changes:
        marks = changed(marks, change)
        if marks.items != documents[-1]:
            documents.append(marks.items)
    for expected in reversed(documents[:-1]):
        marks = journal.undo(marks)
        assert marks.items == expected
    assert journal.undo(marks) == marks
    for expected in documents[1:]:
        marks = journal.redo(marks)
        assert marks.items == expected
    assert journal.redo(marks) == marks


@given(changes=CHANGES)
def test_every_change_is_a_new_version(changes: list[tuple[str, str, str]]) -> None:
    marks = Marks()
    for change in changes:
        after = changed(marks, change)
        assert after == marks or after.version == marks.version + 1
        marks = after


def test_marks_of_a_stored_document_stay_whatever_is_undone() -> None:
    stored = Marks(version=7, items=(mark("stored"),))
    made = journal.undo(journal.put(journal.put(Marks(), mark("a")), mark("b")))
    joined = mark_times.joined(stored, made)
    assert [each.mark for each in joined.items] == ["stored", "a"]
    assert joined.version > 7
    assert [each.mark for each in journal.undo(joined).items] == ["stored"]
    assert [each.mark for each in journal.redo(joined).items] == ["stored", "a", "b"]


def test_a_mark_of_both_documents_stands_as_it_was_made_here() -> None:
    stored = Marks(version=7, items=(mark("a", "old"), mark("theirs")))
    made = journal.put(journal.put(Marks(), mark("a", "1 mm")), mark("a", "2 mm"))
    joined = mark_times.joined(stored, made)
    assert {each.mark: each.text for each in joined.items} == {"a": "2 mm", "theirs": "1.0 mm"}
    undone = journal.undo(joined)
    assert {each.mark: each.text for each in undone.items} == {"a": "1 mm", "theirs": "1.0 mm"}
    assert [each.mark for each in journal.undo(undone).items] == ["theirs"]


def test_a_full_document_fits_in_one_message_to_the_page() -> None:
    uid = "1." + "9" * 62
    point = (-123.45678901234567, 234.56789012345678, -1234.5678901234567)
    full = Mark(
        "f" * 32, "length", f"{uid}#12", uid, 9999, 9999, "", normal(oblique()), (point, point), "1234.5 mm"
    )
    infos = tuple(mapping.mark_info(full, oblique(), 12, 9999) for _ in range(journal.MOST_MARKS))
    stored = Marks(
        items=tuple(replace(full, mark=f"{number:032x}") for number in range(journal.MOST_MARKS)),
        changed=tuple((f"{number:032x}", 1_700_000_000.123) for number in range(journal.MOST_MARKS + 1_000)),
    )
    document = MarksDocument(epoch=65535, version=10**6, marks=infos, changed=mark_times.times_told(stored))
    assert len(control.TO_PAGE.encode(document)) < 262_144  # what browsers take (RFC 8841, max-message-size)


def test_a_change_after_undo_ends_redo() -> None:
    marks = journal.undo(journal.put(Marks(), mark("a")))
    assert journal.redo(journal.put(marks, mark("b"))).items == (mark("b"),)


def test_the_journal_has_a_bound() -> None:
    marks = Marks()
    for number in range(journal.DEPTH + 20):
        marks = journal.put(marks, mark("a", str(number)))
    assert len(marks.done) == journal.DEPTH
    for _ in range(journal.DEPTH):
        marks = journal.undo(marks)
    assert marks.items == (mark("a", "19"),)
    assert len(marks.undone) == journal.DEPTH


def test_a_full_document_says_so_and_loses_nothing() -> None:
    marks = Marks(items=tuple(mark(str(number)) for number in range(journal.MOST_MARKS)))
    with pytest.raises(ValueError, match="delete some"):
        journal.put(marks, mark("one more"))
    assert journal.put(marks, mark("7", "other")).items[7].text == "other"


def test_lengths_in_the_patient_at_the_detector_and_in_pixels() -> None:
    stack = stacks.axial()
    start, end = pixel_to_world(stack, 3, 0.0, 0.0), pixel_to_world(stack, 3, 30.0, 40.0)
    assert measure.length_text(stack, 3, start, end) == "41.7 mm"
    assert measure.length_text(stacks.xray(), 0, (0.0, 0.0, 0.0), (3.0, 4.0, 0.0)) == "5.0 mm at detector"
    colour = stacks.ultrasound()
    pixels = measure.length_text(
        colour, 2, pixel_to_world(colour, 2, 1.0, 1.0), pixel_to_world(colour, 2, 4.0, 5.0)
    )
    assert pixels == "5.0 px"


@pytest.mark.parametrize(
    ("calibration", "said"),
    [
        ("fiducial", "5.0 mm, calibrated by fiducial"),
        ("geometry", "5.0 mm, calibrated by geometry"),
        ("calibrated", "5.0 mm, calibrated, not said how"),
        ("", "5.0 mm"),
    ],
)
def test_calibrated_lengths_say_how(calibration: str, said: str) -> None:
    stack = stacks.xray()
    stack = replace(stack, geometry=replace(stack.geometry, at_detector=False, calibration=calibration))
    assert measure.length_text(stack, 0, (0.0, 0.0, 0.0), (3.0, 4.0, 0.0)) == said


def test_pixels_are_counted_in_pixels_even_where_they_are_not_square() -> None:
    stack = stacks.axial()
    stack = replace(stack, geometry=replace(stack.geometry, calibrated=False))
    start, end = pixel_to_world(stack, 0, 0.0, 0.0), pixel_to_world(stack, 0, 3.0, 4.0)
    assert measure.length_text(stack, 0, start, end) == "5.0 px"


def test_a_value_is_that_of_the_nearest_pixel_centre() -> None:
    here = context()
    viewport = ViewportState(kind="stack", stack=AXIAL, image=7)
    stack = here.stacks[AXIAL]
    for column, row in ((4.0, 2.0), (4.49, 2.49), (3.51, 1.51)):
        point = pixel_to_world(stack, 7, column, row)
        assert measure.value_text(here, viewport, 7, point) == "2024 HU"
    assert measure.value_text(here, viewport, 7, pixel_to_world(stack, 7, 4.51, 2.0)) == "2025 HU"


def test_a_value_on_a_plane_is_that_of_the_nearest_voxel() -> None:
    here = context()
    viewport = ViewportState(kind="mpr", stack=AXIAL, plane="coronal")
    point = index_to_world(here.stacks[AXIAL], (3.3, 7.4, 2.6))
    assert measure.value_text(here, viewport, None, point) == "−1927 HU"


def test_outside_and_not_loaded() -> None:
    here = context(absent=frozenset({5}))
    viewport = ViewportState(kind="stack", stack=AXIAL)
    stack = here.stacks[AXIAL]
    assert measure.value_text(here, viewport, 5, pixel_to_world(stack, 5, 1.0, 1.0)) == measure.NOT_LOADED
    for column, row in ((-0.51, 1.0), (31.51, 1.0), (1.0, 39.51), (1.0, -0.6)):
        assert measure.value_text(here, viewport, 4, pixel_to_world(stack, 4, column, row)) == measure.OUTSIDE


def test_colour_has_three_values_and_no_unit() -> None:
    here = context()
    point = pixel_to_world(here.stacks[ULTRASOUND], 3, 5.0, 4.0)
    viewport = ViewportState(kind="stack", stack=ULTRASOUND)
    assert measure.value_text(here, viewport, 3, point) == "R 3 G 4 B 5"
    bare = measure.value_text(here, ViewportState(kind="stack", stack=XRAY), 0, (2.0, 2.0, 0.0))
    assert bare == "−4890"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-41.0, "−41"), (1234.56, "1235"), (12.34, "12.3"), (1.23456, "1.235"), (-0.5, "−0.500"),
     (0.0001234, "1.23e-04"), (float("nan"), "not a number"), (float("inf"), "not a number"), (-0.0, "0")],
)  # fmt: skip
def test_numbers(value: float, text: str) -> None:
    assert measure.number(value) == text
