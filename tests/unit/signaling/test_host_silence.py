"""Silence of a host is beats that it missed while the server was there to hear them, in virtual time."""

from __future__ import annotations

import asyncio

import pytest

from signaling.domain.hosts import HostState
from signaling.protocol.hosts import HostPing, SeatClose
from signaling.services.host_registry import AWAY_SECONDS
from tests.fakes.host_registry import KEY_HOST, Hosts, Line, registration
from tests.fakes.virtual_time import VirtualLoop, run


async def watched(hosts: Hosts) -> tuple[Line, list[asyncio.Task[None]]]:
    line = hosts.dial()
    await line.register(registration("m", "start-1"))
    return line, [asyncio.create_task(hosts.registry.watch()), asyncio.create_task(line.beat())]


async def ended(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def state(hosts: Hosts) -> HostState:
    live = hosts.registry.find(KEY_HOST)
    assert live is not None
    return live.state


@pytest.mark.parametrize("seconds", [1.0, 6.0, 60.0, 86_400.0])
def test_a_server_that_stood_still_takes_no_host_for_silent(seconds: float) -> None:
    async def story() -> None:
        hosts = Hosts()
        line, tasks = await watched(hosts)
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        for _ in range(3):
            await asyncio.sleep(5.3)
            loop._jumping.now += seconds
        await asyncio.sleep(20.0)
        assert (hosts.losses, state(hosts), line.closed) == (0, HostState.READY, False)
        await ended(tasks)

    run(story())


@pytest.mark.parametrize("pause", [0.0, 6.0, 60.0])
def test_a_silent_host_is_given_up_all_the_same(pause: float) -> None:
    async def story() -> None:
        hosts = Hosts()
        line, tasks = await watched(hosts)
        await asyncio.sleep(10.0)
        await ended(tasks[1:])
        line.hangs = True
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        await asyncio.sleep(1.0)
        loop._jumping.now += pause
        await asyncio.sleep(4.5 + AWAY_SECONDS + 3.0)
        assert hosts.losses == 1
        assert line.closed
        await ended(tasks)

    run(story())


def test_a_host_that_reports_nothing_but_answers_is_there() -> None:
    async def story() -> None:
        hosts = Hosts()
        line, tasks = await watched(hosts)
        await ended(tasks[1:])
        await asyncio.sleep(60.0)
        assert (hosts.losses, state(hosts), line.closed) == (0, HostState.READY, False)
        pings = sum(isinstance(message, HostPing) for message in line.sent)
        assert 10 <= pings <= 30, "it is asked where it owes a report, and not more often than that"
        await ended(tasks[:1])

    run(story())


@pytest.mark.parametrize("seconds", [0.1, 0.5, 3.0, AWAY_SECONDS - 1.5])
def test_a_host_whose_line_is_cut_for_a_moment_is_not_lost(seconds: float) -> None:
    async def story() -> None:
        hosts = Hosts()
        line, tasks = await watched(hosts)
        before = hosts.registry.find(KEY_HOST)
        await asyncio.sleep(1.0)
        line.cut()
        assert state(hosts) is HostState.LOST, "nobody new is placed on it"
        assert before is not None
        before.send(SeatClose(seat="left meanwhile", reason=""))
        await asyncio.sleep(seconds)
        again = hosts.dial()
        assert await again.register(registration("m", "start-1", seats=("a", "b"))) == ""
        assert (hosts.losses, state(hosts)) == (0, HostState.READY)
        assert hosts.registry.find(KEY_HOST) is before
        assert hosts.changes[-1].seats == {"a", "b"}
        assert [m.seat for m in again.sent if isinstance(m, SeatClose)] == ["left meanwhile"]
        tasks.append(asyncio.create_task(again.beat()))
        await asyncio.sleep(30.0)
        assert (hosts.losses, state(hosts)) == (0, HostState.READY)
        await ended(tasks)

    run(story())


@pytest.mark.parametrize(
    ("instance", "host", "lost_after"),
    [
        ("start-1", KEY_HOST, AWAY_SECONDS),
        ("", KEY_HOST, 0.0),
    ],
    ids=["it may come back", "one that can't say that it is the same"],
)
def test_a_host_that_stays_away_is_lost(instance: str, host: str, lost_after: float) -> None:
    async def story() -> None:
        hosts = Hosts()
        line = hosts.dial()
        await line.register(registration("m", instance))
        watch = asyncio.create_task(hosts.registry.watch())
        line.cut()
        if lost_after:
            await asyncio.sleep(lost_after - 0.5)
            assert hosts.losses == 0
            await asyncio.sleep(2.0)
        assert hosts.losses == 1
        await ended([watch])

    run(story())


def test_another_start_of_a_host_that_is_away_takes_its_place_at_once() -> None:
    async def story() -> None:
        hosts = Hosts()
        line = hosts.dial()
        await line.register(registration("m", "start-1"))
        line.cut()
        again = hosts.dial()
        began = asyncio.get_running_loop().time()
        assert await again.register(registration("m", "start-2")) == ""
        assert asyncio.get_running_loop().time() == began
        assert (hosts.losses, state(hosts)) == (1, HostState.READY)

    run(story())
