"""The model of one direction of a thin link, over times that the test makes up."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.thin_link.direction import Direction, percentile
from scripts.thin_link.terms import LinkTerms

KILOBIT = 125.0  # bytes


def direction(
    *, kbit: float = 0, delay_ms: float = 0, loss: float = 0, queue_ms: float = 1e6, seed: int = 1
) -> Direction:
    made = Direction(seed)
    made.set(kbit=kbit, delay_ms=delay_ms, loss=loss, queue_ms=queue_ms, cut=False)
    return made


def deliveries(line: Direction, until: float = 1e9) -> list[tuple[float, bytes]]:
    found = []
    while (when := line.next_time()) <= until:
        while (taken := line.take(when)) is not None:
            found.append(taken)
    return found


def test_a_packet_takes_its_time_on_the_line_and_then_the_delay() -> None:
    line = direction(kbit=1000, delay_ms=40)
    line.put(bytes(1250), 5.0)
    assert line.take(5.049) is None
    ((due, _),) = deliveries(line)
    assert due == pytest.approx(5.0 + 0.010 + 0.040)


def test_packets_follow_each_other_at_the_rate() -> None:
    line = direction(kbit=1000)
    for _ in range(10):
        line.put(bytes(1250), 1.0)
    assert [due for due, _ in deliveries(line)] == pytest.approx([1.0 + 0.01 * n for n in range(1, 11)])


def test_a_late_look_does_not_slow_the_line() -> None:
    line = direction(kbit=1000)
    for _ in range(4):
        line.put(bytes(1250), 1.0)
    assert line.take(2.0) is not None
    assert [due for due, _ in deliveries(line)] == pytest.approx([1.02, 1.03, 1.04])


def test_a_packet_that_would_wait_too_long_is_dropped() -> None:
    line = direction(kbit=1000, queue_ms=25)
    for _ in range(10):
        line.put(bytes(1250), 0.0)
    # One on the line, and those that wait 10, 20 ms; the fourth would wait 30.
    assert len(deliveries(line)) == 3
    assert line.measures()["overrun"] == 7
    assert line.measures()["wait_max"] == pytest.approx(20)


def test_the_queue_takes_packets_again_when_it_has_drained() -> None:
    line = direction(kbit=1000, queue_ms=25)
    for _ in range(10):
        line.put(bytes(1250), 0.0)
    line.put(bytes(1250), 1.0)
    assert deliveries(line)[-1][0] == pytest.approx(1.01)


def test_a_new_rate_holds_for_what_waits_already() -> None:
    line = direction(kbit=1000)
    for _ in range(3):
        line.put(bytes(1250), 0.0)
    line.set(kbit=500, delay_ms=0, loss=0, queue_ms=1000, cut=False)
    assert [due for due, _ in deliveries(line)] == pytest.approx([0.010, 0.030, 0.050])


def test_a_shorter_delay_lets_no_packet_overtake() -> None:
    line = direction(delay_ms=100)
    line.put(b"first", 0.0)
    line.set(kbit=0, delay_ms=1, loss=0, queue_ms=1000, cut=False)
    line.put(b"second", 0.01)
    assert [packet for _, packet in deliveries(line)] == [b"first", b"second"]


def test_a_cut_loses_what_is_under_way_and_what_comes() -> None:
    line = direction(kbit=1000, delay_ms=50)
    for _ in range(3):
        line.put(bytes(1250), 0.0)
    line.set(kbit=1000, delay_ms=50, loss=0, queue_ms=1000, cut=True)
    line.put(bytes(1250), 0.1)
    assert line.next_time() == math.inf
    assert line.measures()["cut"] == 4
    line.set(kbit=1000, delay_ms=50, loss=0, queue_ms=1000, cut=False)
    line.put(b"after", 0.2)
    assert [packet for _, packet in deliveries(line)] == [b"after"]


def test_the_same_seed_loses_the_same_packets() -> None:
    def arrived(seed: int) -> list[bytes]:
        line = direction(loss=0.2, seed=seed)
        for n in range(1000):
            line.put(str(n).encode(), float(n))
        return [packet for _, packet in deliveries(line)]

    assert arrived(3) == arrived(3)
    assert arrived(3) != arrived(4)
    assert 700 < len(arrived(3)) < 900


@given(
    sizes=st.lists(st.integers(20, 1500), min_size=1, max_size=60),
    gaps=st.lists(st.floats(0, 0.05), min_size=60, max_size=60),
    kbit=st.floats(50, 20_000),
    queue_ms=st.floats(1, 500),
)
def test_nothing_is_lost_unseen_reordered_or_faster_than_the_rate(
    sizes: list[int], gaps: list[float], kbit: float, queue_ms: float
) -> None:
    line = direction(kbit=kbit, delay_ms=10, queue_ms=queue_ms)
    now, arrivals, out = 0.0, [], []
    for n, (size, gap) in enumerate(zip(sizes, gaps, strict=False)):
        now += gap
        out += deliveries(line, now)
        line.put(n.to_bytes(2, "big") + bytes(size - 2), now)
        arrivals.append(now)
    out += deliveries(line)
    numbers = [int.from_bytes(packet[:2], "big") for _, packet in out]
    assert numbers == sorted(numbers)
    assert len(out) + line.measures()["overrun"] == len(sizes)
    for due, packet in out:
        assert (
            due >= arrivals[int.from_bytes(packet[:2], "big")] + len(packet) / (kbit * KILOBIT) + 0.01 - 1e-9
        )
    total = sum(len(packet) for _, packet in out)
    assert out[-1][0] - arrivals[0] >= total / (kbit * KILOBIT) + 0.01 - 1e-9
    assert line.measures()["wait_max"] <= queue_ms + 1e-6


@pytest.mark.parametrize(
    "wrong", [{"loss": 1.5}, {"loss": -0.1}, {"rtt_ms": -1}, {"down_kbit": float("nan")}]
)
def test_impossible_terms_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        LinkTerms(**wrong)


def test_percentile_is_the_nearest_rank() -> None:
    assert percentile([], 0.5) == 0
    assert percentile([1, 2, 3, 4], 0.5) == 2
    assert percentile([1, 2, 3, 4], 0.95) == 4


@pytest.mark.parametrize(("terms", "passed"), [({"udp": False}, [6, 1]), ({"tcp": False}, [17, 1])])
def test_without_one_protocol_everything_else_passes(terms: dict[str, bool], passed: list[int]) -> None:
    line = Direction(1)
    line.set(kbit=0, delay_ms=0, loss=0, queue_ms=300, cut=False, **terms)
    for protocol in (6, 17, 1):
        line.put(bytes([0x45, *([0] * 8), protocol, *([0] * 10)]), 1.0)
    assert [packet[9] for _, packet in deliveries(line)] == passed
    assert line.dropped_cut == 1
