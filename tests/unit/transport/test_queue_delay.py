"""The queue, seen as one-way delay above its minimum."""

from __future__ import annotations

from streamer.transport.back_off import BackOff, Verdict
from streamer.transport.base import PacketReport
from streamer.transport.queue_delay import QueueDelay

BYTE_RATE = 1e9
"""So large that a packet's own time does not matter."""


def report(at: float, delay: float, count: int = 4, jitter: float = 0.0) -> list[PacketReport]:
    return [
        PacketReport(n, at + n * 0.001, at + n * 0.001 + delay + (jitter if n else 0.0) + 700, 1000)
        for n in range(count)
    ]


def test_is_above_the_least_of_fifteen_seconds() -> None:
    delay = QueueDelay()
    assert not delay.known
    delay.add(1.0, report(1.0, 0.03), BYTE_RATE, 0.0)
    delay.add(1.1, report(1.1, 0.08), BYTE_RATE, 0.06)
    assert abs(delay.value - 0.05) < 1e-6
    for n in range(200):
        delay.add(2 + n * 0.1, report(2 + n * 0.1, 0.08), BYTE_RATE, 0.06)
    assert delay.value < 1e-6


def test_jitter_of_some_packets_is_no_queue() -> None:
    delay = QueueDelay()
    delay.add(1.0, report(1.0, 0.03), BYTE_RATE, 0.0)
    delay.add(1.1, report(1.1, 0.03, jitter=0.04), BYTE_RATE, 0.05)
    assert delay.value < 1e-6
    assert delay.peak > 0.03


def test_what_a_larger_packet_takes_longer_is_no_queue() -> None:
    delay = QueueDelay()
    delay.add(1.0, [PacketReport(0, 1.0, 1.03 + 0.002, 200)], 1e5, 0.0)
    delay.add(1.1, [PacketReport(1, 1.1, 1.13 + 0.012, 1200)], 1e5, 0.0)
    assert delay.value < 1e-6


def test_no_queue_is_longer_than_the_round_trip_allows() -> None:
    delay = QueueDelay()
    delay.add(1.0, report(1.0, 0.03), BYTE_RATE, 0.0)
    assert delay.add(1.1, report(1.1, 90.0), BYTE_RATE, 0.02)
    assert delay.value == 0.0


def test_a_base_that_is_held_does_not_age() -> None:
    delay = QueueDelay()
    delay.add(1.0, report(1.0, 0.03), BYTE_RATE, 0.0)
    delay.held = True
    for n in range(300):
        delay.add(2 + n * 0.1, report(2 + n * 0.1, 0.23), BYTE_RATE, 0.3)
    assert abs(delay.value - 0.2) < 1e-6


def after_cut(queue: float, drained: float, seconds: float = 0.6) -> Verdict:
    """A cut to half of what the link carries, which drains half a second each second, and what is gone after `seconds`."""
    back_off = BackOff(10.0, queue, 2e6, 2e6)
    verdict = Verdict.OPEN
    for n in range(1, 11):
        share = n / 10
        at = 10 + seconds * share
        size = int(1e6 / 8 * seconds / 10)
        verdict = back_off.observe([PacketReport(n, at, at + 1, size)], queue - drained * share, 1.0)
        if verdict is not Verdict.OPEN:
            return verdict
    return verdict


def test_a_queue_that_drains_is_ours() -> None:
    assert after_cut(0.1, 0.1, seconds=0.2) is Verdict.OURS
    assert after_cut(0.25, 0.25, seconds=0.5) is Verdict.OURS


def test_one_that_stays_is_not() -> None:
    assert after_cut(0.1, 0.0) is Verdict.FOREIGN
    assert after_cut(0.1, -0.05) is Verdict.FOREIGN


def test_too_short_a_time_says_nothing() -> None:
    assert after_cut(0.25, 0.0, seconds=0.05) is Verdict.OPEN
    assert BackOff(10.0, 0.1, 2e6, 2e6).observe([PacketReport(1, 9.0, 9.1, 1000)], 0.1, 1.0) is Verdict.OPEN
