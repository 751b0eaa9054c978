"""An image speaks for itself: what its file says of it is kept, sent and drawn of it, and never of its neighbour."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from signaling.protocol import frames as wire
from streamer.dicom.header import read_header
from streamer.dicom.image_frame import FileEntry
from streamer.dicom.part_words import parts_said
from streamer.dicom.stack_plan import PlannedStack, plan_series
from streamer.session import mapping
from streamer.viewer.layout import Rect
from streamer.viewer.records import RecordFlag, viewport_record
from streamer.viewer.stack import Stack
from streamer.viewer.state import ViewportState
from streamer.viewer.windowing import opening_voi
from tests.data.phantoms import write_image

RECT = Rect(0, 0, 400, 300)
ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"


def plans(folder: Path) -> list[PlannedStack]:
    files = sorted(folder.rglob("*.dcm"))
    return plan_series(FileEntry(path.name, path.stat().st_size, 0, read_header(path)) for path in files)


def shown(stack: Stack, image: int) -> dict[str, Any]:
    """What the page is told of an image: its record, after the wire, with the terms that the record names."""
    viewport = ViewportState(kind="stack", stack=0, image=image)
    viewport = ViewportState(kind="stack", stack=0, image=image, voi=opening_voi(viewport, stack, None))
    record = mapping.viewport_record(
        viewport_record(
            0, 1, viewport, stack, RECT, None, present=1, missing=False, incomplete=False, scale=1.0
        )
    )
    packet = wire.FramesPacket(epoch=1, event_acknowledged=0, frames=(), records=(record,))
    decoded = wire.decode(wire.encode_frames(packet))
    assert isinstance(decoded, wire.FramesPacket)
    (record,) = decoded.records
    terms = mapping.image_terms(stack.terms[record.terms])
    return {
        "laterality": terms.laterality,
        "view": terms.view_position,
        "body": terms.body_part,
        "units": terms.units,
        "rate": terms.frame_rate,
        "lossy": terms.lossy,
        "notices": terms.notices,
        "thickness": record.thickness,
        "letters": record.letters,
        "dates": terms.dates,
        "study dates": terms.study_dates,
        "window": (record.center, record.width),
        "source": record.voi_source,
        "position": record.position if record.flags & RecordFlag.POSITIONED else None,
        "padding": stack.terms_at(image).padding,
    }


def classic(folder: Path, values: list[dict[str, Any]], **common: Any) -> None:
    """One file an image."""
    for number, elements in enumerate(values, 1):
        write_image(
            folder / f"{number}.dcm",
            np.full((4, 4), number, np.int16),
            InstanceNumber=number,
            **common,
            **elements,
        )


# Attribute of the page: what is written in each of three files, and what each image must say.
CLASSIC: dict[str, tuple[list[dict[str, Any]], list[Any]]] = {
    "laterality": ([{"ImageLaterality": side} for side in ("R", "L", "B")], ["R", "L", "B"]),
    "view": ([{"ViewPosition": view} for view in ("CC", "MLO", "ML")], ["CC", "MLO", "ML"]),
    "body": ([{"BodyPartExamined": part} for part in ("HAND", "FOOT", "KNEE")], ["HAND", "FOOT", "KNEE"]),
    "dates": (
        [{"SeriesDate": "20240102"}, {"SeriesDate": "20010101"}, {"SeriesDate": "2001"}],
        [("20240102",), ("20010101",), ("!2001",)],
    ),
    "study dates": (
        [{"StudyDate": "20240102"}, {"StudyDate": "20010101"}, {"StudyDate": ""}],
        [("20240102",), ("20010101",), ()],
    ),
    "rate": ([{"CineRate": rate} for rate in (5, 15, 30)], [5.0, 15.0, 30.0]),
    "lossy": (
        [
            {"LossyImageCompression": "01", "LossyImageCompressionRatio": 10},
            {"LossyImageCompression": "00"},
            {"LossyImageCompression": "01", "LossyImageCompressionRatio": 20},
        ],
        ["lossy 10:1", "", "lossy 20:1"],
    ),
    "notices": ([{"BurnedInAnnotation": yes} for yes in ("NO", "YES", "NO")], [(), ("burned_in",), ()]),
    "thickness": ([{"SliceThickness": size} for size in (4, 7, None)], [4.0, 7.0, 0.0]),
    "letters": (
        [{"PatientOrientation": [row, "F"]} for row in ("L", "A", "R")],
        [("R", "L", "H", "F"), ("P", "A", "H", "F"), ("L", "R", "H", "F")],
    ),
    "window": (
        [{"WindowCenter": c, "WindowWidth": w} for c, w in ((700, 1000), (11500, 5000), (-3, 6))],
        [(700.0, 1000.0), (11500.0, 5000.0), (-3.0, 6.0)],
    ),
    "padding": (
        [{"PixelPaddingValue": 0}, {"PixelPaddingValue": 4095}, {}],
        [(0.0, 0.0), (4095.0, 4095.0), None],
    ),
}


@pytest.mark.parametrize("attribute", CLASSIC)
def test_of_classic_files_each_image_says_its_own(tmp_path: Path, attribute: str) -> None:
    values, expected = CLASSIC[attribute]
    classic(tmp_path, values, Modality="CR", ImageOrientationPatient=None, ImagePositionPatient=None)
    (plan,) = plans(tmp_path)
    assert [shown(plan.stack, image)[attribute] for image in range(3)] == expected


def test_the_position_is_only_said_of_what_has_one(tmp_path: Path) -> None:
    write_image(
        tmp_path / "1.dcm", Modality="DX", PatientOrientation=["L", "F"], ImagerPixelSpacing=[0.15, 0.15]
    )
    (plan,) = plans(tmp_path)
    assert shown(plan.stack, 0)["position"] is None
    assert shown(plan.stack, 0)["letters"] == ("R", "L", "H", "F")


def test_what_is_made_of_all_images_says_what_is_common_to_them(tmp_path: Path) -> None:
    values = [
        {
            "ImagePositionPatient": [0, 0, z],
            "SliceThickness": t,
            "Laterality": "L",
            "LossyImageCompression": lossy,
        }
        for z, t, lossy in ((0, 5, "00"), (1, 5, "01"), (2, 7, "00"))
    ]
    classic(tmp_path, values, Modality="MR", ImageOrientationPatient=[1, 0, 0, 0, 1, 0], PixelSpacing=[1, 1])
    (plan,) = plans(tmp_path)
    info = mapping.series_info(0, plan.stack)
    assert plan.stack.geometry.volumetric
    assert (info.laterality, plan.stack.geometry.slice_thickness) == ("L", 0.0)
    assert info.lossy == "some images lossy", "a loss is never left out"


@pytest.mark.parametrize(
    ("written", "date", "dates"),
    [
        (["20240102", "20240102"], "20240102", ("20240102",)),
        (["20240102", "20010101"], "", ("20010101", "20240102")),
        (["20240102", "20010101", "20100101", ""], "", ("20010101", "20240102")),
        (["", "20240102"], "20240102", ("20240102",)),
        (["", ""], "", ()),
        (["2024", "20240102"], "", ("!2024", "20240102")),
    ],
)
def test_of_several_images_all_dates_are_said(
    tmp_path: Path, written: list[str], date: str, dates: tuple[str, ...]
) -> None:
    classic(tmp_path, [{"StudyDate": day} for day in written], SeriesDate=None, Modality="CR")
    (plan,) = plans(tmp_path)
    info = mapping.series_info(0, plan.stack)
    assert (info.date, info.dates, info.study_dates) == (date, dates, dates)


@pytest.mark.parametrize("odd", range(5))
@pytest.mark.parametrize(
    ("own", "other"), [("CT", "MR"), ("MR", "CT"), ("PT", "CT"), ("CT", ""), ("CR", "DX")]
)
def test_an_image_of_another_modality_is_a_part_of_its_own(
    tmp_path: Path, own: str, other: str, odd: int
) -> None:
    values = [
        {"Modality": other if n == odd else own, "ImagePositionPatient": [0, 0, 2.0 * n]} for n in range(5)
    ]
    classic(tmp_path, values, ImageOrientationPatient=[1, 0, 0, 0, 1, 0], PixelSpacing=[1, 1])
    found = plans(tmp_path)
    told = {frame.instance_number - 1: plan.stack.modality for plan in found for frame in plan.stack.frames}
    assert told == {n: other if n == odd else own for n in range(5)}
    assert {plan.stack.part for plan in found} == {(("modality", own),), (("modality", other or "unknown"),)}


def _item(**elements: Any) -> Dataset:
    item = Dataset()
    for keyword, value in elements.items():
        setattr(item, keyword, value)
    return item


MACROS: dict[str, tuple[str, Callable[[int], dict[str, Any]], Callable[[int], Any]]] = {
    "thickness": (
        "PixelMeasuresSequence",
        lambda n: {"PixelSpacing": [1, 1], "SliceThickness": 2 + n},
        lambda n: 2.0 + n,
    ),
    "window": (
        "FrameVOILUTSequence",
        lambda n: {"WindowCenter": 40 + n, "WindowWidth": 400 + n},
        lambda n: (40.0 + n, 400.0 + n),
    ),
    "laterality": ("FrameAnatomySequence", lambda n: {"FrameLaterality": "RLB"[n]}, lambda n: "RLB"[n]),
    "letters": (
        "PatientOrientationInFrameSequence",
        lambda n: {"PatientOrientation": ["LAR"[n], "F"]},
        lambda n: ("RPL"[n], "LAR"[n], "H", "F"),
    ),
}


@pytest.mark.parametrize("stored", ["per frame", "shared"])
@pytest.mark.parametrize("attribute", MACROS)
def test_of_an_enhanced_file_each_frame_says_its_own(tmp_path: Path, attribute: str, stored: str) -> None:
    name, elements, expected = MACROS[attribute]
    shared, groups = Dataset(), [Dataset() for _ in range(3)]
    for number, group in enumerate(groups):
        if stored == "per frame":
            setattr(group, name, [_item(**elements(number))])
    if stored == "shared":
        setattr(shared, name, [_item(**elements(1))])
    write_image(
        tmp_path / "1.dcm",
        np.zeros((3, 4, 4), np.int16),
        SOPClassUID=ENHANCED_CT,
        SharedFunctionalGroupsSequence=Sequence([shared]),
        PerFrameFunctionalGroupsSequence=Sequence(groups),
    )
    (plan,) = plans(tmp_path)
    said = [shown(plan.stack, image)[attribute] for image in range(3)]
    assert said == [expected(n if stored == "per frame" else 1) for n in range(3)]
    assert len(plan.stack.terms) == (3 if stored == "per frame" else 1)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    series=st.lists(
        st.fixed_dictionaries(
            {
                "ImageLaterality": st.sampled_from(["R", "L", ""]),
                "ViewPosition": st.sampled_from(["CC", "MLO"]),
                "SliceThickness": st.sampled_from([None, 1, 5]),
                "PixelPaddingValue": st.sampled_from([None, 0, 4095]),
                "WindowWidth": st.integers(1, 5000),
                "PatientOrientation": st.sampled_from([["L", "F"], ["A", "FR"], ["P", "FL"], None]),
            }
        ),
        min_size=1,
        max_size=7,
    )
)
def test_any_series_of_projections_is_told_image_by_image(
    tmp_path_factory: pytest.TempPathFactory, series: list[dict[str, Any]]
) -> None:
    folder = tmp_path_factory.mktemp("series")
    classic(folder, [{**each, "WindowCenter": 100} for each in series], Modality="MG")
    (plan,) = plans(folder)
    assert len(plan.stack.frames) == len(series)
    assert len(set(plan.stack.terms)) == len(plan.stack.terms)
    for image, own in enumerate(series):
        said = shown(plan.stack, image)
        assert (said["laterality"], said["view"]) == (own["ImageLaterality"], own["ViewPosition"])
        assert said["window"] == (100.0, float(own["WindowWidth"]))
        assert said["source"] is wire.WindowSource.FILE
        assert said["thickness"] == (own["SliceThickness"] or 0.0)
        padding = own["PixelPaddingValue"]
        assert said["padding"] == (None if padding is None else (float(padding),) * 2)
        directions = own["PatientOrientation"]
        assert (said["letters"][1], said["letters"][3]) == (tuple(directions) if directions else ("", ""))


TILTED = [1, 0, 0, 0, 1, 0], [1, 2e-4, 0, -2e-4, 1, 0]


@pytest.mark.parametrize(
    ("each", "parts", "said"),
    [
        (lambda n: {"ImageOrientationPatient": TILTED[n % 2]}, 1, ""),
        (lambda n: {"PixelSpacing": [(0.7, 0.7002)[n % 2]] * 2}, 1, ""),
        (
            lambda n: {"ImageOrientationPatient": ([1, 0, 0, 0, 1, 0], [1, 2e-3, 0, -2e-3, 1, 0])[n % 2]},
            2,
            "0.11°",
        ),
        (lambda n: {"PixelSpacing": [(0.7, 0.707)[n % 2]] * 2}, 2, "1.00 %"),
        (lambda n: {"ImageOrientationPatient": ([1, 0, 0, 0, 1, 0], [1, 0, 0, 0, 0, -1])[n % 2]}, 2, ""),
    ],
)
def test_a_series_is_not_split_by_what_is_rounding_and_a_split_is_said(
    tmp_path: Path, each: Callable[[int], dict[str, Any]], parts: int, said: str
) -> None:
    usual = {"ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "PixelSpacing": [0.7, 0.7]}
    classic(
        tmp_path, [{**usual, "ImagePositionPatient": [0, 0, n], **each(n)} for n in range(8)], Modality="CT"
    )
    found = [plan.stack for plan in plans(tmp_path)]
    assert len(found) == parts
    sentences = parts_said(found)
    assert bool(sentences) is bool(said)
    assert all(said in sentence for sentence in sentences)
    if parts == 1:
        assert found[0].geometry.volumetric
