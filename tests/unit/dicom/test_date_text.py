"""Dates, times and ages that are none: neither taken for one nor lost, and they disturb neither order nor search."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset

from signaling.protocol.records import WorklistFilter
from streamer.dicom.date_text import age_text, date_text, time_text
from streamer.dicom.elements import Elements
from streamer.dicom.header import read_header
from streamer.dicom.index import FileStatus, Index, ReadFile
from streamer.dicom.worklist import worklist
from tests.data.phantoms import raw_text, write_odd

TABLE: dict[str, list[list[str]]] = json.loads(
    (Path(__file__).parents[2] / "data" / "dates.json").read_text()
)
RULES = {"date": date_text, "time": time_text, "age": age_text}


@pytest.mark.parametrize("kind", RULES)
def test_what_is_written_is_a_day_an_hour_an_age_or_marked(kind: str) -> None:
    for written, wire, _ in TABLE[kind]:
        assert RULES[kind](written) == wire, written


@pytest.mark.parametrize(
    ("kind", "keyword"), [("date", "StudyDate"), ("time", "StudyTime"), ("age", "PatientAge")]
)
def test_an_element_that_is_none_is_noted_as_odd(kind: str, keyword: str) -> None:
    for written, wire, _ in (row for row in TABLE[kind] if row[0].isascii()):
        dataset = Dataset()
        raw_text(dataset, keyword, written)
        elements = Elements(dataset)
        assert getattr(elements, kind)(keyword) == wire, written
        assert elements.doubts(keyword) == wire.startswith("!"), written


def rows(index: Index, **wanted: Any) -> list[str]:
    found, _ = worklist(index.connection, index.archive, WorklistFilter(**wanted))
    return [row.study_date for row in found]


def test_unreadable_dates_stand_behind_all_others_and_are_in_no_range(tmp_path: Path) -> None:
    written = [date for date, _, _ in TABLE["date"] if date.isascii()]
    with Index(tmp_path / "index.sqlite") as index:
        files = []
        for number, date in enumerate(written):
            path = write_odd(
                tmp_path / f"{number}.dcm", {"StudyDate": date}, StudyInstanceUID=f"1.2.{number}"
            )
            status = path.stat()
            files.append(
                ReadFile(FileStatus(path.name, status.st_size, status.st_mtime_ns), read_header(path))
            )
        index.write(files)
        newest = rows(index)
        known = sorted((date_text(date) for date in written if date_text(date)[:1].isdigit()), reverse=True)
        assert newest[: len(known)] == known
        assert all(date == "" or date.startswith("!") for date in newest[len(known) :])
        assert rows(index, sort="study_date")[-len(known) :] == known[::-1]
        assert set(rows(index, date_from="00010101")) == set(known)
        assert set(rows(index, date_to="99991231")) == set(known)
