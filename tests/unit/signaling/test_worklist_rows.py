"""Rows that a lying host lists: what can't be of a study is left out, what is no date says so, and the rest stays as it is."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from signaling.domain.worklist_rows import MAX_COUNT, MAX_TEXT, believed_row, left_out
from signaling.protocol.records import StudyRow

GOOD = StudyRow(
    archive="a", study="1.2.3", patient_name="Müller^Änne", patient_id="7", birth_date="19700228", sex="F",
    study_date="20240229", study_time="140322.5", description="Thorax", modalities=("CT",), series_count=1, image_count=9,
)  # fmt: skip
TEXTS = ("patient_name", "patient_id", "issuer", "birth_date", "sex", "study_date", "study_time", "accession_number",
         "description")  # fmt: skip


def row(**changes: Any) -> StudyRow:
    return msgspec.structs.replace(GOOD, **changes)


def test_what_can_be_stays_as_it_is() -> None:
    assert believed_row(GOOD) == GOOD
    assert believed_row(StudyRow(archive="a", study="1")) == StudyRow(archive="a", study="1")


@pytest.mark.parametrize(
    "uid", ["", "../x", "../x\u202e", ".", "1/2", "1.2\n", "1.2 ", "1\u0661", "a\\b", "%2e", "<b>", "9" * 65]
)
def test_a_row_without_a_uid_is_none(uid: str) -> None:
    assert believed_row(row(study=uid)) is None


@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize("text", ["a\u202eb", "\u2067", "a\x1b[1m", "a\nb", "x" * (MAX_TEXT + 1)])
def test_no_text_of_a_row_steers_or_floods(field: str, text: str) -> None:
    assert believed_row(row(**{field: text})) is None


@pytest.mark.parametrize("field", ["modalities", "body_parts"])
@pytest.mark.parametrize("values", [("CT", "a\u202e"), ("x" * (MAX_TEXT + 1),), ("CT",) * 5_000])
def test_no_value_of_a_list_does(field: str, values: tuple[str, ...]) -> None:
    assert believed_row(row(**{field: values})) is None


@pytest.mark.parametrize("field", ["series_count", "image_count"])
@pytest.mark.parametrize("count", [-9, -1, MAX_COUNT + 1, 10**18])
def test_no_count_is_less_than_nothing_or_endless(field: str, count: int) -> None:
    assert believed_row(row(**{field: count})) is None


@pytest.mark.parametrize("field", ["birth_date", "study_date"])
@pytest.mark.parametrize("said", ["20269999", "20230229", "2024", "tomorrow", "00000101", "!20240230", ""])
def test_what_is_no_date_says_so(field: str, said: str) -> None:
    believed = believed_row(row(**{field: said}))
    assert believed is not None
    assert getattr(believed, field) == (said if said in ("", "!20240230") else f"!{said}")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("2561", "!2561"),
        ("246060", "!246060"),
        ("noon", "!noon"),
        ("23", "23"),
        ("235960", "235960"),
        ("!9", "!9"),
    ],
)
def test_what_is_no_time_says_so(said: str, shown: str) -> None:
    believed = believed_row(row(study_time=said))
    assert believed is not None
    assert believed.study_time == shown


def test_rows_left_out_are_said() -> None:
    assert "1 row " in left_out("one", 1)
    assert "one listed 3 rows " in left_out("one", 3)
