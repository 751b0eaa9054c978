"""The loader that is kept warm: whoever closes does not wait until it has imported its decoders."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from streamer.ipc.child_process import ChildProcess
from streamer.session.spare_loader import SpareLoader
from tests.fakes import virtual_time


class Child:
    """A loader that is still importing: deaf to the end of its channel, and ended by a kill alone."""

    def __init__(self) -> None:
        self.killed = asyncio.Event()
        self.process = SimpleNamespace(returncode=None, wait=self.killed.wait)
        self.channel = SimpleNamespace(close=lambda: None)

    def kill(self) -> None:
        self.killed.set()

    async def stop(self, grace: float = 1.0) -> int:
        return await ChildProcess.stop(self, grace)


def test_a_spare_that_has_begun_nothing_is_given_no_time_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    children: list[Child] = []

    async def start(*_arguments: Any) -> Child:
        children.append(Child())
        return children[-1]

    monkeypatch.setattr(ChildProcess, "start", start)

    async def closed() -> float:
        spare = SpareLoader()
        spare.warm()
        await asyncio.sleep(5)
        began = asyncio.get_running_loop().time()
        await spare.close()
        return asyncio.get_running_loop().time() - began

    assert virtual_time.run(closed()) == 0
    assert [child.killed.is_set() for child in children] == [True]
