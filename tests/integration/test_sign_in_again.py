"""Signing in again while something is read: pages, seats and streams go on by the new sign-in, and the one before is over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from signaling.domain.sign_ins import LIFE_SECONDS, WARNED_SECONDS
from signaling.protocol import hosts, page
from signaling.services.streams import Side
from signaling.store.schema import SIGN_INS
from tests.fakes.signaling_peers import TOKEN, FakeHost, FakePage, Server, keep_token, running_server


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with running_server(tmp_path / "state") as running:
        await running.sign_in()
        yield running


async def grow_old(server: Server, age: float) -> None:
    async with server.services.database.transaction() as connection:
        await connection.execute(SIGN_INS.update().values(made_at=SIGN_INS.c.made_at - age))
    server.services.sign_ins._recent.clear()


def cookie_of(server: Server) -> str:
    return next(c.value for c in server.http.cookie_jar if c.key == server.services.cookie.name)


async def again(server: Server) -> None:
    keep_token(server.services.config.state, "a-new-token")
    assert await server.show_token("a-new-token", again=True) == (204, "")


@pytest.mark.parametrize(
    "age", [0.0, LIFE_SECONDS - WARNED_SECONDS / 2, LIFE_SECONDS + 1], ids=["early", "warned", "lapsed"]
)
async def test_what_is_read_goes_on_by_the_new_one(server: Server, age: float) -> None:
    async with await FakeHost.open(server, "demo") as host, await FakePage.open(server) as reader:
        await reader.ask_for_seat()
        asked = await host.offer_seat()
        await reader.expect(page.SeatOffer)
        before = cookie_of(server)
        await grow_old(server, age)
        await server.services.sign_in_watch.look()
        await again(server)
        if age:
            assert (await reader.expect(page.SignInEnds)).message
            assert (await reader.expect(page.SignInEnds)).message == "", "what was said holds no more"
        assert cookie_of(server) != before
        assert (await server.get("/api/me"))[0] == 200
        for _ in range(2):
            await server.services.sign_in_watch.look()
        assert server.services.broker.count == 1
        await reader.send(page.PagePing(number=1))
        await reader.expect(page.PagePong)
        assert not any(isinstance(said, page.SignedOut) for said in reader.seen)
        stolen = {"Cookie": f"{server.services.cookie.name}={before}"}
        async with (
            aiohttp.ClientSession(headers=stolen) as thief,
            thief.get(f"{server.url}/api/me") as answer,
        ):
            assert answer.status == 401, "the one before signs nobody in"
        # It ends what it took over.
        assert (await server.ask("POST", "/api/sign-out"))[0] == 204
        assert (await host.expect(hosts.SeatClose)).seat == asked.seat
        await reader.expect(page.SignedOut)


async def test_a_page_whose_connection_is_away_meanwhile_comes_back_to_its_seat(server: Server) -> None:
    async with await FakeHost.open(server, "demo") as host:
        async with await FakePage.open(server) as reader:
            await reader.ask_for_seat()
            await host.offer_seat()
            given = (await reader.expect(page.SeatOffer)).seat
        await again(server)
        await server.services.sign_in_watch.look()
        async with await FakePage.open(server) as back:
            await back.send(page.SeatRelease(seat=given))
            assert (await host.expect(hosts.SeatClose)).seat == given


async def test_a_stream_that_is_expected_is_the_new_ones(server: Server) -> None:
    streams, watch = server.services.streams, server.services.sign_in_watch
    before = await server.services.sign_ins.kept(cookie_of(server))
    assert before is not None
    token = streams.expect("seat", {Side.HOST: "local", Side.PAGE: before.key_hash}, lambda: None)
    await again(server)
    after = await server.services.sign_ins.find(cookie_of(server))
    assert after is not None
    assert watch.now_of(before.key_hash) == after.key_hash, "for a request that was under way"
    assert streams.admit(Side.PAGE, token, after.key_hash).seat == "seat"


@pytest.mark.parametrize(
    ("token", "words"), [(TOKEN, "signed this browser in before"), ("wrong", "does not sign in")]
)
async def test_a_token_that_is_no_good_changes_nothing(server: Server, token: str, words: str) -> None:
    before = cookie_of(server)
    status, said = await server.show_token(token, again=True)
    assert status == 401
    assert words in said
    assert cookie_of(server) == before
    assert (await server.get("/api/me"))[0] == 200


@pytest.mark.parametrize("days", [1, 30, 365])
async def test_a_sign_in_lasts_as_long_as_is_said_and_the_cookie_as_long(tmp_path: Path, days: int) -> None:
    seconds = days * 24 * 3600.0
    async with running_server(tmp_path, sign_in_seconds=seconds) as server:
        await server.sign_in()
        (kept,) = (c for c in server.http.cookie_jar if c.key == server.services.cookie.name)
        assert int(kept["max-age"]) == seconds, (
            "no shorter: of its use the server knows, and the browser does not"
        )
        await grow_old(server, seconds - 60)
        assert (await server.get("/api/me"))[0] == 200
        await grow_old(server, 61)
        assert (await server.get("/api/me"))[0] == 401
