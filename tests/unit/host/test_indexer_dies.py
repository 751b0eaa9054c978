"""An indexer that dies again and again comes back later and later; one that ends in order comes back soon."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from streamer.host import archive as archive_module
from streamer.host.archive import RESTART_SECONDS, Archive

TIMES = 6


class Child:
    """Ends at once."""

    pid = os.getpid()

    def __init__(self, code: int) -> None:
        self.channel = self
        self._code = code

    async def messages(self) -> AsyncIterator[Any]:
        for nothing in ():
            yield nothing

    async def ended(self) -> int:
        return self._code

    async def stop(self) -> int:
        return self._code


@pytest.mark.parametrize(
    ("code", "waits", "reason"),
    [
        (-9, [RESTART_SECONDS * 2**n for n in range(TIMES)], "ended by signal 9 (killed; out of memory?)"),
        (-6, [RESTART_SECONDS * 2**n for n in range(TIMES)], "ended by signal 6 (SIGABRT: no memory within its limit?)"),
        (1, [RESTART_SECONDS * 2**n for n in range(TIMES)], "ended with code 1"),
        (0, [RESTART_SECONDS] * TIMES, "it ended"),
    ],
)  # fmt: skip
async def test_it_comes_back_later_and_later_and_the_log_says_how_it_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, waits: list[float], reason: str
) -> None:
    waited: list[float] = []

    async def start(*_arguments: Any) -> Child:
        return Child(code)

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == TIMES:
            raise asyncio.CancelledError

    monkeypatch.setattr(archive_module.ChildProcess, "start", start)
    monkeypatch.setattr(archive_module.asyncio, "sleep", sleep)
    archive = Archive(tmp_path, tmp_path / "index", "", lambda info: None)
    with structlog.testing.capture_logs() as logged, pytest.raises(asyncio.CancelledError):
        await archive.run()
    assert waited == waits
    assert {line["reason"] for line in logged if line["event"] == "indexer_restart"} == {reason}
