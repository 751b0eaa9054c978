"""Workers that truly run out of memory, by their own limit and by the kernel: in words, alone, and with the reason in the log."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import structlog

from streamer.confinement.memory import MOST_VARIABLE
from streamer.ipc.messages import AttachStack, Draw, Encoded, Fault
from streamer.session import sign_watch
from streamer.session.worker_pool import WorkerPool
from streamer.session.worker_process import WorkerProcess
from streamer.viewer.state import ViewState
from streamer.worker.work_memory import SHORT
from tests.integration.worker_bench import PLENTY, VOLUME, Bench, Benches, StartBench, blocks, ready, state
from tests.render.synthetic_stack import cache_file

LITTLE = 48 << 20
LARGE = {"width": 4096, "height": 2304}
HEAVY = ViewState(viewports=(VOLUME,), interpolation="linear")
SECONDS = 30.0


@pytest.fixture
async def start() -> AsyncIterator[StartBench]:
    benches = Benches()
    yield benches.start
    await benches.stop()


async def draws(bench: Bench, image: int) -> None:
    """A picture of an image comes, with its known grey."""
    _, luma = await bench.picture(state(image))
    assert luma[10, 10] == pytest.approx(40 + 15 * image, abs=3)


async def test_a_picture_beyond_the_limit_is_refused_in_words_and_the_next_one_is_drawn(
    start: StartBench,
) -> None:
    limited = await ready(start, environment={MOST_VARIABLE: str(LITTLE)})
    neighbour = await ready(start)
    for bench in (limited, neighbour):
        bench.attach(cache_file(blocks()))
        await draws(bench, 0)
    limited.ask(state(1), **LARGE)
    fault, _ = await limited.next(Fault)
    assert fault.message == SHORT
    await draws(limited, 2)
    await draws(neighbour, 3)
    large, _ = await neighbour.picture(state(1), **LARGE)
    assert large.visible == (LARGE["width"], LARGE["height"]), "what its work needs it gets"


def enter(group: Path, pid: int) -> None:
    """From now on what that program allocates counts in the group."""
    group.write_text(str(pid))


@pytest.fixture
def shorten() -> Iterator[Callable[[int], object]]:
    """What lets a program get little memory more, by its id: a cgroup of version 1 or 2, whichever the machine has for memory.

    Where none can be made the test itself does to it what the kernel would.
    """
    top = Path("/sys/fs/cgroup")
    for place, limit in ((top / "memory", "memory.limit_in_bytes"), (top, "memory.max")):
        folder = place / f"farview-test-{os.getpid()}"
        try:
            folder.mkdir()
        except OSError:
            continue
        try:
            (folder / limit).write_text(str(LITTLE))
        except OSError:
            folder.rmdir()
            continue
        yield partial(enter, folder / "cgroup.procs")
        folder.rmdir()
        return
    yield lambda pid: os.kill(pid, signal.SIGKILL)


class Client:
    """Of a worker: what the host's side is told."""

    def __init__(self) -> None:
        self.pictures: asyncio.Queue[Encoded] = asyncio.Queue()
        self.lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def on_encoded(self, message: Encoded, data: bytes) -> None:
        self.pictures.put_nowait(message)

    def on_worker_lost(self, worker: WorkerProcess, reason: str) -> None:
        self.lost.set_result(reason)

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} is not expected")


async def taken(pool: WorkerPool) -> tuple[WorkerProcess, Client]:
    worker, client = await pool.take(), Client()
    worker.client = client
    file = cache_file(blocks())
    worker.send(
        AttachStack(stack=0, description=file.description, layout=file.layout), (os.dup(file.descriptor),)
    )
    return worker, client


def draw(view: ViewState, revision: int, **size: int) -> Draw:
    asked = {"width": 192, "height": 128, **size}
    return Draw(
        epoch=1, revision=revision, input_sequence=revision, state=view, pts=revision * 3000, bits=PLENTY, **asked
    )  # fmt: skip


@pytest.mark.root
async def test_one_that_the_kernel_ends_for_memory_dies_alone_and_the_log_says_why(
    shorten: Callable[[int], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A program at the edge of its group is slow to give signs; here the kernel has the time to end it.
    monkeypatch.setattr(sign_watch, "LOOKS", 10_000)
    pool = WorkerPool(0, ("--gl", "osmesa"), {})
    try:
        heavy, heavy_client = await taken(pool)
        light, light_client = await taken(pool)
        shorten(heavy.pid)
        with structlog.testing.capture_logs() as logged:
            heavy.send(draw(HEAVY, 1, **LARGE))
            for revision in range(1, 4):
                light.send(draw(state(revision), revision))
                encoded = await asyncio.wait_for(light_client.pictures.get(), SECONDS)
                assert encoded.revision == revision
            reason = await asyncio.wait_for(heavy_client.lost, SECONDS)
        assert reason == "ended by signal 9 (killed; out of memory?)"
        assert heavy.return_code == -9
        assert [
            (line["reason"], line["worker_pid"]) for line in logged if line["event"] == "worker_lost"
        ] == [(reason, heavy.pid)]
        light.send(draw(state(0), 5))
        assert (await asyncio.wait_for(light_client.pictures.get(), SECONDS)).revision == 5
        assert not light.lost
        fresh = await pool.take()
        assert fresh.pid not in (heavy.pid, light.pid)
    finally:
        await pool.close()
