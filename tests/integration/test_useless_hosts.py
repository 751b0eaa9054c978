"""A real signaling server with scripted render hosts (fakes) that give no usable seat: another one serves, and is asked first."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from signaling.protocol import errors, hosts, page
from signaling.protocol.records import StudyRow
from tests.fakes.signaling_peers import FakeHost, FakePage, Server, invited_key, running_server


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    # The page waits 12 s for an offer; here everything is shorter by a half and more.
    async with running_server(
        tmp_path / "state", seat_timeout=4.0, offer_timeout=0.3, worklist_timeout=30.0
    ) as running:
        await running.sign_in()
        yield running


async def good_and_bad(server: Server) -> tuple[FakeHost, FakeHost]:
    """Two hosts of one archive; the bad one looks better: its places are many, and nobody has one."""
    good = await FakeHost.open(server, "demo", capacity=4)
    key = await invited_key(server)
    bad = await FakeHost.open(server, "demo", key=key, machine="m2", capacity=512)
    lie = {
        "seats": -5,
        "sessions": 0,
        "cpu": -1.0,
        "memory_bytes": 0,
        "pictures_per_second": 0,
        "latency_ms": 0,
    }
    archives = [{"archive": "demo", "title": "demo"}]
    await bad.socket.send_str(json.dumps({"type": "host.load", **lie, "archives": archives}))
    return good, bad


async def is_silent(host: FakeHost) -> None:
    with suppress(AssertionError):
        while True:
            await host.expect(hosts.SeatOpen)


async def refuses(host: FakeHost) -> None:
    with suppress(AssertionError):
        while True:
            asked = await host.expect(hosts.SeatOpen)
            await host.send(hosts.HostSeatFailed(seat=asked.seat, code=errors.TICKET, message="No."))


async def offers_too_much(host: FakeHost) -> None:
    with suppress(AssertionError):
        while True:
            asked = await host.expect(hosts.SeatOpen)
            await host.send(hosts.HostSeatOffer(seat=asked.seat, sdp="x" * 100_000))


async def serves(host: FakeHost) -> None:
    with suppress(AssertionError):
        while True:
            await host.offer_seat()


@pytest.mark.parametrize("bad_way", [is_silent, refuses, offers_too_much])
async def test_a_host_without_usable_seats_is_tried_once_and_then_comes_last(
    server: Server, bad_way: Callable[[FakeHost], Awaitable[None]]
) -> None:
    good, bad = await good_and_bad(server)
    doing = [asyncio.ensure_future(serves(good)), asyncio.ensure_future(bad_way(bad))]
    async with await FakePage.open(server, "first") as first, await FakePage.open(server, "second") as second:
        for reader in (first, second, first):
            await reader.ask_for_seat()
            assert (await reader.expect(page.SeatOffer)).host == "local"
    await good.close()
    await bad.close()
    await asyncio.gather(*doing)
    assert len([m for m in bad.seen if isinstance(m, hosts.SeatOpen)]) == 1, "once, not once a request"


async def test_an_offer_that_browsers_refuse_sends_that_page_elsewhere(server: Server) -> None:
    good, bad = await good_and_bad(server)
    doing = [asyncio.ensure_future(serves(host)) for host in (good, bad)]
    async with await FakePage.open(server) as reader, await FakePage.open(server, "another") as another:
        await reader.ask_for_seat()
        offer = await reader.expect(page.SeatOffer)
        assert offer.host != "local"
        await reader.send(page.SeatRelease(seat=offer.seat, problem=errors.BAD_OFFER))
        await reader.ask_for_seat("r2")
        assert (await reader.expect(page.SeatOffer)).host == "local"
        await another.ask_for_seat()
        assert (await another.expect(page.SeatOffer)).host != "local", "what one page says is no word of all"
    await good.close()
    await bad.close()
    await asyncio.gather(*doing)


async def test_a_page_that_only_leaves_says_nothing_against_its_host(server: Server) -> None:
    good, bad = await good_and_bad(server)
    doing = [asyncio.ensure_future(serves(host)) for host in (good, bad)]
    async with await FakePage.open(server) as reader:
        for request in ("r1", "r2"):
            await reader.ask_for_seat(request)
            offer = await reader.expect(page.SeatOffer)
            assert offer.host != "local"
            await reader.send(page.SeatRelease(seat=offer.seat, problem="no word that is known"))
    await good.close()
    await bad.close()
    await asyncio.gather(*doing)


async def test_figures_that_can_not_be_are_said_on_the_admin_page(server: Server) -> None:
    good, bad = await good_and_bad(server)
    async with good, bad, await FakePage.open(server) as reader:
        await bad.send(hosts.WorklistReply(request="none", archive="demo", rows=(), total=0))
        await reader.ask_for_seat()
        await bad.expect(hosts.SeatOpen)
        _, listed = await server.get("/api/admin/hosts")
        rows = {host["host"] == "local": host for host in listed["hosts"]}
        assert rows[True]["problem"] == ""
        assert "can't be" in rows[False]["problem"]
        assert rows[False]["capacity"] <= 1_000


# ---- the worklist


def study(uid: str, **changes: object) -> StudyRow:
    said: dict[str, Any] = {"archive": "demo", "study": uid, "study_date": "2020", **changes}
    return StudyRow(**said)


async def again_and_again(claim: Callable[[FakeHost], Awaitable[object]], host: FakeHost) -> None:
    """Until the test ends."""
    with suppress(AssertionError):
        while True:
            await claim(host)


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        (lambda host: host.answer_worklist(), "lists nothing"),
        (lambda host: host.answer_worklist(total=-7), "lists nothing"),
        (lambda host: host.expect(hosts.WorklistQuery), "did not answer"),
        (lambda host: host.answer_worklist(study("9", archive="another")), ""),
        (lambda host: host.answer_worklist(study("1.2")), ""),
    ],
    ids=["nothing", "less than nothing", "silence", "another archive's rows", "the same rows"],
)
async def test_no_claim_of_a_host_empties_the_worklist(
    server: Server, claim: Callable[[FakeHost], Awaitable[object]], words: str
) -> None:
    good, bad = await good_and_bad(server)
    listed = (study("1.2", image_count=5), study("1.3", image_count=7))
    question = asyncio.ensure_future(server.get("/api/worklist"))
    await claim(bad)  # before the good one answers: the server waits only a moment for others then
    doing = [
        asyncio.ensure_future(again_and_again(lambda host: host.answer_worklist(*listed), good)),
        asyncio.ensure_future(again_and_again(claim, bad)),
    ]
    status, found = await question
    assert status == 200
    assert sorted((row["study"], row["image_count"]) for row in found["rows"]) == [("1.2", 5), ("1.3", 7)]
    assert found["total"] == 2
    (archive,) = found["archives"]
    assert archive["answered"] is True
    assert words in archive["problem"]
    assert bool(words) == bool(archive["problem"])
    await good.close()
    await bad.close()
    await asyncio.gather(*doing)


async def test_an_archive_that_none_of_its_hosts_answers_for_is_named(tmp_path: Path) -> None:
    async with running_server(tmp_path, worklist_timeout=0.3) as server:
        await server.sign_in()
        good, bad = await good_and_bad(server)
        async with good, bad:
            _, found = await server.get("/api/worklist")
            (archive,) = found["archives"]
            assert archive["answered"] is False
            assert "did not answer" in archive["problem"]
