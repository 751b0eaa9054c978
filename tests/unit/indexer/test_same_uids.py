"""Files with one SOP Instance UID: copies are one image, different images are all shown, counted and told apart."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.uid import ImplicitVRLittleEndian

from streamer.dicom import index as index_module
from streamer.dicom.index import Index
from streamer.indexer import comparing, study_description
from streamer.indexer.presence import Presence
from streamer.indexer.scanner import Scanner
from streamer.indexer.study_description import describe_study
from streamer.ipc.messages import StudyDescribed
from tests.data.phantoms import write_image

STUDY = "1.2.3"
PIXELS = np.arange(64, dtype=np.int16).reshape(8, 8)


def one(folder: Path, name: str, pixels: Any = PIXELS, **elements: Any) -> Path:
    return write_image(
        folder / name, pixels, **{"StudyInstanceUID": STUDY, "SOPInstanceUID": "1.2.3.4", **elements}
    )


class Archive:
    def __init__(self, tmp_path: Path) -> None:
        self.root = tmp_path / "archive"
        self.index = Index(tmp_path / "index.sqlite")
        self.scanner = Scanner(self.root, tmp_path / "index.sqlite", lambda status: None)

    def scan(self) -> None:
        self.scanner._look(self.index, Presence(self.index), full=True)

    def counted(self) -> int:
        return int(self.index.connection.execute("SELECT image_count FROM studies").fetchone()[0])

    def describe(self) -> StudyDescribed:
        described = describe_study(self.index, self.root, 1, STUDY)
        assert described is not None
        return described

    def shown(self) -> list[tuple[str, int]]:
        return [
            (frame.sop_instance_uid, frame.frame_number)
            for plan in self.describe().plans
            for frame in plan.stack.frames
        ]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def same(folder: Path) -> None:
    shutil.copy(one(folder, "a.dcm"), folder / "b.dcm")


def same_in_another_folder(folder: Path) -> None:
    one(folder, "a.dcm")
    (folder / "backup").mkdir()
    shutil.copy(folder / "a.dcm", folder / "backup/a.dcm")


def same_with_other_words(folder: Path) -> None:
    """An element that is not read moves the pixels in the file."""
    one(folder, "a.dcm")
    one(folder, "b.dcm", ImageComments="sent again by another way")


def other_pixels(folder: Path) -> None:
    one(folder, "a.dcm")
    one(folder, "b.dcm", PIXELS + 1)


def one_pixel_of_many(folder: Path) -> None:
    frames = np.zeros((40, 64, 64), np.int16)
    one(folder, "a.dcm", frames)
    frames[-1, -1, -1] = 1
    one(folder, "b.dcm", frames)


def other_place(folder: Path) -> None:
    for number in range(5):
        place = {"ImagePositionPatient": [0, 0, number], "ImageOrientationPatient": [1, 0, 0, 0, 1, 0]}
        one(folder, f"{number}.dcm", PixelSpacing=[1, 1], **place)


def other_number(folder: Path) -> None:
    one(folder, "a.dcm", InstanceNumber=1)
    one(folder, "b.dcm", InstanceNumber=2)


def other_rescale(folder: Path) -> None:
    one(folder, "a.dcm", RescaleSlope=1, RescaleIntercept=0)
    one(folder, "b.dcm", RescaleSlope=2, RescaleIntercept=0)


def other_matrix(folder: Path) -> None:
    one(folder, "a.dcm")
    one(folder, "b.dcm", np.zeros((16, 16), np.int16))


def two_and_their_copies(folder: Path) -> None:
    other_pixels(folder)
    for name in ("a.dcm", "b.dcm"):
        shutil.copy(folder / name, folder / f"copy-{name}")


TABLE: list[tuple[Callable[[Path], None], int]] = [
    (same, 1),
    (same_in_another_folder, 1),
    (same_with_other_words, 1),
    (other_pixels, 2),
    (one_pixel_of_many, 80),
    (other_place, 5),
    (other_number, 2),
    (other_rescale, 2),
    (other_matrix, 2),
    (two_and_their_copies, 2),
]


@pytest.mark.parametrize(("case", "images"), TABLE)
def test_what_is_shown_counted_and_said(archive: Archive, case: Callable[[Path], None], images: int) -> None:
    case(archive.root)
    archive.scan()
    keys = archive.shown()
    assert len(keys) == len(set(keys)) == images
    assert archive.counted() == images
    said = [line for line in archive.describe().missing if "SOP Instance UID" in line]
    assert said == (
        []
        if keys[0][0] == "1.2.3.4"
        else [
            f"{images} images of this study have the same SOP Instance UIDs as others of other content; none is left out for it."
        ]
    )
    assert all(key.startswith("1.2.3.4~") for key, _ in keys) is (images > 1)


@pytest.mark.parametrize(("case", "images"), [row for row in TABLE if row[1] > 1])
def test_keys_stay_when_files_are_renamed_and_copied(
    archive: Archive, case: Callable[[Path], None], images: int
) -> None:
    case(archive.root)
    archive.scan()
    before = set(archive.shown())
    for path in sorted(archive.root.glob("*.dcm")):
        path.rename(path.with_name(f"z{999 - path.stat().st_ino % 999}-{path.name}"))
    (archive.root / "again").mkdir()
    for path in sorted(archive.root.glob("*.dcm"))[:1]:
        shutil.copy(path, archive.root / "again/a.dcm")
    archive.scan()
    assert set(archive.shown()) == before
    assert len(before) == images


def test_a_mark_of_the_only_image_does_not_move_to_another_of_its_uid(archive: Archive) -> None:
    one(archive.root, "b.dcm")
    archive.scan()
    assert archive.shown() == [("1.2.3.4", 1)]
    one(archive.root, "a.dcm", PIXELS + 1)
    archive.scan()
    assert ("1.2.3.4", 1) not in archive.shown()


def test_what_can_not_be_compared_is_said(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(path: Path) -> str:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(comparing, "pixel_digest", unreadable)
    other_pixels(archive.root)
    archive.scan()
    assert len(archive.shown()) == 1
    assert (
        "2 files look like copies and could not be compared; of each one is shown."
        in archive.describe().missing
    )
    monkeypatch.undo()
    assert len(archive.shown()) == 2


def test_copies_are_compared_once(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    same(archive.root)
    archive.scan()

    def never(path: Path) -> str:
        raise AssertionError

    monkeypatch.setattr(comparing, "pixel_digest", never)
    assert len(archive.shown()) == 1


def test_files_that_say_the_same_in_another_syntax_are_all_shown(archive: Archive) -> None:
    one(archive.root, "a.dcm")
    path = one(archive.root, "b.dcm")
    import pydicom

    dataset = pydicom.dcmread(path)
    dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    dataset.save_as(path, implicit_vr=True, little_endian=True)
    archive.scan()
    assert len(archive.shown()) == 2


def test_a_study_of_too_many_files_says_so(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "MOST_FILES_OF_A_STUDY", 3)
    other_place(archive.root)
    archive.scan()
    described = archive.describe()
    assert sum(len(plan.sources) for plan in described.plans) == 3
    assert (
        "This study has 5 files; 2 of them are not looked at, and their images are not shown."
        in described.missing
    )


@pytest.mark.parametrize("lines", [0, 1, 32, 33, 100])
def test_sentences_that_are_too_many_are_counted(lines: int) -> None:
    said = study_description._some([f"Line {number}." for number in range(lines)])
    assert len(said) == min(lines, 32)
    if lines > 32:
        assert said[-1] == f"And {lines - 31} more such lines; have the archive looked at."
