"""The index and its worklist: bounded queries, filters and orders, studies that follow their files."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from signaling.protocol.records import StudyRow, WorklistFilter
from streamer.dicom import index_schema
from streamer.dicom.header import read_header
from streamer.dicom.index import FileStatus, Index, IndexFault, ReadFile
from streamer.dicom.worklist import worklist
from tests.data.phantoms import write_image

STUDIES: dict[str, dict[str, Any]] = {
    "1": {
        "PatientName": "Müller^Anna",
        "PatientID": "A-100",
        "StudyDate": "20240105",
        "Modality": "CT",
        "StudyDescription": "Chest",
        "AccessionNumber": "ACC1",
        "BodyPartExamined": "CHEST",
    },
    "2": {
        "PatientName": "Smith^John",
        "PatientID": "B-200",
        "StudyDate": "20240301",
        "Modality": "MR",
        "StudyDescription": "Head 100%",
        "AccessionNumber": "ACC2",
    },
    "3": {
        "PatientName": "Smithson^Ann",
        "PatientID": "C-300",
        "StudyDate": "20230101",
        "Modality": "US",
        "StudyDescription": "Abdomen_x",
        "AccessionNumber": "XY",
    },
    "4": {"PatientName": "", "PatientID": "", "StudyDate": None, "Modality": "CTX"},
}


def read(folder: Path, name: str, **elements: Any) -> ReadFile:
    path = write_image(folder / name, **elements)
    status = path.stat()
    return ReadFile(FileStatus(name, status.st_size, status.st_mtime_ns), read_header(path))


@pytest.fixture
def index(tmp_path: Path) -> Any:
    with Index(tmp_path / "index.sqlite") as made:
        charset = {"SpecificCharacterSet": "ISO_IR 192"}
        made.write(
            read(
                tmp_path,
                f"{study}.dcm",
                StudyInstanceUID=f"1.2.{study}",
                SeriesInstanceUID=f"1.3.{study}",
                **charset,
                **elements,
            )
            for study, elements in STUDIES.items()
        )
        yield made


def rows(index: Index, **wanted: Any) -> list[StudyRow]:
    return list(worklist(index.connection, index.archive, WorklistFilter(**wanted))[0])


def found(index: Index, **wanted: Any) -> str:
    return "".join(row.study[-1] for row in rows(index, **wanted))


@pytest.mark.parametrize(
    ("wanted", "studies"),
    [
        ({}, "2134"),
        ({"text": "smith"}, "23"),
        ({"text": "SMITH john"}, "2"),
        ({"text": "müller"}, "1"),
        ({"text": "MÜLLER, anna"}, "1"),
        ({"text": "acc"}, "21"),
        ({"text": "100"}, "21"),
        ({"text": "%"}, "2"),
        ({"text": "_"}, "3"),
        ({"text": "' OR 1=1 --"}, ""),
        ({"patient_name": "smith*"}, "23"),
        ({"patient_id": "b-2"}, "2"),
        ({"accession_number": "acc1"}, "1"),
        ({"description": "chest"}, "1"),
        ({"modality": "CT"}, "1"),
        ({"modality": "ct,mr"}, "21"),
        ({"date_from": "20240101"}, "21"),
        ({"date_to": "20240105"}, "13"),
        ({"date_from": "2024-01-05", "date_to": "2024-02-01"}, "1"),
        ({"sort": "patient_name"}, "4123"),
        ({"sort": "-patient_name"}, "3214"),
        ({"sort": "study_date"}, "4312"),
        ({"sort": "nonsense"}, "4312"),
        ({"sort": "study_date; DROP TABLE studies"}, "4312"),
        ({"limit": 2}, "21"),
        ({"limit": 2, "offset": 2}, "34"),
        ({"limit": 0}, ""),
        ({"limit": -5, "offset": -5}, ""),
    ],
)
def test_filters_and_orders(index: Index, wanted: dict[str, Any], studies: str) -> None:
    assert found(index, **wanted) == studies


def test_the_total_is_of_all_rows_and_the_rows_are_bounded(index: Index) -> None:
    assert worklist(index.connection, index.archive, WorklistFilter(limit=1))[1] == 4
    assert worklist(index.connection, index.archive, WorklistFilter(text="smith", limit=1))[1] == 2
    assert len(rows(index, limit=10**9)) == 4


def test_a_row_says_what_the_worklist_shows(index: Index) -> None:
    (row,) = rows(index, text="anna")
    assert row == StudyRow(
        archive=index.archive,
        study="1.2.1",
        patient_name="Müller^Anna",
        patient_id="A-100",
        study_date="20240105",
        accession_number="ACC1",
        description="Chest",
        modalities=("CT",),
        body_parts=("CHEST",),
        series_count=1,
        image_count=1,
    )


def test_a_study_follows_its_files(index: Index, tmp_path: Path) -> None:
    more = {
        "StudyInstanceUID": "1.2.1",
        "SeriesInstanceUID": "1.3.9",
        "PatientName": "Müller^Anna",
        "PatientID": "A-100",
    }
    index.write([read(tmp_path, "more.dcm", **more, Modality="SR", SpecificCharacterSet="ISO_IR 192")])
    (row,) = rows(index, text="anna")
    assert (row.series_count, row.modalities) == (2, ("CT", "SR"))
    index.write(
        [read(tmp_path, "1.dcm", **{**STUDIES["1"], "PatientName": "Moved^Away"}, StudyInstanceUID="1.2.7")]
    )
    assert found(index, text="moved") == "7"
    assert rows(index, text="anna")[0].series_count == 1
    index.write((), ["more.dcm", "1.dcm"])
    assert found(index, text="anna") == ""
    assert index.study_count() == 3


def test_contradicting_patients_are_said(index: Index, tmp_path: Path) -> None:
    other = {
        "StudyInstanceUID": "1.2.2",
        "SeriesInstanceUID": "1.3.22",
        "PatientName": "Other^Person",
        "PatientID": "Z",
    }
    index.write([read(tmp_path, "z.dcm", **other)])
    problems = {row.study: row.problem for row in rows(index)}
    assert problems["1.2.2"] == "Files of this study name different patients."
    assert problems["1.2.1"] == ""


def test_two_people_are_said_also_where_the_first_file_names_nobody(index: Index, tmp_path: Path) -> None:
    people = [
        {},
        {"PatientName": "Meier^Anna", "PatientBirthDate": "19500101"},
        {"PatientName": "Meier^Berta", "PatientBirthDate": "19610101"},
    ]
    nobody = {"PatientName": "", "PatientID": "", "PatientBirthDate": "", "PatientSex": ""}
    for number, person in enumerate(people):
        uids = {"StudyInstanceUID": "1.2.7", "SeriesInstanceUID": f"1.3.7{number}"}
        index.write([read(tmp_path, f"n{number}.dcm", **uids, **(nobody | person))])
    problems = {row.study: row.problem for row in rows(index)}
    assert problems["1.2.7"] == "Files of this study name different patients."


def test_a_failed_write_leaves_the_index_as_it_was(index: Index) -> None:
    def broken() -> Any:
        yield ReadFile(FileStatus("new.dcm", 1, 1), problem="A file is damaged.")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        index.write(broken(), ["1.dcm"])
    assert found(index) == "2134"
    assert index.bad_counts(0) == (0, 0)


def test_the_archive_keeps_its_id_and_another_version_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "index.sqlite"
    with Index(path) as first:
        archive = first.archive
        first.write([ReadFile(FileStatus("a", 1, 1), problem="bad")])
    assert len(archive) == 32
    with Index(path) as second:
        assert second.archive == archive
        assert second.statuses() == {"a": (1, 1)}
        second.connection.execute(f"PRAGMA user_version = {index_schema.VERSION + 1}")
    with Index(path) as third:
        assert third.archive == archive
        assert third.statuses() == {}


def test_what_is_no_index_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "index.sqlite").write_bytes(b"this is no database" * 100)
    with pytest.raises(IndexFault, match=r"^The archive's index index\.sqlite can't be used: .*\.$"):
        Index(tmp_path / "index.sqlite")


def test_queries_go_on_while_another_connection_writes(index: Index, tmp_path: Path) -> None:
    writer = sqlite3.connect(tmp_path / "index.sqlite", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM studies")
    assert found(index) == "2134"
    writer.execute("ROLLBACK")
    writer.close()
