"""A worker process and the host's side of it, for tests that ask it for pictures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import av
import msgspec
import numpy as np

from streamer.ipc.child_process import ChildProcess
from streamer.ipc.messages import AttachStack, Draw, DrawStill, Encoded, FromWorker, Sign, WorkerReady
from streamer.viewer.stack import Voi
from streamer.viewer.state import ViewportState, ViewState
from tests.render.synthetic_stack import CacheFile

SECONDS = 20.0
WINDOW = Voi(127.5, 255.0, "LINEAR_EXACT")
PLENTY = 600_000
VOLUME = ViewportState(kind="volume", stack=0, preset="MIP", voi=WINDOW)
StartBench = Callable[..., Any]


def state(image: int = 0, **values: Any) -> ViewState:
    viewport = ViewportState(kind="stack", stack=0, image=image, voi=WINDOW)
    return ViewState(viewports=(replace(viewport, **values),), interpolation="linear")


def blocks(frames: int = 4) -> np.ndarray[Any, Any]:
    """Flat squares of 32 pixels, of known values."""
    rows, columns = np.mgrid[:4, :6]
    squares = np.stack([40 + 30 * rows + 5 * columns + 15 * k for k in range(frames)])
    return squares.repeat(32, 1).repeat(32, 2).astype(np.int16)


class Bench:
    """A worker and the host's side of it; the decoder sees every access unit, as a browser does."""

    def __init__(self, child: ChildProcess[FromWorker]) -> None:
        self.child = child
        self._messages = child.channel.messages()
        self._decoder = av.CodecContext.create("h264", "r")
        self._revision = 0

    async def next(self, kind: type[Any] | tuple[type[Any], ...]) -> tuple[Any, bytes]:
        """The next message of a kind; signs of life are passed over, anything else is a fault of the test."""
        while True:
            message, payload = await asyncio.wait_for(anext(self._messages), SECONDS)
            if isinstance(message, kind):
                return message, payload
            assert isinstance(message, Sign), message

    def attach(self, file: CacheFile, stack: int = 0, message: type[Any] = AttachStack) -> None:
        self.child.channel.send(
            message(stack=stack, description=file.description, layout=file.layout),
            descriptors=[file.descriptor],
        )

    def ask(self, view: ViewState, **values: Any) -> Draw:
        """Sends a Draw of the next revision."""
        self._revision += 1
        draw = Draw(
            epoch=1, revision=self._revision, input_sequence=self._revision, state=view, width=192, height=128,
            pts=self._revision * 3000, bits=PLENTY,
        )  # fmt: skip
        draw = msgspec.structs.replace(draw, **values)
        self.child.channel.send(draw)
        return draw

    def ask_still(self, view: ViewState, **values: Any) -> DrawStill:
        """Sends a DrawStill of the newest revision."""
        still = DrawStill(
            epoch=1, revision=self._revision, state=view, width=192, height=128, pts=self._revision * 3000 + 1,
            method="track",
        )  # fmt: skip
        still = msgspec.structs.replace(still, **values)
        self.child.channel.send(still)
        return still

    async def picture(self, view: ViewState, **values: Any) -> tuple[Encoded, np.ndarray[Any, Any]]:
        """Draws, and decodes what comes."""
        self.ask(view, **values)
        encoded, data = await self.next(Encoded)
        return encoded, self.decode(data)

    def decode(self, data: bytes) -> np.ndarray[Any, Any]:
        (frame,) = self._decoder.decode(av.Packet(data))
        plane = frame.planes[0]
        return (
            np.frombuffer(memoryview(plane), np.uint8)
            .reshape(-1, plane.line_size)[:, : plane.width]
            .astype(int)
        )

    async def ended(self) -> int:
        return await asyncio.wait_for(self.child.process.wait(), SECONDS)


class Benches:
    """Starts workers and ends them all."""

    def __init__(self) -> None:
        self._benches: list[Bench] = []

    async def start(self, *arguments: str, environment: dict[str, str] | None = None) -> Bench:
        """A worker that may not be ready yet."""
        bench = Bench(await ChildProcess.start("streamer.worker", FromWorker, arguments, environment))
        self._benches.append(bench)
        return bench

    async def stop(self) -> None:
        """The end of the test."""
        for bench in self._benches:
            await bench.child.stop()


async def ready(start: StartBench, *arguments: str, environment: dict[str, str] | None = None) -> Bench:
    bench: Bench = await start(*arguments, environment=environment)
    await bench.next(WorkerReady)
    return bench
