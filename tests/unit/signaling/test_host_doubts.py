"""Hosts that gave no usable seat come last for a while: for all where the server saw it, else for who told of it."""

from __future__ import annotations

import pytest

from signaling.domain.hosts import HostState
from signaling.domain.placement import Candidate, place
from signaling.services.host_doubts import FIRST_SECONDS, LONGEST_SECONDS, HostDoubts


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def doubts(clock: Clock) -> HostDoubts:
    return HostDoubts(clock)


def lasts(doubts: HostDoubts, clock: Clock, host: str = "a", page: str = "p") -> float:
    began = clock.now
    while doubts.holds(host, page):
        clock.now += 0.5
    return clock.now - began


def test_a_failure_that_the_server_saw_holds_for_every_page(doubts: HostDoubts) -> None:
    doubts.failed("a")
    assert doubts.holds("a", "p")
    assert doubts.holds("a", "q")
    assert not doubts.holds("b", "p")


def test_what_one_page_tells_holds_for_that_page_alone(doubts: HostDoubts) -> None:
    doubts.failed("a", "p")
    assert doubts.holds("a", "p")
    assert not doubts.holds("a", "q")


def test_it_grows_while_the_host_fails_and_never_beyond_a_bound(doubts: HostDoubts, clock: Clock) -> None:
    seconds = []
    for _ in range(6):
        doubts.failed("a")
        seconds.append(lasts(doubts, clock))
    assert seconds[0] == FIRST_SECONDS
    assert seconds == sorted(seconds)
    assert seconds[0] < seconds[1] <= seconds[-1] == LONGEST_SECONDS


def test_a_host_that_serves_is_doubted_no_more_but_what_a_page_told_holds_on(doubts: HostDoubts) -> None:
    doubts.failed("a")
    doubts.failed("a", "p")
    doubts.served("a")
    assert not doubts.holds("a", "q")
    assert doubts.holds("a", "p")


def test_old_failures_are_forgotten(doubts: HostDoubts, clock: Clock) -> None:
    for _ in range(4):
        doubts.failed("a")
    clock.now += 3_600
    doubts.failed("a")
    assert lasts(doubts, clock) == FIRST_SECONDS


def test_they_are_bounded(doubts: HostDoubts) -> None:
    for number in range(20_000):
        doubts.failed("a", str(number))
    assert len(doubts._doubts) < 10_000
    assert doubts.holds("a", "19999")


def candidate(
    host: str,
    *,
    doubted: bool = False,
    own: bool = False,
    seats: int = 0,
    archives: str = "x",
    starting: bool = False,
) -> Candidate:
    return Candidate(host, "t", HostState.READY, frozenset(archives), seats, 4, 0.0, own, doubted, starting)


@pytest.mark.parametrize(
    ("candidates", "archive", "chosen"),
    [
        ([candidate("a", doubted=True), candidate("b", seats=3)], "", "b"),
        ([candidate("a", doubted=True, own=True), candidate("b")], "", "b"),
        ([candidate("a", doubted=True)], "", "a"),
        ([candidate("a", doubted=True), candidate("b", doubted=True, seats=1)], "", "a"),
        ([candidate("a", doubted=True), candidate("b", archives="y")], "x", "a"),
        ([candidate("a", archives="", starting=True), candidate("b", archives="y")], "x", "a"),
        ([candidate("a", archives="", starting=True), candidate("b", seats=3)], "x", "b"),
    ],
    ids=["comes last", "though it is one's own", "never left out", "the least loaded of them", "for its archive",
         "a host that starts may reach it", "one that says so is better"],
)  # fmt: skip
def test_where_a_doubted_or_starting_host_stands(
    candidates: list[Candidate], archive: str, chosen: str
) -> None:
    placed = place(candidates, "t", archive)
    assert isinstance(placed, Candidate)
    assert placed.host == chosen
