"""Tries to sign in with a wrong token: told in the log and the audit trail, never with the token, and not without measure."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from signaling.domain.addresses import counted_as
from signaling.domain.audit import AuditEntry, Deed
from signaling.domain.tenants import DEFAULT_TENANT
from signaling.errors import StoreFailed
from signaling.log import logger
from signaling.store.protocols import AuditStore

_LOG = logger(__name__)
EVERY_SECONDS = 60.0
MAX_ADDRESSES = 1_000
_ADDRESS_LENGTH = 64


class WrongTokens:
    """One line and one entry a minute for each address; the line says how many tries it stands for."""

    def __init__(self, audit: AuditStore, clock: Callable[[], float] = time.time) -> None:
        self._audit = audit
        self._clock = clock
        self._said: OrderedDict[str, tuple[float, int]] = OrderedDict()
        """By address: when it was last said, and tries since."""

    async def note(self, address: str, proxy: str = "") -> None:
        """Somebody at `address` tried, behind `proxy` where one stands between that is believed."""
        address = counted_as(address)[:_ADDRESS_LENGTH]
        now = self._clock()
        said_at, since = self._said.pop(address, (float("-inf"), 0))
        if now - said_at < EVERY_SECONDS:
            self._said[address] = said_at, since + 1
            return
        self._said[address] = now, 0
        if len(self._said) > MAX_ADDRESSES:
            self._said.popitem(last=False)
        _LOG.warning("wrong sign-in token", address=address, proxy=proxy, tries=since + 1)
        try:
            await self._audit.add(AuditEntry(now, DEFAULT_TENANT, "", Deed.SIGN_IN_REFUSED, host=address))
        except StoreFailed as error:
            _LOG.warning("wrong sign-in token not recorded", why=error.message)
