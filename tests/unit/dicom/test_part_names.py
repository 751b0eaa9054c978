"""The parts of a split series say why they were split, each otherwise than the others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from streamer.dicom.header import read_header
from streamer.dicom.image_frame import FileEntry
from streamer.dicom.stack_plan import plan_series
from tests.data.phantoms import write_placed

AXIAL, CORONAL, OBLIQUE = [1, 0, 0, 0, 1, 0], [1, 0, 0, 0, 0, -1], [1, 0, 0, 0, 0.8, -0.6]


def names(folder: Path, *parts: dict[str, Any]) -> set[tuple[tuple[str, str], ...]]:
    """Of a series whose parts have these attributes, three images each."""
    for number, part in enumerate(parts):
        write_placed(folder / str(number), 3, **part)
    files = sorted(folder.rglob("*.dcm"))
    plans = plan_series(FileEntry(path.name, path.stat().st_size, 0, read_header(path)) for path in files)
    assert len(plans) == max(1, len(parts))
    return {plan.stack.part for plan in plans}


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([{}], {()}),
        (
            [{"ImageOrientationPatient": AXIAL}, {"ImageOrientationPatient": CORONAL}],
            {(("plane", "axial"),), (("plane", "coronal"),)},
        ),
        (
            [{"ImageOrientationPatient": AXIAL}, {"ImageOrientationPatient": OBLIQUE}],
            {(("plane", "axial"),), (("plane", "oblique"),)},
        ),
        ([{"EchoNumbers": 1}, {"EchoNumbers": 2}], {(("echo", "1"),), (("echo", "2"),)}),
        (
            [{"EchoNumbers": 1, "AcquisitionNumber": 4}, {"EchoNumbers": 2, "AcquisitionNumber": 5}],
            {(("acquisition", "4"),), (("acquisition", "5"),)},
        ),
        (
            [{"PixelSpacing": [1, 1]}, {"PixelSpacing": [0.5, 0.5]}],
            {(("spacing", "1 × 1"),), (("spacing", "0.5 × 0.5"),)},
        ),
        (
            [{"PhotometricInterpretation": "MONOCHROME1"}, {"PhotometricInterpretation": "MONOCHROME2"}],
            {(("polarity", "inverted"),), ()},
        ),
        ([{"RescaleSlope": "2"}, {"RescaleSlope": ""}], {(), (("values", "unknown"),)}),
    ],
)
def test_parts_are_named_by_what_tells_them_apart_and_by_no_more(
    tmp_path: Path, parts: list[dict[str, Any]], expected: set[Any]
) -> None:
    assert names(tmp_path, *parts) == expected


def test_parts_that_nothing_tells_apart_in_words_are_counted(tmp_path: Path) -> None:
    slightly = [1, 0, 0, 0, 0.99995, -0.01]
    found = names(tmp_path, {"ImageOrientationPatient": AXIAL}, {"ImageOrientationPatient": slightly})
    assert found == {(("part", "1/2"),), (("part", "2/2"),)}
