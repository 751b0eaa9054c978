"""A server behind a real nginx or haproxy that ends TLS: what is the reader's is taken from the proxy, if it was named."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from signaling.protocol import errors, page
from tests.fakes.signaling_peers import TOKEN, FakePage, Server, running_server
from tests.running.farview_process import free_port
from tests.running.proxy import Proxy, haproxy, nginx
from tests.running.signing_in import sign_in_request

LOOPBACK = (ipaddress.ip_network("127.0.0.1"),)
Starts = Callable[..., AbstractContextManager[Proxy]]


def below_whole(folder: Path, behind: int, **options: Any) -> AbstractContextManager[Proxy]:
    return nginx(folder, behind, path="/apps/farview", **options)


def below_cut(folder: Path, behind: int, **options: Any) -> AbstractContextManager[Proxy]:
    return nginx(folder, behind, path="/apps/farview", cut=True, **options)


WAYS = [
    pytest.param(nginx, "", id="nginx"),
    pytest.param(haproxy, "", id="haproxy"),
    pytest.param(below_whole, "/apps/farview", id="nginx-below-a-path"),
    pytest.param(below_cut, "/apps/farview", id="nginx-that-cuts-the-path-off"),
]


class Outside:
    """A reader's side: what the browser does, through the proxy."""

    def __init__(self, proxy: Proxy, server: Server, http: aiohttp.ClientSession) -> None:
        self.proxy, self.server, self.http = proxy, server, http
        self.origin = f"https://localhost:{proxy.port}"

    async def sign_in(self) -> aiohttp.ClientResponse:
        """By the token; the answer, as it came."""
        asked = sign_in_request(self.proxy.url, TOKEN, self.origin)
        async with self.http.post(**asked.of_aiohttp) as answer:
            assert answer.status == 204
            return answer

    async def ask(self, method: str, path: str, origin: str | None = None, **options: Any) -> tuple[int, Any]:
        """Status and JSON answer."""
        headers = {"Origin": self.origin if origin is None else origin}
        async with self.http.request(method, self.proxy.url + path, headers=headers, **options) as answer:
            return answer.status, await answer.json() if answer.content_type == "application/json" else None


@asynccontextmanager
async def outside(
    folder: Path, starts: Starts, *, said: bool = True, **changes: Any
) -> AsyncIterator[Outside]:
    """A server, and a proxy of it; `changes` are of the server's configuration."""
    port = free_port()
    changes = {"trusted_proxies": LOOPBACK, **changes}
    async with running_server(folder / "state", port, **changes) as server:
        with starts(folder / "proxy", port, said=said) as proxy:
            connector = aiohttp.TCPConnector(ssl=proxy.trust)
            async with aiohttp.ClientSession(connector=connector) as http:
                yield Outside(proxy, server, http)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.mark.parametrize(("starts", "base"), WAYS)
async def test_a_reader_behind_a_proxy_that_was_named(folder: Path, starts: Starts, base: str) -> None:
    async with outside(folder, starts, base_path=base) as reader:
        answer = await reader.sign_in()
        cookie = answer.headers["Set-Cookie"]
        assert "Secure" in cookie
        assert f"Path={base or '/'};" in f"{cookie};"
        policy = answer.headers["Content-Security-Policy"]
        assert f"connect-src 'self' wss://localhost:{reader.proxy.port};" in policy

        socket = await reader.http.ws_connect(
            f"{reader.proxy.url}/ws/page", headers={"Origin": reader.origin}
        )
        async with FakePage(socket) as connected:
            await connected.send(page.PageHello(protocol=2, page="p"))
            await connected.expect(page.PageWelcome)

        status, answered = await reader.ask("POST", "/api/admin/hosts", json={"name": "far"})
        assert status == 201
        assert f"--signaling {reader.proxy.url} --key" in answered["command"]

        far = {"X-Forwarded-For": "203.0.113.9"}
        async with reader.http.get(f"{reader.proxy.url}/metrics", headers=far) as answer:
            assert answer.status == 403
        assert await reader.ask("GET", f"/healthz?origin={reader.origin}") == (200, {"status": "ok"})
        status, _ = await reader.ask("POST", "/api/sign-out")
        assert status == 204
        assert (await reader.ask("GET", "/api/me"))[0] == 401


@pytest.mark.parametrize(("starts", "base"), WAYS)
async def test_pages_name_only_what_is_there(folder: Path, starts: Starts, base: str) -> None:
    async with outside(folder, starts, base_path=base) as reader:
        await reader.sign_in()
        for name in ("/", "/worklist", "/admin", "/check", "/viewer?study=1.2"):
            async with reader.http.get(reader.proxy.url + name) as answer:
                assert answer.status == 200, name
                text, address = await answer.text(), answer.url
            for part in {
                each.split('"')[0]
                for each in text.split('="')[1:]
                if each.startswith(("static/", "manifest.webmanifest"))
            }:
                async with reader.http.get(address.join(aiohttp.client.URL(part))) as found:
                    assert found.status == 200, part
                    if part.startswith("manifest"):
                        said = await found.json(content_type=None)
                        assert said["id"] == f"{base}/"
                        assert (
                            found.url.join(aiohttp.client.URL(said["start_url"])).path == f"{base}/worklist"
                        )


@pytest.mark.parametrize(("starts", "base"), WAYS)
async def test_a_refusal_is_a_whole_page_at_any_depth(folder: Path, starts: Starts, base: str) -> None:
    navigation = {"Sec-Fetch-Mode": "navigate"}
    async with outside(folder, starts, base_path=base) as reader:
        for path in ("/nothing", "/nothing/at/all/"):
            async with reader.http.get(reader.proxy.url + path, headers=navigation) as answer:
                assert (answer.status, answer.content_type) == (404, "text/html")
                text = await answer.text()
            assert f'href="{base}/"' in text
            parts = {each.split('"')[0] for each in text.split('="')[1:] if "static/" in each[:40]}
            assert parts
            for part in parts:
                async with reader.http.get(f"{reader.origin}{part}") as found:
                    assert found.status == 200, part


async def test_the_bare_path_leads_to_the_one_with_its_slash(folder: Path) -> None:
    async with running_server(folder, base_path="/farview") as server:
        async with server.http.get(f"{server.url}/farview?x=1", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (308, "/farview/?x=1")
        await server.sign_in()
        async with server.http.get(f"{server.url}/farview") as answer:
            assert (answer.status, answer.url.path) == (200, "/farview/")


@pytest.mark.parametrize("starts", [nginx, haproxy])
@pytest.mark.parametrize(("named", "said"), [(False, True), (True, False), (False, False)])
async def test_a_proxy_that_is_not_named_or_says_nothing_is_found_out_in_words(
    folder: Path, starts: Starts, named: bool, said: bool
) -> None:
    trusted = LOOPBACK if named else ()
    with capture_logs() as logged:
        async with outside(folder, starts, said=said, trusted_proxies=trusted) as reader:
            await _find_out(reader)
    lines = [line for line in logged if line["event"] == "request of another origin refused"]
    assert [line["origin"] for line in lines] == [reader.origin], "once, however often it is tried"


async def _find_out(reader: Outside) -> None:
    for path in ("/api/sign-in", "/api/sign-out") * 3:
        status, answer = await reader.ask("POST", path, json={"token": TOKEN})
        assert (status, answer["code"]) == (403, errors.FORBIDDEN)
        assert f"The page's origin is {reader.origin}, " in answer["message"]
        assert f"takes itself for http://localhost:{reader.proxy.port}." in answer["message"]
        assert "--trusted-proxy" in answer["message"]
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await reader.http.ws_connect(f"{reader.proxy.url}/ws/page", headers={"Origin": reader.origin})
    status, answer = await reader.ask("GET", f"/healthz?origin={reader.origin}")
    assert (status, "--trusted-proxy" in answer["refused"]) == (200, True)
    assert (await reader.ask("GET", "/metrics"))[0] == 403


@pytest.mark.parametrize("starts", [nginx, haproxy])
async def test_what_a_browser_makes_up_is_not_believed_through_the_proxy(
    folder: Path, starts: Starts
) -> None:
    made_up = {
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "http",
    }
    async with outside(folder, starts, host_names=frozenset({"localhost"})) as reader:
        await reader.sign_in()
        for origin in (
            "https://evil.example",
            "http://evil.example",
            f"http://localhost:{reader.proxy.port}",
        ):
            async with reader.http.post(
                f"{reader.proxy.url}/api/sign-out", headers={**made_up, "Origin": origin}
            ) as answer:
                assert answer.status == 403
        async with reader.http.post(
            f"{reader.proxy.url}/api/sign-out", headers={**made_up, "Origin": reader.origin}
        ) as answer:
            assert answer.status == 204


async def test_what_the_proxy_garbles_is_refused_in_words(folder: Path) -> None:
    async with running_server(folder, trusted_proxies=LOOPBACK) as server:
        status, answer = await server.get("/api/me", headers={"X-Forwarded-Proto": "gopher"})
        assert (status, answer["code"]) == (400, errors.MALFORMED)
        assert "X-Forwarded-Proto" in answer["message"]
