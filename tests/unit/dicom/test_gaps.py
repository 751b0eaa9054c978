"""Gaps are told from positions alone: each with its place and about how many images lack, and none where there is none."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streamer.dicom.gaps import MOST_GAPS, gaps_between
from streamer.dicom.header import read_header
from streamer.dicom.image_frame import FileEntry
from streamer.dicom.stack_plan import plan_series
from streamer.viewer.stack import Gap
from tests.data.phantoms import write_image, write_placed

SPACINGS = (0.3, 0.488, 0.5, 0.625, 0.75, 1.0, 1.25, 1 / 3, 2.0, 2.5, 3.27, 5.0, 7.5, 10.0)


def lacking(gaps: tuple[Gap, ...]) -> dict[int, int]:
    """After which image how many are said to lack; a spacing of its own counts as what it is in usual distances."""
    found = {}
    for gap in gaps:
        count = gap.count if gap.kind == "missing" else round(gap.millimetres / gap.usual) - 1
        found |= dict.fromkeys(range(gap.after, gap.until + 1), count)
    return found


@st.composite
def with_holes(draw: st.DrawFn) -> tuple[list[int], float, int]:
    """A regular stack's slice numbers without some inner ones, of which two neighbours are left; spacing; digits."""
    count = draw(st.integers(5, 60))
    kept = {0, count - 1, *draw(st.sets(st.integers(1, count - 2)))}
    pair = draw(st.integers(0, count - 2))
    kept |= {pair, pair + 1}
    numbers = sorted(kept)
    spacing = draw(st.sampled_from(SPACINGS))
    return numbers, spacing, draw(st.sampled_from([2, 3, 6]))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(with_holes(), st.floats(-800, 800))
def test_every_gap_of_a_regular_stack_is_named_with_its_place_and_size(
    holes: tuple[list[int], float, int], origin: float
) -> None:
    numbers, spacing, digits = holes
    depths = [round(origin + number * spacing, digits) for number in numbers]
    expected = {
        place: after - before - 1
        for place, (before, after) in enumerate(pairwise(numbers), 1)
        if after - before > 1
    }
    found = gaps_between(depths, 10.0**-digits, thickness=spacing)
    assert all(gap.kind in ("missing", "spacing", "more") for gap in found)
    said = lacking(tuple(gap for gap in found if gap.kind != "more"))
    if len(said) != len(expected):
        assert found[-1].kind == "more"
    for place, count in said.items():
        # "About": a usual distance known from few rounded positions is off by its last digit.
        assert abs(count - expected[place]) <= 0.5 + (expected[place] + 1) * 10.0**-digits / spacing


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(2, 120),
    st.sampled_from(SPACINGS),
    st.sampled_from([1, 2, 3, 6]),
    st.floats(-800, 800),
    st.integers(1, 6),
)
def test_a_regular_stack_raises_no_alarm_whatever_its_digits_and_times(
    count: int, spacing: float, digits: int, origin: float, times: int
) -> None:
    depths = [round(origin + number * spacing, digits) for number in range(count) for _ in range(times)]
    assert gaps_between(depths, 10.0**-digits, spacing) == ()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(4, 60), st.sampled_from(SPACINGS), st.data())
def test_slightly_uneven_is_not_a_gap(count: int, spacing: float, data: st.DataObject) -> None:
    """A table that creeps by some percent lacks no image; the volume gate is stricter, for another reason."""
    chance = random.Random(data.draw(st.integers()))
    depths = [number * spacing * (1 + chance.uniform(-0.001, 0.001)) for number in range(count)]
    depths = [depth + chance.uniform(-0.05, 0.05) * spacing for depth in depths]
    assert gaps_between(sorted(depths), 0.0, spacing) == ()


@pytest.mark.parametrize(
    ("depths", "expected"),
    [
        ([0, 5, 10, 25, 30], [Gap("missing", 3, 3, 2, 15.0, 5.0)]),
        ([0, 5, 10, 10, 15, 20], [Gap("together", 3, 3, 2)]),
        ([0, 0, 5, 10, 15], [Gap("together", 1, 1, 2)]),
        ([0, 5, 5, 10, 10, 15, 20, 25], [Gap("together", 2, 4, 2)]),
        ([0, 5, 10, 17.5, 22.5, 27.5], [Gap("spacing", 3, 3, 0, 7.5, 5.0)]),
        # Thin below, thick above, as a head is scanned: a spacing of its own, and nothing that lacks.
        ([0, 2, 4, 6, 8, 12, 16, 20, 24, 28], [Gap("spacing", 5, 9, 0, 4.0, 2.0)]),
        # A series over time that lost an image at one place.
        ([0, 0, 0, 5, 5, 10, 10, 10, 15, 15, 15], [Gap("missing", 5, 5, 1)]),
        # Two blocks, as between two discs of the spine: so it is.
        ([0, 3, 6, 9, 39, 42, 45, 48], [Gap("missing", 4, 4, 9, 30.0, 3.0)]),
        # Nearly one place is not the usual distance.
        ([0, 0.2, 5, 10, 15, 20, 25], [Gap("spacing", 1, 1, 0, 0.2, 5.0)]),
        ([0], []),
        ([0, 700], []),
        ([3, 3, 3, 3], []),
    ],
)
def test_what_is_uneven_is_named_as_what_it_is(depths: list[float], expected: list[Gap]) -> None:
    found = gaps_between([float(depth) for depth in depths])
    assert [
        (g.kind, g.after, g.until, g.count, round(g.millimetres, 6), round(g.usual, 6)) for g in found
    ] == [(g.kind, g.after, g.until, g.count, g.millimetres, g.usual) for g in expected]


def test_very_many_are_cut_and_the_cut_is_said() -> None:
    depths, at = [], 0.0
    for number in range(200):
        at += 1.0 if number % 2 else 2.0 + number % 3
        depths.append(at)
    found = gaps_between(depths)
    assert len(found) == MOST_GAPS
    whole = [g for g in found if g.kind != "more"]
    assert found[-1].kind == "more"
    assert len(whole) + found[-1].count >= 90


def stack_gaps(folder: Path) -> list[tuple[Gap, ...]]:
    files = sorted(folder.rglob("*.dcm"))
    plans = plan_series(FileEntry(path.name, path.stat().st_size, 0, read_header(path)) for path in files)
    return [plan.stack.gaps for plan in plans]


def test_a_series_knows_its_gaps_and_numbers_with_holes_are_none(tmp_path: Path) -> None:
    write_placed(tmp_path, 30)
    for number in (4, 17, 18):
        (tmp_path / f"{number:03d}.dcm").unlink()
    # Head to feet: image 1 is the last one written.
    (gaps,) = stack_gaps(tmp_path)
    assert [(gap.kind, gap.after, gap.count) for gap in gaps] == [("missing", 11, 2), ("missing", 23, 1)]
    other = tmp_path.with_name("numbers")
    for number in range(6):
        write_placed(
            other / str(number),
            1,
            ImagePositionPatient=[0, 0, 5.0 * number],
            InstanceNumber=1 + 10 * number,
            SOPInstanceUID=f"2.25.9{number}",
        )
    assert stack_gaps(other) == [()]


@pytest.mark.parametrize(("times", "expected"), [(2, []), (20, []), (0, [("together", 1, 9, 2)])])
def test_images_at_one_place_are_said_unless_their_files_tell_them_apart(
    tmp_path: Path, times: int, expected: list[tuple[str, int, int, int]]
) -> None:
    for number in range(5):
        for time in range(times or 2):
            write_placed(
                tmp_path / f"{number}-{time}",
                1,
                ImagePositionPatient=[0, 0, 5.0 * number],
                InstanceNumber=1 + number * 20 + time,
                SOPInstanceUID=f"2.25.7{number}{time:02d}",
                TemporalPositionIdentifier=1 + time if times else None,
            )
    found = [(gap.kind, gap.after, gap.until, gap.count) for gaps in stack_gaps(tmp_path) for gap in gaps]
    assert found == expected


@pytest.mark.parametrize(
    "elements",
    [
        {"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]},
        {"Modality": "DX", "SOPClassUID": "1.2.840.10008.5.1.4.1.1.1.1"},
        {"ImagePositionPatient": None},
        {"ImageOrientationPatient": None},
    ],
)
def test_of_images_that_do_not_follow_each_other_nothing_is_said(
    tmp_path: Path, elements: dict[str, object]
) -> None:
    for number, z in enumerate((0.0, 5.0, 10.0, 40.0, 45.0)):
        placed = {
            "ImagePositionPatient": [0, 0, z],
            "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
            "PixelSpacing": [1, 1],
            "InstanceNumber": number,
            "SOPInstanceUID": f"2.25.8{number}",
        }
        write_image(tmp_path / f"{number}.dcm", **{**placed, **elements})
    assert all(gaps == () for gaps in stack_gaps(tmp_path))
