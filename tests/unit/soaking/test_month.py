"""A month's studies tell themselves apart by their pictures, and its verdict names what was found and what grows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from pydicom import dcmread
from pydicom.encaps import generate_frames

from scripts.soaking.growth import Memories
from scripts.soaking.month.looked import wrong_in
from scripts.soaking.month.month import Month
from scripts.soaking.month.record import load, path_of, save
from scripts.soaking.month.rows import COLUMNS, Row, slope, table
from scripts.soaking.month.studies import KINDS, MOST, Kind, Written, drawn, planned, stripes, write_studies
from scripts.soaking.month.verdict import grown, is_good, summary
from signaling.protocol.frames import RecordFlag, ViewportKind, ViewportRecord


def test_no_two_studies_show_the_same_and_all_values_are_greys() -> None:
    shown = {stripes(study, 1)[:2] for study in range(MOST)}
    assert len(shown) == MOST
    assert all(0 < value < 255 for study in range(MOST) for value in stripes(study, study % 30))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.modality}-{kind.rows}")
def test_an_image_has_its_stripes(kind: Kind) -> None:
    pixels = drawn(kind, 123, 4)
    middles = [round(kind.columns * share) for share in (1 / 6, 1 / 2, 5 / 6)]
    found = tuple(int(np.max(pixels[0, middle])) for middle in middles)
    assert pixels.shape[:2] == (kind.rows, kind.columns)
    assert found == stripes(123, 4)


def test_written_studies_are_read_by_others_and_one_file_in_many_ends_too_early(tmp_path: Path) -> None:
    written = write_studies(tmp_path, 41)
    assert len({study.study for study in written}) == 41
    for study in written[: len(KINDS)]:
        files = sorted((tmp_path / f"{study.number:04d}").iterdir())
        images = 1 if study.kind.one_file else study.kind.images
        assert len(files) == study.kind.series * images
        last = dcmread(files[-1])
        assert last.StudyInstanceUID == study.study
        if study.kind.compressed:
            (coded,) = generate_frames(last.PixelData, number_of_frames=1)
            shown = imagecodecs.jpegls_decode(coded)
        else:
            shown = last.pixel_array
        frame = shown[-1] if study.kind.one_file else shown
        assert (frame == drawn(study.kind, study.number, study.kind.images)).all()
    whole, damaged = (min((tmp_path / name).iterdir()) for name in ("0034", "0039"))
    assert damaged.stat().st_size < whole.stat().st_size


@pytest.mark.parametrize("count", [0, MOST + 1])
def test_more_studies_than_can_be_told_apart_are_refused(tmp_path: Path, count: int) -> None:
    with pytest.raises(ValueError, match="told apart"):
        write_studies(tmp_path, count)


def record(study: Written, image: int, flags: int = 0) -> ViewportRecord:
    return ViewportRecord(
        viewport=0, kind=ViewportKind.STACK, flags=flags, revision=1, series=0, image=image - 1,
        images=study.kind.images, instance_number=image, center=128.0, width=256.0, zoom=1.0, position=0.0,
        thickness=0.0, rect=(0, 0, 320, 240), canvas_from_world=(0.0,) * 12, letters=("", "", "", ""), present=1,
    )  # fmt: skip


def picture(study: Written, image: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The image in the middle of 320 × 240, as it fits."""
    kind = study.kind
    scale = min(320 / kind.columns, 240 / kind.rows)
    rows = (np.arange(240) - 120) / scale + kind.rows / 2
    columns = (np.arange(320) - 160) / scale + kind.columns / 2
    inside = (columns >= 0) & (columns < kind.columns)
    flat = drawn(kind, study.number, image)
    flat = flat.max(axis=2) if kind.color else flat
    shown = flat[np.clip(rows, 0, kind.rows - 1).astype(int)][
        :, np.clip(columns, 0, kind.columns - 1).astype(int)
    ]
    return (shown * inside).astype(np.uint8)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.modality}-{kind.rows}")
def test_a_picture_of_another_study_or_image_is_found_out(kind: Kind) -> None:
    asked, other = Written(7, kind, "1.2", 1), Written(8, kind, "1.3", 1)
    assert wrong_in(picture(asked, 3), [record(asked, 3)], asked).wrong == ""
    assert wrong_in(picture(other, 3), [record(asked, 3)], asked).wrong
    assert wrong_in(picture(asked, 4), [record(asked, 3)], asked).wrong


@pytest.mark.parametrize("flag", [RecordFlag.MISSING, RecordFlag.FLIPPED, RecordFlag.INVERTED])
def test_what_does_not_show_an_image_as_it_is_is_not_looked_at(flag: RecordFlag) -> None:
    study = Written(7, KINDS[0], "1.2", 1)
    looked = wrong_in(picture(Written(8, KINDS[0], "1.3", 1), 3), [record(study, 3, int(flag))], study)
    assert (looked.viewports, looked.wrong) == (0, "")


def month() -> Month:
    done = Month(asked=300, studies=400, openings=300, seconds=600.0, cap_bytes=30_000_000)
    done.found.counts["looked at"] = 100
    for n in range(60):
        done.samples.add("month host", 7, 10.0 * n, 120.0 + (n % 3))
        done.samples.add("descriptors", 0, 10.0 * n, 40.0)
        done.samples.add("views and marks", 0, 10.0 * n, 5.0 * n)
    return done


def test_a_month_in_which_nothing_grows_is_good_and_says_how_long_a_whole_one_takes() -> None:
    assert is_good(month())
    assert "2.00 s each; 5,000 take 167 minutes" in summary(month())[0]
    assert summary(month())[-1] == "good"


def test_what_was_found_is_said() -> None:
    found = month()
    found.found.write("opening 7: another study was opened")
    assert not is_good(found)
    assert any("another study was opened" in line for line in summary(found))


@pytest.mark.parametrize(("role", "step"), [("month host", 1.0), ("descriptors", 1.0), ("tasks", 1.0)])
def test_what_grows_from_opening_to_opening_is_named(role: str, step: float) -> None:
    growing = month()
    growing.samples.samples[role, 9] = [(10.0 * n, 40.0 + step * n) for n in range(60)]
    (said,) = grown(growing)
    assert said.startswith(role)
    assert not is_good(growing)


def test_a_month_in_which_nothing_was_looked_at_is_not_good() -> None:
    blind = month()
    del blind.found.counts["looked at"]
    assert not is_good(blind)


def rows(**grows: float) -> list[Row]:
    steady = dict.fromkeys(COLUMNS, 50.0)
    return [
        Row(500 * n, 60.0 * n, {name: value + grows.get(name, 0.0) * n for name, value in steady.items()})
        for n in range(1, 11)
    ]


@pytest.mark.parametrize("name", COLUMNS)
def test_how_fast_each_kind_grows_is_told_per_thousand_openings(name: str) -> None:
    assert slope(rows(), name) == pytest.approx(0.0)
    assert slope(rows(**{name: 1.5}), name) == pytest.approx(3.0)
    assert slope(rows()[:2], name) is None
    lines = table(rows(**{name: 1.5}))
    assert len(lines) == 12
    assert "+3.0" in lines[-1]


def test_a_row_is_of_the_newest_samples() -> None:
    samples = Memories()
    samples.add("descriptors", 0, 1.0, 40.0)
    samples.add("descriptors", 0, 2.0, 42.0)
    samples.add("month host", 7, 2.0, 120.0)
    samples.add("month worker", 8, 2.0, 70.0)
    assert Row.of(10, 2.0, samples).values == {"descriptors": 42.0, "month host": 120.0}


def test_a_month_that_ended_is_gone_on_with(tmp_path: Path) -> None:
    before = month()
    before.rows, before.marks, before.openings, before.pieces = rows(), {"reader-0": {"1.2": 3}}, 120, 1
    before.found.write("opening 7: no picture")
    path = path_of(tmp_path, 5)
    save(path, before)
    after = load(path, 300)
    assert (after.openings, after.is_whole, after.marks) == (120, False, before.marks)
    assert summary(after) == summary(before)
    assert list(tmp_path.iterdir()) == [path]
    after.begin_piece()
    assert (after.pieces, after.began, after.growths) == (2, 600.0, before.all_growths)


@pytest.mark.parametrize("text", ["", "{}", '{"format": 99}'])
def test_a_file_that_is_none_is_no_month(tmp_path: Path, text: str) -> None:
    (tmp_path / "month-5.json").write_text(text)
    with pytest.raises(ValueError, match="can't be gone on with"):
        load(path_of(tmp_path, 5), 300)


def test_what_is_found_is_told_with_its_cause() -> None:
    told: list[tuple[str, Sequence[str]]] = []
    found = month().found
    found.on_found = lambda sentence, why: told.append((sentence, why))
    found.write("opening 7: no picture", ["session: worker none"])
    assert told == [("opening 7: no picture", ["session: worker none"])]


def test_studies_that_are_there_already_are_told_without_writing_them(tmp_path: Path) -> None:
    assert planned(7) == write_studies(tmp_path, 7)
