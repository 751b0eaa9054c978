"""A study of which nothing can be shown says what it is or why not: in its row, and when it is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from signaling.protocol.records import WorklistFilter
from streamer.dicom.header import read_header
from streamer.dicom.index import FileStatus, Index, ReadFile
from streamer.dicom.worklist import worklist
from streamer.indexer.study_description import describe_study
from tests.data.phantoms import write_image

NOT_UNDERSTOOD: dict[str, Any] = {"PhotometricInterpretation": "HSV"}
DOSE: dict[str, Any] = {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.481.2", "Modality": "RTDOSE"}
REPORT: dict[str, Any] = {"Modality": "SR", "PixelData": None}
PDF: dict[str, Any] = {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.104.1", "Modality": "DOC", "PixelData": None}
STUDIES: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "an image": ([{}], []),
    "an image and a report": ([{}, REPORT], []),
    "an image and one that is refused": ([{}, NOT_UNDERSTOOD], []),
    "one that is refused": ([NOT_UNDERSTOOD], ["HSV photometric interpretation"]),
    "two that are refused": ([NOT_UNDERSTOOD, DOSE], ["HSV photometric interpretation", "dose grids"]),
    "a report": ([REPORT], ["structured report"]),
    "a document": ([PDF], ["PDF document"]),
    "a document and a refused image": ([PDF, DOSE], ["PDF document", "dose grids"]),
}


@pytest.mark.parametrize("name", STUDIES)
def test_the_row_says_why_no_image_can_be_shown(name: str, tmp_path: Path) -> None:
    series, words = STUDIES[name]
    files = []
    for number, elements in enumerate(series):
        file = f"{number}.dcm"
        uids = {
            "SOPInstanceUID": f"1.2.3.{number}",
            "SeriesInstanceUID": f"1.2.{number}",
            "StudyInstanceUID": "1.2",
        }
        path = write_image(tmp_path / file, **uids, **elements)
        status = path.stat()
        files.append(ReadFile(FileStatus(file, status.st_size, status.st_mtime_ns), read_header(path)))
    with Index(tmp_path / "index.sqlite") as index:
        index.write(files)
        rows, _ = worklist(index.connection, index.archive, WorklistFilter())
        described = describe_study(index, tmp_path, 0, "1.2")
    assert described is not None
    if not words:
        assert rows[0].problem == ""
        return
    assert rows[0].problem.startswith("No image of this study can be shown. ")
    told = [*described.missing, *(plan.stack.fault for plan in described.plans)]
    for word in words:
        assert word in rows[0].problem
        assert any(word in sentence for sentence in told), "what opening it says"
    assert all(plan.stack.fault for plan in described.plans)
