"""Warm workers: VTK takes a second to start, so that a spare waits before it is needed."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine, Sequence
from typing import Any

import structlog

from streamer.errors import NoRendererError
from streamer.ipc.framing import ChannelError
from streamer.ipc.messages import WorkerReady
from streamer.session.restart_pace import RestartPace
from streamer.session.worker_process import READY_SECONDS, WorkerProcess

log = structlog.get_logger()
RETRY_SECONDS = 2.0
REFILL_SECONDS = 0.7
SLOW_SECONDS = 5.0
"""A start that takes longer is no longer counted on: another one is tried beside it."""
MOST_STARTING = 4
CLOCK_SECONDS = 0.05
"""A timer may come a little before the clock says so."""


class WorkerPool:
    """Keeps `spares` warm workers; one that is taken is replaced at once."""

    def __init__(self, spares: int, arguments: Sequence[str], environment: dict[str, str]) -> None:
        self._spares = spares
        self._arguments = tuple(arguments)
        self._environment = environment
        self._idle: deque[WorkerProcess] = deque()
        self._waiting: deque[asyncio.Future[WorkerProcess]] = deque()
        self._starting: list[float] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        self._problem = ""
        self._pace = RestartPace(REFILL_SECONDS)
        self.taken: set[WorkerProcess] = set()
        self.facts: WorkerReady | None = None

    def fill(self) -> None:
        """Starts what is missing; returns at once."""
        if self._closed:
            return
        now = asyncio.get_running_loop().time()
        coming = len([began for began in self._starting if now - began < SLOW_SECONDS])
        idle = len([worker for worker in self._idle if not worker.lost])
        spares = (
            0 if self._pace.rests else self._spares
        )  # who waits is served, whatever became of those before
        missing = max(spares, len(self._waiting)) - idle - coming
        for _ in range(min(missing, MOST_STARTING - len(self._starting))):
            self._starting.append(now)
            self._own(self._start(now))

    async def take(self) -> WorkerProcess:
        """A warm worker, at once where a spare waits.

        Raises:
            NoRendererError: none could be started; the message says why.
        """
        while self._idle:
            worker = self._idle.popleft()
            if not worker.lost:
                self.taken.add(worker)
                # Later, so that the next spare's start does not compete with the first picture of this one.
                asyncio.get_running_loop().call_later(REFILL_SECONDS, self.fill)
                return worker
        future: asyncio.Future[WorkerProcess] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        try:
            for _ in range(int(READY_SECONDS / SLOW_SECONDS)):
                self.fill()
                done, _pending = await asyncio.wait([future], timeout=SLOW_SECONDS)
                if done and not future.result().lost:
                    self.taken.add(future.result())
                    return future.result()
                if done:  # it was lost in the same moment
                    future = asyncio.get_running_loop().create_future()
                    self._waiting.append(future)
        except asyncio.CancelledError:
            if future.done():
                self.give_back(future.result())
            raise
        finally:
            future.cancel()
        raise NoRendererError(
            f"No renderer could be started within {READY_SECONDS:.0f} s. {self._problem}".strip()
        )

    def give_back(self, worker: WorkerProcess) -> None:
        """A worker whose session is over: kept as a spare when one is missing, else ended."""
        self.taken.discard(worker)
        if worker.lost:
            return
        worker.detach()
        if self._closed or len(self._idle) >= self._spares:
            self._own(worker.stop())
        else:
            self._offer(worker)

    def forget(self, worker: WorkerProcess) -> None:
        """A taken worker that was lost."""
        self.taken.discard(worker)
        self._own(worker.stop())

    async def close(self) -> None:
        """Ends all workers."""
        self._closed = True
        workers = [*self._idle, *self.taken]
        self._idle.clear()
        self.taken.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(worker.stop() for worker in workers), return_exceptions=True)

    def _own(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _offer(self, worker: WorkerProcess) -> None:
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_result(worker)
                return
        worker.on_spare_lost = self._spare_lost
        self._idle.append(worker)

    def _spare_lost(self) -> None:
        """A spare that died is replaced before a reader waits for it, and not again and again where each of them dies."""
        for worker in [worker for worker in self._idle if worker.lost]:
            self._idle.remove(worker)
            self._own(worker.stop())
            wait = self._pace.died()
            log.warning("spare_worker_lost", replaced_in_seconds=wait)
            asyncio.get_running_loop().call_later(wait + CLOCK_SECONDS, self.fill)

    async def _start(self, began: float) -> None:
        try:
            worker = await WorkerProcess.start(self._arguments, self._environment)
        except (OSError, TimeoutError, ChannelError) as error:
            self._problem = str(error) or "It did not become ready."
            log.error("worker_start_failed", problem=self._problem)
            await asyncio.sleep(RETRY_SECONDS)
            self._starting.remove(began)
            if not self._closed:
                self.fill()
            return
        self._starting.remove(began)
        if self.facts is None:
            self.facts = worker.ready.result()
        if self._closed:
            await worker.stop()
        else:
            self._offer(worker)
            self.fill()
