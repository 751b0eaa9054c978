"""Left and right of an image whose file says them in two ways, or of a body on four legs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset

from streamer.dicom.header import read_header
from streamer.dicom.image_frame import FileEntry
from streamer.dicom.stack_plan import plan_series
from streamer.viewer.layout import Rect
from streamer.viewer.orientation import ANIMAL, CONTRADICTING, UNKNOWN
from streamer.viewer.records import RecordFlag, ViewportRecord, viewport_record
from streamer.viewer.stack import Stack
from streamer.viewer.state import ViewportState
from streamer.viewer.volume_camera import fitted_camera
from tests.data.phantoms import write_image, write_placed

RECT = Rect(0, 0, 400, 300)
AXIAL, CORONAL, MIRRORED = [1, 0, 0, 0, 1, 0], [1, 0, 0, 0, 0, -1], [-1, 0, 0, 0, 0, -1]
OBLIQUE = [0.6, 0.8, 0, 0, 0, -1]


def the_stack(folder: Path) -> Stack:
    files = sorted(folder.rglob("*.dcm"))
    (plan,) = plan_series(FileEntry(path.name, path.stat().st_size, 0, read_header(path)) for path in files)
    return plan.stack


def shown(stack: Stack, **viewport: Any) -> ViewportRecord:
    state = ViewportState(stack=0, **viewport)
    return viewport_record(
        0, 1, state, stack, RECT, None, present=1, missing=False, incomplete=False, scale=1.0
    )


def one_image(folder: Path, **elements: Any) -> ViewportRecord:
    write_image(folder / "1.dcm", np.zeros((4, 4), np.uint16), **elements)
    return shown(the_stack(folder), kind="stack")


@pytest.mark.parametrize("modality", ["DX", "CR", "MG", "XA", "CT", "MR"])
@pytest.mark.parametrize("position", [[0, 0, 0], None], ids=["placed", "without a place"])
@pytest.mark.parametrize(
    ("stated", "plane", "agree"),
    [
        (["L", "F"], CORONAL, True),
        (["R", "F"], MIRRORED, True),
        (["L", "P"], AXIAL, True),
        (["PL", "F"], OBLIQUE, True),
        (["P", "F"], OBLIQUE, True),
        (["L", "F"], OBLIQUE, True),
        (["L", "F"], MIRRORED, False),
        (["L", "H"], CORONAL, False),
        (["L", "F"], AXIAL, False),
        (["A", "F"], CORONAL, False),
        (["LA", "F"], OBLIQUE, False),
    ],
    ids=str,
)
def test_letters_that_contradict_the_plane_are_not_shown(
    tmp_path: Path, modality: str, position: Any, stated: list[str], plane: list[float], agree: bool
) -> None:
    record = one_image(
        tmp_path,
        Modality=modality,
        PatientOrientation=stated,
        ImageOrientationPatient=plane,
        ImagePositionPatient=position,
    )
    assert bool(record.flags & RecordFlag.CONTRADICTING) is not agree
    assert (record.letters != UNKNOWN) is agree
    assert bool(record.flags & RecordFlag.ORIENTED) is agree


def test_a_run_of_frames_is_asked_too(tmp_path: Path) -> None:
    write_image(
        tmp_path / "1.dcm",
        np.zeros((3, 4, 4), np.uint16),
        Modality="XA",
        PatientOrientation=["L", "F"],
        ImageOrientationPatient=MIRRORED,
    )
    record = shown(the_stack(tmp_path), kind="stack", image=1)
    assert record.letters == UNKNOWN
    assert record.flags & RecordFlag.CONTRADICTING


@pytest.mark.parametrize("agree", [True, False])
def test_a_frames_own_directions_are_asked_too(tmp_path: Path, agree: bool) -> None:
    group, directions, plane = Dataset(), Dataset(), Dataset()
    directions.PatientOrientation = ["L", "F"]
    plane.ImageOrientationPatient = CORONAL if agree else MIRRORED
    group.PatientOrientationInFrameSequence, group.PlaneOrientationSequence = [directions], [plane]
    record = one_image(tmp_path, Modality="XA", PerFrameFunctionalGroupsSequence=[group])
    assert bool(record.flags & RecordFlag.CONTRADICTING) is not agree
    assert (record.letters != UNKNOWN) is agree


SHOWN: list[dict[str, Any]] = [
    {"kind": "stack"},
    {"kind": "mpr", "plane": "axial"},
    {"kind": "mpr", "plane": "sagittal"},
    {"kind": "volume"},
]


@pytest.mark.parametrize("viewport", SHOWN, ids=str)
@pytest.mark.parametrize(
    ("elements", "doubt"),
    [
        ({}, ""),
        ({"PatientOrientation": ["L", "P"]}, ""),
        ({"AnatomicalOrientationType": "BIPED"}, ""),
        ({"AnatomicalOrientationType": "QUADRUPED"}, ANIMAL),
        ({"AnatomicalOrientationType": "OTHER"}, ANIMAL),
        ({"PatientOrientation": ["R", "P"]}, CONTRADICTING),
    ],
    ids=str,
)
def test_planes_and_volumes_have_letters_only_where_their_images_have(
    tmp_path: Path, viewport: dict[str, Any], elements: dict[str, Any], doubt: str
) -> None:
    write_placed(tmp_path, 5, **elements)
    stack = the_stack(tmp_path)
    assert stack.geometry.volumetric
    if viewport["kind"] == "volume":
        viewport = {**viewport, "camera": fitted_camera(stack)}
    record = shown(stack, **viewport)
    assert (record.letters == UNKNOWN) is bool(doubt)
    assert bool(record.flags & RecordFlag.CONTRADICTING) is (doubt == CONTRADICTING)


def test_one_doubted_image_is_a_doubt_of_the_whole_and_of_no_other_image(tmp_path: Path) -> None:
    write_placed(tmp_path, 5)
    doubted = {"ImagePositionPatient": [0, 0, 25], "PatientOrientation": ["R", "P"], "InstanceNumber": 6}
    write_placed(tmp_path / "doubted", 1, **doubted)
    stack = the_stack(tmp_path)
    places = [position[2] for position in stack.geometry.positions]
    assert [shown(stack, kind="stack", image=n).letters == UNKNOWN for n in range(6)] == [
        place == 25.0 for place in places
    ]
    for plane in ("axial", "coronal", "sagittal"):
        assert shown(stack, kind="mpr", plane=plane).letters == UNKNOWN


@pytest.mark.parametrize("kind", ["QUADRUPED", "quadruped"])
@pytest.mark.parametrize("modality", ["DX", "CR", "CT", "MR", "US", "NM", "PT"])
@pytest.mark.parametrize("stated", [["LE", "V"], ["L", "F"], None], ids=str)
def test_a_body_on_four_legs_has_no_letters_of_an_upright_one(
    tmp_path: Path, kind: str, modality: str, stated: list[str] | None
) -> None:
    record = one_image(
        tmp_path,
        Modality=modality,
        AnatomicalOrientationType=kind,
        PatientOrientation=stated,
        ImageOrientationPatient=AXIAL,
        ImagePositionPatient=[0, 0, 0],
    )
    assert record.letters == UNKNOWN
    assert not record.flags & (RecordFlag.ORIENTED | RecordFlag.CONTRADICTING)
