"""A host whose clock is wrong reckons the server's time, and its tickets are good whatever its own clock says."""

from __future__ import annotations

import random

import pytest

from streamer.host.server_clock import KEPT_SECONDS, MAX_TRIP_SECONDS, ServerClock
from tests.unit.host.test_tickets import office_of, ticket

TRUE = 1_800_000_000.0


class Times:
    """The true time, a wall clock that is `off`, and a steady one that began at any moment."""

    def __init__(self, off: float) -> None:
        self.true, self.off = TRUE, off

    def clock(self) -> ServerClock:
        return ServerClock(lambda: self.true + self.off, lambda: self.true - TRUE + 77.0)

    def pass_(self, seconds: float) -> None:
        self.true += seconds


@pytest.mark.parametrize("off", [-86_400.0, -90.0, -10.0, -6.0, -2.5, 0.0, 2.5, 10.0, 70.0, 86_400.0])
def test_tickets_are_good_whatever_the_hosts_clock_says(off: float) -> None:
    times = Times(off)
    clock = times.clock()
    clock.told(0.0, times.true)
    for age in (0.0, 1.0, 30.0, 59.0):
        office = office_of(clock)
        made = int(times.true)
        times.pass_(age)
        office.check(ticket(iat=made, exp=made + 60), "seat-1")
    assert clock.ahead == pytest.approx(off)


def test_the_reckoning_is_off_by_half_a_trip_at_the_most() -> None:
    dice = random.Random(7)
    for _ in range(500):
        times = Times(dice.uniform(-100, 100))
        clock = times.clock()
        shortest = MAX_TRIP_SECONDS
        for _ in range(5):
            sent = clock.ask()
            there, back = dice.uniform(0, 2), dice.uniform(0, 2)
            times.pass_(there)
            server = times.true
            times.pass_(back)
            clock.told(sent, server)
            shortest = min(shortest, there + back)
            assert abs(clock.now() - times.true) <= shortest / 2 + 1e-6
            times.pass_(dice.uniform(0, 20))


def test_a_clock_that_is_set_meanwhile_changes_no_reckoning() -> None:
    times = Times(0.0)
    clock = times.clock()
    clock.told(clock.ask(), times.true)
    times.off = -3600.0
    assert clock.now() == pytest.approx(times.true)
    assert clock.ahead == pytest.approx(-3600.0)


@pytest.mark.parametrize("sent", [-1e9, 1e9, 5.0])
def test_an_answer_to_no_question_of_now_counts_for_nothing(sent: float) -> None:
    times = Times(0.0)
    clock = times.clock()
    clock.told(clock.ask(), times.true)
    clock.told(sent, times.true + 5_000.0)
    assert clock.now() == pytest.approx(times.true)


def test_an_old_reckoning_gives_way_to_a_worse_one() -> None:
    times = Times(0.0)
    clock = times.clock()
    clock.told(clock.ask(), times.true)
    times.pass_(KEPT_SECONDS + 1)
    sent = clock.ask()
    times.pass_(4.0)
    clock.told(sent, times.true + 50.0)
    assert clock.now() == pytest.approx(times.true + 52.0)


@pytest.mark.parametrize("step", [-3600.0, -90.0, -20.0, 20.0, 90.0, 3600.0])
def test_a_server_whose_clock_is_set_is_believed_at_its_next_answer(step: float) -> None:
    times = Times(0.0)
    clock = times.clock()
    sent = clock.ask()
    times.pass_(0.001)
    clock.told(sent, times.true)
    times.pass_(30.0)
    sent = clock.ask()
    times.pass_(2.0)
    clock.told(sent, times.true - 1.0 + step)
    assert clock.now() == pytest.approx(times.true + step)
    office_of(clock).check(ticket(iat=int(times.true + step), exp=int(times.true + step) + 60), "seat-1")


def test_a_worse_answer_that_fits_changes_nothing() -> None:
    times = Times(0.0)
    clock = times.clock()
    clock.told(clock.ask(), times.true)
    sent = clock.ask()
    times.pass_(8.0)
    clock.told(sent, times.true)
    assert clock.now() == pytest.approx(times.true)


def test_without_the_servers_time_the_hosts_own_counts() -> None:
    clock = Times(3.0).clock()
    assert not clock.is_known
    assert clock.now() == TRUE + 3.0
    assert clock.ahead == 0.0
