"""A host's peer and the page that it is connected to, for tests of the transport."""

from __future__ import annotations

import asyncio

from streamer.transport.webrtc.peer import WebRtcPeer
from tests.integration.webrtc_page import Heard, Page

SECONDS = 10


class Pair:
    """Not connected yet; what the host hears is in `heard`."""

    def __init__(self) -> None:
        self.heard = Heard()
        self.page = Page()
        self.host = WebRtcPeer(self.heard, fingerprint=self.page.fingerprint)

    async def connect(self) -> None:
        """Until pictures can be sent."""
        await self.host.accept(await self.page.answer(await self.host.offer()))
        await asyncio.wait_for(self.heard.connected.wait(), SECONDS)

    async def close(self) -> None:
        """Ends both."""
        await self.host.close()
        await self.page.close()
