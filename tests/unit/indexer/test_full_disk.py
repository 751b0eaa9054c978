"""An index whose disk takes nothing: it is tried again later and later, logged once a minute, and what is listed stays."""

from __future__ import annotations

import queue
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from streamer.dicom.index import FileStatus, Index, IndexFault, ReadFile
from streamer.indexer.index_disk import IndexDisk
from streamer.indexer.scanner import Scanner, ScanStatus
from tests.data.phantoms import write_image

LIMIT = 30.0
FULL = sqlite3.OperationalError("database or disk is full")


def test_it_is_tried_again_later_and_later_and_logged_once_a_minute() -> None:
    now = 100.0
    disk = IndexDisk(lambda: now)
    waits, lines = [], []
    with capture_logs() as log:
        for _ in range(8):
            disk.failed("full")
            waits.append(disk.seconds)
            lines.append(len(log))
            now += disk.seconds
            assert disk.seconds == 0.0
        disk.worked()
    assert waits == [3.0, 6.0, 12.0, 24.0, 48.0, 60.0, 60.0, 60.0]
    assert lines == [1, 1, 1, 1, 1, 2, 3, 4]
    assert [line["event"] for line in log] == ["index_not_written"] * 4 + ["index_written_again"]
    assert (disk.seconds, disk.since) == (0.0, 0.0)


def test_it_is_said_since_when_it_first_took_nothing() -> None:
    disk = IndexDisk(lambda: 0.0)
    disk.failed("full")
    first = disk.since
    disk.failed("full")
    assert disk.since == first > 0.0


def told(scanner_told: queue.Queue[ScanStatus], *, problem: bool) -> ScanStatus:
    while (status := scanner_told.get(timeout=LIMIT)).scanning or bool(status.problem) is not problem:
        pass
    return status


@pytest.mark.parametrize("what", ["write", "opening"])
def test_the_scan_goes_on_when_the_disk_has_room_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr("streamer.indexer.pace.LOOK_SECONDS", 0.0)
    monkeypatch.setattr("streamer.indexer.index_disk.FIRST_SECONDS", 0.001)
    monkeypatch.setattr("streamer.indexer.index_disk.MOST_SECONDS", 0.001)
    root, path = tmp_path / "archive", tmp_path / "index.sqlite"
    write_image(root / "a.dcm", StudyInstanceUID="1.2.3", SOPInstanceUID="1.2.3.4")
    with Index(path) as index:
        header_of = Scanner(root, path, lambda status: None)._read
        index.write([header_of(FileStatus("a.dcm", *size_and_time(root / "a.dcm")))])
    write_image(root / "b.dcm", StudyInstanceUID="1.2.4", SOPInstanceUID="1.2.4.4")
    full = [True]
    written, opened = Index.write, Index.__init__

    def write(index: Index, read: Iterable[ReadFile], gone: Iterable[str] = ()) -> None:
        if full and what == "write" and (read := list(read)):
            raise FULL
        written(index, read, gone)

    def begin(index: Index, where: Path) -> None:
        if full and what == "opening":
            raise IndexFault("The archive's index can't be used: database or disk is full.")
        opened(index, where)

    monkeypatch.setattr(Index, "write", write)
    monkeypatch.setattr(Index, "__init__", begin)
    said: queue.Queue[ScanStatus] = queue.Queue()
    scanner = Scanner(root, path, said.put)
    scanner.start()
    try:
        status = told(said, problem=True)
        assert "disk is full" in status.problem
        assert status.since > 0.0
        if what == "write":
            assert status.studies == 1
            assert "1 study is still listed from before" in status.problem
        full.clear()
        status = told(said, problem=False)
        assert (status.studies, status.since) == (2, 0.0)
    finally:
        scanner.stop()


def size_and_time(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def test_a_write_that_ended_its_own_transaction_is_told_by_its_own_name(
    tmp_path: Path,
) -> None:
    class Connection:
        in_transaction = False

        def execute(self, statement: str, *_: Any) -> Any:
            if statement.startswith("DELETE"):
                raise FULL
            if statement == "ROLLBACK":
                raise sqlite3.OperationalError("cannot rollback - no transaction is active")
            return sqlite3.connect(":memory:").execute("SELECT 1 WHERE 0")

    with Index(tmp_path / "index.sqlite") as index:
        kept, index.connection = index.connection, Connection()  # type: ignore[assignment]
        with pytest.raises(sqlite3.OperationalError, match="disk is full"):
            index.write((), ["a.dcm"])
        index.connection = kept
