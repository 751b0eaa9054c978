"""The life of hosts and seats: every pair of state and event leads somewhere, and where the design says."""

from __future__ import annotations

from itertools import product

import pytest

from signaling.domain import hosts, seats
from signaling.domain.hosts import HostEvent, HostState
from signaling.domain.seats import SeatEvent, SeatState

SERVING = hosts.SERVING


@pytest.mark.parametrize(("state", "event"), list(product(HostState, HostEvent)))
def test_every_pair_of_a_host(state: HostState, event: HostEvent) -> None:
    after = hosts.next_state(state, event)
    if state is HostState.REMOVED:
        assert after is HostState.REMOVED, "a removed host never comes back by itself"
    elif event is HostEvent.REMOVE:
        assert after is HostState.REMOVED
    elif event is HostEvent.GONE:
        assert after is HostState.LOST
    elif event is HostEvent.DIALLED:
        assert after is HostState.CONNECTING, "a new connection has to register anew"
    elif event is HostEvent.DRAIN:
        expected = {HostState.READY: HostState.DRAINING}
        assert after is expected.get(state, state)
    elif event is HostEvent.RESUME:
        expected = {HostState.DRAINING: HostState.READY}
        assert after is expected.get(state, state), (
            "one that is being stopped takes nobody, whatever is wished"
        )
    elif event is HostEvent.LEAVE:
        assert after is (HostState.LEAVING if state in SERVING else state)
    else:
        expected = {HostState.CONNECTING: HostState.READY}
        assert after is expected.get(state, state), "registering twice changes nothing"


def test_only_registration_makes_a_host_serve() -> None:
    ways = {
        event
        for state, event in product(set(HostState) - SERVING, HostEvent)
        if hosts.next_state(state, event) in SERVING
    }
    assert ways == {HostEvent.REGISTERED}


@pytest.mark.parametrize(("state", "event"), list(product(SeatState, SeatEvent)))
def test_every_pair_of_a_seat(state: SeatState, event: SeatEvent) -> None:
    after = seats.next_state(state, event)
    if state is SeatState.OVER:
        assert after is SeatState.OVER, "a seat that is over stays over"
    elif event is SeatEvent.OFFER:
        assert after is (SeatState.OFFERED if state is SeatState.ASKED else state)
    elif event is SeatEvent.ANSWER:
        assert after is (SeatState.OPEN if state is SeatState.OFFERED else state)
    elif event is SeatEvent.TIMED_OUT:
        assert after is (SeatState.OPEN if state is SeatState.OPEN else SeatState.OVER)
    else:
        assert after is SeatState.OVER


def test_a_key_lapses_unless_a_machine_used_it() -> None:
    late = hosts.KEY_LIFE_SECONDS + 1
    unused = hosts.HostRecord("host-1", "default", "", "hash", made_at=0.0)
    used = hosts.HostRecord("host-1", "default", "", "hash", made_at=0.0, machine_id="m")
    assert hosts.key_has_lapsed(unused, late)
    assert not hosts.key_has_lapsed(unused, late - 2)
    assert not hosts.key_has_lapsed(used, late)
    assert not hosts.key_has_lapsed(hosts.local_host("hash", 0.0), late)
