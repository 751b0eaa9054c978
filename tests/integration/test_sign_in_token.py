"""The token of the printed address: how it is shown, for how often it is good, and that it stands in no address and no log."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from http.cookies import SimpleCookie
from pathlib import Path

import aiohttp
import pytest
from structlog.testing import capture_logs

from signaling.auth.secret_key import hashed
from signaling.auth.sign_in_address import ADDRESS_FILE
from signaling.protocol import errors
from signaling.store.schema import SIGN_INS
from tests.fakes.signaling_peers import TOKEN, Server, keep_token, running_server
from tests.running.signing_in import sign_in_request

PAGES = ("/", "/worklist", "/viewer?study=1.2.3", "/admin", "/sign-in")
WRONG, USED = "does not sign in", "signed this browser in before. Print a new one: farview url --new"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with running_server(tmp_path / "state") as running:
        yield running


async def out(server: Server) -> None:
    assert (await server.ask("POST", "/api/sign-out"))[0] == 204


async def removed(server: Server) -> None:
    async with server.services.database.transaction() as connection:
        await connection.execute(SIGN_INS.delete())
    server.services.sign_ins._recent.clear()


async def stays(_: Server) -> None:
    pass


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("signed_in", [False, True])
async def test_in_a_query_it_signs_nobody_in_and_the_page_says_so(
    server: Server, path: str, signed_in: bool
) -> None:
    if signed_in:
        await server.sign_in()
    sign = "&" if "?" in path else "?"
    async with server.http.get(f"{server.url}{path}{sign}token={TOKEN}", allow_redirects=False) as answer:
        text = await answer.text()
        assert (answer.status, "Set-Cookie" in answer.headers) == (400, False)
    assert "proxies write it into their logs" in text
    assert "behind a #" in text
    assert TOKEN not in text


@pytest.mark.parametrize(
    ("then", "again", "words"),
    [
        (stays, TOKEN, ""),
        (out, TOKEN, USED),
        (removed, TOKEN, USED),
        (stays, "another", ""),
        (out, "another", ""),
        (removed, "another", ""),
        (stays, "wrong", WRONG),
        (out, "wrong", WRONG),
    ],
)
async def test_one_token_signs_a_browser_in_once(
    server: Server, then: Callable[[Server], Awaitable[None]], again: str, words: str
) -> None:
    await server.sign_in()
    await then(server)
    if again == "another":
        keep_token(server.services.config.state, again)
    status, said = await server.show_token(again)
    assert (status, words in said) == (401 if words else 204, True)
    assert (await server.get("/api/me"))[0] == (200 if then is stays or not words else 401)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        asked = sign_in_request(server.url, again)
        async with browser.post(**asked.of_aiohttp) as answer:
            assert answer.status == (401 if again == "wrong" else 204), "to another browser it is new"


async def test_what_remembers_it_is_no_token_and_stays_long(server: Server) -> None:
    async with server.http.post(**sign_in_request(server.url, TOKEN).of_aiohttp) as answer:
        cookie: SimpleCookie = answer.cookies
    kept = cookie[server.services.cookie.token_name]
    assert (kept.value, kept["httponly"], kept["samesite"]) == (hashed(TOKEN), True, "Strict")
    assert int(kept["max-age"]) > 300 * 24 * 3600
    assert TOKEN not in str(cookie)


async def test_another_one_ends_it_at_once(server: Server) -> None:
    keep_token(server.services.config.state, "another")
    assert (await server.show_token(TOKEN))[0] == 401
    assert (await server.show_token("another"))[0] == 204


@pytest.mark.parametrize("kept", ["", "[]", '{"page": "x"}', "\0"])
async def test_where_it_can_not_be_read_nobody_signs_in_and_words_say_so(server: Server, kept: str) -> None:
    (server.services.config.state / ADDRESS_FILE).write_text(kept)
    for token in (TOKEN, "", kept):
        status, said = await server.show_token(token)
        assert status == 503
        assert "farview url --new" in said


async def test_while_there_is_none_nothing_signs_in(server: Server) -> None:
    (server.services.config.state / ADDRESS_FILE).unlink()
    for token in ("", TOKEN):
        assert (await server.show_token(token))[0] == 401


@pytest.mark.parametrize("origin", ["http://evil.example", "null", None])
async def test_only_our_own_page_shows_it(server: Server, origin: str | None) -> None:
    asked = sign_in_request(server.url, TOKEN)
    headers = {"Content-Type": "application/json"} | ({} if origin is None else {"Origin": origin})
    async with server.http.post(asked.address, headers=headers, data=asked.body) as answer:
        assert (answer.status, "Set-Cookie" in answer.headers) == (403, False)
        assert (await answer.json())["code"] == errors.FORBIDDEN


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"token": 1}', b"token=x", b"\xff", json.dumps({"token": "x" * 2_000}).encode()]
)
async def test_what_is_no_sign_in_is_refused_in_words(server: Server, body: bytes) -> None:
    headers = {"Origin": server.url, "Content-Type": "application/json"}
    async with server.http.post(f"{server.url}/api/sign-in", headers=headers, data=body) as answer:
        assert answer.status == 400
        assert (await answer.json())["message"]


async def test_no_token_is_logged_right_or_wrong(server: Server) -> None:
    with capture_logs() as logged:
        await server.sign_in()
        await server.show_token("a-wrong-token")
        await out(server)
        await server.show_token(TOKEN)
    assert "wrong sign-in token" in str(logged)
    assert TOKEN not in str(logged)
    assert "a-wrong-token" not in str(logged)


async def test_without_javascript_the_page_says_what_is_wrong_and_sends_nothing(server: Server) -> None:
    async with server.http.get(server.url) as answer:
        page = await answer.text()
    assert "needs JavaScript" in page.split("<noscript>")[1].split("</noscript>")[0]
    assert 'name="token"' not in page, "a form that is sent without a script would put it into the address"
    assert "disabled" in page.split("<button")[1].split(">")[0]
