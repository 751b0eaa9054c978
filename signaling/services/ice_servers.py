"""The STUN and TURN servers that a seat is told, with credentials of its own."""

from __future__ import annotations

import time
from collections.abc import Callable

from signaling.auth.turn_credentials import turn_credential
from signaling.config import IceSettings
from signaling.protocol.records import IceServer


class IceServers:
    """What pages and hosts are told. Nobody but TURN servers and this process knows the secret."""

    def __init__(self, settings: IceSettings, clock: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._clock = clock

    @property
    def relay_only(self) -> bool:
        """Whether pages may be reached through a relay only."""
        return self._settings.relay_only

    def for_page(self) -> tuple[IceServer, ...]:
        """All servers."""
        stun = (IceServer(urls=self._settings.stun),) if self._settings.stun else ()
        return stun + self._relays(self._settings.turn)

    def for_host(self) -> tuple[IceServer, ...]:
        """One server at most, since a host's ICE asks one only, and makes its offer wait for the answer."""
        if self._settings.host_turn:
            return self._relays((self._settings.host_turn,))
        return (IceServer(urls=self._settings.stun[:1]),) if self._settings.stun else ()

    def _relays(self, urls: tuple[str, ...]) -> tuple[IceServer, ...]:
        if not urls:
            return ()
        credential = turn_credential(self._settings.secret, self._clock() + self._settings.turn_seconds)
        return (IceServer(urls=urls, username=credential.username, credential=credential.password),)
