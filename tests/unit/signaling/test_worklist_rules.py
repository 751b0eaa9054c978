"""One worklist out of several archives'."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.domain.worklist import DEEPEST, SORTABLE, checked, joined, merged
from signaling.protocol import errors, limits
from signaling.protocol.errors import ProtocolError
from signaling.protocol.records import StudyRow, WorklistFilter

ROWS = st.builds(
    StudyRow,
    archive=st.sampled_from(["a", "b"]),
    study=st.integers(0, 99).map(lambda n: f"1.2.{n}"),
    patient_name=st.sampled_from(["", "Ä^B", "a^b", "Zoe", "zoe"]),
    study_date=st.sampled_from(["", "20200101", "20240229"]),
    modalities=st.sampled_from([(), ("CT",), ("MR", "SR")]),
    image_count=st.integers(0, 3),
)


def test_newest_first_unless_asked_otherwise() -> None:
    rows = [
        StudyRow(archive="a", study=str(n), study_date=date)
        for n, date in enumerate(["2020", "", "2024", "2019"])
    ]
    assert [row.study_date for row in merged([rows[:2], rows[2:]], WorklistFilter())] == [
        "2024",
        "2020",
        "2019",
        "",
    ]


def test_case_does_not_count() -> None:
    rows = [StudyRow(archive="a", study=n, patient_name=n) for n in ("beta", "Alpha", "Gamma")]
    assert [r.patient_name for r in merged([rows], WorklistFilter(sort="patient_name"))] == [
        "Alpha",
        "beta",
        "Gamma",
    ]


@given(
    st.lists(ROWS, unique_by=lambda r: (r.archive, r.study)),
    st.sampled_from(sorted(SORTABLE)),
    st.booleans(),
    st.integers(1, 7),
)
def test_pages_neither_repeat_nor_skip(rows: list[StudyRow], column: str, down: bool, limit: int) -> None:
    sort = ("-" if down else "") + column
    of_a, of_b = ([r for r in rows if r.archive == archive] for archive in "ab")
    pages = [
        merged([of_b, of_a], WorklistFilter(sort=sort, offset=offset, limit=limit))
        for offset in range(0, len(rows) + 1, limit)
    ]
    seen = [row for page in pages for row in page]
    assert sorted(seen, key=lambda r: (r.archive, r.study)) == sorted(
        rows, key=lambda r: (r.archive, r.study)
    )
    assert seen == list(merged([rows], WorklistFilter(sort=sort, limit=len(rows) or 1)))


def test_the_limit_is_kept_within_bounds() -> None:
    assert checked(WorklistFilter(limit=100_000)).limit == limits.WORKLIST_ROWS
    assert checked(WorklistFilter(limit=-1)).limit == 1


@pytest.mark.parametrize(
    ("filter_", "code"),
    [
        (WorklistFilter(text="x" * (limits.SEARCH_TEXT + 1)), errors.TOO_LARGE),
        (WorklistFilter(sort="password"), errors.MALFORMED),
        (WorklistFilter(sort="--study_date"), errors.MALFORMED),
        (WorklistFilter(offset=-1), errors.TOO_MANY),
        (WorklistFilter(offset=DEEPEST), errors.TOO_MANY),
    ],
)
def test_what_is_out_of_bounds_is_refused_in_words(filter_: WorklistFilter, code: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        checked(filter_)
    assert refused.value.code == code
    assert refused.value.message.endswith(".")


def told(patient_id: str, birth_date: str = "", images: int = 1, problem: str = "") -> StudyRow:
    return StudyRow(
        archive="a",
        study="1.2",
        patient_id=patient_id,
        birth_date=birth_date,
        image_count=images,
        problem=problem,
    )


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([told("1"), told("1", images=2)], ""),
        ([told("1", "19700101"), told("1 ", "19700101")], ""),
        ([told("1"), told("2")], "ID"),
        ([told("1", "19700101"), told("1", "19700102")], "birth date"),
        ([told("1", "19700101"), told("1", "")], "birth date"),
        ([told("1", "19700101"), told("2", "19700102")], "ID and birth date"),
        ([told("1"), told("1", images=2), told("2")], "ID"),
        ([told("1"), told("2", images=2), told("2")], "ID"),
    ],
)
def test_two_hosts_that_tell_different_patients_of_one_study(rows: list[StudyRow], named: str) -> None:
    for told_by in (rows, rows[::-1]):
        (row,) = joined([each] for each in told_by)
        assert row.image_count == max(each.image_count for each in rows)
        assert bool(row.problem) is bool(named)
        assert f"({named})" in row.problem or not named


def test_what_a_row_says_besides_stays() -> None:
    (row,) = joined([[told("1", problem="Two patients are in it.")], [told("2")]])
    assert "different patients" in row.problem
    assert row.problem.endswith("Two patients are in it.")
    alone = told("1", problem="Two patients are in it.")
    assert joined([[alone]]) == [alone]
