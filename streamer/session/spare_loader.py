"""One loader child that is started before it is needed: a decoder takes most of a second to import."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog

from streamer.ipc.child_process import ChildProcess, how_it_ended
from streamer.ipc.messages import FromLoader
from streamer.session.restart_pace import RestartPace

log = structlog.get_logger()
MODULE = "streamer.loader"
REFILL_SECONDS = 1.0


class SpareLoader:
    """Gives a warm loader at once where one waits, else a fresh one, and starts the next a second later.

    A spare that dies while it waits is replaced before it is needed, later and later where they die one after the other.
    """

    def __init__(self) -> None:
        self._spare: ChildProcess[FromLoader] | None = None
        self._refill: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None
        self._pace = RestartPace(REFILL_SECONDS)

    def warm(self, delay: float = 0.0) -> None:
        """Starts the spare in the background; later, so that it does not compete with the load that was just begun."""
        if (
            not self._closing.is_set()
            and self._spare is None
            and (self._refill is None or self._refill.done())
        ):
            self._refill = asyncio.create_task(self._start(delay))

    async def take(self) -> ChildProcess[FromLoader]:
        """A loader that has not been told what to load.

        Raises:
            OSError: none could be started.
        """
        spare, self._spare = self._spare, None
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        self.warm(REFILL_SECONDS)
        if spare is not None and spare.process.returncode is None:
            return spare
        if spare is not None:
            await spare.stop()
        return await ChildProcess.start(MODULE, FromLoader)

    async def close(self) -> None:
        """Ends the spare. One that is being started is waited for: cancelled in between, its process would be nobody's."""
        self._closing.set()
        if self._refill is not None:
            await asyncio.gather(self._refill, return_exceptions=True)
        if self._watch is not None:
            self._watch.cancel()
        if self._spare is not None:
            # It has begun nothing, so it needs no time to end, and while it imports it does not hear that it shall.
            self._spare.kill()
            await self._spare.stop()
            self._spare = None

    async def _start(self, delay: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), delay)
        if self._closing.is_set():
            return
        try:
            self._spare = await ChildProcess.start(MODULE, FromLoader)
        except OSError as error:
            log.error("loader_start_failed", problem=str(error))
            return
        self._watch = asyncio.create_task(self._until_dead(self._spare))

    async def _until_dead(self, spare: ChildProcess[FromLoader]) -> None:
        code = await spare.process.wait()
        if self._spare is spare and not self._closing.is_set():
            self._spare = self._watch = None
            spare.channel.close()
            wait = self._pace.died()
            log.warning("spare_loader_lost", reason=how_it_ended(code), replaced_in_seconds=wait)
            self.warm(wait)
