"""Sign-ins that are over while pages are open: looked for every now and then, and what hangs on them is ended."""

from __future__ import annotations

import asyncio

from signaling.domain.sign_ins import WARNED_SECONDS, Standing
from signaling.errors import StoreFailed
from signaling.log import logger
from signaling.services.pages import Pages
from signaling.services.session_broker import SessionBroker
from signaling.services.sign_ins import SignInService

_LOG = logger(__name__)
LOOK_SECONDS = 30.0
ENDED = "Your sign-in was ended. Sign in again to go on."
LAPSED = "Your sign-in has lapsed. Sign in again to go on."


class SignInWatch:
    """Ends the pages and streams of sign-ins that were ended or lapsed unused.

    One that came to the end of its life while somebody reads is not cut off: it opens nothing new, its pages were warned,
    and they end when nothing is read on them any more.
    """

    def __init__(self, sign_ins: SignInService, pages: Pages, broker: SessionBroker) -> None:
        self._sign_ins = sign_ins
        self._pages = pages
        self._broker = broker

    async def run(self) -> None:
        """Look; runs until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    async def look(self) -> None:
        """End what is over, and warn of what soon is."""
        await self._sign_ins.look()
        reading = self._broker.key_hashes
        for key_hash in reading | self._pages.key_hashes:
            try:
                standing, left = await self._sign_ins.standing(key_hash)
            except StoreFailed as error:
                _LOG.warning("sign-ins not looked up", why=error.message)
                return  # nobody is cut off because the database is away
            match standing:
                case Standing.ENDED | Standing.UNUSED:
                    self._broker.signed_out(key_hash)
                    self._pages.signed_out(key_hash, ENDED if standing is Standing.ENDED else LAPSED)
                case Standing.OLD if key_hash not in reading:
                    self._pages.signed_out(key_hash, LAPSED)
                case Standing.LIVE if left < WARNED_SECONDS:
                    self._pages.warn(key_hash, left)
