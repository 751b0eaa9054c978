"""An archive's indexer that dies or hangs is replaced; who asked meanwhile is told in words."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from signaling.protocol.records import WorklistFilter
from streamer.errors import StudyError
from streamer.host import archive as archive_module
from streamer.host.archive import Archive
from tests.data.phantoms import write_tiny

SECONDS = 20.0


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    write_tiny(tmp_path / "data")
    made = Archive(tmp_path / "data", tmp_path / "index.sqlite", "test", lambda info: None)
    task = asyncio.create_task(made.run())
    await asyncio.wait_for(made.known.wait(), SECONDS)
    yield made
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def answers(archive: Archive) -> int:
    """Asks until the index answers and has read the folder; how many studies there are."""
    async with asyncio.timeout(SECONDS):
        while True:
            try:
                if total := (await archive.worklist(WorklistFilter()))[1]:
                    return total
            except StudyError:
                pass  # refused in words until the next indexer answers
            await asyncio.sleep(0.05)


async def test_a_killed_indexer_is_replaced(archive: Archive) -> None:
    assert archive.pid is not None
    os.kill(archive.pid, signal.SIGKILL)
    assert await answers(archive) == 1


async def test_an_indexer_that_hangs_is_replaced(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "ANSWER_SECONDS", 0.5)
    before = archive.pid
    assert before is not None
    os.kill(before, signal.SIGSTOP)
    assert await answers(archive) == 1
    assert archive.pid != before
