"""Whose keys sign records of proven pictures: learnt from hosts that registered, published to whoever asks."""

from __future__ import annotations

import time
from collections.abc import Callable

from signaling.domain.proof_keys import MOST_PER_HOST, proof_key
from signaling.errors import StoreFailed
from signaling.log import logger
from signaling.store.protocols import ProofKeyStore

_LOG = logger(__name__)


class ProofKeyService:
    """The keys of every host that was ever let in here."""

    def __init__(self, store: ProofKeyStore, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock

    async def learn(self, host: str, jwk: str) -> None:
        """A registered host named its key. One that is none, or can't be kept, costs the host nothing but this."""
        if not jwk:
            return
        try:
            kept = await self._store.add(proof_key(jwk, host, self._clock()), MOST_PER_HOST)
        except (ValueError, StoreFailed) as error:
            _LOG.warning("proof key not kept", host=host, reason=str(error))
            return
        if not kept:
            _LOG.warning("proof key not kept", host=host, reason=f"the host has {MOST_PER_HOST} already")

    async def published(self) -> dict[str, list[dict[str, str]]]:
        """A JWK set (RFC 7517, 5)."""
        return {"keys": [key.jwk for key in await self._store.all()]}
