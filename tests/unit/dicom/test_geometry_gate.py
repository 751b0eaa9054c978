"""Stacks are made by where images lie, and every doubt is a sentence and no volume."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from streamer.dicom.header import read_header
from streamer.dicom.image_frame import FileEntry
from streamer.dicom.stack_plan import PlannedStack, plan_series
from streamer.viewer.stack import Stack
from tests.data.phantoms import write_image, write_placed

TILT = math.radians(18.5)


def plans(folder: Path) -> list[PlannedStack]:
    files = sorted(folder.rglob("*.dcm"))
    return plan_series(FileEntry(path.name, path.stat().st_size, 0, read_header(path)) for path in files)


def stacks(folder: Path) -> list[Stack]:
    return [plan.stack for plan in plans(folder)]


def test_images_are_sorted_by_position_and_not_by_number_or_name(tmp_path: Path) -> None:
    for number, z in enumerate((10.0, 0.0, 15.0, 5.0)):
        write_placed(tmp_path / f"{9 - number}", 1, ImagePositionPatient=[0, 0, z], InstanceNumber=number)
    (stack,) = stacks(tmp_path)
    assert [position[2] for position in stack.geometry.positions] == [15.0, 10.0, 5.0, 0.0]
    assert [frame.instance_number for frame in stack.frames] == [2, 0, 3, 1]
    assert stack.geometry.volumetric
    assert stack.geometry.not_volumetric == ""


@pytest.mark.parametrize(
    ("orientation", "axis", "step", "rising"),
    [
        ([1, 0, 0, 0, 1, 0], 2, (0.0, 0.0, 5.0), False),
        ([-1, 0, 0, 0, -1, 0], 2, (0.0, 0.0, 5.0), False),
        ([1, 0, 0, 0, 0, -1], 1, (0.0, 5.0, 0.0), True),
        ([1, 0, 0, 0, 0, -1], 1, (0.0, -5.0, 0.0), True),
        ([0, 1, 0, 0, 0, -1], 0, (5.0, 0.0, 0.0), True),
        ([0, 1, 0, 0, 0, -1], 0, (-5.0, 0.0, 0.0), True),
    ],
)
def test_head_to_feet_front_to_back_right_to_left(
    tmp_path: Path, orientation: list[int], axis: int, step: tuple[float, float, float], rising: bool
) -> None:
    write_placed(tmp_path, 5, step, ImageOrientationPatient=orientation)
    (stack,) = stacks(tmp_path)
    along = [position[axis] for position in stack.geometry.positions]
    assert along == sorted(along, reverse=not rising)
    assert stack.geometry.volumetric


def test_without_geometry_the_instance_number_counts_and_that_is_said(tmp_path: Path) -> None:
    for number in (3, 1, 2):
        write_image(tmp_path / f"{number}.dcm", InstanceNumber=number, SOPInstanceUID=f"2.25.{number}")
    (stack,) = stacks(tmp_path)
    assert [frame.instance_number for frame in stack.frames] == [1, 2, 3]
    assert not stack.geometry.positioned
    assert not stack.geometry.volumetric
    assert stack.geometry.not_volumetric == "The file does not say where the images lie."


def reason(folder: Path) -> str:
    (stack,) = stacks(folder)
    assert not stack.geometry.volumetric
    return stack.geometry.not_volumetric


def test_a_gap_of_more_than_a_percent_is_no_volume(tmp_path: Path) -> None:
    for number, z in enumerate((0.0, 5.0, 10.0, 15.2, 20.2)):
        write_placed(tmp_path / str(number), 1, ImagePositionPatient=[0, 0, z], InstanceNumber=number)
    assert reason(tmp_path) == "The gaps between the images vary from 5.00 to 5.20 mm."


def test_rounded_positions_are_a_volume(tmp_path: Path) -> None:
    for number in range(9):
        write_placed(tmp_path / str(number), 1, ImagePositionPatient=[0, 0, round(number * 0.625, 3)])
    (stack,) = stacks(tmp_path)
    assert stack.geometry.volumetric


def test_missing_images_are_counted(tmp_path: Path) -> None:
    write_placed(tmp_path, 8)
    for number in (3, 4):
        (tmp_path / f"{number:03d}.dcm").unlink()
    assert reason(tmp_path) == "Images seem to be missing: 2 between the first and the last."


def test_two_images_are_no_volume(tmp_path: Path) -> None:
    write_placed(tmp_path, 2)
    assert reason(tmp_path) == "A volume needs at least 3 images."


def test_gantry_tilt_is_said_in_degrees(tmp_path: Path) -> None:
    orientation = [1, 0, 0, 0, math.cos(TILT), math.sin(TILT)]
    write_placed(tmp_path, 6, ImageOrientationPatient=[f"{value:.10g}" for value in orientation])
    assert reason(tmp_path) == "The images are sheared (gantry tilt 18.5°)."


def test_a_shift_that_comes_and_goes_is_no_volume(tmp_path: Path) -> None:
    for number in range(7):
        write_placed(tmp_path / str(number), 1, ImagePositionPatient=[2.0 * (number % 2), 0, number * 5.0])
    assert "shifted against each other" in reason(tmp_path)


def test_a_localizer_is_split_by_orientation_and_is_no_volume(tmp_path: Path) -> None:
    kind = {"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}
    write_placed(tmp_path / "a", 3, **kind)
    write_placed(tmp_path / "b", 3, (0.0, 5.0, 0.0), ImageOrientationPatient=[1, 0, 0, 0, 0, -1], **kind)
    write_placed(tmp_path / "c", 3, (5.0, 0.0, 0.0), ImageOrientationPatient=[0, 1, 0, 0, 0, -1], **kind)
    found = stacks(tmp_path)
    assert [len(stack.frames) for stack in found] == [3, 3, 3]
    assert {stack.geometry.not_volumetric for stack in found} == {"A localizer is not a volume."}
    assert len({stack.key for stack in found}) == 3


def test_matrix_kind_and_spacing_split_a_series(tmp_path: Path) -> None:
    write_placed(tmp_path / "a", 3)
    write_placed(tmp_path / "b", 3, PixelSpacing=[2, 2])
    write_placed(tmp_path / "c", 3, PhotometricInterpretation="MONOCHROME1")
    write_placed(tmp_path / "d", 3, Rows=4, Columns=16)
    assert [len(stack.frames) for stack in stacks(tmp_path)] == [3, 3, 3, 3]


@pytest.mark.parametrize(
    "keyword", ["AcquisitionNumber", "EchoNumbers", "TemporalPositionIdentifier", "EchoTime"]
)
def test_places_that_come_twice_are_told_apart(tmp_path: Path, keyword: str) -> None:
    for value in (1, 2, 3):
        write_placed(tmp_path / str(value), 5, **{keyword: value}, AcquisitionTime="100000")
    found = stacks(tmp_path)
    assert [len(stack.frames) for stack in found] == [5, 5, 5]
    assert all(stack.geometry.volumetric for stack in found)


def test_places_that_come_twice_without_a_reason_are_no_volume(tmp_path: Path) -> None:
    for value in (1, 2):
        write_placed(tmp_path / str(value), 5)
    assert reason(tmp_path) == "Several images lie at the same place, as in a series over time."


def test_a_run_over_time_at_one_place_keeps_its_order(tmp_path: Path) -> None:
    for number in range(6):
        jitter = 0.001 * (number % 2)
        write_placed(tmp_path / str(number), 1, ImagePositionPatient=[0, 0, jitter], InstanceNumber=number)
    (stack,) = stacks(tmp_path)
    assert [frame.instance_number for frame in stack.frames] == list(range(6))


def test_an_instance_that_comes_twice_counts_once(tmp_path: Path) -> None:
    write_placed(tmp_path, 4)
    (tmp_path / "copy.dcm").write_bytes((tmp_path / "001.dcm").read_bytes())
    (stack,) = stacks(tmp_path)
    assert len(stack.frames) == 4
    assert stack.geometry.volumetric


@pytest.mark.parametrize(
    "kind", ["1.1", "1.1.1", "1.1.1.1", "1.2", "1.2.1", "1.3", "12.2", "13.1.4", "13.1.5"]
)
def test_projections_are_never_a_volume_wherever_their_files_place_them(tmp_path: Path, kind: str) -> None:
    write_placed(tmp_path, 5, Modality="DX", SOPClassUID=f"1.2.840.10008.5.1.4.1.1.{kind}")
    (stack,) = stacks(tmp_path)
    assert stack.projection
    assert stack.geometry.not_volumetric == "Projection images are not a volume."
    assert stack.geometry.at_detector


@pytest.mark.parametrize("kind", ["2", "7", "12.1", "13.1.1", "13.1.2", "13.1.3"])
def test_slices_of_an_x_ray_modality_are_slices(tmp_path: Path, kind: str) -> None:
    write_placed(tmp_path, 5, Modality="XA", SOPClassUID=f"1.2.840.10008.5.1.4.1.1.{kind}")
    (stack,) = stacks(tmp_path)
    assert not stack.projection
    assert stack.geometry.volumetric
    assert not stack.geometry.at_detector


def test_an_x_ray_image_without_a_place_is_a_projection(tmp_path: Path) -> None:
    write_image(tmp_path / "1.dcm", Modality="XA", PixelSpacing=[0.2, 0.2])
    (stack,) = stacks(tmp_path)
    assert stack.projection
    assert stack.geometry.at_detector


@pytest.mark.parametrize("how", ["FIDUCIAL", "GEOMETRY"])
@pytest.mark.parametrize(("kind", "is_projection"), [("1.1", True), ("2", False)])
def test_only_what_is_no_slice_says_how_it_was_calibrated(
    tmp_path: Path, how: str, kind: str, is_projection: bool
) -> None:
    sop_class = f"1.2.840.10008.5.1.4.1.1.{kind}"
    write_placed(tmp_path, 5, Modality="DX", SOPClassUID=sop_class, PixelSpacingCalibrationType=how)
    (stack,) = stacks(tmp_path)
    assert stack.geometry.calibration == (how.lower() if is_projection else "")
    assert stack.geometry.volumetric is not is_projection


def test_differing_rescales_make_modality_values(tmp_path: Path) -> None:
    for number in range(3):
        write_placed(
            tmp_path / str(number),
            1,
            ImagePositionPatient=[0, 0, -number],
            RescaleSlope=number + 1,
            RescaleIntercept=0,
        )
    (plan,) = plans(tmp_path)
    assert plan.rescale == ((1.0, 0.0), (2.0, 0.0), (3.0, 0.0))
    assert (plan.stack.pixels.dtype, plan.stack.pixels.slope) == ("float32", 1.0)


@pytest.mark.parametrize(
    ("pixels", "dtype"),
    [
        (np.zeros((4, 4), np.uint8), "uint8"),
        (np.zeros((4, 4), np.int8), "int16"),
        (np.zeros((4, 4), np.uint16), "uint16"),
        (np.zeros((4, 4), np.int16), "int16"),
        (np.zeros((4, 4), np.int32), "int32"),
        (np.zeros((4, 4, 3), np.uint8), "uint8"),
    ],
)
def test_the_cache_holds_the_smallest_type_that_fits(tmp_path: Path, pixels: Any, dtype: str) -> None:
    write_image(tmp_path / "a.dcm", pixels)
    (stack,) = stacks(tmp_path)
    assert stack.pixels.dtype == dtype
    assert stack.pixels.samples == (3 if pixels.ndim == 3 else 1)


def test_refused_pixels_are_a_fault_and_the_rest_goes_on(tmp_path: Path) -> None:
    write_placed(tmp_path / "good", 3)
    write_image(tmp_path / "bad.dcm", PhotometricInterpretation="CMYK", InstanceNumber=99)
    found = stacks(tmp_path)
    assert [bool(stack.fault) for stack in found] == [False, True]


def enhanced(path: Path, frames: int = 4) -> None:
    """An enhanced CT with its frames in another order than their places."""
    shared, groups = Dataset(), []
    shared.PlaneOrientationSequence = [Dataset()]
    shared.PlaneOrientationSequence[0].ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    shared.PixelMeasuresSequence = [Dataset()]
    shared.PixelMeasuresSequence[0].PixelSpacing = [0.5, 0.75]
    shared.PixelMeasuresSequence[0].SliceThickness = 2
    for number in range(frames):
        group = Dataset()
        group.PlanePositionSequence = [Dataset()]
        group.PlanePositionSequence[0].ImagePositionPatient = [0, 0, 2.0 * ((number * 3) % frames)]
        group.PixelValueTransformationSequence = [Dataset()]
        transformation = group.PixelValueTransformationSequence[0]
        transformation.RescaleSlope, transformation.RescaleIntercept, transformation.RescaleType = (
            2,
            -1000,
            "HU",
        )
        group.FrameVOILUTSequence = [Dataset()]
        group.FrameVOILUTSequence[0].WindowCenter, group.FrameVOILUTSequence[0].WindowWidth = 40, 100 + number
        groups.append(group)
    write_image(
        path,
        np.zeros((frames, 4, 4), np.int16),
        SOPClassUID="1.2.840.10008.5.1.4.1.1.2.1",
        SharedFunctionalGroupsSequence=Sequence([shared]),
        PerFrameFunctionalGroupsSequence=Sequence(groups),
    )


def test_an_enhanced_file_is_sorted_by_its_functional_groups(tmp_path: Path) -> None:
    enhanced(tmp_path / "enhanced.dcm")
    (plan,) = plans(tmp_path)
    stack = plan.stack
    assert [position[2] for position in stack.geometry.positions] == [6.0, 4.0, 2.0, 0.0]
    assert [frame.frame_number for frame in stack.frames] == [2, 3, 4, 1]
    assert [source.frame for source in plan.sources] == [2, 3, 4, 1]
    assert plan.sources[0].offset - plan.sources[3].offset == 32
    assert stack.geometry.pixel_spacing == (0.5, 0.75)
    assert (stack.pixels.slope, stack.pixels.intercept, stack.common.units) == (2.0, -1000.0, "HU")
    assert stack.geometry.volumetric
    assert [stack.terms_at(image).windows[0].width for image in range(4)] == [101, 102, 103, 100]


def test_a_cine_run_is_a_stack_of_its_own(tmp_path: Path) -> None:
    for number in (1, 2):
        write_image(
            tmp_path / f"{number}.dcm", np.zeros((5, 4, 4), np.uint8), Modality="US", InstanceNumber=number
        )
    found = stacks(tmp_path)
    assert [len(stack.frames) for stack in found] == [5, 5]
    assert [frame.frame_number for frame in found[0].frames] == [1, 2, 3, 4, 5]
