"""Signing in and out. The token works until there is another one, or this server ends; a sign-in outlives it.

Being signed in needs no write. When a sign-in was last used is noted where that can be done, and one that is known goes on
while the database is out of reach. Signing in needs its entry in the audit trail first; signing out works at once, and what
the database could not note is noted later.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from signaling.auth.cookie import SignInCookie
from signaling.auth.secret_key import equal, hashed
from signaling.domain.audit import AuditEntry, Deed
from signaling.domain.sign_ins import (
    IDLE_SECONDS,
    LIFE_SECONDS,
    TOUCH_SECONDS,
    SignIn,
    Standing,
    is_live,
    standing,
)
from signaling.domain.tenants import OWNER
from signaling.errors import StoreFailed
from signaling.log import logger
from signaling.store.protocols import AuditStore, SignInStore

_LOG = logger(__name__)
_CACHED = 1_000


@dataclass(frozen=True, slots=True)
class _Known:
    """A sign-in, and when the store was last asked for it."""

    sign_in: SignIn
    looked_at: float


class SignInService:
    """Sign-ins. Those used lately are remembered, so that most requests ask no database."""

    def __init__(
        self,
        store: SignInStore,
        audit: AuditStore,
        token: Callable[[], str],
        clock: Callable[[], float] = time.time,
        timeout: float = 5.0,
        life: float = LIFE_SECONDS,
    ) -> None:
        """`token` gives the one that signs in now; a sign-in lasts `life` seconds at the most."""
        self._life = life
        self._store = store
        self._audit = audit
        self._token = token
        self._clock = clock
        self._timeout = timeout
        self._recent: dict[str, _Known] = {}
        self._ended: dict[str, AuditEntry] = {}
        """Signed out here, which the database could not note yet: the hash, and the entry that is owed."""
        self._looking = asyncio.Lock()

    def token_is_right(self, token: str) -> bool:
        """Whether it is the one that signs in now.

        Raises:
            StoreFailed: which one that is can't be read.
        """
        return equal(token, self._token())

    async def sign_in(self) -> tuple[str, SignIn]:
        """A new sign-in of the owner, and before it the cookie's value.

        Raises:
            StoreFailed: it can't be recorded or kept.
        """
        now = self._clock()
        value = SignInCookie.new_value()
        # Not those that have lapsed just now: what is still read by them would seem to be removed, and end.
        await self._store.purge(now - IDLE_SECONDS - self._life)
        await self._audit.add(AuditEntry(now, OWNER.tenant, OWNER.user, Deed.SIGNED_IN))
        made = SignIn(hashed(value), OWNER, now, now)
        await self._store.add(made)
        self._remember(made, now)
        return value, made

    async def kept(self, value: str) -> SignIn | None:
        """Whose cookie it is, also where it has lapsed; None where it was ended or is nobody's.

        Raises:
            StoreFailed: it can't be looked up.
        """
        key_hash = hashed(value)
        if not value or key_hash in self._ended:
            return None
        try:
            async with asyncio.timeout(self._timeout):
                return await self._store.find(key_hash)
        except TimeoutError:
            raise StoreFailed("Farview's database did not answer in time.") from None

    async def find(self, value: str) -> SignIn | None:
        """Whose cookie it is, None where nobody's.

        Raises:
            StoreFailed: it is not known here, and can't be looked up.
        """
        return await self._look_up(hashed(value)) if value else None

    async def find_for_page(self, key_hash: str) -> SignIn | None:
        """Whose second cookie it is; good for opening a page, which holds nothing of anybody.

        Raises:
            StoreFailed: it is not known here, and can't be looked up.
        """
        return await self._look_up(key_hash) if key_hash else None

    async def is_live(self, sign_in: SignIn) -> bool:
        """Whether it has neither been ended nor lapsed since.

        Raises:
            StoreFailed: it is not known here, and can't be looked up.
        """
        return await self._look_up(sign_in.key_hash) is not None

    async def _look_up(self, key_hash: str) -> SignIn | None:
        now = self._clock()
        if key_hash in self._ended:
            return None
        known = self._recent.get(key_hash)
        if known is not None and now - known.looked_at < TOUCH_SECONDS:
            return known.sign_in if is_live(known.sign_in, now, self._life) else None
        try:
            async with asyncio.timeout(self._timeout):
                found = await self._store.find(key_hash)
        except (StoreFailed, TimeoutError) as error:
            if known is None or not is_live(known.sign_in, now, self._life):
                if isinstance(error, StoreFailed):
                    raise
                raise StoreFailed("Farview's database did not answer in time.") from None
            _LOG.warning("sign-in not looked up", why=type(error).__name__)
            found = known.sign_in
        if found is None or not is_live(found, now, self._life):
            self._recent.pop(key_hash, None)
            return None
        await self._touch(key_hash, now)
        found = replace(found, used_at=now)
        self._remember(found, now)
        return found

    def _remember(self, sign_in: SignIn, now: float) -> None:
        if len(self._recent) >= _CACHED:
            self._recent.clear()
        self._recent[sign_in.key_hash] = _Known(sign_in, now)

    async def _touch(self, key_hash: str, now: float) -> None:
        """Note that it was used; a database that takes no note locks nobody out."""
        try:
            async with asyncio.timeout(self._timeout):
                await self._store.touch(key_hash, now)
        except (StoreFailed, TimeoutError) as error:
            _LOG.warning("use of a sign-in not noted", why=type(error).__name__)

    async def sign_out(self, sign_in: SignIn) -> None:
        """It is over, also where the database can't note that yet."""
        self._recent.pop(sign_in.key_hash, None)
        self._ended[sign_in.key_hash] = AuditEntry(
            self._clock(), sign_in.user.tenant, sign_in.user.user, Deed.SIGNED_OUT
        )
        await self.look()

    async def look(self) -> None:
        """Note the ends of sign-ins that could not be noted before."""
        async with self._looking:
            for key_hash, entry in tuple(self._ended.items()):
                try:
                    async with asyncio.timeout(self._timeout):
                        await self._store.remove(key_hash)
                        await self._audit.add(entry)
                except (StoreFailed, TimeoutError) as error:
                    _LOG.error("end of a sign-in not noted", why=type(error).__name__)
                    return
                del self._ended[key_hash]

    async def standing(self, key_hash: str) -> tuple[Standing, float]:
        """How it is with a sign-in, asked of the store and not taken for a use of it; and seconds left of its life.

        Raises:
            StoreFailed: it can't be looked up.
        """
        now = self._clock()
        try:
            async with asyncio.timeout(self._timeout):
                found = await self._store.find(key_hash)
        except TimeoutError:
            raise StoreFailed("Farview's database did not answer in time.") from None
        known = self._recent.get(key_hash)
        if found is not None and known is not None:  # a use that could not be noted counts
            found = replace(found, used_at=max(found.used_at, known.sign_in.used_at))
        how = Standing.ENDED if key_hash in self._ended else standing(found, now, self._life)
        if how is not Standing.LIVE:
            self._recent.pop(key_hash, None)
        return how, self._life - (now - found.made_at) if found is not None else 0.0
