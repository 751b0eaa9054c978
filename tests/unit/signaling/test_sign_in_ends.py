"""A sign-in that is over ends what hangs on it, within the time of a look; one that grows old cuts no running picture."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from signaling.domain.audit import Deed
from signaling.domain.sign_ins import (
    IDLE_SECONDS,
    LIFE_SECONDS,
    WARNED_SECONDS,
    SignIn,
    Standing,
    standing,
)
from signaling.domain.tenants import OWNER
from signaling.protocol import hosts, page
from signaling.services.sign_in_watch import LOOK_SECONDS
from signaling.store.schema import SIGN_INS
from tests.fakes.signaling_peers import FakeHost, FakePage, Server, running_server

DAY = 24 * 3600.0


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with running_server(tmp_path / "state") as running:
        await running.sign_in()
        yield running


def later(server: Server, seconds: float) -> None:
    sign_ins = server.services.sign_ins
    clock = sign_ins._clock
    sign_ins._clock = lambda: clock() + seconds


async def grow_old(server: Server, age: float) -> None:
    """The sign-in was made so long ago, and used just now."""
    async with server.services.database.transaction() as connection:
        await connection.execute(SIGN_INS.update().values(made_at=SIGN_INS.c.made_at - age))
    server.services.sign_ins._recent.clear()


@pytest.mark.parametrize(
    ("made", "used", "how"),
    [
        (0.0, 0.0, Standing.LIVE),
        (IDLE_SECONDS - 1, IDLE_SECONDS - 1, Standing.LIVE),
        (IDLE_SECONDS, IDLE_SECONDS, Standing.UNUSED),
        (LIFE_SECONDS - 1, 0.0, Standing.LIVE),
        (LIFE_SECONDS, 0.0, Standing.OLD),
        (LIFE_SECONDS + DAY, IDLE_SECONDS, Standing.UNUSED),
    ],
)
def test_how_it_is_with_a_sign_in(made: float, used: float, how: Standing) -> None:
    now = 1e9
    assert standing(SignIn("hash", OWNER, now - made, now - used), now) is how
    for days in (1, 8, 365):
        told = standing(SignIn("hash", OWNER, now - days * DAY, now - min(used, days * DAY)), now, days * DAY)
        assert told is (Standing.UNUSED if min(used, days * DAY) >= IDLE_SECONDS else Standing.OLD)
    assert standing(None, now) is Standing.ENDED


async def seat(host: FakeHost, reader: FakePage) -> str:
    await reader.ask_for_seat()
    asked = await host.offer_seat()
    await reader.expect(page.SeatOffer)
    return asked.seat


async def test_one_that_was_removed_ends_pages_and_seats(server: Server) -> None:
    async with await FakeHost.open(server, "demo") as host, await FakePage.open(server) as reader:
        given = await seat(host, reader)
        async with server.services.database.transaction() as connection:
            await connection.execute(SIGN_INS.delete())
        await server.services.sign_in_watch.look()
        assert (await host.expect(hosts.SeatClose)).seat == given
        over = await reader.expect(page.SignedOut)
        assert ("Sign in again" in over.message, over.lapsed) == (True, False)
        await reader.expect_end()
    assert (await server.get("/api/me"))[0] == 401


@pytest.mark.parametrize(
    ("left", "unused", "standing", "words"),
    [
        (WARNED_SECONDS + 5, 0.0, "live", ""),
        (
            WARNED_SECONDS - 5,
            0.0,
            "ends",
            "Your sign-in ends within 15 minutes. To go on after that, sign in",
        ),
        (50, 0.0, "ends", "Your sign-in ends within 1 minute."),
        (-1, 0.0, "lapsed", "Your sign-in has lapsed. To go on, sign in again here"),
        (LIFE_SECONDS, IDLE_SECONDS, "lapsed", "Your sign-in has lapsed."),
    ],
)
async def test_a_page_without_a_connection_asks_how_it_is_with_its_sign_in(
    server: Server, left: float, unused: float, standing: str, words: str
) -> None:
    await grow_old(server, LIFE_SECONDS - left)
    later(server, unused)
    for _ in range(2):  # that somebody asks is no use of it
        status, said = await server.get("/api/sign-in")
        assert (status, said["standing"]) == (200, standing)
        assert said["message"].startswith(words)
        assert bool(said["message"]) is bool(words)


async def test_to_nobody_a_sign_in_is_ended(server: Server) -> None:
    async with server.services.database.transaction() as connection:
        await connection.execute(SIGN_INS.delete())
    assert (await server.get("/api/sign-in"))[1]["standing"] == "ended"
    server.http.cookie_jar.clear()
    assert (await server.get("/api/sign-in"))[1]["standing"] == "ended"


async def lapse(server: Server, how: str) -> None:
    if how == "old":
        await grow_old(server, LIFE_SECONDS)
    else:
        later(server, IDLE_SECONDS)


@pytest.mark.parametrize("how", ["old", "unused"])
async def test_one_that_lapsed_cuts_no_running_picture(server: Server, how: str) -> None:
    async with await FakeHost.open(server, "demo") as host, await FakePage.open(server) as reader:
        await seat(host, reader)
        await lapse(server, how)
        for _ in range(3):
            await server.services.sign_in_watch.look()
        assert "has lapsed. What you read stays" in (await reader.expect(page.SignInEnds)).message
        await reader.send(page.PagePing(number=1))
        await reader.expect(page.PagePong)
        assert sum(isinstance(message, page.SignInEnds) for message in reader.seen) == 1, "told once"
        assert server.services.broker.count == 1
        assert (await server.get("/api/me"))[0] == 401, "nothing new is given"
        assert not any(isinstance(message, page.SignedOut) for message in reader.seen)
        await reader.send(page.SeatRelease(seat=(await _seats(server))[0]))
        await host.expect(hosts.SeatClose)
        await server.services.sign_in_watch.look()
        assert (await reader.expect(page.SignedOut)).lapsed


@pytest.mark.parametrize("how", ["old", "unused"])
async def test_a_page_that_comes_back_after_it_lapsed_keeps_what_it_shows(server: Server, how: str) -> None:
    async with await FakeHost.open(server, "demo") as host, await FakePage.open(server) as reader:
        await seat(host, reader)
        await lapse(server, how)
        await server.services.sign_in_watch.look()
        again = await server.http.ws_connect(f"{server.url}/ws/page", headers={"Origin": server.url})
        async with FakePage(again) as back:
            over = await back.expect(page.SignedOut)
            assert ("lapsed" in over.message, over.lapsed) == (True, True)
        assert server.services.broker.count == 1
        assert (await server.ask("POST", "/api/sign-out"))[0] == 204, "its reader may end it all the same"
        await host.expect(hosts.SeatClose)


async def _seats(server: Server) -> list[str]:
    return list(server.services.broker._seats)


async def test_its_pages_are_warned_once_before(server: Server) -> None:
    async with await FakePage.open(server) as reader:
        await grow_old(server, LIFE_SECONDS - WARNED_SECONDS - LOOK_SECONDS)
        await server.services.sign_in_watch.look()
        later(server, 2 * LOOK_SECONDS)
        for _ in range(3):
            await server.services.sign_in_watch.look()
        assert "within 15 minutes" in (await reader.expect(page.SignInEnds)).message
        await reader.send(page.PagePing(number=1))
        await reader.expect(page.PagePong)
        assert len([message for message in reader.seen if isinstance(message, page.SignInEnds)]) == 1


async def test_wrong_tokens_are_recorded_once_a_minute_and_never_the_token(server: Server) -> None:
    for number in range(5):
        assert (await server.show_token(f"guess-{number}"))[0] == 401
    wrong = server.services.wrong_tokens
    clock = wrong._clock
    wrong._clock = lambda: clock() + 61
    await server.show_token("guess-5")
    entries = await server.services.audit.newest("default", 20)
    refused = [entry for entry in entries if entry.deed is Deed.SIGN_IN_REFUSED]
    assert [entry.host for entry in refused] == ["127.0.0.1"] * 2
    assert "guess" not in repr(entries)
