"""The pacer: order, slots and rate."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.transport.pacer import Pacer


@dataclass(frozen=True)
class Packet:
    name: str
    size: int = 1000


def frame(name: str, count: int) -> list[Packet]:
    return [Packet(f"{name}{n}") for n in range(count)]


def drain(pacer: Pacer[Packet], now: float) -> list[tuple[float, Packet]]:
    """Everything, with the time at which it left, as a sender that waits as told takes it."""
    out = []
    while (wait := pacer.wait(now)) is not None:
        now += wait
        out += [(now, packet) for packet in pacer.take(now)]
    return out


def test_a_small_frame_leaves_at_once() -> None:
    pacer: Pacer[Packet] = Pacer(1e6)
    pacer.push_frame(frame("a", 4))
    assert pacer.wait(5.0) == 0.0
    assert len(pacer.take(5.0)) == 4
    assert pacer.wait(5.0) is None
    assert pacer.backlog == 0


def test_a_large_frame_is_spread_at_the_rate() -> None:
    pacer: Pacer[Packet] = Pacer(2e6)
    pacer.push_frame(frame("a", 50))
    assert pacer.backlog == 50_000
    times = [at for at, _ in drain(pacer, 5.0)]
    assert times[0] == 5.0
    assert 0.14 < times[-1] - times[0] <= 0.2
    assert times.count(5.0) <= 14, "a burst of 50 ms at the rate, and the packet that passes it"
    assert max(times.count(at) for at in times if at > 5.0) <= 3, (
        "then no more than a slot's packets at a time"
    )


def test_the_order_never_changes() -> None:
    pacer: Pacer[Packet] = Pacer(1e6)
    pacer.push_frame(frame("a", 10))
    pacer.push_frame(frame("b", 2))
    names = [packet.name for _, packet in drain(pacer, 0.0)]
    assert names == [f"a{n}" for n in range(10)] + ["b0", "b1"]


def test_repeats_go_first_and_at_once() -> None:
    pacer: Pacer[Packet] = Pacer(1e6)
    pacer.push_frame(frame("a", 10))
    pacer.take(0.0)
    pacer.push_urgent(Packet("again"))
    assert pacer.wait(0.0) == 0.0
    assert pacer.take(0.0) == [Packet("again")]


def test_a_pause_earns_a_burst_that_a_thin_link_bears_and_no_more_however_long_it_was() -> None:
    pacer: Pacer[Packet] = Pacer(1e6)
    pacer.push_frame(frame("a", 10))
    drain(pacer, 0.0)
    pacer.push_frame(frame("b", 10))
    assert len(pacer.take(60.0)) == 7
    fast: Pacer[Packet] = Pacer(50e6)
    fast.push_frame(frame("c", 100))
    assert len(fast.take(60.0)) <= 32


def test_a_late_call_catches_up_but_little() -> None:
    pacer: Pacer[Packet] = Pacer(2e6)
    pacer.push_frame(frame("a", 100))
    pacer.take(0.0)
    assert 3 <= len(pacer.take(0.5)) <= 6


def test_a_still_leaves_behind_every_moving_picture_and_repeats() -> None:
    pacer: Pacer[Packet] = Pacer(1e6)
    pacer.still_bit_rate = 1e6
    pacer.push_still(frame("s", 20))
    pacer.push_frame(frame("a", 10))
    pacer.push_urgent(Packet("again"))
    assert pacer.backlog == 10_000
    assert pacer.still_backlog == 20_000
    names = [packet.name for _, packet in drain(pacer, 1.0)]
    assert names == ["again", *(f"a{n}" for n in range(10)), *(f"s{n}" for n in range(20))]


def test_a_still_is_paced_from_its_first_packet() -> None:
    pacer: Pacer[Packet] = Pacer(10e6)
    pacer.still_bit_rate = 800_000
    pacer.push_still(frame("s", 50))
    times = [at for at, _ in drain(pacer, 60.0)]
    assert times.count(60.0) <= 3, "20 ms of the rate"
    assert max(times.count(at) for at in times if at > 60.0) == 1
    assert 0.45 < times[-1] - times[0] <= 0.5


def test_a_still_on_a_fast_link_begins_with_ten_packets_and_keeps_its_rate_when_called_late() -> None:
    pacer: Pacer[Packet] = Pacer(50e6)
    pacer.still_bit_rate = 20e6
    pacer.push_still(frame("s", 1000))
    assert len(pacer.take(60.0)) in range(8, 14)
    assert len(pacer.take(60.018)) in range(43, 48)


def test_moving_pictures_go_on_at_once_beside_a_still_and_count_against_its_rate() -> None:
    pacer: Pacer[Packet] = Pacer(2e6)
    pacer.still_bit_rate = 1e6
    pacer.push_still(frame("s", 200))
    pacer.take(10.0)
    sent, now = 0, 10.0
    for step in range(1, 201):
        now = 10.0 + step * 0.005
        if step % 8 == 0:
            pacer.push_frame(frame("a", 2))
            leaving = pacer.take(now)
            assert [packet.name for packet in leaving[:2]] == ["a0", "a1"]
        else:
            leaving = pacer.take(now)
        sent += sum(packet.size for packet in leaving)
    assert sent == pytest.approx(125_000, rel=0.05), "a second at the still's rate, all together"


def test_another_still_takes_the_place_of_the_one_before_with_its_repeats() -> None:
    pacer: Pacer[Packet] = Pacer(1e6)
    pacer.push_still(frame("s", 20))
    pacer.take(1.0)
    pacer.push_still_repeat(Packet("again"))
    pacer.push_still(frame("t", 2))
    assert pacer.still_backlog == 2000
    assert [packet.name for _, packet in drain(pacer, 2.0)] == ["t0", "t1"]


def test_a_still_that_is_dropped_leaves_no_more_and_is_counted() -> None:
    pacer: Pacer[Packet] = Pacer(1e6)
    pacer.push_still(frame("s", 20))
    left = len(pacer.take(1.0))
    pacer.push_still_repeat(Packet("again"))
    assert pacer.drop_still() == (20 - left) * 1000 + 1000
    assert pacer.wait(1.0) is None
    assert pacer.take(9.0) == []
    assert pacer.drop_still() == 0


def test_what_a_still_lost_goes_before_its_rest_at_its_rate() -> None:
    pacer: Pacer[Packet] = Pacer(1e6)
    pacer.still_bit_rate = 100_000
    pacer.push_still(frame("s", 3))
    assert [packet.name for packet in pacer.take(1.0)] == ["s0"]
    pacer.push_still_repeat(Packet("again0"))
    pacer.push_still_repeat(Packet("again1"))
    assert pacer.take(1.01) == []
    assert [packet.name for _, packet in drain(pacer, 1.01)] == ["again0", "again1", "s1", "s2"]


@given(st.lists(st.integers(1, 30), min_size=1, max_size=10), st.integers(100_000, 20_000_000))
def test_everything_leaves_in_the_end(counts: list[int], bit_rate: int) -> None:
    pacer: Pacer[Packet] = Pacer(bit_rate)
    names = []
    for n, count in enumerate(counts):
        packets = frame(f"{n}-", count)
        names += [p.name for p in packets]
        pacer.push_frame(packets)
    assert [packet.name for _, packet in drain(pacer, 1.0)] == names
    assert pacer.backlog == 0
