"""The real render host with a server and pages that are made up in this program."""

from __future__ import annotations

import asyncio
import hashlib
import time
from pathlib import Path
from typing import Any

import jwt
import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scripts.soaking.month.page import Page
from scripts.soaking.month.wire import Wire
from signaling.protocol import control, hosts
from signaling.protocol.hosts import TicketKey
from signaling.protocol.tickets import ALGORITHM, TICKET_SECONDS
from signaling.protocol.version import PROTOCOL_VERSION
from streamer.config import DataFolder, HostConfig
from streamer.host.archive import Archive
from streamer.host.registration import Registration
from streamer.host.render_host import RenderHost
from streamer.host.seat import Seat
from streamer.session.session import SessionKey
from streamer.transport.base import Transport

HOST, TENANT = "month", "default"
SEAT_SECONDS = 10.0


class MadeUpServer(Registration):
    """Keeps views and marks as files in a folder, one a reading, and believes everything."""

    def __init__(self, folder: Path, host: RenderHost) -> None:
        super().__init__("http://127.0.0.1:1", "", host, None)
        self._folder = folder
        self.offered: dict[str, asyncio.Future[str]] = {}
        self.openings = 0
        self.connected = True

    async def run(self) -> None:
        """The line never breaks."""
        await asyncio.Event().wait()

    def say(self, message: hosts.FromHost) -> None:
        """What the host says of seats is waited for."""
        match message:
            case hosts.HostSeatOffer():
                self._answer(message.seat, "")
            case hosts.HostSeatFailed():
                self._answer(message.seat, message.message)
            case _:
                pass

    def _answer(self, seat: str, problem: str) -> None:
        future = self.offered.get(seat)
        if future is not None and not future.done():
            future.set_result(problem)

    async def save(self, key: SessionKey, view: dict[str, Any], marks: dict[str, Any] | None) -> str:
        """Stores a checkpoint."""
        path = self._path(key)
        kept = msgspec.json.decode(path.read_bytes()) if path.is_file() else {}
        kept |= {"view": view, "at": time.time()} | ({"marks": marks} if marks is not None else {})
        path.write_bytes(msgspec.json.encode(kept))
        return ""

    async def record_opening(self, key: SessionKey, *, goes_on: bool) -> str:
        """Counts it."""
        self.openings += 1
        return ""

    async def load(self, key: SessionKey) -> tuple[dict[str, Any] | None, dict[str, Any] | None, float, str]:
        """What was stored."""
        path = self._path(key)
        kept = msgspec.json.decode(path.read_bytes()) if path.is_file() else {}
        return kept.get("view"), kept.get("marks"), kept.get("at", 0.0), ""

    def _path(self, key: SessionKey) -> Path:
        return self._folder / hashlib.sha256(f"{key.user} {key.study}".encode()).hexdigest()[:24]


class MonthHost(RenderHost):
    """As RenderHost; pages are seated by `seat`."""

    def __init__(self, folder: Path, data: Path, cache_bytes: int, park_seconds: float) -> None:
        config = HostConfig(
            signaling_url="http://127.0.0.1:1", key="", name=HOST, data=(DataFolder(data),), cache=folder / "cache",
            state=folder / "state", cache_gigabytes=cache_bytes / 1e9, park_minutes=park_seconds / 60,
        )  # fmt: skip
        for name in ("state", "server"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        super().__init__(config)
        self.server = MadeUpServer(folder / "server", self)
        self._registration = self._checkpoints.store = self.server
        self._signing = Ed25519PrivateKey.generate()
        public = self._signing.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        keys = (TicketKey(kid="month", pem=public.decode()),)
        self.welcomed(hosts.HostWelcome(protocol=PROTOCOL_VERSION, host=HOST, ticket_keys=keys))
        self._pages: dict[str, Page] = {}
        self._count = 0
        self.cap_bytes = cache_bytes

    @property
    def archive(self) -> Archive | None:
        """The one archive; None before the host runs."""
        return self._archives.all[0] if self._archives.all else None

    @property
    def parked_and_live(self) -> int:
        """How many readings it knows."""
        return len(self._sessions._sessions)

    async def seat(self, user: str) -> tuple[Page, str]:
        """A page of that person on a seat of this host, and the seat's id.

        Raises:
            RuntimeError: the host does not seat it; the message says why.
        """
        self._count += 1
        name = f"seat-{self._count}"
        page = self._pages[name] = Page()
        self.server.offered[name] = asyncio.get_running_loop().create_future()
        self.told(hosts.SeatOpen(seat=name, ticket=self._ticket(name, user)))
        try:
            problem = await asyncio.wait_for(self.server.offered[name], SEAT_SECONDS)
        finally:
            del self.server.offered[name]
        if problem:
            raise RuntimeError(problem)
        page.tell(control.PageAbilities(still=("png",), held=0))
        return page, name

    def unseat(self, name: str) -> None:
        """The page goes."""
        self._pages.pop(name).listener = None
        self.told(hosts.SeatClose(seat=name, reason="The page was closed."))

    def expire(self) -> None:
        """What is parked for long enough gives its worker back now, not within a second."""
        self._sessions.tend()

    def _ticket(self, seat: str, user: str) -> str:
        now = int(time.time())
        claims = {
            "seat": seat, "host": HOST, "user": user, "tenant": TENANT, "role": "reader", "archives": (),
            "fingerprint": "sha-256 AA", "jti": seat, "iat": now, "exp": now + TICKET_SECONDS, "page": user,
        }  # fmt: skip
        return jwt.encode(claims, self._signing, algorithm=ALGORITHM, headers={"kid": "month"})

    def _transport(self, seat: Seat, message: hosts.SeatOpen) -> Transport:
        page = self._pages[message.seat]
        page.listener = seat
        return Wire(seat, page)
