"""Which side an image shows: from all that its file says of it, and unclear where that contradicts itself."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset

from streamer.dicom.header import read_header
from streamer.dicom.image_frame import FileEntry
from streamer.dicom.stack_plan import plan_series
from tests.data.phantoms import write_image

PIXELS = np.zeros((4, 4), np.uint16)
CODES = {"R": "24028007", "L": "7771000", "B": "51440002"}


def laterality(folder: Path, **elements: Any) -> str:
    """What the page is told of the side of the only image."""
    path = write_image(folder / "1.dcm", PIXELS, Modality="DX", **elements)
    (plan,) = plan_series([FileEntry(path.name, path.stat().st_size, 0, read_header(path))])
    return plan.stack.terms_at(0).laterality


def nested(*sequences: str, **elements: Any) -> dict[str, Any]:
    """Elements in an item of a sequence, in an item of a sequence …"""
    item = Dataset()
    for keyword, value in elements.items():
        setattr(item, keyword, value)
    for sequence in reversed(sequences[1:]):
        outer = Dataset()
        setattr(outer, sequence, [item])
        item = outer
    return {sequences[0]: [item]}


def coded(*sequences: str, side: str) -> dict[str, Any]:
    return nested(*sequences, CodeValue=CODES[side], CodingSchemeDesignator="SCT", CodeMeaning="side")


def of(way: str, side: str) -> dict[str, Any]:
    """A side, said in one of the ways."""
    frame = ("PerFrameFunctionalGroupsSequence", "FrameAnatomySequence")
    match way:
        case "FrameLaterality":
            return nested(*frame, FrameLaterality=side)
        case "frame's region":
            return coded(*frame, "AnatomicRegionSequence", "AnatomicRegionModifierSequence", side=side)
        case "region":
            return coded("AnatomicRegionSequence", "AnatomicRegionModifierSequence", side=side)
        case "structure":
            return coded(
                "PrimaryAnatomicStructureSequence", "PrimaryAnatomicStructureModifierSequence", side=side
            )
        case "view":
            return coded("ViewCodeSequence", "ViewModifierCodeSequence", side=side)
    return {way: side}


WAYS = ("ImageLaterality", "Laterality", "FrameLaterality", "frame's region", "region", "structure", "view")
PAIRS = [
    (one, other)
    for one, other in product(WAYS, WAYS)
    if one < other and {one, other} != {"FrameLaterality", "frame's region"}
]


@pytest.mark.parametrize(("way", "side"), [*product(WAYS, "RLB")])
def test_each_way_to_say_a_side_is_heard(tmp_path: Path, way: str, side: str) -> None:
    assert laterality(tmp_path, **of(way, side)) == side


@pytest.mark.parametrize(("one", "other"), PAIRS)
@pytest.mark.parametrize(("first", "second"), [*product("RLB", "RLB")])
def test_of_two_that_contradict_each_other_neither_is_believed(
    tmp_path: Path, one: str, other: str, first: str, second: str
) -> None:
    expected = first if first == second else "\\".join(sorted((first, second)))
    assert laterality(tmp_path, **of(one, first), **of(other, second)) == expected


@pytest.mark.parametrize(
    ("written", "side"),
    [("R", "R"), ("right", "R"), ("LEFT", "L"), ("U", "U"), ("X", "X"), (["R", "L"], "L\\R"), ("", "")],
    ids=str,
)
def test_a_side_is_said_as_it_is_written(tmp_path: Path, written: Any, side: str) -> None:
    assert laterality(tmp_path, ImageLaterality=written) == side


def test_right_and_left_of_one_region_are_both(tmp_path: Path) -> None:
    region = Dataset()
    region.AnatomicRegionModifierSequence = []
    for side in "RL":
        code = Dataset()
        code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = CODES[side], "SCT", "side"
        region.AnatomicRegionModifierSequence.append(code)
    assert laterality(tmp_path, AnatomicRegionSequence=[region]) == "B"
