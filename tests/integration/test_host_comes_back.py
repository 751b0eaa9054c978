"""A real signaling server and scripted render hosts (fakes) whose line is cut: seats go on, and both sides agree afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from signaling.protocol import errors, hosts, page
from signaling.protocol.records import StudyRow
from tests.fakes.signaling_peers import FakeHost, FakePage, Server, invited_key, running_server


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with running_server(tmp_path / "state") as running:
        await running.sign_in()
        yield running


async def seated(host: FakeHost, reader: FakePage, request: str) -> str:
    """A seat that is open."""
    await reader.ask_for_seat(request)
    await host.offer_seat()
    seat = (await reader.expect(page.SeatOffer)).seat
    await reader.send(page.SeatAnswer(seat=seat, sdp="v=0 answer"))
    await host.expect(page.SeatAnswer)
    return seat


async def heard(reader: FakePage, number: int) -> list[page.ToPage]:
    """What the page was told until the server has answered it."""
    before = len(reader.seen)
    await reader.send(page.PagePing(number=number))
    await reader.expect(page.PagePong)
    return reader.seen[before:-1]


async def test_seats_outlive_a_cut_and_those_that_ended_meanwhile_are_told(server: Server) -> None:
    key = await invited_key(server)
    host = await FakeHost.open(server, "demo", key=key, instance="i1")
    async with (
        await FakePage.open(server, "p1") as one,
        await FakePage.open(server, "p2") as two,
        await FakePage.open(server, "p3") as three,
    ):
        kept = await seated(host, one, "r1")
        lost = await seated(host, two, "r1")
        left = await seated(host, three, "r1")
        await host.close()
        assert not [m for m in await heard(one, 1) if isinstance(m, page.SeatLost | page.WorklistChanged)]
        await three.send(page.SeatRelease(seat=left))
        await heard(three, 1)
        async with await FakeHost.open(server, "demo", key=key, instance="i1", seats=(kept, left)) as again:
            assert (await again.expect(hosts.SeatClose)).seat == left
            assert (await two.expect(page.SeatLost)).seat == lost
            assert not [m for m in await heard(one, 2) if isinstance(m, page.SeatLost)]
            # What either says of it reaches the other by the new line.
            await again.send(page.SeatCandidate(seat=kept, candidate="c"))
            await one.expect(page.SeatCandidate)
            await one.send(page.SeatRelease(seat=kept))
            assert (await again.expect(hosts.SeatClose)).seat == kept


async def test_a_seat_that_was_being_made_is_made_elsewhere(server: Server) -> None:
    key = await invited_key(server)
    cut = await FakeHost.open(server, "demo", key=key, instance="i1", capacity=64)
    async with (
        await FakeHost.open(server, "demo", capacity=1) as other,
        await FakePage.open(server) as reader,
    ):
        await reader.ask_for_seat()
        asked = (await cut.expect(hosts.SeatOpen)).seat
        await cut.close()
        await other.offer_seat()
        assert (await reader.expect(page.SeatOffer)).host == "local"
        async with await FakeHost.open(server, "demo", key=key, instance="i1", seats=(asked,)) as again:
            assert (await again.expect(hosts.SeatClose)).seat == asked


async def test_a_worklist_asked_for_during_a_cut_has_its_rows(server: Server) -> None:
    key = await invited_key(server)
    host = await FakeHost.open(server, "demo", key=key, instance="i1")
    asking = asyncio.create_task(server.get("/api/worklist"))
    await host.expect(hosts.WorklistQuery)
    await host.close()
    async with await FakeHost.open(server, "demo", key=key, instance="i1") as again:
        await again.answer_worklist(StudyRow(archive="demo", study="1.2"))
        _, found = await asking
        assert [row["study"] for row in found["rows"]] == ["1.2"]
        assert found["archives"][0]["answered"] is True


async def test_a_machine_that_is_refused_disturbs_nobody_and_the_console_says_so(server: Server) -> None:
    key = await invited_key(server)
    async with (
        await FakeHost.open(server, "demo", key=key, machine="mine", instance="i1") as host,
        await FakePage.open(server) as reader,
    ):
        seat = await seated(host, reader, "r1")
        async with await FakeHost.dial(server, key) as silent, await FakeHost.dial(server, key) as thief:
            await thief.register("demo", machine="another", instance="i2")
            refused = await thief.expect(hosts.HostRefused)
            assert (refused.code, "another machine" in refused.message) == (errors.ANOTHER_MACHINE, True)
            await silent.close()
        assert not [m for m in await heard(reader, 1) if isinstance(m, page.SeatLost)]
        await reader.send(page.SeatRelease(seat=seat))
        assert (await host.expect(hosts.SeatClose)).seat == seat
        _, listed = await server.get("/api/admin/hosts")
        (row,) = [host for host in listed["hosts"] if not host["local"]]
        assert (row["state"], row["refused"]) == ("ready", errors.ANOTHER_MACHINE)
        assert row["refused_at"] > 1_600_000_000


async def test_a_second_process_is_refused_while_the_first_answers(server: Server) -> None:
    key = await invited_key(server)
    async with (
        await FakeHost.open(server, "demo", key=key, instance="i1") as first,
        await FakeHost.dial(server, key) as second,
    ):
        await second.register("demo", instance="i2")
        await first.expect(hosts.HostPing)
        await first.send(hosts.HostPong())
        assert (await second.expect(hosts.HostRefused)).code == errors.IN_USE
        await second.expect_end()
