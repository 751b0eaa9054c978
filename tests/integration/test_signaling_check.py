"""The check of a device: anyone may open it; what a reader sends is bounded, kept and listed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from signaling.api import check
from signaling.services.device_checks import MOST
from tests.fakes.signaling_peers import Server, running_server

ROW = {"id": "hash", "outcome": "bad", "words": "Not available."}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with running_server(tmp_path / "state") as running:
        yield running


async def send(server: Server, body: Any) -> tuple[int, Any]:
    return await server.ask("POST", "/api/check", json=body)


async def test_the_page_is_there_for_everyone_and_knows_who_is_signed_in(server: Server) -> None:
    for told in ("no", "yes"):
        async with server.http.get(f"{server.url}/check") as answer:
            assert answer.status == 200
            assert answer.headers["Cache-Control"] == "no-store"
            assert f'data-signed-in="{told}"' in await answer.text()
        await server.sign_in()


async def test_the_sign_in_page_leads_there(server: Server) -> None:
    async with server.http.get(server.url) as answer:
        assert 'href="check"' in await answer.text()


async def test_a_result_is_kept_and_listed_newest_first(server: Server) -> None:
    await server.sign_in()
    for number in range(2):
        assert (await send(server, {"rows": [{**ROW, "words": f"result {number}"}]}))[0] == 204
    status, listed = await server.get("/api/admin/checks")
    assert status == 200
    assert [found["rows"][0]["words"] for found in listed["checks"]] == ["result 1", "result 0"]
    assert listed["checks"][0]["user"] == "owner"
    assert listed["checks"][0]["at"] > 0
    newest = await server.services.audit.newest("default", 1)  # type: ignore[attr-defined]
    assert newest[0].deed.value == "device checked"


async def test_nobody_sends_or_reads_without_a_sign_in(server: Server) -> None:
    assert (await send(server, {"rows": [ROW]}))[0] == 401
    assert (await server.get("/api/admin/checks"))[0] == 401


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"rows": []},
        {"rows": [ROW] * 41},
        {"rows": [{**ROW, "id": "no such <id>"}]},
        {"rows": [{**ROW, "outcome": "superb"}]},
        {"rows": [{**ROW, "words": "x" * 601}]},
        {"rows": [{"id": "hash"}]},
        [],
    ],
)
async def test_what_is_no_result_is_refused_in_words(server: Server, body: Any) -> None:
    await server.sign_in()
    status, answer = await send(server, body)
    assert status == 400
    assert "not the result of a device check" in answer["message"]
    assert (await server.get("/api/admin/checks"))[1] == {"checks": []}


async def test_a_result_has_a_size_and_a_rate(server: Server) -> None:
    await server.sign_in()
    status, answer = await send(server, {"rows": [ROW], "more": "x" * 20_000})
    assert (status, answer["code"]) == (400, "too-large")
    statuses = [(await send(server, {"rows": [ROW]}))[0] for _ in range(7)]
    assert statuses.count(204) == 5
    assert set(statuses[5:]) == {429}


def test_each_has_a_rate_of_their_own_and_not_everyone_is_remembered_for_ever() -> None:
    senders = check.Senders()
    assert [senders.may("a", 0.0) for _ in range(6)] == [True] * 5 + [False]
    assert senders.may("b", 0.0)
    assert senders.may("a", 30.0)
    for number in range(2_000):
        senders.may(str(number), 30.0)
    assert len(senders.buckets) <= 1_000


async def test_the_oldest_result_makes_room(server: Server) -> None:
    await server.sign_in()
    for number in range(MOST + 3):
        kept = check.DeviceCheck(float(number), "default", "owner", "", ())
        server.services.device_checks.add(kept)
    server.services.device_checks.add(check.DeviceCheck(0.0, "other", "owner", "", ()))
    _, listed = await server.get("/api/admin/checks")
    assert [found["at"] for found in listed["checks"]][:2] == [MOST + 2.0, MOST + 1.0]
    assert len(listed["checks"]) == MOST - 1
