"""One host key: who dials in with it replaces nobody who is there and well, and is told why, in virtual time."""

from __future__ import annotations

import asyncio

import pytest

from signaling.domain.hosts import HostState
from signaling.protocol import errors
from signaling.protocol.hosts import HostWelcome
from tests.fakes.host_registry import KEY_HOST, Hosts, registration
from tests.fakes.virtual_time import run

FIRST = registration("m", "start-1")


@pytest.mark.parametrize(
    ("newcomer", "hangs", "code"),
    [
        (registration("another", "start-1"), False, errors.ANOTHER_MACHINE),
        (registration("another", "start-2"), True, errors.ANOTHER_MACHINE),
        (registration("m", "start-1", protocol=99), True, errors.VERSION),
        (registration("m", "start-2"), False, errors.IN_USE),
        (registration("m", ""), False, errors.IN_USE),
        (registration("m", "start-2"), True, ""),
        (registration("m", "start-1"), False, ""),
        (registration("m", "start-1"), True, ""),
    ],
    ids=["another machine", "another machine, the first hangs", "another version", "another process", "an older process",
         "another process, the first hangs", "the same process", "the same process, its old line hangs"],
)  # fmt: skip
def test_who_replaces_whom(newcomer: object, hangs: bool, code: str) -> None:
    async def story() -> None:
        hosts = Hosts()
        first = hosts.dial()
        assert await first.register(FIRST) == ""
        first.hangs = hangs
        second = hosts.dial()
        began = asyncio.get_running_loop().time()
        assert await second.register(newcomer) == code  # type: ignore[arg-type]
        assert asyncio.get_running_loop().time() - began <= 1.0
        live = hosts.registry.find(KEY_HOST)
        assert live is not None
        assert live.state is HostState.READY
        assert live.port is (first if code else second)
        assert first.closed == (code == "")
        same = newcomer.instance == FIRST.instance  # type: ignore[attr-defined]
        assert hosts.losses == (0 if code or same else 1)
        refusal = hosts.registry.refusals.newest(KEY_HOST)
        told = {errors.ANOTHER_MACHINE, errors.IN_USE}
        assert (refusal.code if refusal else "") == (code if code in told else "")
        assert refusal is None or refusal.at == 100.0

    run(story())


def test_who_only_dials_replaces_nobody() -> None:
    async def story() -> None:
        hosts = Hosts()
        first = hosts.dial()
        await first.register(FIRST)
        dialled = hosts.dial()
        dialled.cut()
        live = hosts.registry.find(KEY_HOST)
        assert live is not None
        assert (live.port, live.state, first.closed) == (first, HostState.READY, False)

    run(story())


def test_of_two_machines_that_race_for_a_new_key_one_has_it() -> None:
    async def story() -> None:
        hosts = Hosts()
        # Both dialled before either had registered.
        lines = [hosts.dial(), hosts.dial()]
        codes = await asyncio.gather(
            *(line.register(registration(f"m{n}", "x")) for n, line in enumerate(lines))
        )
        assert sorted(codes) == ["", errors.ANOTHER_MACHINE]
        assert hosts.losses == 0

    run(story())


def test_two_processes_with_one_key_do_not_throw_each_other_out_in_turn() -> None:
    async def story() -> None:
        hosts = Hosts()
        lines = []
        for turn in range(30):
            lines.append(hosts.dial())
            await lines[-1].register(registration("m", f"start-{turn % 2}"))
        welcomed = [line for line in lines if any(isinstance(m, HostWelcome) for m in line.sent)]
        # The first process dials from time to time itself, and is let in; the second never is.
        assert len(welcomed) == 15
        assert hosts.losses == 0

    run(story())


def test_a_removed_hosts_key_is_refused_though_it_dialled_before() -> None:
    async def story() -> None:
        hosts = Hosts()
        line = hosts.dial()
        await hosts.registry.remove(KEY_HOST, "t")
        assert await line.register(FIRST) == errors.NO_HOST
        assert hosts.registry.find(KEY_HOST) is None

    run(story())
