"""The sample of an archive: the same by every index of the same images, another one by other content, and nobody's name."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from signaling.protocol.limits import SAMPLE_IMAGES
from streamer.dicom.index import FileStatus, Index
from streamer.dicom.sources.folder import FolderSource
from streamer.indexer.sample import Sample, sample_of
from streamer.indexer.scanner import read_file
from tests.data.phantoms import write_image

COUNT = 5


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    for number in range(COUNT):
        write_image(
            tmp_path / "archive" / f"{number}.dcm", SOPInstanceUID=f"1.2.{number}", PatientName="Doe^Jane"
        )
    return tmp_path / "archive"


def sampled(root: Path, index: Path) -> Sample:
    """Of an index made of all files of the folder."""
    with Index(index) as opened:
        files = FolderSource(root, lambda: None).walk(every_file=True).files
        opened.write(read_file(root, status) for status in files.values())
        return sample_of(opened, root)


def test_two_indexes_of_one_folder_have_the_same_sample(archive: Path, tmp_path: Path) -> None:
    one, two = (sampled(archive, tmp_path / f"{name}.sqlite") for name in ("one", "two"))
    assert one == two
    assert len({image for image, _ in one}) == COUNT
    assert list(one) == sorted(one)
    assert all(
        len(digits) == 32 and set(digits) <= set("0123456789abcdef") for pair in one for digits in pair
    )


def test_copies_laid_out_otherwise_have_the_same_sample(archive: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    for path in archive.iterdir():
        (copy / path.stem).mkdir(parents=True)
        shutil.copy(path, copy / path.stem / "image")
    write_image(copy / "9.dcm", SOPInstanceUID="1.2.0", PatientName="Doe^Jane")
    assert sampled(copy, tmp_path / "copy.sqlite") == sampled(archive, tmp_path / "index.sqlite")


def test_another_content_is_seen_and_only_there(archive: Path, tmp_path: Path) -> None:
    before = dict(sampled(archive, tmp_path / "before.sqlite"))
    write_image(archive / "3.dcm", SOPInstanceUID="1.2.3", PatientName="Doe^John")
    after = dict(sampled(archive, tmp_path / "after.sqlite"))
    assert before.keys() == after.keys()
    assert sum(before[image] != after[image] for image in before) == 1


def test_of_many_images_the_same_few_are_chosen(tmp_path: Path) -> None:
    root = tmp_path / "many"
    for number in range(SAMPLE_IMAGES + 8):
        write_image(root / f"{number}.dcm", SOPInstanceUID=f"1.2.{number}")
    whole = sampled(root, tmp_path / "whole.sqlite")
    assert len(whole) == SAMPLE_IMAGES
    smallest = whole[0][0]
    for number in range(SAMPLE_IMAGES + 8, SAMPLE_IMAGES + 12):
        write_image(root / f"{number}.dcm", SOPInstanceUID=f"1.2.{number}")
    grown = sampled(root, tmp_path / "grown.sqlite")
    assert grown[0][0] <= smallest
    assert len(set(whole) & set(grown)) >= SAMPLE_IMAGES - 4


def test_what_can_not_be_read_now_is_left_out(archive: Path, tmp_path: Path) -> None:
    index = tmp_path / "index.sqlite"
    whole = sampled(archive, index)
    os.unlink(archive / "2.dcm")
    with Index(index) as opened:
        left = sample_of(opened, archive)
        assert set(left) < set(whole)
        assert len(left) == COUNT - 1
        opened.write((), [status.path for status in [FileStatus(f"{n}.dcm", 0, 0) for n in range(COUNT)]])
        assert sample_of(opened, archive) == ()
