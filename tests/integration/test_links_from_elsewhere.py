"""What the second cookie is good for: opening a page by a link from another site, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from signaling.protocol import page
from tests.fakes.signaling_peers import FakePage, Server, running_server

PAGES = ("/", "/worklist", "/viewer?study=1.2.3", "/admin")


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with running_server(tmp_path / "state") as running:
        await running.sign_in()
        yield running


async def lax_alone(server: Server) -> dict[str, str]:
    """The header by which a link from another site comes."""
    async with server.http.get(f"{server.url}/worklist") as answer:
        cookie = answer.cookies[server.services.cookie.page_name]
    assert (cookie["samesite"], cookie["httponly"]) == ("Lax", True)
    return {"Cookie": f"{cookie.key}={cookie.value}"}


async def test_every_page_opens_by_a_link_from_another_site(server: Server) -> None:
    headers = await lax_alone(server)
    async with aiohttp.ClientSession(headers=headers) as elsewhere:
        for path in PAGES:
            async with elsewhere.get(server.url + path) as answer:
                assert answer.status == 200, path
                assert "Set-Cookie" not in answer.headers


async def test_nothing_else_takes_the_second_cookie(server: Server) -> None:
    headers = await lax_alone(server)
    strict, lax = server.services.cookie.name, server.services.cookie.page_name
    posing = {"Cookie": headers["Cookie"].replace(f"{lax}=", f"{strict}=")}
    for sent in (headers, posing):
        async with aiohttp.ClientSession(headers={**sent, "Origin": server.url}) as elsewhere:
            for method, path in (
                ("GET", "/api/me"),
                ("GET", "/api/worklist"),
                ("GET", "/api/admin/hosts"),
                ("GET", "/api/admin/events"),
                ("GET", "/api/admin/checks"),
                ("POST", "/api/admin/hosts"),
                ("POST", "/api/sign-out"),
            ):
                async with elsewhere.request(method, server.url + path) as answer:
                    assert answer.status == 401, path
            async with FakePage(await elsewhere.ws_connect(f"{server.url}/ws/page")) as stranger:
                await stranger.expect(page.SignedOut)
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await elsewhere.ws_connect(f"{server.url}/ws/page-stream")


async def test_signing_out_ends_both(server: Server) -> None:
    headers = await lax_alone(server)
    async with server.http.post(f"{server.url}/api/sign-out", headers={"Origin": server.url}) as answer:
        assert answer.status == 204
        ended = {name: cookie["max-age"] for name, cookie in answer.cookies.items()}
    assert ended == dict.fromkeys((server.services.cookie.name, server.services.cookie.page_name), "0")
    async with aiohttp.ClientSession(headers=headers) as elsewhere, elsewhere.get(f"{server.url}/") as answer:
        assert answer.status == 401
