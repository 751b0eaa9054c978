"""What is there and can't be understood is never replaced by a neutral value: it is absent, said, or refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import Tag

from streamer.dicom.dataset_file import open_dataset
from streamer.dicom.elements import Elements
from streamer.dicom.faults import BadFile
from streamer.dicom.header import read_header
from streamer.dicom.image_frame import FileEntry
from streamer.dicom.pixel_fields import read_pixels
from streamer.dicom.stack_plan import PlannedStack, plan_series
from streamer.viewer.presets import presets_for
from tests.data.phantoms import raw_text, write_odd

PIXELS = np.arange(64, dtype=np.uint16).reshape(8, 8)
CT = {
    "RescaleSlope": "1",
    "RescaleIntercept": "-1024",
    "WindowCenter": "40",
    "WindowWidth": "400",
    "PixelSpacing": [1, 1],
    "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
    "BitsStored": 12,
    "HighBit": 11,
}


def slices(
    folder: Path, odd: dict[int, dict[str, str]], count: int = 5, **elements: Any
) -> list[PlannedStack]:
    """The stacks of a CT series, of which image `n` has the odd elements odd[n]."""
    for number in range(count):
        wanted = {
            **CT,
            **elements,
            "InstanceNumber": number + 1,
            "SOPInstanceUID": f"1.2.{number}",
            "ImagePositionPatient": [0, 0, 2.0 * number],
        }
        write_odd(folder / f"{number}.dcm", odd.get(number, {}), PIXELS, **wanted)
    return plans(folder)


def plans(folder: Path) -> list[PlannedStack]:
    return plan_series(FileEntry(path.name, 0, 0, read_header(path)) for path in sorted(folder.iterdir()))


def told(plan: PlannedStack) -> tuple[float, float, str, int, int, bool, bool]:
    """What a reader could take for the meaning of the values."""
    stack = plan.stack
    return (
        stack.pixels.slope, stack.pixels.intercept, stack.common.units, len(stack.common.windows), len(presets_for(stack)),
        stack.geometry.volumetric, "values" in stack.common.notices,
    )  # fmt: skip


UNKNOWN = (1.0, 0.0, "", 0, 0, False, True)
BAD_NUMBERS = ["2,5", "NaN", "inf", "-1O24", "1e99", "--1", "0x10", "1 2", "1.2.3", "one"]


@pytest.mark.parametrize(
    "odd",
    [
        *({"RescaleSlope": bad} for bad in ["0", "0.0", "-0", *BAD_NUMBERS]),
        *({"RescaleIntercept": bad} for bad in BAD_NUMBERS),
        {"RescaleSlope": ""},
        {"RescaleIntercept": ""},
    ],
    ids=str,
)
def test_values_whose_meaning_cannot_be_read_are_stored_ones_without_unit(
    tmp_path: Path, odd: dict[str, str]
) -> None:
    (plan,) = slices(tmp_path, dict.fromkeys(range(5), odd), RescaleType="HU")
    assert told(plan) == UNKNOWN
    assert "can't be read" in plan.stack.geometry.not_volumetric
    assert not plan.rescale


@pytest.mark.parametrize("where", range(5))
@pytest.mark.parametrize("odd", [{"RescaleIntercept": "-1O24"}, {"RescaleSlope": "0"}], ids=str)
def test_one_image_of_unknown_values_is_in_no_volume_and_lends_its_doubt_to_none(
    tmp_path: Path, where: int, odd: dict[str, str]
) -> None:
    found = slices(tmp_path, {where: odd}, RescaleType="HU")
    by_doubt = {"values" in plan.stack.common.notices: plan for plan in found}
    assert len(found) == 2
    assert told(by_doubt[True]) == UNKNOWN
    assert [ref.sop_instance_uid for ref in by_doubt[True].stack.frames] == [f"1.2.{where}"]
    known = by_doubt[False].stack
    assert (known.pixels.slope, known.pixels.intercept, known.common.units) == (1.0, -1024.0, "HU")
    assert len(known.frames) == 4
    assert known.geometry.volumetric == (where in (0, 4))


def test_values_without_a_rescale_are_as_stored_and_doubted_by_nobody(tmp_path: Path) -> None:
    (plan,) = slices(tmp_path, {}, RescaleSlope=None, RescaleIntercept=None)
    assert told(plan) == (1.0, 0.0, "", 1, 1, True, False)


def item(**elements: Any) -> Dataset:
    made = Dataset()
    for keyword, value in elements.items():
        setattr(made, keyword, value)
    return made


def enhanced(groups: int, frames: int = 4, **shared: Any) -> dict[str, Any]:
    return {
        "Modality": "MR",
        "SOPClassUID": "1.2.840.10008.5.1.4.1.1.4.1",
        "NumberOfFrames": frames,
        "SharedFunctionalGroupsSequence": Sequence([
            item(
                PlaneOrientationSequence=Sequence([item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])]),
                PixelMeasuresSequence=Sequence([item(PixelSpacing=[2, 2], SliceThickness="3")]),
                PixelValueTransformationSequence=Sequence([
                    item(RescaleSlope="2", RescaleIntercept="7", RescaleType="US", **shared)
                ]),
            )
        ]),
        "PerFrameFunctionalGroupsSequence": Sequence([
            item(PlanePositionSequence=Sequence([item(ImagePositionPatient=[0, 0, k * 3.0])]))
            for k in range(groups)
        ]),
    }  # fmt: skip


@pytest.mark.parametrize("groups", range(5))
def test_shared_groups_hold_for_every_frame(tmp_path: Path, groups: int) -> None:
    path = write_odd(tmp_path / "1.dcm", {}, np.zeros((4, 8, 8), np.uint16), **enhanced(groups))
    frames = read_header(path).frames
    assert len(frames) == 4
    for number, frame in enumerate(frames):
        assert (frame.rescale, frame.spacing, frame.thickness) == ((2.0, 7.0), (2.0, 2.0), 3.0)
        assert frame.position == ((0.0, 0.0, number * 3.0) if number < groups else None)


def test_a_frame_whose_own_group_is_odd_does_not_take_the_shared_one(tmp_path: Path) -> None:
    elements = enhanced(4)
    own = item(RescaleIntercept="7")
    raw_text(own, "RescaleSlope", "2,5")
    measures = item(SliceThickness="3")
    raw_text(measures, "PixelSpacing", "0\\0")
    groups = elements["PerFrameFunctionalGroupsSequence"]
    groups[2].PixelValueTransformationSequence = Sequence([own])
    groups[1].PixelMeasuresSequence = Sequence([measures])
    path = write_odd(tmp_path / "1.dcm", {}, np.zeros((4, 8, 8), np.uint16), PixelSpacing=[5, 5], **elements)
    frames = read_header(path).frames
    assert [frame.rescale for frame in frames] == [(2.0, 7.0), (2.0, 7.0), None, (2.0, 7.0)]
    assert [frame.spacing_kind for frame in frames] == ["patient", "", "patient", "patient"]


NO_PIXEL = ["999999", "-1", "1.5", "two"]


@pytest.mark.parametrize(
    ("keyword", "bad", "color"),
    [
        *(("SamplesPerPixel", bad, False) for bad in NO_PIXEL),
        *(("BitsAllocated", bad, False) for bad in NO_PIXEL),
        *(("Rows", bad, False) for bad in NO_PIXEL),
        *(("Columns", bad, False) for bad in NO_PIXEL),
        *(("BitsStored", bad, False) for bad in NO_PIXEL),
        *(("HighBit", bad, False) for bad in NO_PIXEL),
        *(("PixelRepresentation", bad, False) for bad in NO_PIXEL),
        *(("PlanarConfiguration", bad, True) for bad in NO_PIXEL),
        *(("NumberOfFrames", bad, False) for bad in ["-1", "1.5", "two"]),
    ],
)
def test_pixels_are_not_drawn_by_a_default_for_what_is_odd(
    tmp_path: Path, keyword: str, bad: str, color: bool
) -> None:
    path = write_odd(tmp_path / "1.dcm", {}, np.zeros((8, 8, 3), np.uint8) if color else PIXELS)
    opened = open_dataset(path)
    try:
        opened.dataset[keyword] = DataElement(Tag(keyword), "LO", bad)
        fields = read_pixels(Elements(opened.dataset), opened)
        said = "" if fields is None else fields.refusal
    except BadFile as fault:
        said = str(fault)
    finally:
        opened.close()
    assert "can't be read" in said


@pytest.mark.parametrize(
    ("elements", "padding", "said"),
    [
        ({"PixelPaddingValue": 0}, (0.0, 0.0), False),
        ({"PixelPaddingValue": 4095}, (4095.0, 4095.0), False),
        ({"PixelPaddingValue": 10, "PixelPaddingRangeLimit": 0}, (0.0, 10.0), False),
        ({"PixelPaddingValue": 63536}, None, True),
        ({"PixelPaddingValue": 4096}, None, True),
        ({"PixelPaddingValue": 0, "PixelPaddingRangeLimit": 65535}, None, True),
        ({"PixelPaddingRangeLimit": 10}, None, True),
        ({}, None, False),
    ],
    ids=str,
)
def test_padding_that_no_pixel_can_have_is_not_taken_for_one_that_some_have(
    tmp_path: Path, elements: dict[str, int], padding: tuple[float, float] | None, said: bool
) -> None:
    path = write_odd(tmp_path / "1.dcm", {}, PIXELS, BitsStored=12, HighBit=11, **elements)
    record = read_header(path)
    assert record.pixels is not None
    assert record.pixels.padding == padding
    assert ("padding" in record.notices) == said


@pytest.mark.parametrize(
    "bad",
    ["1\\0\\0\\0\\1", "0\\0\\0\\0\\0\\0", "1.02\\0\\0\\0\\1\\0", "1\\0\\0\\x\\1\\0", "1\\0\\0\\1\\0\\0"],
)
def test_directions_that_are_none_are_said_to_be_unreadable_not_absent(tmp_path: Path, bad: str) -> None:
    found = slices(tmp_path, {n: {"ImageOrientationPatient": bad} for n in range(5)})
    assert all(not plan.stack.geometry.positioned for plan in found)
    assert {plan.stack.geometry.not_volumetric for plan in found} == {
        "What the file says of where the images lie can't be read."
    }


@pytest.mark.parametrize("bad", ["0\\0", "1e30\\0\\0", "0\\0\\x"])
def test_places_that_are_none_are_said_to_be_unreadable_not_absent(tmp_path: Path, bad: str) -> None:
    found = slices(tmp_path, {n: {"ImagePositionPatient": bad} for n in range(5)})
    assert {plan.stack.geometry.not_volumetric for plan in found} == {
        "What the file says of where the images lie can't be read."
    }


@pytest.mark.parametrize("bad", ["X\\F", "LR\\F", "L\\L", "L\\R", "L", "L\\F\\H", "A\\PH"])
def test_letters_that_cannot_be_are_unknown(tmp_path: Path, bad: str) -> None:
    path = write_odd(tmp_path / "1.dcm", {"PatientOrientation": bad}, PIXELS)
    assert read_header(path).patient_orientation is None


@pytest.mark.parametrize(
    ("odd", "count"),
    [
        ({"WindowCenter": "4O"}, 0),
        ({"WindowWidth": "-5"}, 0),
        ({"WindowWidth": "0"}, 0),
        ({"VOILUTFunction": "CUBIC"}, 0),
        ({"VOILUTFunction": "SIGMOID"}, 1),
        ({}, 1),
    ],
    ids=str,
)
def test_a_window_is_the_files_or_none(tmp_path: Path, odd: dict[str, str], count: int) -> None:
    (plan,) = slices(tmp_path, dict.fromkeys(range(5), odd))
    assert len(plan.stack.common.windows) == count
