"""One worker child: started, watched, killed. A worker that gives no sign for 0.8 s is dead, whatever the kernel says of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog

from streamer.ipc.child_process import ChildProcess, how_it_ended
from streamer.ipc.framing import ChannelError
from streamer.ipc.messages import (
    Captured,
    DetachAll,
    Encoded,
    Fault,
    FramesDamaged,
    FromWorker,
    Sign,
    StillDrawn,
    ToWorker,
    WorkerReady,
)
from streamer.session.sign_watch import SignWatch

log = structlog.get_logger()

READY_SECONDS = 30.0
"""So long a reader waits for a worker before it is said that there is none."""
START_SECONDS = 90.0
"""For a start: on a machine that is busy with other things one that takes longer than a reader waits is not begun anew for it."""
BUSY_SECONDS = 20.0


class WorkerClient(Protocol):
    """Who the worker draws for."""

    def on_encoded(self, message: Encoded, data: bytes) -> None:
        """An access unit."""

    def on_still(self, message: StillDrawn, data: bytes) -> None:
        """An exact picture, coded without loss; empty where its hash is known."""

    def on_captured(self, message: Captured, data: bytes) -> None:
        """A full-quality picture."""

    def on_frames_damaged(self, message: FramesDamaged) -> None:
        """Frames of a cache file are not what was written."""

    def on_worker_fault(self, message: Fault) -> None:
        """Something could not be drawn; the worker lives."""

    def on_worker_lost(self, worker: WorkerProcess, reason: str) -> None:
        """The worker is gone (crashed, killed or hung)."""


class WorkerProcess:
    """A worker and what is known of it."""

    def __init__(self, child: ChildProcess[FromWorker]) -> None:
        self._child = child
        self.client: WorkerClient | None = None
        self.ready: asyncio.Future[WorkerReady] = asyncio.get_running_loop().create_future()
        self.on_spare_lost: Callable[[], None] = lambda: None
        """Called when it is lost while it draws for nobody."""
        self.lost = False
        self.return_code: int | None = None
        """As the kernel told it, of one that ended by itself or was killed by others; None of one that was given up."""
        self.memory_bytes = 0
        self._watch = SignWatch()
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._until_silent())]

    @classmethod
    async def start(cls, arguments: Sequence[str], environment: dict[str, str]) -> WorkerProcess:
        """Starts a worker and waits until it is warm.

        Raises:
            OSError, TimeoutError, ChannelError: it could not be started or did not become ready.
        """
        worker = cls(await ChildProcess.start("streamer.worker", FromWorker, arguments, environment))
        try:
            await asyncio.wait_for(asyncio.shield(worker.ready), START_SECONDS)
        except BaseException:
            await worker.stop()
            raise
        return worker

    @property
    def pid(self) -> int:
        """The worker's process id."""
        return self._child.pid

    @property
    def silent_ms(self) -> int:
        """Milliseconds since its last sign of life."""
        return self._watch.silent_ms

    def send(self, message: ToWorker, descriptors: Sequence[int] = ()) -> None:
        """Sends a message; a worker that is gone is reported by on_worker_lost, not here."""
        if self.lost:
            return
        self._watch.asked()
        try:
            self._child.channel.send(message, descriptors=descriptors)
        except ChannelError as error:
            self._lose(str(error))

    def detach(self) -> None:
        """Forgets client and study."""
        self.client = None
        self.send(DetachAll())

    async def stop(self) -> None:
        """Ends the worker for good."""
        self.client = None
        self.lost = True
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()
        await self._child.stop()
        if not self.ready.done():
            self.ready.cancel()

    async def _read(self) -> None:
        reason = ""
        try:
            async for message, payload in self._child.channel.messages():
                self._watch.heard()
                self._take(message, payload)
        except ChannelError as error:
            reason = str(error)
        if not self.lost:
            self.return_code = await self._child.ended()
        if not reason or self.return_code:
            reason = how_it_ended(self.return_code)
        self._lose(reason)

    def _take(self, message: FromWorker, payload: bytes) -> None:
        match message:
            case WorkerReady():
                if not self.ready.done():
                    self.ready.set_result(message)
            case Sign():
                self._watch.heard(message.next_ms)
                self.memory_bytes = message.memory_bytes
                if message.busy_ms > BUSY_SECONDS * 1000:
                    self._lose("one picture took it too long")
            case Encoded() if self.client is not None:
                self.client.on_encoded(message, payload)
            case StillDrawn() if self.client is not None:
                self.client.on_still(message, payload)
            case Captured() if self.client is not None:
                self.client.on_captured(message, payload)
            case FramesDamaged() if self.client is not None:
                self.client.on_frames_damaged(message)
            case Fault():
                log.warning("worker_fault", worker_pid=self.pid, code=message.code, message=message.message)
                if self.client is not None:
                    self.client.on_worker_fault(message)
            case _:
                pass  # pictures for a client that left

    async def _until_silent(self) -> None:
        await asyncio.shield(self.ready)
        await self._watch.until_silent()
        self._lose("it gave no sign of life")

    def _lose(self, reason: str) -> None:
        if self.lost:
            return
        self.lost = True
        log.warning("worker_lost", worker_pid=self.pid, reason=reason)
        self._child.kill()
        self._child.channel.close()
        if not self.ready.done():
            self.ready.set_exception(ChannelError(f"The renderer did not start: {reason}."))
        client, self.client = self.client, None
        if client is not None:
            client.on_worker_lost(self, reason)
        else:
            self.on_spare_lost()
