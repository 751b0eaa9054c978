"""A host that is being emptied is told where its readers can go, and the administrator what becomes of them; in virtual time."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from signaling.auth.tickets import TicketSigner
from signaling.domain.hosts import HostRecord, emptying_words
from signaling.domain.roles import Role
from signaling.domain.tenants import User
from signaling.protocol import page
from signaling.protocol.hosts import HostDrain, HostLoad, SeatOpen
from signaling.protocol.records import ArchiveInfo
from signaling.services.candidates import RETURN_SECONDS
from signaling.services.emptying import Emptying
from signaling.services.ports import PageLink
from signaling.services.session_broker import SessionBroker
from tests.fakes.host_registry import KEY_HOST, Hosts, Line, registration
from tests.fakes.virtual_time import run
from tests.unit.signaling.test_line_ends import FINGERPRINT, Page

OTHER = "host-2"


class Two:
    """A host that is emptied, and perhaps another one."""

    def __init__(self) -> None:
        self.hosts = Hosts()
        self.hosts.store.kept[OTHER] = HostRecord(OTHER, "t", "two", "hash-2", 0.0)
        signer = cast(TicketSigner, SimpleNamespace(sign=lambda claims: "ticket"))
        self.broker = SessionBroker(self.hosts.registry, signer, host_wait=0.1)
        self.emptying = Emptying(self.hosts.registry, self.broker.candidates)

    async def host(self, name: str, *archives: str, **changes: Any) -> Line:
        line = Line(self.hosts.registry, self.hosts.store.kept[name])
        infos = tuple(ArchiveInfo(archive=archive, title=archive) for archive in archives)
        assert await line.register(registration("m-" + name, "i-" + name, archives=infos, **changes)) == ""
        return line


def told(line: Line) -> list[tuple[bool, tuple[str, ...]]]:
    return [(m.draining, m.elsewhere) for m in line.sent if isinstance(m, HostDrain)]


def load(*archives: str, **changes: Any) -> HostLoad:
    infos = tuple(ArchiveInfo(archive=archive, title=archive) for archive in archives)
    said: dict[str, Any] = {
        "seats": 0,
        "sessions": 0,
        "cpu": 0.0,
        "memory_bytes": 0,
        "pictures_per_second": 0,
        "latency_ms": 0,
    }
    return HostLoad(archives=infos, **{**said, **changes})


@pytest.mark.parametrize(
    ("reaches", "changes", "elsewhere"),
    [
        (("x", "y"), {}, ("x", "y")),
        (("y", "z"), {}, ("y",)),
        (("z",), {}, ()),
        ((), {}, ()),
        (("x", "y"), {"seats": 4}, ()),
        (("x", "y"), {"memory_free_bytes": 1}, ()),
    ],
    ids=["all", "one", "another", "none yet", "full", "short of memory"],
)
def test_it_is_told_what_another_host_has_room_for(
    reaches: tuple[str, ...], changes: dict[str, Any], elsewhere: tuple[str, ...]
) -> None:
    async def story() -> None:
        two = Two()
        line = await two.host(KEY_HOST, "x", "y")
        await two.hosts.registry.drain(KEY_HOST, "t", True)
        assert told(line) == [(True, ())]
        other = await two.host(OTHER)
        two.hosts.registry.heard(other.host, load(*reaches, **changes))
        assert told(line)[-1] == (True, elsewhere)
        two.hosts.registry.heard(other.host, load(*reaches, **changes))
        assert len(told(line)) == len({(True, ()), (True, elsewhere)}), "what it knows is not repeated"
        other.cut()
        assert told(line)[-1] == (True, ())
        await two.hosts.registry.drain(KEY_HOST, "t", False)
        assert told(line)[-1] == (False, ())

    run(story())


def test_what_was_wished_while_its_line_was_cut_is_told_when_it_comes_back() -> None:
    async def story() -> None:
        two = Two()
        line = await two.host(KEY_HOST, "x")
        for wished in (True, False, True):
            line.cut()
            await two.hosts.registry.drain(KEY_HOST, "t", wished)
            line = await two.host(KEY_HOST, "x")
            assert told(line) == [(wished, ())]

    run(story())


@pytest.mark.parametrize(
    ("who", "after", "taken"),
    [
        ("the same page", 0.0, True),
        ("a reload", 1.0, True),
        ("a reload", RETURN_SECONDS - 1.0, True),
        ("a reload", RETURN_SECONDS + 1.0, False),
        ("somebody else", 0.0, False),
    ],
)
def test_who_read_there_comes_back_and_nobody_else(who: str, after: float, taken: bool) -> None:
    async def story() -> None:
        two = Two()
        line = await two.host(KEY_HOST, "x")
        reader = User("u", "t", Role.READER)
        link = PageLink(reader, "sign-in", "p1", Page())
        await seated(two, line, link)
        await two.hosts.registry.drain(KEY_HOST, "t", True)
        if who == "a reload":
            seat = next(m.seat for m in line.sent if isinstance(m, SeatOpen))
            two.broker.from_page(link, page.SeatRelease(seat=seat))
            link = PageLink(reader, "sign-in", "p2", Page())
        elif who == "somebody else":
            link = PageLink(reader, "another", "p2", Page())
        await asyncio.sleep(after)
        assert await seated(two, line, link) is taken

    run(story())


async def seated(two: Two, line: Line, link: PageLink) -> bool:
    """Whether the host is asked for a seat."""
    before = len([m for m in line.sent if isinstance(m, SeatOpen)])
    two.broker.request(link, page.SeatRequest(request="1", fingerprint=FINGERPRINT, archive="x"))
    await asyncio.sleep(0.2)
    return len([m for m in line.sent if isinstance(m, SeatOpen)]) > before


@pytest.mark.parametrize(
    ("readers", "staying", "words"),
    [
        (0, 0, "Nobody reads on it any more."),
        (1, 0, "1 reader is still here and will be moved"),
        (3, 0, "3 readers are still here and will be moved"),
        (1, 1, "1 reader is still here and stays until they leave: no other host with room reaches their archive."),
        (3, 3, "3 readers are still here and stay until they leave: no other host with room reaches their archive."),
        (3, 1, "3 readers are still here: 1 stays until they leave, since no other host"),
        (5, 2, "5 readers are still here: 2 stay until they leave, since no other host"),
        (1, 9, "1 reader is still here and stays"),
    ],
)  # fmt: skip
def test_the_administrator_is_told_who_is_still_there_and_why(readers: int, staying: int, words: str) -> None:
    assert emptying_words(readers, staying).startswith(words)
    assert emptying_words(readers, staying).endswith(".")
