"""The indexer as a program: it scans, answers meanwhile, follows the folder, and says in words what is wrong."""

from __future__ import annotations

import asyncio
import os
import queue
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, TypeVar

import pytest

from signaling.protocol.records import WorklistFilter
from streamer.dicom.index import FileStatus, ReadFile
from streamer.indexer import scanner
from streamer.indexer.scanner import ScanStatus
from streamer.ipc.child_process import ChildProcess
from streamer.ipc.messages import (
    DescribeStudy,
    Fault,
    FromIndexer,
    IndexStatus,
    QueryWorklist,
    Scan,
    Shutdown,
    StudyDescribed,
    WorklistRows,
)  # fmt: skip
from tests.data.phantoms import tiny_grid, write_image, write_placed, write_tiny

M = TypeVar("M")
LIMIT = 30.0


class Indexer:
    """A running indexer and what it says."""

    def __init__(self, child: ChildProcess[Any]) -> None:
        self.child = child
        self._messages = child.channel.messages()

    async def until(self, kind: type[M], wanted: Callable[[M], bool] = lambda message: True) -> M:
        """The next message of a kind that is as wanted."""
        async with asyncio.timeout(LIMIT):
            async for message, _ in self._messages:
                if isinstance(message, kind) and wanted(message):
                    return message
        raise AssertionError("The indexer has ended.")

    async def scanned(self, files: int) -> IndexStatus:
        """The status after a scan that saw so many files."""
        return await self.until(
            IndexStatus, lambda status: not status.archive.scanning and status.archive.files_total == files
        )

    async def rows(self, **wanted: Any) -> WorklistRows:
        self.child.channel.send(QueryWorklist(request=1, filter=WorklistFilter(**wanted)))
        return await self.until(WorklistRows)

    async def describe(self, study: str) -> StudyDescribed:
        self.child.channel.send(DescribeStudy(request=2, study=study))
        return await self.until(StudyDescribed)


def times(root: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in (root, *root.rglob("*"))}


def spoil(index: Path) -> None:
    index.parent.mkdir()
    index.write_bytes(b"no database at all" * 100)


@asynccontextmanager
async def indexer(root: Path, index: Path, *more: str) -> AsyncIterator[Indexer]:
    child: ChildProcess[Any] = await ChildProcess.start(
        "streamer.indexer", FromIndexer, ["--root", str(root), "--index", str(index), *more]
    )
    try:
        yield Indexer(child)
    finally:
        await child.stop(10.0)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index" / "archive.sqlite"


async def test_a_study_is_listed_and_described(root: Path, index: Path) -> None:
    write_tiny(root / "a")
    async with indexer(root, index, "--title", "Test archive") as program:
        status = await program.scanned(32)
        assert (status.archive.title, status.archive.studies, status.archive.problem) == (
            "Test archive",
            1,
            "",
        )
        rows = await program.rows()
        assert rows.total == 1
        assert (rows.rows[0].patient_name, rows.rows[0].image_count) == ("Demo^Phantom", 32)
        described = await program.describe(rows.rows[0].study)
        assert described.study.archive == status.archive.archive
        assert described.study.checked
        (plan,) = described.plans
        assert (len(plan.sources), plan.stack.rows, plan.stack.common.units) == (32, 64, "HU")
        assert plan.stack.geometry.volumetric
        assert [window.source for window in plan.stack.terms[0].windows] == ["MEDIASTINUM", "LUNG", "BONE"]
        z = [position[2] for position in plan.stack.geometry.positions]
        assert z == sorted(z, reverse=True)
        assert described.missing == ()


async def test_the_archive_keeps_its_id_and_the_index_its_files(root: Path, index: Path) -> None:
    write_tiny(root)
    async with indexer(root, index) as program:
        first = await program.scanned(32)
    async with indexer(root, index) as program:
        second = await program.scanned(32)
        assert second.archive == first.archive


async def test_it_answers_while_it_scans(root: Path, index: Path) -> None:
    for study in range(30):
        write_tiny(root / str(study), study=f"study-{study}")
    async with indexer(root, index) as program:
        await program.until(IndexStatus, lambda status: status.archive.scanning)
        rows = await program.rows(limit=500)
        status = await program.until(IndexStatus)
        assert rows.total <= 30
        assert status.archive.files_total == 30 * 32
        assert (await program.scanned(30 * 32)).archive.studies == 30


async def test_new_files_are_found_by_themselves_and_vanished_ones_go(root: Path, index: Path) -> None:
    write_tiny(root / "a", study="one")
    async with indexer(root, index) as program:
        await program.scanned(32)
        write_tiny(root / "b", study="two")
        status = await program.scanned(64)
        assert status.archive.studies == 2
        for path in (root / "a").iterdir():
            path.unlink()
        program.child.channel.send(Scan())
        assert (await program.scanned(32)).archive.studies == 1


async def test_describing_reads_changed_files_again_and_names_vanished_ones(root: Path, index: Path) -> None:
    write_tiny(root)
    async with indexer(root, index) as program:
        await program.scanned(32)
        study = (await program.rows()).rows[0].study
        before = await program.describe(study)
        data = (root / "0002.dcm").read_bytes().replace(b"Demo^Phantom", b"Demo^Changed")
        (root / "0002.dcm").write_bytes(data)
        os.utime(root / "0002.dcm", (1.6e9, 1.6e9))
        after = await program.describe(study)
        assert after.plans[0].version != before.plans[0].version
        assert after.study.likeness == "spelling"
        assert [other.patient_name for other in after.study.spellings] == ["Demo^Changed"]
        (root / "0009.dcm").unlink()
        gone = await program.describe(study)
        assert "1 file of this study is no longer in the archive." in gone.missing
        assert len(gone.plans[0].sources) == 31
        assert gone.plans[0].stack.geometry.not_volumetric.startswith("Images seem to be missing: 1")


async def test_one_bad_file_among_good_ones_is_named(root: Path, index: Path) -> None:
    write_placed(root / "s", 5)
    (root / "s/broken.dcm").write_bytes((root / "s/001.dcm").read_bytes()[:300])
    write_image(root / "s/absurd.dcm", Rows=65535, Columns=65535)
    (root / "s/notes.txt").write_text("no image at all, but long enough to be looked at" * 10)
    write_image(root / "s/report.dcm", Modality="SR", PixelData=None, SeriesInstanceUID="2.25.77")
    for path in (root / "s").iterdir():
        os.utime(path, (1.6e9, 1.6e9))  # long written, and not perhaps still being so
    async with indexer(root, index) as program:
        status = await program.scanned(9)
        assert status.archive.problem == "2 files are damaged and not listed."
        described = await program.describe((await program.rows()).rows[0].study)
        assert [len(plan.sources) for plan in described.plans] == [5]
        assert any(
            "is damaged" in sentence or "empty or damaged" in sentence for sentence in described.missing
        )
        assert any("65535 × 65535" in sentence for sentence in described.missing)
        assert "1 structured report can't be shown." in described.missing


async def test_a_study_that_is_not_there_is_a_fault(root: Path, index: Path) -> None:
    async with indexer(root, index) as program:
        await program.scanned(0)
        program.child.channel.send(DescribeStudy(request=5, study="1.2.3"))
        fault = await program.until(Fault)
        assert (fault.code, fault.request) == ("unknown-study", 5)
        assert "not listed yet" in fault.message
        assert (await program.rows()).total == 0


async def test_a_folder_that_is_not_there_is_a_sentence_and_is_found_when_it_comes(
    root: Path, index: Path
) -> None:
    async with indexer(root / "later", index) as program:
        status = await program.until(IndexStatus, lambda status: bool(status.archive.problem))
        assert status.archive.problem.startswith(
            "The archive's folder can't be read: No such file or directory."
        )
        write_tiny(root / "later", tiny_grid())
        program.child.channel.send(Scan())
        # What was not there at its start it may not open: it ends, and the host starts another (test_indexer_reach.py).
        assert await asyncio.wait_for(program.child.process.wait(), LIMIT) == 0
    async with indexer(root / "later", index) as program:
        assert (await program.scanned(32)).archive.problem == ""


async def test_an_archive_that_goes_is_a_problem_and_comes_back_by_itself(root: Path, index: Path) -> None:
    write_tiny(root)
    aside = root.with_name("aside")
    async with indexer(root, index) as program:
        await program.scanned(32)
        study = (await program.rows()).rows[0].study
        os.rename(root, aside)
        program.child.channel.send(DescribeStudy(request=7, study=study))
        fault = await program.until(Fault)
        assert (fault.code, fault.request) == ("unreadable", 7)
        assert fault.message.startswith("The archive can't be asked for this study. ")
        status = await program.until(IndexStatus, lambda status: bool(status.archive.problem))
        assert status.archive.problem.endswith(" 1 study is still listed from before.")
        assert status.archive.problem_since > 1.7e9
        assert (await program.rows()).total == 1
        os.rename(aside, root)
        status = await program.until(IndexStatus, lambda status: not status.archive.problem)
        assert status.archive.problem_since == 0
        assert len((await program.describe(study)).plans[0].sources) == 32


async def test_an_index_that_is_none_is_a_fault(root: Path, index: Path) -> None:
    spoil(index)
    async with indexer(root, index) as program:
        assert "can't be used" in (await program.until(Fault)).message


@pytest.mark.parametrize("how", ["message", "close"])
async def test_it_ends_when_told_and_when_the_host_is_gone(root: Path, index: Path, how: str) -> None:
    write_tiny(root)
    async with indexer(root, index) as program:
        await program.scanned(32)
        if how == "message":
            program.child.channel.send(Shutdown())
        else:
            program.child.channel.close()
        async with asyncio.timeout(LIMIT):
            assert await program.child.process.wait() == 0


async def test_the_archive_is_not_written_to(root: Path, index: Path) -> None:
    write_tiny(root)
    before = times(root)
    async with indexer(root, index) as program:
        await program.scanned(32)
        await program.describe((await program.rows()).rows[0].study)
    assert times(root) == before


async def test_a_study_that_trips_the_index_is_refused_in_words_and_the_others_are_there(
    tmp_path: Path,
) -> None:
    root, index = tmp_path / "archive", tmp_path / "index.sqlite"
    root.mkdir()
    write_image(root / "a.dcm", StudyInstanceUID="1.2.3", SOPInstanceUID="1.2.3.4")
    write_image(root / "b.dcm", StudyInstanceUID="1.2.4", SOPInstanceUID="1.2.4.4")
    async with indexer(root, index) as running:
        await running.scanned(2)
        with closing(sqlite3.connect(index)) as connection, connection:
            connection.execute("UPDATE files SET header = x'c1' WHERE study = '1.2.3'")
        running.child.channel.send(DescribeStudy(request=7, study="1.2.3"))
        fault = await running.until(Fault)
        assert (fault.request, fault.message[-1]) == (7, ".")
        assert len((await running.describe("1.2.4")).plans) == 1


def test_a_scan_that_fails_is_said_and_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamer.indexer.pace.LOOK_SECONDS", 0.0)
    write_image(tmp_path / "archive" / "a.dcm")
    told: queue.Queue[ScanStatus] = queue.Queue()
    faults = [RuntimeError()]
    read = scanner.read_file

    def sometimes(root: Path, status: FileStatus) -> ReadFile:
        if faults:
            raise faults.pop()
        return read(root, status)

    monkeypatch.setattr(scanner, "read_file", sometimes)
    looking = scanner.Scanner(tmp_path / "archive", tmp_path / "index.sqlite", told.put)
    looking.start()
    try:
        while not told.get(timeout=LIMIT).problem:
            pass
        while (status := told.get(timeout=LIMIT)).scanning or status.problem:
            pass
        assert status.studies == 1
    finally:
        looking.stop()
