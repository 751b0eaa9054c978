"""The series whose images have windows of their own: it is what the measurement says, and another is not measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest

from scripts.benchmark.own_windows import AIR, FIRST, IMAGES, check, write_series
from scripts.benchmark.setting import NotMeasured
from streamer.demo.phantom import axial_grid
from streamer.demo.phantom_studies import write_phantom


def test_each_image_has_a_window_of_its_own_and_the_pixels_of_the_chest(tmp_path: Path) -> None:
    write_phantom(tmp_path / "chest", axial_grid(8, 8, FIRST + IMAGES + 3, 48.0, 1.5), "chest", "Chest", 2)
    (tmp_path / "mr").mkdir()
    write_series(tmp_path / "chest", tmp_path / "mr")
    written = [pydicom.dcmread(path) for path in sorted((tmp_path / "mr").iterdir())]
    sources = [pydicom.dcmread(path) for path in sorted((tmp_path / "chest").iterdir())][FIRST:]
    assert len(written) == IMAGES
    assert len({(dataset.WindowCenter, dataset.WindowWidth) for dataset in written}) == IMAGES
    assert len({dataset.SOPInstanceUID for dataset in written} | {sources[0].SOPInstanceUID}) == IMAGES + 1
    assert {(dataset.Modality, dataset.SeriesInstanceUID) for dataset in written} == {
        ("MR", written[0].SeriesInstanceUID)
    }
    for dataset, source in zip(written, sources, strict=False):
        assert dataset.ImagePositionPatient == source.ImagePositionPatient
        values = np.frombuffer(dataset.PixelData, "<u2").astype(int) - AIR
        assert np.array_equal(values, np.frombuffer(source.PixelData, "<i2"))


@pytest.mark.parametrize(
    ("drawn", "good"),
    [
        ([[n, 1000 + n, 400] for n in range(IMAGES)], True),
        ([[n, 1000, 400] for n in range(IMAGES)], False),
        ([[n, 1000 + n // 2, 400] for n in range(IMAGES)], False),
        ([[n, 1000 + n, 400] for n in range(3)], False),
        ([*([n, 1000 + n, 400] for n in range(IMAGES)), [0, 1500, 400]], False),
        ([], False),
    ],
)
def test_a_series_that_is_not_drawn_so_is_not_measured(drawn: list[list[float]], good: bool) -> None:
    if good:
        check(drawn)
    else:
        with pytest.raises(NotMeasured, match="windows of their own"):
            check(drawn)
