"""Indexer and loader that are limited to their folders read all that they read without it: links, and folders made anew."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from signaling.protocol.records import WorklistFilter
from streamer.confinement import landlock
from streamer.errors import StudyError
from streamer.host.archive import Archive
from tests.data.phantoms import write_image, write_placed

SECONDS = 30.0


@asynccontextmanager
async def archive(root: Path, state: Path) -> AsyncIterator[Archive]:
    made = Archive(root, state / "index/index.sqlite", "test", lambda info: None)
    task = asyncio.create_task(made.run())
    try:
        yield made
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def listed(archive: Archive, studies: int) -> None:
    """Asks until so many studies are listed."""
    async with asyncio.timeout(SECONDS):
        while True:
            with suppress(StudyError):  # refused in words until the next indexer answers
                if (await archive.worklist(WorklistFilter()))[1] == studies:
                    return
            await asyncio.sleep(0.05)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir()
    write_placed(tmp_path / "archive/own", 3, StudyInstanceUID="2.25.1")
    write_placed(tmp_path / "elsewhere/deep", 3, StudyInstanceUID="2.25.2")
    write_image(tmp_path / "elsewhere/single/one.dcm", StudyInstanceUID="2.25.3")
    return tmp_path / "archive"


def test_this_machine_can_limit_files() -> None:
    assert landlock.version() > 0


async def test_studies_behind_links_are_listed_and_described(root: Path, tmp_path: Path) -> None:
    (root / "link").symlink_to(tmp_path / "elsewhere/deep")
    (root / "one.dcm").symlink_to(tmp_path / "elsewhere/single/one.dcm")
    async with archive(root, tmp_path / "state") as made:
        await listed(made, 3)
        assert len((await made.describe("2.25.2")).plans[0].sources) == 3
        (root / "own/later.dcm").symlink_to(tmp_path / "elsewhere/deep/000.dcm")
        (root / "later").symlink_to(tmp_path / "later")
        write_placed(tmp_path / "later", 2, StudyInstanceUID="2.25.4")
        await listed(made, 4)


async def test_an_archive_that_was_away_or_is_made_anew_is_read(root: Path, tmp_path: Path) -> None:
    shutil.move(root, tmp_path / "aside")
    async with archive(root, tmp_path / "state") as made:
        await asyncio.wait_for(made.known.wait(), SECONDS)
        shutil.copytree(tmp_path / "aside", root)
        await listed(made, 1)
        shutil.rmtree(root)
        shutil.copytree(tmp_path / "aside", root)
        write_placed(root / "new", 3, StudyInstanceUID="2.25.5")
        await listed(made, 2)
