"""How many images the archive lists, against how many are shown: whatever is the matter with the others."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from streamer.dicom.index import Index
from streamer.indexer import scanner as scanner_module
from streamer.indexer.presence import Presence
from streamer.indexer.scanner import Scanner
from streamer.indexer.study_description import describe_study
from tests.data.phantoms import write_image, write_placed

SERIES = "1.2.3.1"


def untouched(folder: Path) -> None:
    """Nothing is the matter."""


def damaged(folder: Path) -> None:
    for name in ("003.dcm", "004.dcm", "005.dcm"):
        (folder / name).write_bytes((folder / name).read_bytes()[:400])


def refused(folder: Path) -> None:
    for number in (3, 4, 5):
        position = {"ImagePositionPatient": [0, 0, 5 * number], "ImageOrientationPatient": [1, 0, 0, 0, 1, 0]}
        write_image(
            folder / f"{number:03d}.dcm",
            StudyInstanceUID="1.2.3",
            SeriesInstanceUID=SERIES,
            SOPInstanceUID=f"1.2.3.1.{number}",
            PhotometricInterpretation="HSV",
            PixelSpacing=[1, 1],
            **position,
        )


def unreadable(folder: Path) -> None:
    """The test makes them so by their names."""
    for name in ("003.dcm", "004.dcm", "005.dcm"):
        (folder / name).rename(folder / f"unreadable-{name}")


@pytest.mark.parametrize(
    ("matter", "shown", "declared"),
    [(untouched, 10, 10), (damaged, 7, 10), (refused, 7, 10), (unreadable, 7, 10)],
)
def test_what_can_not_be_shown_counts(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    matter: Callable[[Path], None],
    shown: int,
    declared: int,
) -> None:
    folder = tmp_path / "archive" / "s"
    write_placed(folder, 10, StudyInstanceUID="1.2.3", SeriesInstanceUID=SERIES)
    matter(folder)
    was = scanner_module.read_header

    def read(path: Path) -> object:
        if path.name.startswith("unreadable"):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return was(path)

    monkeypatch.setattr(scanner_module, "read_header", read)
    with Index(tmp_path / "index.sqlite") as index:
        looking = Scanner(tmp_path / "archive", tmp_path / "index.sqlite", lambda status: None)
        looking._look(index, Presence(index), full=True)
        described = describe_study(index, tmp_path / "archive", 1, "1.2.3")
    assert described is not None
    (stack,) = [plan.stack for plan in described.plans if not plan.stack.fault]
    assert (len(stack.frames), stack.declared_images) == (shown, declared)
    missing = [(gap.kind, gap.count) for gap in stack.gaps]
    assert missing == ([] if shown == declared else [("missing", 3)])


def test_a_stray_file_in_a_folder_of_several_series_counts_to_none(tmp_path: Path) -> None:
    folder = tmp_path / "archive" / "s"
    for series in ("1.2.3.1", "1.2.3.2"):
        write_placed(folder / series, 5, StudyInstanceUID="1.2.3", SeriesInstanceUID=series)
    for path in list(folder.glob("*/*.dcm")):
        path.rename(folder / f"{path.parent.name}-{path.name}")
    (folder / "broken.dcm").write_bytes(next(folder.glob("*.dcm")).read_bytes()[:300])
    with Index(tmp_path / "index.sqlite") as index:
        looking = Scanner(tmp_path / "archive", tmp_path / "index.sqlite", lambda status: None)
        looking._look(index, Presence(index), full=True)
        described = describe_study(index, tmp_path / "archive", 1, "1.2.3")
    assert described is not None
    assert [(len(p.stack.frames), p.stack.declared_images) for p in described.plans] == [(5, 5), (5, 5)]
    assert any("damaged" in sentence for sentence in described.missing)
