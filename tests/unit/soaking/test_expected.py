"""What a reader must find after a trouble: who is live, which study, which marks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scripts.soaking.expected import Glimpse, faults

BEFORE = Glimpse("live", "1.2.3", {"a": "[1]", "b": "[2]"}, frozenset({"a", "b"}))


def test_nothing_has_changed() -> None:
    assert faults(BEFORE, BEFORE, saved=True) == []


@pytest.mark.parametrize(
    ("after", "says"),
    [
        (replace(BEFORE, session="stale"), "“stale”"),
        (replace(BEFORE, study="1.2.4"), "1.2.4"),
        (replace(BEFORE, study=""), "none"),
        (replace(BEFORE, marks={"a": "[1]"}), "1 of 2 saved marks are lost"),
        (replace(BEFORE, marks={}), "2 of 2"),
        (replace(BEFORE, marks={"a": "[1]", "b": "[9]"}), "1 marks are others"),
    ],
)
def test_what_is_not_as_it_was_is_said(after: Glimpse, says: str) -> None:
    (found,) = faults(BEFORE, after)
    assert says in found


@pytest.mark.parametrize(
    "after",
    [
        replace(BEFORE, marks={**BEFORE.marks, "c": "[3]"}),
        replace(BEFORE, marks={"a": "[1]", "b": "[9]"}, gestures=1),
        replace(BEFORE, study="1.2.4", marks={}, moves=1),
        replace(BEFORE, saved=False),
    ],
    ids=["one more mark", "a hand may have moved it", "the reader went on", "it need not be saved yet"],
)
def test_what_a_hand_may_have_done_is_no_fault(after: Glimpse) -> None:
    assert faults(BEFORE, after) == []


def test_the_study_that_was_asked_for_must_be_found_not_the_one_still_open() -> None:
    before = replace(BEFORE, asked="1.2.4")
    assert faults(before, replace(before, study="1.2.4", marks={})) == []
    (found,) = faults(before, before)
    assert "should be 1.2.4" in found


def test_marks_that_were_never_saved_may_go_with_their_host() -> None:
    before = replace(BEFORE, kept=frozenset({"a"}))
    assert faults(before, replace(before, marks={"a": "[1]"})) == []


def test_marks_of_the_same_study_are_compared_though_the_reader_loaded_it_anew_only_where_nothing_moved() -> (
    None
):
    assert faults(BEFORE, replace(BEFORE, marks={}, moves=1, study="1.2.3")) == []


def test_what_must_be_saved_and_is_not_is_said() -> None:
    assert faults(BEFORE, replace(BEFORE, saved=False), saved=True) == ["marks are still not saved"]


def test_a_glimpse_is_what_the_witness_says() -> None:
    state = {
        "session": "live",
        "study": "1.2",
        "marks": {"m": "[]"},
        "kept": ["m"],
        "saved": False,
        "asked": "1.3",
    }
    assert Glimpse.of(state, 3, 4) == Glimpse(
        "live", "1.2", {"m": "[]"}, frozenset({"m"}), False, 3, 4, "1.3"
    )
