"""The disk of an index is full: the indexer stays, answers with what it lists, says why, and goes on when there is room."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from signaling.protocol.records import WorklistFilter
from streamer.ipc.messages import DescribeStudy, Fault, IndexStatus, QueryWorklist, Scan, StudyDescribed
from tests.data.phantoms import write_image
from tests.fakes.troubled_database import filled, small_disk
from tests.integration.test_indexer import Indexer, indexer

pytestmark = pytest.mark.root


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "state", "4m") as folder:
        yield folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_image(tmp_path / "archive" / "a.dcm", StudyInstanceUID="1.2.3", SOPInstanceUID="1.2.3.4")
    return tmp_path / "archive"


def another(root: Path) -> None:
    write_image(root / "b.dcm", StudyInstanceUID="1.2.4", SOPInstanceUID="1.2.4.4")


async def lists(program: Indexer, studies: int) -> None:
    rows = await program.rows()
    assert rows.total == studies
    assert len((await program.describe("1.2.3")).plans) == 1


async def works_again(program: Indexer, studies: int) -> None:
    program.child.channel.send(Scan())
    status = await program.until(
        IndexStatus, lambda said: not said.archive.problem and not said.archive.scanning
    )
    assert status.archive.studies == studies
    await lists(program, studies)


async def test_one_that_fills_while_it_is_open_costs_no_study(root: Path, disk: Path) -> None:
    async with indexer(root, disk / "index" / "index.sqlite") as program:
        await program.scanned(1)
        with filled(disk):
            another(root)
            program.child.channel.send(Scan())
            status = (await program.until(IndexStatus, lambda said: bool(said.archive.problem))).archive
            assert "can't be written" in status.problem
            assert "1 study is still listed" in status.problem
            assert (status.studies, status.scanning) == (1, False)
            assert status.problem_since > 0
            await lists(program, 1)
        await works_again(program, 2)


@pytest.mark.parametrize("left", [False, True], ids=["closed in order", "with its journal left"])
async def test_one_that_is_full_at_the_start_lists_what_it_did(root: Path, disk: Path, left: bool) -> None:
    index = disk / "index" / "index.sqlite"
    async with indexer(root, index) as program:
        before = (await program.scanned(1)).archive.archive
        if left:
            program.child.kill()
    (disk / "keys").write_bytes(bytes(100))
    another(root)
    with filled(disk):
        async with indexer(root, index) as program:
            status = (await program.until(IndexStatus, lambda said: bool(said.archive.problem))).archive
            assert (status.archive, status.studies, status.scanning) == (before, 1, False)
            assert "1 study is still listed" in status.problem
            await lists(program, 1)
            (disk / "filler").unlink()
            await works_again(program, 2)
            (disk / "filler").touch()


async def test_one_that_never_was_and_finds_no_room_says_so_and_is_made_when_there_is_room(
    root: Path, disk: Path
) -> None:
    with filled(disk):
        async with indexer(root, disk / "index" / "index.sqlite") as program:
            assert "can't be used" in (await program.until(Fault)).message
            program.child.channel.send(QueryWorklist(request=7, filter=WorklistFilter()))
            fault = await program.until(Fault, lambda said: said.request == 7)
            assert "Free some disk space" in fault.message
            (disk / "filler").unlink()
            program.child.channel.send(Scan())
            await program.scanned(1)
            await lists(program, 1)
            (disk / "filler").touch()


async def test_a_study_whose_files_changed_is_opened_though_that_can_not_be_noted(
    root: Path, disk: Path
) -> None:
    async with indexer(root, disk / "index" / "index.sqlite") as program:
        await program.scanned(1)
        with filled(disk):
            shutil.copy(root / "a.dcm", root / "c.dcm")
            (root / "a.dcm").write_bytes((root / "c.dcm").read_bytes() + bytes(2))
            program.child.channel.send(DescribeStudy(request=3, study="1.2.3"))
            described = await program.until(StudyDescribed)
            assert len(described.plans) == 1
