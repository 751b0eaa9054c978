"""How a host's line ends, and what its reader's page is told, in virtual time: never that it is over where it may go on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from signaling.auth.tickets import TicketSigner
from signaling.domain.hosts import LOCAL_HOST, HostState
from signaling.domain.roles import Role
from signaling.domain.tenants import User
from signaling.protocol import page
from signaling.protocol.hosts import HostSeatOffer, SeatClose, SeatOpen
from signaling.protocol.records import ArchiveInfo
from signaling.services.host_registry import AWAY_SECONDS
from signaling.services.ports import PageLink
from signaling.services.session_broker import SessionBroker
from tests.fakes.host_registry import KEY_HOST, Hosts, Line, registration
from tests.fakes.virtual_time import run

FINGERPRINT = "sha-256 " + ":".join(["AB"] * 32)
STOPPED = "The render host one is being stopped. Asking for another."
GONE = "The render host one is gone. Another one is asked."
ENDED = "The render host one has ended this connection. Another one is asked."


class Page:
    """A page's connection; it keeps what it is told."""

    closed = False

    def __init__(self) -> None:
        self.told: list[Any] = []

    def send(self, message: Any) -> None:
        self.told.append(message)

    def close(self, reason: str) -> None:
        self.closed = True

    def words(self) -> list[str]:
        """What it was told of its seat."""
        kinds = (page.SeatLost, page.SeatDoubted)
        return [getattr(m, "message", "doubted") for m in self.told if isinstance(m, kinds)]


class Seated:
    """A host, and a page that reads on it."""

    def __init__(self) -> None:
        self.hosts = Hosts()
        signer = cast(TicketSigner, SimpleNamespace(sign=lambda claims: "ticket"))
        self.broker = SessionBroker(self.hosts.registry, signer)
        self.page = Page()
        self.link = PageLink(User("u", "t", Role.READER), "hash", "p1", self.page)
        self.line = self.hosts.dial()
        self.seat = ""
        self.tasks: list[asyncio.Task[None]] = []

    async def register(self, instance: str, *seats: str) -> Line:
        archives = (ArchiveInfo(archive="demo", title="demo"),)
        line = self.hosts.dial()
        assert await line.register(registration("m", instance, archives=archives, seats=seats)) == ""
        self.line = line
        return line

    async def sit(self) -> None:
        await self.register("i1")
        self.tasks = [asyncio.create_task(self.hosts.registry.watch())]
        self.broker.request(self.link, page.SeatRequest(request="1", fingerprint=FINGERPRINT, archive="demo"))
        await asyncio.sleep(0.1)
        self.seat = next(m.seat for m in self.line.sent if isinstance(m, SeatOpen))
        self.broker.from_host(self.line.host, HostSeatOffer(seat=self.seat, sdp="v=0"))
        await asyncio.sleep(0.1)
        self.broker.from_page(self.link, page.SeatAnswer(seat=self.seat, sdp="v=0"))

    async def end(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.broker.close()


async def leaves(it: Seated) -> None:
    it.hosts.registry.leaves(it.line.host, over=False)
    assert it.page.words() == [], "nothing ends before it has saved"
    it.hosts.registry.leaves(it.line.host, over=True)
    it.line.cut()


async def leaves_and_dies(it: Seated) -> None:
    it.hosts.registry.leaves(it.line.host, over=False)
    it.line.cut()


async def ends(it: Seated) -> None:
    it.line.cut()


async def falls_silent(it: Seated) -> None:
    it.line.hangs = True
    await asyncio.sleep(6.0)


async def comes_back(it: Seated) -> None:
    it.line.cut()
    await asyncio.sleep(3.0)
    await it.register("i1", it.seat)


async def comes_back_without_it(it: Seated) -> None:
    it.line.cut()
    await it.register("i1")


async def another_process(it: Seated) -> None:
    it.line.cut()
    await asyncio.sleep(3.0)
    await it.register("i2")


async def stays_away(it: Seated) -> None:
    it.line.cut()
    await asyncio.sleep(AWAY_SECONDS + 50.0)
    assert it.line.host.state is HostState.LOST


async def comes_back_late(it: Seated) -> None:
    await stays_away(it)
    await it.register("i1", it.seat)


async def another_process_late(it: Seated) -> None:
    await stays_away(it)
    await it.register("i2")


async def is_removed(it: Seated) -> None:
    await it.hosts.registry.remove(KEY_HOST, "t")


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (leaves, [STOPPED]),
        (leaves_and_dies, ["doubted"]),
        (ends, ["doubted"]),
        (falls_silent, ["doubted"]),
        (comes_back, ["doubted"]),
        (comes_back_without_it, ["doubted", ENDED]),
        (another_process, ["doubted", GONE]),
        (stays_away, ["doubted", "doubted"]),
        (comes_back_late, ["doubted", "doubted"]),
        (another_process_late, ["doubted", "doubted", GONE]),
        (is_removed, [GONE]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_the_page_is_told(event: Callable[[Seated], Awaitable[None]], told: list[str]) -> None:
    async def story() -> None:
        it = Seated()
        await it.sit()
        await event(it)
        assert it.page.words() == told
        await it.end()

    run(story())


@pytest.mark.parametrize("late", [False, True])
def test_a_seat_that_was_let_go_while_nobody_knew_is_closed_when_the_host_comes_back(late: bool) -> None:
    async def story() -> None:
        it = Seated()
        await it.sit()
        it.line.cut()
        await asyncio.sleep(AWAY_SECONDS + 5.0 if late else 1.0)
        it.broker.from_page(it.link, page.SeatRelease(seat=it.seat))
        again = await it.register("i1", it.seat)
        assert [m.seat for m in again.sent if isinstance(m, SeatClose)] == [it.seat]
        await it.end()

    run(story())


def test_between_serve_and_its_own_host_no_line_is_cut() -> None:
    async def story() -> None:
        it = Seated()
        record = it.hosts.store.kept.pop(KEY_HOST)
        object.__setattr__(record, "host", LOCAL_HOST)
        it.hosts.store.kept[KEY_HOST] = it.hosts.store.kept[LOCAL_HOST] = record
        await it.sit()
        it.line.cut()
        assert it.page.words() == [GONE]
        await it.end()

    run(story())


def test_a_host_that_is_being_stopped_is_given_nobody() -> None:
    async def story() -> None:
        it = Seated()
        await it.sit()
        it.hosts.registry.leaves(it.line.host, over=False)
        asked = len(it.line.sent)
        it.broker.request(it.link, page.SeatRequest(request="2", fingerprint=FINGERPRINT))
        await asyncio.sleep(1.0)
        assert it.line.sent[asked:] == []
        it.hosts.registry.leaves(it.line.host, over=True)
        await asyncio.sleep(10.0)
        (failed,) = [m for m in it.page.told if isinstance(m, page.SeatFailed)]
        assert failed.message.startswith("The render host one was stopped, and no other is connected.")
        assert failed.retry_after > 0
        await it.end()

    run(story())
