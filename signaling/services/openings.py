"""Openings of studies: recorded in the audit trail before anything of the study is shown."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable

from signaling.domain.audit import AuditEntry, Deed
from signaling.domain.checkpoints import ReadingKey, check_key, check_study
from signaling.errors import StoreFailed
from signaling.log import logger
from signaling.protocol import errors
from signaling.protocol.errors import ProtocolError
from signaling.protocol.hosts import StudyOpening, StudyRecorded
from signaling.services.live_host import LiveHost
from signaling.services.served_readers import NOT_SERVED, ServedReaders
from signaling.store.protocols import AuditStore

_LOG = logger(__name__)
_REMEMBERED = 10_000
_NOT_OPENED = "The study is not opened, for its opening can't be recorded. {why} Studies that are open go on."


class OpeningService:
    """Records openings. Those recorded since the server's start are remembered, so that a reading that runs goes on
    without being recorded anew: its page lost a seat or a host, and the database may be out of reach just then.
    """

    def __init__(
        self,
        audit: AuditStore,
        timeout: float = 5.0,
        clock: Callable[[], float] = time.time,
        *,
        served: ServedReaders,
    ) -> None:
        self._audit = audit
        self._served = served
        self._timeout = timeout
        self._clock = clock
        self._recorded: OrderedDict[ReadingKey, None] = OrderedDict()

    async def record(self, host: LiveHost, message: StudyOpening) -> StudyRecorded:
        """Record it; the answer says why not, where that can't be done."""
        if message.tenant != host.record.tenant:
            return StudyRecorded(request=message.request, problem="This host does not serve that tenant.")
        key = ReadingKey(message.tenant, message.user, host.current(message.archive), message.study)
        try:
            check_key(key)
            if not self._served.has(host.host, key.tenant, key.user, message.ticket):
                raise ProtocolError(errors.FORBIDDEN, NOT_SERVED)
            if message.goes_on and key in self._recorded:
                return StudyRecorded(request=message.request)
            check_study(key.study)
            if key.archive not in {info.archive for info in host.reached}:
                raise ProtocolError(errors.FORBIDDEN, "This host does not reach that archive.")
            await self._add(key, host)
        except (ProtocolError, StoreFailed) as error:
            _LOG.error("opening not recorded", host=host.host, why=error.message)
            return StudyRecorded(request=message.request, problem=_NOT_OPENED.format(why=error.message))
        self._recorded[key] = None
        self._recorded.move_to_end(key)
        if len(self._recorded) > _REMEMBERED:
            self._recorded.popitem(last=False)
        return StudyRecorded(request=message.request)

    async def _add(self, key: ReadingKey, host: LiveHost) -> None:
        entry = AuditEntry(
            self._clock(), key.tenant, key.user, Deed.STUDY_OPENED, key.archive, key.study, host.host
        )
        try:
            async with asyncio.timeout(self._timeout):
                await self._audit.add(entry)
        except TimeoutError:
            raise StoreFailed("Farview's database did not answer in time.") from None
