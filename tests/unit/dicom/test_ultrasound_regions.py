"""Millimetres of ultrasound: within one region of tissue or flow, by its scale, and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from streamer.dicom.header import read_header
from streamer.dicom.image_frame import FileEntry
from streamer.dicom.stack_plan import plan_series
from streamer.viewer.geometry import pixel_to_world
from streamer.viewer.measure import length_text
from streamer.viewer.stack import Stack
from streamer.viewer.ultrasound_region import UltrasoundRegion, region_at
from tests.data.phantoms import raw_text, write_image

SIDE = 100


def region(
    bounds: tuple[int, int, int, int] = (0, 0, SIDE - 1, SIDE - 1),
    delta: tuple[float, float] = (0.05, 0.05),
    *,
    spatial: int = 1,
    kind: int = 1,
    units: tuple[int, int] = (3, 3),
    flags: int = 0,
) -> Dataset:
    item = Dataset()
    item.RegionSpatialFormat, item.RegionDataType, item.RegionFlags = spatial, kind, flags
    item.RegionLocationMinX0, item.RegionLocationMinY0, item.RegionLocationMaxX1, item.RegionLocationMaxY1 = (
        bounds
    )
    item.PhysicalUnitsXDirection, item.PhysicalUnitsYDirection = units
    item.PhysicalDeltaX, item.PhysicalDeltaY = delta
    return item


def odd(keyword: str, written: str) -> Dataset:
    item = region()
    del item[keyword]
    raw_text(item, keyword, written)
    return item


def without(keyword: str) -> Dataset:
    item = region()
    del item[keyword]
    return item


def stack_of(folder: Path, *regions: Dataset, **elements: Any) -> Stack:
    wanted = {
        "Modality": "US",
        "SequenceOfUltrasoundRegions": Sequence(regions) if regions else None,
        **elements,
    }
    path = write_image(folder / "1.dcm", np.zeros((SIDE, SIDE), np.uint8), **wanted)
    (plan,) = plan_series([FileEntry("1.dcm", 0, 0, read_header(path))])
    return plan.stack


def measured(stack: Stack, start: tuple[float, float], end: tuple[float, float]) -> str:
    return length_text(stack, 0, pixel_to_world(stack, 0, *start), pixel_to_world(stack, 0, *end))


WHOLE = region()
TOP = region((0, 0, 99, 49))
SPECTRUM = region((0, 50, 99, 99), (0.01, 2.0), spatial=3, kind=3, units=(4, 7))
INSET = region((20, 20, 59, 59), (0.1, 0.1))
UPPER, LOWER = ((10.0, 10.0), (70.0, 10.0)), ((10.0, 80.0), (70.0, 80.0))
ACROSS = ((10.0, 10.0), (10.0, 70.0))


@pytest.mark.parametrize(
    ("regions", "elements", "line", "said", "bar"),
    [
        ([WHOLE], {}, UPPER, "30.0 mm", True),
        ([WHOLE], {"PixelSpacing": [1, 1]}, UPPER, "30.0 mm", True),
        ([region(delta=(0.05, -0.05))], {}, ACROSS, "30.0 mm", True),
        ([region(delta=(0.05, 0.1))], {}, ACROSS, "60.0 mm", True),
        ([region(kind=2)], {}, UPPER, "30.0 mm", True),
        ([TOP], {}, UPPER, "30.0 mm", False),
        ([TOP], {}, LOWER, "60.0 px", False),
        ([TOP], {"PixelSpacing": [0.2, 0.2]}, LOWER, "60.0 px", False),
        ([TOP], {}, ACROSS, "60.0 px", False),
        ([TOP, SPECTRUM], {"PixelSpacing": [0.2, 0.2]}, UPPER, "30.0 mm", False),
        ([TOP, SPECTRUM], {"PixelSpacing": [0.2, 0.2]}, LOWER, "60.0 px", False),
        ([TOP, SPECTRUM], {"PixelSpacing": [0.2, 0.2]}, ACROSS, "60.0 px", False),
        ([TOP, region((0, 50, 99, 99))], {}, ACROSS, "60.0 px", False),
        ([region(kind=3)], {}, UPPER, "60.0 px", False),
        ([region(spatial=3)], {}, UPPER, "60.0 px", False),
        ([region(units=(3, 4))], {}, UPPER, "60.0 px", False),
        ([region(units=(4, 3))], {"PixelSpacing": [1, 1]}, UPPER, "60.0 px", False),
        ([region(delta=(0.0, 0.05))], {}, UPPER, "60.0 px", False),
        ([region((50, 0, 10, 99))], {}, UPPER, "60.0 px", False),
        ([odd("PhysicalDeltaX", "nan.data")], {}, UPPER, "60.0 px", False),
        ([without("RegionLocationMinX0")], {}, UPPER, "60.0 px", False),
        ([without("RegionDataType")], {}, UPPER, "60.0 px", False),
        ([without("PhysicalUnitsYDirection")], {}, UPPER, "60.0 px", False),
        ([region(flags=1), INSET], {}, ((30.0, 30.0), (50.0, 30.0)), "20.0 mm", False),
        ([region(flags=1), INSET], {}, UPPER, "30.0 mm", False),
        ([region(flags=1), INSET], {}, ((10.0, 10.0), (50.0, 40.0)), "50.0 px", False),
        ([WHOLE, INSET], {}, ((30.0, 30.0), (50.0, 30.0)), "20.0 px", False),
        ([WHOLE], {}, ((-20.0, 10.0), (40.0, 10.0)), "60.0 px", True),
        ([], {"PixelSpacing": [0.2, 0.2]}, UPPER, "12.0 mm", True),
        ([], {}, UPPER, "60.0 px", False),
    ],
)  # fmt: skip
def test_a_length_has_millimetres_within_one_region_only(
    tmp_path: Path, regions: list[Dataset], elements: dict[str, Any], line: Any, said: str, bar: bool
) -> None:
    stack = stack_of(tmp_path, *regions, **elements)
    assert measured(stack, *line) == said
    assert stack.geometry.calibrated == bar, "the scale bar"


def test_regions_of_different_images_stay_apart(tmp_path: Path) -> None:
    entries = []
    for number, delta in enumerate((0.05, 0.1)):
        path = write_image(
            tmp_path / f"{number}.dcm",
            np.zeros((SIDE, SIDE), np.uint8),
            Modality="US",
            InstanceNumber=number,
            SOPInstanceUID=f"1.2.{number}",
            SequenceOfUltrasoundRegions=Sequence([region((0, 0, 99, 49), (delta, delta))]),
        )
        entries.append(FileEntry(path.name, 0, 0, read_header(path)))
    found = [
        length_text(plan.stack, frame, *(pixel_to_world(plan.stack, frame, *point) for point in UPPER))
        for plan in plan_series(entries)
        for frame in range(len(plan.stack.frames))
    ]
    assert sorted(found) == ["30.0 mm", "60.0 mm"]


def test_of_two_regions_at_a_place_the_one_of_high_priority_is_seen() -> None:
    below, above = UltrasoundRegion(0, 0, 9, 9, low_priority=True), UltrasoundRegion(5, 5, 9, 9)
    assert region_at((below, above), (2.0, 2.0)) is below
    assert region_at((below, above), (7.0, 7.0)) is above
    assert region_at((above, UltrasoundRegion(5, 5, 9, 9)), (7.0, 7.0)) is None
    assert region_at((below,), (20.0, 2.0)) is None
