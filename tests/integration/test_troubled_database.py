"""The database is full, read-only or away: who is signed in stays so and lists, nothing is opened unrecorded, all in words."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from signaling.api import (
    account,
    admin,
    check,
    health,
    host_socket,
    page_socket,
    pages,
    proof_keys,
    signing_in,
    static,
    stream_sockets,
    worklist,
)
from signaling.domain.audit import Deed
from signaling.domain.sign_ins import TOUCH_SECONDS
from signaling.protocol import hosts, page
from tests.fakes.signaling_peers import TOKEN, FakeHost, FakePage, Server, running_server
from tests.fakes.troubled_database import away, full, read_only, small_disk
from tests.running.signing_in import sign_in_request

Trouble = Callable[[Server], AbstractAsyncContextManager[None]]
OF = {"tenant": "default", "user": "owner", "archive": "demo", "study": "1.2.3"}
NAVIGATION = {"Accept": "text/html,application/xhtml+xml", "Sec-Fetch-Mode": "navigate"}
INSIDE = re.compile(r"\b\w+Error\b|Traceback|sqlite", re.IGNORECASE)
CHECKED = {"rows": [{"id": "hash", "outcome": "good", "words": "works"}]}
ROUTES_OF = (
    account,
    admin,
    check,
    health,
    host_socket,
    page_socket,
    pages,
    proof_keys,
    signing_in,
    static,
    worklist,
)


@dataclass(frozen=True)
class Asked:
    """What a route answers a person who is signed in: while nothing can be written, and while nothing can be read either."""

    unwritten: int
    away: int = 0
    path: str = ""
    body: Any = None


ROUTES: dict[tuple[str, str], Asked | None] = {
    ("GET", "/"): Asked(200),
    ("GET", "/worklist"): Asked(200),
    ("GET", "/viewer"): Asked(200, path="/viewer?study=1.2.3"),
    ("GET", "/admin"): Asked(200),
    ("GET", "/sign-in"): Asked(303),
    ("GET", "/manifest.webmanifest"): Asked(200),
    ("GET", "/check"): Asked(200),
    ("GET", "/healthz"): Asked(200),
    ("GET", "/metrics"): Asked(200),
    ("GET", "/api/me"): Asked(200),
    ("GET", "/api/worklist"): Asked(200),
    ("GET", "/static/{build}/{name:.+}"): Asked(200, path="/static/any/icons/favicon.svg"),
    ("GET", "/api/admin/checks"): Asked(200),
    ("GET", "/api/admin/hosts"): Asked(200, away=503),
    ("GET", "/api/proof-keys"): Asked(200, away=503),
    ("POST", "/api/check"): Asked(503, body=CHECKED),
    ("POST", "/api/admin/hosts"): Asked(503, body={"name": "another"}),
    ("POST", "/api/admin/hosts/{host}/drain"): Asked(503, path="/api/admin/hosts/local/drain"),
    ("POST", "/api/admin/hosts/{host}/resume"): Asked(503, path="/api/admin/hosts/local/resume"),
    ("DELETE", "/api/admin/hosts/{host}"): Asked(404, away=503, path="/api/admin/hosts/none"),
    ("GET", "/api/sign-in"): Asked(200, away=503),
    ("POST", "/api/sign-in"): Asked(204, body={"token": TOKEN}),
    ("POST", "/api/sign-out"): Asked(204),
    ("GET", "/api/admin/events"): None,  # it does not end; the list it sends is that of /api/admin/hosts
    ("GET", "/ws/page"): None,  # sockets have tests of their own below
    ("GET", "/ws/host"): None,
    ("GET", "/ws/host-stream"): None,
    ("GET", "/ws/page-stream"): None,
}


@pytest.fixture(
    params=[read_only, away, pytest.param(full, marks=pytest.mark.root)], ids=["read-only", "away", "full"]
)
def trouble(request: pytest.FixtureRequest) -> Trouble:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
async def server(trouble: Trouble, tmp_path: Path) -> AsyncIterator[Server]:
    with ExitStack() as stack:
        state = tmp_path / "state"
        if trouble == full:
            stack.enter_context(small_disk(state, "4m"))
        async with running_server(state) as running:
            yield running


@pytest.fixture
async def signed_in(server: Server) -> Server:
    await server.sign_in()
    return server


def looks_lapse(server: Server) -> None:
    """Every sign-in is looked up anew from now on."""
    sign_ins = server.services.sign_ins
    clock = sign_ins._clock
    sign_ins._clock = lambda: clock() + TOUCH_SECONDS + 1


def in_words(text: str) -> bool:
    return bool(text.strip()) and not INSIDE.search(text)


def test_every_route_has_its_line() -> None:
    tables = [
        *(module.routes for module in ROUTES_OF),
        stream_sockets.host_routes,
        stream_sockets.page_routes,
    ]
    found = {(route.method, route.path) for table in tables for route in table if hasattr(route, "path")}
    assert found == set(ROUTES)


async def test_every_route_answers_who_is_signed_in_or_says_why_not(
    signed_in: Server, trouble: Trouble
) -> None:
    async with await FakeHost.open(signed_in, "demo"), trouble(signed_in):
        for (method, path), asked in ROUTES.items():
            if asked is None or path == "/api/worklist":
                continue
            looks_lapse(signed_in)
            expected = (trouble == away and asked.away) or asked.unwritten
            async with signed_in.http.request(
                method,
                signed_in.url + (asked.path or path),
                json=asked.body,
                headers={"Origin": signed_in.url},
                allow_redirects=False,
            ) as answer:
                assert answer.status == expected, (method, path)
                if answer.status >= 400:
                    assert in_words((await answer.json())["message"]), (method, path)


async def test_the_worklist_is_listed(signed_in: Server, trouble: Trouble) -> None:
    async with await FakeHost.open(signed_in, "demo") as host, trouble(signed_in):
        looks_lapse(signed_in)
        listing = asyncio.create_task(signed_in.get("/api/worklist"))
        await host.answer_worklist()
        assert (await listing)[0] == 200


async def test_a_page_and_its_seat_are_given(signed_in: Server, trouble: Trouble) -> None:
    async with await FakeHost.open(signed_in, "demo") as host, trouble(signed_in):
        looks_lapse(signed_in)
        async with await FakePage.open(signed_in) as reader:
            await reader.ask_for_seat()
            await host.offer_seat()
            await reader.expect(page.SeatOffer)


async def test_a_host_that_is_known_may_come_back(signed_in: Server, trouble: Trouble) -> None:
    await (await FakeHost.open(signed_in, "demo")).close()
    async with trouble(signed_in):
        host = await FakeHost.dial(signed_in)
        async with host:
            await host.register("demo")
            if trouble == away:
                await host.expect_end()  # it dials again until its key can be looked up
            else:
                await host.expect(hosts.HostWelcome)


async def test_nothing_is_opened_that_is_not_recorded(signed_in: Server, trouble: Trouble) -> None:
    async with await FakeHost.open(signed_in, "demo", served="owner") as host:
        async with trouble(signed_in):
            await host.send(hosts.StudyOpening(request="1", **OF))
            refused = await host.expect(hosts.StudyRecorded)
            assert "not opened" in refused.problem
            assert in_words(refused.problem)
        await host.send(hosts.StudyOpening(request="2", **OF))
        assert (await host.expect(hosts.StudyRecorded)).problem == ""
        async with trouble(signed_in):
            await host.send(hosts.StudyOpening(request="3", goes_on=True, **OF))
            assert (await host.expect(hosts.StudyRecorded)).problem == "", "a reading that runs goes on"
            await host.send(hosts.StudyOpening(request="4", goes_on=True, **OF | {"study": "4.5.6"}))
            assert (await host.expect(hosts.StudyRecorded)).problem, "it was never recorded"
            await host.send(hosts.StudyOpening(request="5", **OF))
            assert (await host.expect(hosts.StudyRecorded)).problem, "it is opened once more"
    opened = [e for e in await signed_in.services.audit.newest("default", 10) if e.deed is Deed.STUDY_OPENED]
    assert [(entry.study, entry.user, entry.host) for entry in opened] == [("1.2.3", "owner", "local")]


async def test_signing_in_is_refused_and_its_page_is_told_why(server: Server, trouble: Trouble) -> None:
    async with (
        trouble(server),
        server.http.post(**sign_in_request(server.url, TOKEN).of_aiohttp) as answer,
    ):
        assert answer.status == 503
        text = (await answer.json())["message"]
        assert in_words(text)
        assert "database" in text
        assert TOKEN not in text
        assert "Set-Cookie" not in answer.headers
    assert await server.services.audit.newest("default", 10) == ()


async def test_who_signs_out_is_out_and_stays_so(signed_in: Server, trouble: Trouble) -> None:
    kept = {cookie.key: cookie.value for cookie in signed_in.http.cookie_jar}
    async with await FakePage.open(signed_in) as reader:
        async with trouble(signed_in):
            assert (await signed_in.ask("POST", "/api/sign-out"))[0] == 204
            await reader.expect(page.SignedOut)
            signed_in.http.cookie_jar.update_cookies(kept, aiohttp.client.URL(signed_in.url))
            assert (await signed_in.get("/api/me"))[0] == 401
        looks_lapse(signed_in)
        await signed_in.services.sign_ins.look()
        assert (await signed_in.get("/api/me"))[0] == 401
        assert await signed_in.services.sign_ins._store.find(next(iter(kept.values()))) is None


@pytest.mark.parametrize("path", ["/nothing/here", "/api/nothing", "/static/x/absent.js"])
async def test_a_browser_that_goes_there_gets_a_page(tmp_path: Path, path: str) -> None:
    async with running_server(tmp_path) as server:
        async with server.http.get(server.url + path, headers=NAVIGATION) as answer:
            assert (answer.status, answer.content_type) == (404, "text/html")
            assert "nothing at this address" in await answer.text()
        async with server.http.get(server.url + path) as answer:
            assert answer.content_type == "application/json"
