"""A real signaling server with scripted peers (fakes): signing in, origins, seats, hosts that vanish, checkpoints."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import jwt
import pytest

from signaling.protocol import errors, hosts, limits, page
from tests.fakes.signaling_peers import (
    FINGERPRINT,
    LOCAL_KEY,
    TOKEN,
    FakeHost,
    FakePage,
    Server,
    invited_key,
    running_server,
)
from tests.running.signing_in import sign_in_request


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with running_server(tmp_path / "state") as running:
        yield running


@pytest.fixture
async def signed_in(server: Server) -> Server:
    await server.sign_in()
    return server


# ---- signing in


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 401), ({"Sec-Fetch-Mode": "navigate"}, 200), ({"Sec-Fetch-Mode": "cors"}, 401)],
)
async def test_without_a_sign_in_every_page_says_how_to(
    server: Server, headers: dict[str, str], status: int
) -> None:
    """To a person that is the page that was asked for, to a program a refusal."""
    for path in ("/", "/worklist", "/viewer?study=1.2.3", "/admin", "/sign-in"):
        async with server.http.get(server.url + path, headers=headers) as answer:
            assert answer.status == status, path
            assert "farview url" in await answer.text()
            assert answer.headers["Cache-Control"] == "no-store"
            assert "unsafe" not in answer.headers["Content-Security-Policy"]


async def test_the_token_signs_in(server: Server) -> None:
    async with server.http.post(**sign_in_request(server.url, TOKEN).of_aiohttp) as answer:
        assert answer.status == 204
        cookie = answer.headers["Set-Cookie"]
        assert f"farview-{server.port}=" in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
    assert await server.get("/api/me") == (
        200,
        {"user": "owner", "role": "admin", "tenant": "default", "build": server.services.files.build},
    )


async def test_a_wrong_token_says_so(server: Server) -> None:
    async with server.http.post(**sign_in_request(server.url, "wrong").of_aiohttp) as answer:
        assert answer.status == 401
        assert "does not sign in" in (await answer.json())["message"]
        assert "Set-Cookie" not in answer.headers


async def test_a_forged_cookie_is_nobody(server: Server) -> None:
    async with server.http.get(
        f"{server.url}/api/me", headers={"Cookie": f"farview-{server.port}=guess"}
    ) as answer:
        assert answer.status == 401
        assert (await answer.json())["code"] == errors.NOT_SIGNED_IN


async def test_a_sign_in_outlives_a_restart_with_another_token(tmp_path: Path) -> None:
    async with running_server(tmp_path) as before:
        await before.sign_in()
        cookies = {c.key: c.value for c in before.http.cookie_jar}
    async with running_server(tmp_path, before.port, token="another") as after:
        after.http.cookie_jar.update_cookies(cookies, aiohttp.client.URL(after.url))
        assert (await after.get("/api/me"))[0] == 200


async def test_signing_out_ends_pages_and_seats(signed_in: Server) -> None:
    async with await FakeHost.open(signed_in, "demo") as host, await FakePage.open(signed_in) as reader:
        await reader.ask_for_seat()
        asked = await host.offer_seat()
        await reader.expect(page.SeatOffer)
        assert (await signed_in.ask("POST", "/api/sign-out"))[0] == 204
        assert (await reader.expect(page.SignedOut)).message.endswith(".")
        await reader.expect_end()
        assert (await host.expect(hosts.SeatClose)).seat == asked.seat
    assert (await signed_in.get("/api/me"))[0] == 401


async def test_a_page_that_is_not_signed_in_is_told_so_in_words(server: Server) -> None:
    socket = await server.http.ws_connect(f"{server.url}/ws/page", headers={"Origin": server.url})
    async with FakePage(socket) as stranger:
        assert "farview url" in (await stranger.expect(page.SignedOut)).message
        await stranger.expect_end()


# ---- who may speak


@pytest.mark.parametrize("origin", ["http://evil.example", "null", None])
async def test_a_foreign_page_can_not_open_a_socket(signed_in: Server, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await signed_in.http.ws_connect(f"{signed_in.url}/ws/page", headers=headers)
    assert refused.value.status == 403


async def test_a_foreign_page_can_not_change_anything(signed_in: Server) -> None:
    for method, path in (
        ("POST", "/api/sign-out"),
        ("POST", "/api/admin/hosts"),
        ("DELETE", "/api/admin/hosts/x"),
    ):
        status, answer = await signed_in.ask(method, path, headers={"Origin": "http://evil.example"})
        assert (status, answer["code"]) == (403, errors.FORBIDDEN)
    assert (await signed_in.get("/api/me"))[0] == 200


async def test_a_page_can_not_pose_as_a_host_from_elsewhere(signed_in: Server) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await signed_in.http.ws_connect(
            f"{signed_in.url}/ws/host",
            headers={"Origin": "http://evil.example", "Authorization": f"Bearer {LOCAL_KEY}"},
        )


async def test_a_foreign_name_is_refused(signed_in: Server) -> None:
    status, answer = await signed_in.get("/api/me", headers={"Host": "evil.example"})
    assert status == 421
    assert "not known by the name evil.example" in answer["message"]


async def test_what_is_no_address_is_said_and_nothing_of_the_inside(signed_in: Server) -> None:
    assert (await signed_in.get("/api/nothing"))[0] == 404
    assert (await signed_in.ask("PUT", "/api/me"))[0] == 405
    for path in ("/static/x/../../pyproject.toml", "/static/x/%2e%2e/pyproject.toml", "/static/x/absent.js"):
        async with signed_in.http.get(aiohttp.client.URL(signed_in.url + path, encoded=True)) as answer:
            assert answer.status == 404
            assert "Traceback" not in await answer.text()


async def test_a_broken_database_is_answered_in_words(signed_in: Server) -> None:
    async with signed_in.services.database.transaction() as connection:
        await connection.exec_driver_sql("DROP TABLE hosts")
    status, answer = await signed_in.get("/api/admin/hosts")
    assert status == 503
    assert "database" in answer["message"]
    assert "SELECT" not in answer["message"]


async def test_health_and_measures(server: Server) -> None:
    assert await server.get("/healthz") == (200, {"status": "ok"})
    async with await FakeHost.open(server, "demo"), server.http.get(f"{server.url}/metrics") as answer:
        assert 'farview_hosts{state="ready"} 1.0' in await answer.text()


# ---- what is wrong on a socket


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", errors.MALFORMED),
        ('{"type":"sing"}', errors.UNKNOWN_TYPE),
        ('{"type":"seat.request","request":"r"}', errors.MALFORMED),
        ('{"type":"seat.request","request":"r","fingerprint":"none"}', errors.MALFORMED),
        ('{"type":"seat.answer","seat":"another\'s","sdp":""}', errors.FORBIDDEN),
        ('{"type":"hello","protocol":1,"page":"' + "x" * 70_000 + '"}', errors.TOO_LARGE),
    ],
)
async def test_a_wrong_message_is_answered_and_the_connection_stays(
    signed_in: Server, text: str, code: str
) -> None:
    async with await FakePage.open(signed_in) as reader:
        await reader.socket.send_str(text)
        assert (await reader.expect(page.PageError)).code == code
        await reader.send(page.PagePing(number=3))
        assert (await reader.expect(page.PagePong)).number == 3


async def test_after_many_wrong_messages_in_a_row_the_connection_ends(signed_in: Server) -> None:
    async with await FakePage.open(signed_in) as reader:
        for _ in range(49):
            await reader.socket.send_str("{")
        await reader.send(page.PagePing(number=1))
        await reader.expect(page.PagePong)
        for _ in range(50):
            await reader.socket.send_str("{")
        await reader.expect_end()


async def test_a_flood_is_answered_and_left_out(signed_in: Server) -> None:
    async with await FakePage.open(signed_in) as reader:
        for number in range(260):
            await reader.send(page.PagePing(number=number))
        assert (await reader.expect(page.PageError)).code == errors.TOO_MANY


async def test_a_monstrous_message_ends_its_connection_only(signed_in: Server) -> None:
    async with await FakePage.open(signed_in, "other") as other, await FakePage.open(signed_in) as reader:
        await reader.socket.send_str("x" * (8 * limits.PAGE_MESSAGE_BYTES))
        await reader.expect_end()
        await other.send(page.PagePing(number=1))
        await other.expect(page.PagePong)


async def test_a_page_of_another_version_is_told_to_reload(signed_in: Server) -> None:
    socket = await signed_in.http.ws_connect(f"{signed_in.url}/ws/page", headers={"Origin": signed_in.url})
    async with FakePage(socket) as reader:
        await reader.send(page.PageHello(protocol=99, page="p"))
        error = await reader.expect(page.PageError)
        assert (error.code, "Reload" in error.message) == (errors.VERSION, True)
        await reader.expect_end()


# ---- seats


async def test_a_seat_from_request_to_answer(signed_in: Server) -> None:
    async with await FakeHost.open(signed_in, "demo") as host, await FakePage.open(signed_in) as reader:
        await reader.ask_for_seat("r1", "demo")
        asked = await host.offer_seat()
        offer = await reader.expect(page.SeatOffer)
        assert (offer.request, offer.seat, offer.sdp, offer.renderer) == (
            "r1",
            asked.seat,
            "v=0 offer",
            "none",
        )
        await reader.send(page.SeatAnswer(seat=offer.seat, sdp="v=0 answer"))
        assert (await host.expect(page.SeatAnswer)).sdp == "v=0 answer"
        await reader.send(page.SeatCandidate(seat=offer.seat, candidate="from page"))
        assert (await host.expect(page.SeatCandidate)).candidate == "from page"
        await host.send(page.SeatCandidate(seat=offer.seat, candidate="from host"))
        assert (await reader.expect(page.SeatCandidate)).candidate == "from host"
        await reader.send(page.SeatRelease(seat=offer.seat))
        assert (await host.expect(hosts.SeatClose)).seat == offer.seat


async def test_the_ticket_names_seat_host_reader_and_certificate(signed_in: Server) -> None:
    async with await FakeHost.dial(signed_in) as host, await FakePage.open(signed_in) as reader:
        await host.register("demo")
        welcome = await host.expect(hosts.HostWelcome)
        await reader.ask_for_seat()
        asked = await host.expect(hosts.SeatOpen)
        key = {key.kid: key.pem for key in welcome.ticket_keys}[
            jwt.get_unverified_header(asked.ticket)["kid"]
        ]
        claims = jwt.decode(asked.ticket, key, algorithms=["EdDSA"])
        assert claims["exp"] - claims["iat"] == 60
        assert claims["jti"]
        del claims["exp"], claims["iat"], claims["jti"]
        assert claims == {
            "seat": asked.seat,
            "host": welcome.host,
            "user": "owner",
            "tenant": "default",
            "role": "admin",
            "archives": [],
            "fingerprint": FINGERPRINT,
            "page": "page-1",
        }


async def test_no_host_is_said_with_when_to_ask_again(signed_in: Server) -> None:
    async with await FakePage.open(signed_in) as reader:
        await reader.ask_for_seat("r9")
        failed = await reader.expect(page.SeatFailed)
        assert (failed.request, failed.code) == ("r9", errors.NO_HOST)
        assert failed.retry_after > 0


async def test_a_host_that_is_just_starting_is_waited_for(tmp_path: Path) -> None:
    async with running_server(tmp_path, host_wait=20.0) as server:
        await server.sign_in()
        async with await FakePage.open(server) as reader:
            await reader.ask_for_seat()
            async with await FakeHost.open(server, "demo") as host:
                await host.offer_seat()
                await reader.expect(page.SeatOffer)


async def test_a_silent_host_is_not_waited_for_long_and_another_is_asked(tmp_path: Path) -> None:
    async with running_server(tmp_path, seat_timeout=0.3) as server:
        await server.sign_in()
        key = await invited_key(server)
        async with (
            await FakeHost.open(server, "demo", capacity=100) as silent,
            await FakeHost.open(server, "demo", key=key, machine="m2", capacity=1) as willing,
            await FakePage.open(server) as reader,
        ):
            await reader.ask_for_seat()
            asked: dict[FakeHost, hosts.SeatOpen] = {}
            first = {asyncio.create_task(host.expect(hosts.SeatOpen)): host for host in (silent, willing)}
            done, rest = await asyncio.wait(first, timeout=10, return_when=asyncio.FIRST_COMPLETED)
            quiet = first[done.pop()]
            other = await rest.pop()
            speaking = willing if quiet is silent else silent
            asked[speaking] = other
            await speaking.send(hosts.HostSeatOffer(seat=other.seat, sdp="v=0"))
            assert (await reader.expect(page.SeatOffer)).seat == other.seat
            assert (await quiet.expect(hosts.SeatClose)).reason.endswith("Try again.")


async def test_when_every_host_refuses_its_words_reach_the_reader(signed_in: Server) -> None:
    async with await FakeHost.open(signed_in, "demo") as host, await FakePage.open(signed_in) as reader:
        await reader.ask_for_seat()
        asked = await host.expect(hosts.SeatOpen)
        words = "All 4 places of this host are taken."
        await host.send(hosts.HostSeatFailed(seat=asked.seat, code=errors.HOST_FULL, message=words))
        failed = await reader.expect(page.SeatFailed)
        assert (failed.code, failed.message) == (errors.HOST_FULL, words)


async def test_a_page_that_never_answers_loses_its_seat(tmp_path: Path) -> None:
    async with running_server(tmp_path, seat_timeout=0.3) as server:
        await server.sign_in()
        async with await FakeHost.open(server, "demo") as host, await FakePage.open(server) as reader:
            await reader.ask_for_seat()
            asked = await host.offer_seat()
            assert (await host.expect(hosts.SeatClose)).seat == asked.seat
            assert (await reader.expect(page.SeatLost)).code == errors.TIMEOUT
            assert server.services.broker.count == 0


async def test_a_page_can_not_speak_for_anothers_seat(signed_in: Server) -> None:
    async with (
        await FakeHost.open(signed_in, "demo") as host,
        await FakePage.open(signed_in, "mine") as mine,
        await FakePage.open(signed_in, "other") as other,
    ):
        await mine.ask_for_seat()
        asked = await host.offer_seat()
        await mine.expect(page.SeatOffer)
        await other.send(page.SeatAnswer(seat=asked.seat, sdp="v=0 stolen"))
        assert (await other.expect(page.PageError)).code == errors.FORBIDDEN
        await mine.send(page.SeatAnswer(seat=asked.seat, sdp="v=0 mine"))
        assert (await host.expect(page.SeatAnswer)).sdp == "v=0 mine"


async def test_a_page_that_dials_again_keeps_hearing_of_its_seat(signed_in: Server) -> None:
    async with await FakeHost.open(signed_in, "demo") as host:
        async with await FakePage.open(signed_in, "tab") as before:
            await before.ask_for_seat()
            asked = await host.offer_seat()
            await before.expect(page.SeatOffer)
            await before.send(page.SeatAnswer(seat=asked.seat, sdp="v=0"))
            await host.expect(page.SeatAnswer)
        async with await FakePage.open(signed_in, "tab") as after:
            await host.send(hosts.HostSeatClosed(seat=asked.seat, reason="The connection failed."))
            assert (await after.expect(page.SeatLost)).message == "The connection failed."


async def test_a_page_has_two_seats_at_most(signed_in: Server) -> None:
    async with await FakeHost.open(signed_in, "demo") as host, await FakePage.open(signed_in) as reader:
        first = None
        for request in ("a", "b", "c"):
            await reader.ask_for_seat(request)
            asked = await host.offer_seat()
            first = first or asked.seat
            assert (await reader.expect(page.SeatOffer)).request == request
        closed = [m.seat for m in host.seen if isinstance(m, hosts.SeatClose)]
        assert closed == [first]


# ---- checkpoints


async def test_a_view_and_marks_come_back_and_the_opening_is_recorded(signed_in: Server) -> None:
    of = {"tenant": "default", "user": "owner", "archive": "demo", "study": "1.2.3"}
    async with await FakeHost.open(signed_in, "demo", served="owner") as host:
        view, marks = (
            {"format": 2, "layout": "mpr"},
            {"format": 2, "version": 3, "marks": [{"text": "10.0 mm"}]},
        )
        await host.send(hosts.CheckpointSave(request="1", view=view, marks=marks, **of))
        assert await host.expect(hosts.CheckpointSaved) == hosts.CheckpointSaved(request="1")
        await host.send(hosts.CheckpointSave(request="2", view={"format": 2, "layout": "1x1"}, **of))
        await host.expect(hosts.CheckpointSaved)
        await host.send(hosts.StudyOpening(request="o", **of))
        assert await host.expect(hosts.StudyRecorded) == hosts.StudyRecorded(request="o")
        await host.send(hosts.CheckpointLoad(request="3", **of))
        loaded = await host.expect(hosts.CheckpointLoaded)
        assert (loaded.view, loaded.marks, loaded.problem) == ({"format": 2, "layout": "1x1"}, marks, "")
        assert loaded.saved_at > 0
    newest, before = await signed_in.services.audit.newest("default", 2)
    assert before.deed.value == "signed in", "what is kept is fetched without an entry of its own"
    assert (newest.deed.value, newest.user, newest.archive, newest.study, newest.host) == (
        "study opened",
        "owner",
        "demo",
        "1.2.3",
        "local",
    )


async def test_what_can_not_be_saved_is_said_and_what_was_saved_stays(signed_in: Server) -> None:
    of = {"tenant": "default", "user": "owner", "archive": "demo", "study": "1.2.3"}
    async with await FakeHost.open(signed_in, "demo", served="owner") as host:
        await host.send(hosts.CheckpointSave(request="1", view={"format": 2, "image": 1}, **of))
        await host.expect(hosts.CheckpointSaved)
        await host.send(hosts.CheckpointSave(request="2", view={"format": 2, "much": "x" * 100_000}, **of))
        assert "not saved" in (await host.expect(hosts.CheckpointSaved)).problem
        await host.send(hosts.CheckpointSave(request="3", view={}, **of | {"tenant": "another"}))
        assert "tenant" in (await host.expect(hosts.CheckpointSaved)).problem
        await host.send(hosts.CheckpointLoad(request="4", **of))
        assert (await host.expect(hosts.CheckpointLoaded)).view == {"format": 2, "image": 1}
