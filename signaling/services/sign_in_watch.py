"""Sign-ins that are over while pages are open: looked for every now and then, and what hangs on them is ended."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any

from signaling.domain.sign_ins import WARNED_SECONDS, SignIn, Standing
from signaling.errors import StoreFailed
from signaling.log import logger
from signaling.services.pages import LAPSED, Pages
from signaling.services.session_broker import SessionBroker
from signaling.services.sign_ins import SignInService
from signaling.services.streams import Streams

_LOG = logger(__name__)
LOOK_SECONDS = 30.0
ENDED = "Your sign-in was ended. Sign in again to go on."
_REMEMBERED = 1_000


class SignInWatch:
    """Ends the pages and streams of sign-ins that were ended, and of no others.

    One that lapsed while somebody reads, unused or at the end of its life, opens nothing new; its pages are told and keep what
    they show. Where the reader signs in again, all that hangs on it goes on by the new one.
    """

    def __init__(
        self, sign_ins: SignInService, pages: Pages, broker: SessionBroker, streams: Streams[Any]
    ) -> None:
        self._sign_ins = sign_ins
        self._pages = pages
        self._broker = broker
        self._streams = streams
        self._became: OrderedDict[str, str] = OrderedDict()

    async def run(self) -> None:
        """Look; runs until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    def now_of(self, key_hash: str) -> str:
        """The sign-in that a request's own one has become meanwhile; itself where it has not."""
        while (later := self._became.get(key_hash)) is not None:
            key_hash = later
        return key_hash

    def goes_on(self, before: SignIn, by: SignIn) -> None:
        """The same reader has signed in again in the same browser."""
        self._pages.goes_on(before.key_hash, by.key_hash)
        for link in self._broker.links:
            if link.key_hash == before.key_hash:
                link.key_hash = by.key_hash  # also where its page's connection is away
        self._streams.goes_on(before.key_hash, by.key_hash)
        self._became[before.key_hash] = by.key_hash
        if len(self._became) > _REMEMBERED:
            self._became.popitem(last=False)

    async def look(self) -> None:
        """End what is over, and warn of what soon is."""
        await self._sign_ins.look()
        reading = {link.key_hash for link in self._broker.links}
        for key_hash in reading | self._pages.key_hashes:
            try:
                standing, left = await self._sign_ins.standing(key_hash)
            except StoreFailed as error:
                _LOG.warning("sign-ins not looked up", why=error.message)
                return  # nobody is cut off because the database is away
            match standing:
                case Standing.ENDED:
                    self._broker.signed_out(key_hash)
                    self._pages.signed_out(key_hash, ENDED)
                case Standing.OLD | Standing.UNUSED if key_hash in reading:
                    self._pages.warn(key_hash, 0.0)
                case Standing.OLD | Standing.UNUSED:
                    self._pages.signed_out(key_hash, LAPSED, lapsed=True)
                case Standing.LIVE if left < WARNED_SECONDS:
                    self._pages.warn(key_hash, left)
