"""The probe of a lost tail: when, how often, and when not."""

from __future__ import annotations

import pytest

from streamer.transport.tail_probe import MOST_PROBES, TailProbe


def probes(tail: TailProbe, now: float, round_trip: float) -> list[float]:
    """The times at which probes leave, for a sender that waits as told."""
    times = []
    while (wait := tail.wait(now, round_trip)) is not None:
        now += wait
        if tail.take(now, round_trip):
            times.append(now)
    return times


@pytest.mark.parametrize(("round_trip", "patience"), [(0.02, 0.09), (0.1, 0.17), (0.4, 0.6)])
def test_the_first_probe_leaves_when_feedback_should_have_come(round_trip: float, patience: float) -> None:
    tail = TailProbe()
    tail.left(7, b"packet", 10.0)
    assert tail.take(10.0 + patience - 0.001, round_trip) == b""
    assert tail.wait(10.0, round_trip) == pytest.approx(patience)
    assert tail.take(10.0 + patience, round_trip) == b"packet"


def test_probes_are_few_and_each_waits_twice_as_long() -> None:
    tail = TailProbe()
    tail.left(7, b"packet", 0.0)
    times = probes(tail, 0.0, 0.1)
    assert len(times) == MOST_PROBES
    assert times == pytest.approx([0.17, 0.51, 1.19])
    assert tail.take(100.0, 0.1) == b""


@pytest.mark.parametrize("number", [7, 8, 1000])
def test_word_of_the_packet_or_a_newer_one_ends_the_watch(number: int) -> None:
    tail = TailProbe()
    tail.left(7, b"packet", 0.0)
    tail.heard(number)
    assert tail.wait(0.0, 0.1) is None
    assert tail.take(100.0, 0.1) == b""


def test_word_of_older_packets_does_not() -> None:
    tail = TailProbe()
    tail.left(7, b"packet", 0.0)
    tail.heard(6)
    assert tail.take(1.0, 0.1) == b"packet"


def test_a_newer_tail_takes_its_place() -> None:
    tail = TailProbe()
    tail.left(7, b"packet", 0.0)
    tail.take(0.17, 0.1)
    tail.left(9, b"newer", 0.2)
    assert tail.wait(0.2, 0.1) == pytest.approx(0.17)
    assert tail.take(0.4, 0.1) == b"newer"
    assert tail.number == 9


def test_nothing_left_nothing_probed() -> None:
    assert TailProbe().wait(0.0, 0.1) is None
