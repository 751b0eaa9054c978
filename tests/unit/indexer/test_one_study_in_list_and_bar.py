"""The worklist's row and the open study say the same of a study whose files do not agree, whatever order they came in."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from signaling.protocol.records import StudyRow, WorklistFilter
from streamer.dicom.index import Index
from streamer.dicom.worklist import worklist
from streamer.ipc.messages import StudyDescribed
from tests.unit.indexer.scanned_study import scanned

SMITH = {"PatientName": "SMITH^John", "PatientID": "4711", "PatientBirthDate": "19600317"}
DOE = {"PatientName": "DOE^Jane", "PatientID": "0815", "PatientBirthDate": "19820101"}
A = {"SeriesInstanceUID": "1.3.1", "StudyDate": "20240102", "StudyDescription": "Chest", **SMITH}
OLDER = {**A, "StudyDate": "20190305", "AccessionNumber": "X"}
B = {"SeriesInstanceUID": "1.3.2", "StudyDate": "20100101", "Modality": "MR", **SMITH}


def both(folder: Path, *images: dict[str, Any]) -> tuple[Index, StudyRow, StudyDescribed]:
    """The row and the opened study of these images."""
    index, opened = scanned(folder, *images)
    ((row,), _) = worklist(index.connection, "a", WorklistFilter())
    return index, row, opened


@pytest.mark.parametrize("order", list(permutations((A, OLDER, B, {**B, **DOE}))))
def test_list_and_bar_name_one_patient_one_date_and_one_description(
    tmp_path: Path, order: tuple[dict[str, Any], ...]
) -> None:
    _, row, opened = both(tmp_path, *order)
    for name in (
        "patient_name", "patient_id", "birth_date", "study_date", "study_time", "description", "accession_number",
    ):  # fmt: skip
        assert getattr(row, name) == getattr(opened.study, name), name


@pytest.mark.parametrize("series", ["1.3.1", "1.3.2"], ids=["in one series", "in two series"])
@pytest.mark.parametrize("at", range(3))
def test_two_patients_are_said_in_the_list_and_both_are_found(tmp_path: Path, series: str, at: int) -> None:
    images: list[dict[str, Any]] = [A, A, A]
    images[at] = {**A, **DOE, "SeriesInstanceUID": series}
    index, row, opened = both(tmp_path, *images)
    assert row.problem == "Files of this study name different patients."
    assert len(opened.study.people) == 1
    for wanted in (
        WorklistFilter(patient_name="smith"), WorklistFilter(patient_name="jane"), WorklistFilter(patient_id="0815"),
        WorklistFilter(patient_id="4711"), WorklistFilter(text="doe"),
    ):  # fmt: skip
        assert [found.study for found in worklist(index.connection, "a", wanted)[0]] == ["1.2.3"], wanted


def test_one_patient_is_no_problem(tmp_path: Path) -> None:
    _, row, opened = both(tmp_path, A, OLDER, {**B, "PatientName": "Smith^J"})
    assert (row.problem, opened.study.people) == ("", ())
