"""Signing in and out. The token works as long as this server runs; a sign-in outlives it."""

from __future__ import annotations

import time
from collections.abc import Callable

from signaling.auth.cookie import SignInCookie
from signaling.auth.secret_key import equal, hashed
from signaling.domain.audit import AuditEntry, Deed
from signaling.domain.sign_ins import IDLE_SECONDS, TOUCH_SECONDS, SignIn, is_live
from signaling.domain.tenants import OWNER
from signaling.store.protocols import AuditStore, SignInStore

_CACHED = 1_000


class SignInService:
    """Sign-ins. Those used lately are remembered, so that most requests ask no database."""

    def __init__(
        self, store: SignInStore, audit: AuditStore, token: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._audit = audit
        self._token = token
        self._clock = clock
        self._recent: dict[str, SignIn] = {}

    def token_is_right(self, token: str) -> bool:
        """Whether it is this server's."""
        return equal(token, self._token)

    async def sign_in(self) -> str:
        """A new sign-in of the owner; the cookie's value."""
        now = self._clock()
        value = SignInCookie.new_value()
        await self._store.purge(now - IDLE_SECONDS)
        await self._store.add(SignIn(hashed(value), OWNER, now, now))
        await self._audit.add(AuditEntry(now, OWNER.tenant, OWNER.user, Deed.SIGNED_IN))
        return value

    async def find(self, value: str) -> SignIn | None:
        """Whose cookie it is, None where nobody's."""
        if not value:
            return None
        now = self._clock()
        key_hash = hashed(value)
        found = self._recent.get(key_hash)
        if found is not None and now - found.used_at < TOUCH_SECONDS:
            return found
        found = await self._store.find(key_hash)
        if found is None or not is_live(found, now):
            self._recent.pop(key_hash, None)
            return None
        await self._store.touch(key_hash, now)
        found = SignIn(key_hash, found.user, found.made_at, now)
        if len(self._recent) >= _CACHED:
            self._recent.clear()
        self._recent[key_hash] = found
        return found

    async def is_live(self, sign_in: SignIn) -> bool:
        """Whether it has not been ended since."""
        if sign_in.key_hash in self._recent:
            return True
        return await self._store.find(sign_in.key_hash) is not None

    async def sign_out(self, sign_in: SignIn) -> None:
        """It is over."""
        self._recent.pop(sign_in.key_hash, None)
        await self._store.remove(sign_in.key_hash)
        await self._audit.add(
            AuditEntry(self._clock(), sign_in.user.tenant, sign_in.user.user, Deed.SIGNED_OUT)
        )
