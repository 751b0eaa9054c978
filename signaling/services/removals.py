"""Hosts that an administrator removes: each is emptied as one that is drained, ends in order, and only then loses its key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from signaling.domain.hosts import HostState, Removal
from signaling.errors import Refused
from signaling.log import logger
from signaling.services.host_registry import HostChange, HostRegistry
from signaling.services.live_host import LiveHost
from signaling.services.tasks import Tasks

_LOG = logger(__name__)
HAND_SECONDS = 30.0
"""So long it is waited for that the hands of those rest whom another host can take."""
END_SECONDS = 10.0
"""A host that is told to end saves for up to 5 s and says that it ends; one that has not said so by then is not waited for."""


class Removals:
    """One task for each host that is being removed; taking readers again calls it off until the host is told to end."""

    def __init__(
        self, registry: HostRegistry, hand_seconds: float = HAND_SECONDS, end_seconds: float = END_SECONDS
    ) -> None:
        self._registry = registry
        self._hand_seconds = hand_seconds
        self._end_seconds = end_seconds
        self._tasks = Tasks()

    async def close(self) -> None:
        """Stop waiting. A host that was not told to end yet is drained and keeps its key."""
        await self._tasks.close()

    async def remove(self, host: str, tenant: str) -> None:
        """A host that is there is emptied first, and this returns before it is; any other is removed at once.

        Raises:
            Refused: there is no such host, or it is the one this command started.
        """
        await self._registry.removable(host, tenant)
        if host in self._registry.removals:
            return
        live = self._registry.find(host)
        if live is None or not live.serves:
            await self._registry.remove(host, tenant)
            return
        self._registry.removals[host] = Removal.EMPTIES
        try:
            await self._registry.drain(host, tenant, True)
        except BaseException:
            self._registry.removals.pop(host, None)
            raise
        self._tasks.start(self._run(host, tenant), "remove a host")

    async def _run(self, host: str, tenant: str) -> None:
        try:
            await self._wait(host, _is_done_with, self._hand_seconds)
            live = self._registry.find(host)
            if live is not None and not live.record.draining:
                _LOG.info("removal called off", host=host)
                return
            if live is not None and live.serves:
                # What is left there is told with the next words of the host's being drained.
                self._registry.removals[host] = Removal.ENDS
                self._registry.changes.tell(HostChange(live))
                await self._wait(host, lambda live: False, self._end_seconds)
            await self._registry.remove(host, tenant)
        except Refused:
            _LOG.info("host was removed already", host=host)
        finally:
            self._registry.removals.pop(host, None)
            if (left := self._registry.find(host)) is not None:
                self._registry.changes.tell(HostChange(left))

    async def _wait(self, host: str, is_done: Callable[[LiveHost], bool], seconds: float) -> None:
        """Until the host ends, or is done with what it is waited for; `seconds` at the most."""
        try:
            async with asyncio.timeout(seconds):
                while (live := self._registry.find(host)) is not None and live.serves and not is_done(live):
                    await self._registry.changes.wait(seconds)
        except TimeoutError:
            _LOG.info("host waited for no longer", host=host, seconds=seconds)


def _is_done_with(live: LiveHost) -> bool:
    """Whether waiting on would move nobody, is not wished any more, or the host is being stopped anyway."""
    if not live.record.draining or live.state is HostState.LEAVING:
        return True
    return live.load is not None and live.load.sessions <= live.load.staying
