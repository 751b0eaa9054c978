"""Views and marks: saved as hosts send them, given back at opening."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import msgspec

from signaling.domain.checkpoints import ReadingKey, check_formats, check_key, check_sizes, oldest_view_kept
from signaling.errors import StoreFailed
from signaling.log import logger
from signaling.protocol import errors
from signaling.protocol.errors import ProtocolError
from signaling.protocol.hosts import CheckpointLoad, CheckpointLoaded, CheckpointSave, CheckpointSaved
from signaling.services.live_host import LiveHost
from signaling.services.served_readers import NOT_SERVED, ServedReaders
from signaling.services.turns import Turns
from signaling.store.protocols import CheckpointStore

_LOG = logger(__name__)
_PURGE_EVERY = 3600.0
_LATE = "Farview's database did not answer in time."
_FOREIGN = "This host does not serve that tenant."


class CheckpointService:
    """Keeps readings and gives them back; nothing of it is recorded but what is kept."""

    def __init__(
        self,
        store: CheckpointStore,
        timeout: float = 5.0,
        clock: Callable[[], float] = time.time,
        turns: Turns | None = None,
        *,
        served: ServedReaders,
    ) -> None:
        """Nothing is saved or loaded while something else has `turns` for itself: readings are just being moved then."""
        self._turns = turns or Turns()
        self._store = store
        self._served = served
        self._timeout = timeout
        self._clock = clock

    async def save(self, host: LiveHost, message: CheckpointSave) -> CheckpointSaved:
        """Keep it; the answer says why not, where it could not be kept."""
        if message.tenant != host.record.tenant:
            return CheckpointSaved(request=message.request, problem=_FOREIGN)
        view = msgspec.json.encode(message.view).decode()
        marks = None if message.marks is None else msgspec.json.encode(message.marks).decode()
        try:
            check_key(_key(message))
            self._check_served(host, message)
            check_sizes(view, marks)
            check_formats(message.view, message.marks)
            async with asyncio.timeout(self._timeout), self._turns.many():
                await self._store.save(_current(host, message), view, marks, self._clock())
        except (ProtocolError, StoreFailed) as error:
            return CheckpointSaved(request=message.request, problem=error.message)
        except TimeoutError:
            return CheckpointSaved(request=message.request, problem=_LATE)
        return CheckpointSaved(request=message.request)

    async def load(self, host: LiveHost, message: CheckpointLoad) -> CheckpointLoaded:
        """What is kept of the reading."""
        if message.tenant != host.record.tenant:
            return CheckpointLoaded(request=message.request, problem=_FOREIGN)
        now = self._clock()
        try:
            check_key(_key(message))
            self._check_served(host, message)
            async with asyncio.timeout(self._timeout), self._turns.many():
                kept = await self._store.load(_current(host, message), oldest_view_kept(now))
        except (ProtocolError, StoreFailed) as error:
            return CheckpointLoaded(request=message.request, problem=error.message)
        except TimeoutError:
            return CheckpointLoaded(request=message.request, problem=_LATE)
        return CheckpointLoaded(
            request=message.request,
            view=None if kept.view is None else msgspec.json.decode(kept.view),
            marks=None if kept.marks is None else msgspec.json.decode(kept.marks),
            saved_at=kept.saved_at,
        )

    def _check_served(self, host: LiveHost, message: CheckpointSave | CheckpointLoad) -> None:
        if not self._served.has(host.host, message.tenant, message.user, message.ticket):
            _LOG.warning("somebody else's reading refused", host=host.host, kind=type(message).__name__)
            raise ProtocolError(errors.FORBIDDEN, NOT_SERVED)

    async def purge(self) -> None:
        """Forget old views, now and every hour; runs until cancelled."""
        while True:
            with suppress(StoreFailed):  # said when something is saved; tried again in an hour
                await self._store.purge(oldest_view_kept(self._clock()))
            await asyncio.sleep(_PURGE_EVERY)


def _key(message: CheckpointSave | CheckpointLoad) -> ReadingKey:
    return ReadingKey(message.tenant, message.user, message.archive, message.study)


def _current(host: LiveHost, message: CheckpointSave | CheckpointLoad) -> ReadingKey:
    """By what the archive is called now: the host may not have heard of it yet."""
    return replace(_key(message), archive=host.current(message.archive))
