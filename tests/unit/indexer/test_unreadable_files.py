"""A file that can't be read for a moment is tried again and named so; a damaged one is remembered until it changes."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from streamer.dicom.index import Index
from streamer.dicom.sources.folder import SourceFault
from streamer.indexer.presence import Presence
from streamer.indexer.retries import Retries
from streamer.indexer.scanner import Scanner, ScanStatus
from streamer.indexer.study_description import describe_study
from tests.data.phantoms import write_placed

OLD = 1_600_000_000
PASSING = [
    (errno.EACCES, "Permission denied"),
    (errno.EIO, "Input/output error"),
    (errno.EBUSY, "Device or resource busy"),
    (errno.ESTALE, "Stale file handle"),
    (errno.ETIMEDOUT, "Connection timed out"),
    (errno.EMFILE, "Too many open files"),
    (errno.ENOENT, "No such file or directory"),
]


class Scan:
    """Five images, of which some can't be opened, or not be looked at."""

    def __init__(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = tmp_path / "archive"
        write_placed(self.root / "s", 5)
        for path in self.root.rglob("*.dcm"):
            os.utime(path, (OLD, OLD))
        self.failing: dict[str, int] = {}
        self.unseen: dict[str, int] = {}
        self.tried: list[str] = []
        self.index = Index(tmp_path / "index.sqlite")
        self.told: list[ScanStatus] = []
        self.scanner = Scanner(self.root, tmp_path / "index.sqlite", self.told.append)
        self.presence = Presence(self.index)
        self.now = 1000.0
        was_open, was_stat = Path.open, os.stat

        def opened(path: Path, *arguments: Any, **more: Any) -> Any:
            self.tried.append(path.name)
            if path.name in self.failing:
                raise OSError(self.failing[path.name], os.strerror(self.failing[path.name]))
            return was_open(path, *arguments, **more)

        def looked(path: Any, **more: Any) -> os.stat_result:
            name = os.path.basename(os.fspath(path)) if not isinstance(path, int) else ""
            if name in self.unseen:
                raise OSError(self.unseen[name], os.strerror(self.unseen[name]))
            return was_stat(path, **more)

        monkeypatch.setattr(Path, "open", opened)
        monkeypatch.setattr("streamer.dicom.sources.folder.os.stat", looked)
        monkeypatch.setattr("streamer.indexer.scanner.time.monotonic", lambda: self.now)

    def look(self, *, full: bool = True) -> str:
        self.tried.clear()
        self.scanner._look(self.index, self.presence, full=full)
        return self.told[-1].problem

    def images(self) -> int:
        rows = self.index.connection.execute("SELECT SUM(image_count) FROM studies").fetchone()
        return int(rows[0] or 0)

    def study(self) -> str:
        return str(self.index.connection.execute("SELECT study FROM studies").fetchone()[0])


@pytest.fixture
def scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scan:
    return Scan(tmp_path, monkeypatch)


@pytest.mark.parametrize(("number", "words"), PASSING)
def test_a_passing_fault_is_named_and_passes(scan: Scan, number: int, words: str) -> None:
    scan.failing = {"002.dcm": number}
    assert scan.look() == f"1 file can't be read now ({words}); tried again."
    assert scan.images() == 4
    assert any(f"can't be opened now: {words}." in said for said in described(scan).missing)
    scan.failing = {}
    assert scan.look() == ""
    assert scan.images() == 5
    assert described(scan).missing == ()


@pytest.mark.parametrize(("number", "words"), PASSING)
def test_a_known_file_that_changed_and_can_not_be_read_is_kept(scan: Scan, number: int, words: str) -> None:
    scan.look()
    os.utime(scan.root / "s/002.dcm", (OLD + 5, OLD + 5))
    scan.failing = {"002.dcm": number}
    assert scan.look() == f"1 file can't be read now ({words}); tried again."
    assert scan.images() == 5
    assert "1 file of this study can't be read now." in described(scan).missing
    assert len(described(scan).plans[0].sources) == 4


@pytest.mark.parametrize("number", [n for n, _ in PASSING if n != errno.ENOENT])
def test_a_file_that_can_not_be_looked_at_has_not_vanished(scan: Scan, number: int) -> None:
    scan.look()
    scan.unseen = {"002.dcm": number}
    scan.look()
    assert scan.images() == 5
    assert "1 file of this study can't be read now." in described(scan).missing
    scan.unseen = {path.name: number for path in (scan.root / "s").iterdir()}
    with pytest.raises(SourceFault, match=r"5 files of it can't be read now\."):
        describe_study(scan.index, scan.root, 1, scan.study())


def described(scan: Scan) -> Any:
    answer = describe_study(scan.index, scan.root, 1, scan.study())
    assert answer is not None
    return answer


def test_a_damaged_file_is_remembered_by_size_and_time(scan: Scan) -> None:
    (scan.root / "s/broken.dcm").write_bytes((scan.root / "s/001.dcm").read_bytes()[:300])
    os.utime(scan.root / "s/broken.dcm", (OLD, OLD))
    assert scan.look() == "1 file is damaged and not listed."
    assert scan.look() == "1 file is damaged and not listed."
    assert scan.tried == []
    (scan.root / "s/broken.dcm").write_bytes((scan.root / "s/001.dcm").read_bytes())
    assert scan.look() == ""
    assert "broken.dcm" in scan.tried


def test_a_damaged_file_that_changed_just_now_is_perhaps_still_being_written(scan: Scan) -> None:
    (scan.root / "s/growing.dcm").write_bytes((scan.root / "s/001.dcm").read_bytes()[:300])
    assert scan.look() == "1 file is not complete, perhaps still being written, and not listed yet."


def test_it_is_tried_again_after_ever_longer_waits_and_at_each_full_look(scan: Scan) -> None:
    scan.failing = {"002.dcm": errno.EIO}
    scan.look()
    waits = []
    for _ in range(9):
        wait = scan.scanner._retries.next_in(scan.now)
        assert wait is not None
        waits.append(wait)
        scan.now += wait - 0.1
        scan.look(full=False)
        assert scan.tried == []
        scan.now += 0.1
        scan.tried.clear()
        scan.scanner._try_again(scan.index)
        assert scan.tried == ["002.dcm"]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    scan.look(full=True)
    assert scan.tried == ["002.dcm"]
    scan.failing = {}
    scan.now += 60.0
    scan.scanner._try_again(scan.index)
    assert (scan.told[-1].problem, scan.images()) == ("", 5)
    assert scan.scanner._retries.next_in(scan.now) is None


def test_an_unreadable_file_that_goes_is_no_problem_any_more(scan: Scan) -> None:
    scan.failing = {"002.dcm": errno.EIO}
    scan.look()
    (scan.root / "s/002.dcm").unlink()
    assert scan.look() == ""
    assert scan.index.unread() == {}
    assert scan.scanner._retries.next_in(scan.now) is None


def test_a_restart_tries_at_once(scan: Scan) -> None:
    scan.failing = {"002.dcm": errno.EIO}
    scan.look()
    scan.failing = {}
    scan.scanner._retries = Retries()
    assert scan.look(full=False) == ""
    assert scan.images() == 5
