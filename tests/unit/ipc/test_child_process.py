"""Real child programs: started, spoken with, ended in every way."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from streamer.ipc.child_process import CHANNEL_VARIABLE, ChildProcess, channel_descriptor
from streamer.ipc.framing import ChannelError
from streamer.ipc.messages import (
    AttachStack,
    Capture,
    DetachAll,
    Fault,
    FromWorker,
    Shutdown,
    Sign,
    StackPixels,
)
from streamer.viewer.stack import FrameRef, PixelFormat, Stack, StackGeometry
from streamer.viewer.state import ViewState

SECONDS = 20
MODULE = "tests.unit.ipc.speaking_child"
STACK = Stack(
    key="1.2.3#0",
    series_instance_uid="1.2.3",
    rows=1,
    columns=6,
    frames=(FrameRef("1.2.3.4"),),
    geometry=StackGeometry((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), ((0.0, 0.0, 0.0),), (1.0, 1.0)),
    pixels=PixelFormat("uint8"),
)
ENVIRONMENT = {"PYTHONPATH": str(Path(__file__).parents[3]), "FARVIEW_TEST": "from the host"}


class Child:
    """A child program and the iterator over what it says."""

    def __init__(self, process: ChildProcess[FromWorker]) -> None:
        self.process = process
        self.channel = process.channel
        self._messages = process.channel.messages()

    async def next(self) -> tuple[FromWorker, bytes]:
        return await asyncio.wait_for(anext(self._messages), SECONDS)


async def start(mode: str) -> Child:
    return Child(await ChildProcess.start(MODULE, FromWorker, [mode], ENVIRONMENT))


@pytest.fixture
async def child() -> AsyncIterator[Child]:
    child = await start("obedient")
    yield child
    await child.process.stop(SECONDS)


async def test_a_descriptor_reaches_another_process(child: Child) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(b"pixels")
        file.flush()
        layout = StackPixels(states=0, checksums=0, pixels=0, size=6, seed=0)
        message = AttachStack(stack=4, description=STACK, layout=layout)
        child.channel.send(message, descriptors=(file.fileno(),))
        assert await child.next() == (Fault(code="read", message="stack 4"), b"pixels")
        assert file.fileno() >= 0, "the host keeps its own"


async def test_threads_of_a_child_do_not_mix_their_messages(child: Child) -> None:
    child.channel.send(DetachAll())
    for _ in range(40):
        message, payload = await child.next()
        assert isinstance(message, Sign)
        assert payload == bytes([message.busy_ms]) * 100_000


async def test_a_child_inherits_its_channel_and_nothing_else(child: Child) -> None:
    with tempfile.TemporaryFile() as secret:
        os.set_inheritable(secret.fileno(), True)
        other = await start("obedient")
        other.channel.send(Capture(request=1, state=ViewState(), width=1, height=1))
        environment, _ = await other.next()
        descriptors, _ = await other.next()
        await other.process.stop(SECONDS)
    assert environment == Fault(code="environment", message="from the host")
    assert isinstance(descriptors, Fault)
    # Standard input, output and error, the channel, and the listing of /proc itself.
    assert len(descriptors.message.split()) == 5


async def test_a_child_stays_in_its_starters_process_session(child: Child) -> None:
    assert os.getsid(child.process.pid) == os.getsid(0)


async def test_shutdown_ends_a_child_well(child: Child) -> None:
    child.channel.send(Shutdown())
    assert await asyncio.wait_for(child.process.process.wait(), SECONDS) == 0
    with pytest.raises(StopAsyncIteration):
        await child.next()


async def test_a_closed_channel_ends_a_child(child: Child) -> None:
    assert await child.process.stop(SECONDS) == 7


async def test_a_child_that_hangs_is_killed() -> None:
    child = await start("deaf")
    assert await child.process.stop(0.1) == -signal.SIGKILL


async def test_a_stopped_child_is_killed() -> None:
    child = await start("obedient")
    os.kill(child.process.pid, signal.SIGSTOP)
    assert await child.process.stop(0.1) == -signal.SIGKILL


async def test_a_killed_child_ends_its_messages() -> None:
    child = await start("obedient")
    child.process.kill()
    with pytest.raises(StopAsyncIteration):
        await child.next()
    assert await child.process.stop() == -signal.SIGKILL
    child.process.kill()


async def test_a_child_that_talks_nonsense_is_cut_off() -> None:
    child = await start("garbage")
    with pytest.raises(ChannelError):
        await child.next()
    assert child.channel.closed
    assert await child.process.stop(0.1) == -signal.SIGKILL


async def test_a_program_that_is_missing_ends_at_once() -> None:
    child = Child(await ChildProcess.start("tests.unit.ipc.no_such_program", FromWorker))
    with pytest.raises(StopAsyncIteration):
        await child.next()
    assert await child.process.stop(SECONDS) == 1


@pytest.mark.parametrize("value", [None, "", "x"])
def test_a_child_started_by_hand_says_so(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CHANNEL_VARIABLE, raising=False)
    if value is not None:
        monkeypatch.setenv(CHANNEL_VARIABLE, value)
    with pytest.raises(RuntimeError, match="started by a Farview host"):
        channel_descriptor()
