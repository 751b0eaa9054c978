"""The pacer: order, slots and rate."""

from __future__ import annotations

from dataclasses import dataclass

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
