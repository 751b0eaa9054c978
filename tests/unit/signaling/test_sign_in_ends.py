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
    assert standing(None, now) is Standing.ENDED


async def seat(host: FakeHost, reader: FakePage) -> str:
    await reader.ask_for_seat()
    asked = await host.offer_seat()
    await reader.expect(page.SeatOffer)
    return asked.seat


@pytest.mark.parametrize("how", ["removed", "unused"])
async def test_what_is_over_ends_pages_and_seats(server: Server, how: str) -> None:
    async with await FakeHost.open(server, "demo") as host, await FakePage.open(server) as reader:
        given = await seat(host, reader)
        if how == "removed":
            async with server.services.database.transaction() as connection:
                await connection.execute(SIGN_INS.delete())
        else:
            later(server, IDLE_SECONDS)
        await server.services.sign_in_watch.look()
        assert (await host.expect(hosts.SeatClose)).seat == given
        assert "Sign in again" in (await reader.expect(page.SignedOut)).message
        await reader.expect_end()
    assert (await server.get("/api/me"))[0] == 401


async def test_one_that_grew_old_cuts_no_running_picture(server: Server) -> None:
    async with await FakeHost.open(server, "demo") as host, await FakePage.open(server) as reader:
        await seat(host, reader)
        await grow_old(server, LIFE_SECONDS)
        await server.services.sign_in_watch.look()
        assert server.services.broker.count == 1
        assert (await server.get("/api/me"))[0] == 401, "nothing new is given"
        assert not any(isinstance(message, page.SignedOut) for message in reader.seen)
        await reader.send(page.SeatRelease(seat=(await _seats(server))[0]))
        await host.expect(hosts.SeatClose)
        await server.services.sign_in_watch.look()
        await reader.expect(page.SignedOut)


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
