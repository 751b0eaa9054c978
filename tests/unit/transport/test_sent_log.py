"""Feedback matched with what was sent."""

from __future__ import annotations

from streamer.transport.sent_log import KEPT_PACKETS, SentLog
from streamer.transport.twcc import REFERENCE_PERIOD, Feedback


def filled(count: int, size: int = 1000) -> SentLog:
    log = SentLog()
    for n in range(count):
        log.stamp(n * 0.01, size)
    return log


def test_matches_numbers_times_and_sizes() -> None:
    log = filled(3)
    batch = log.match(Feedback(0, 0, (5.0, None, 5.1)), 0.2)
    assert batch.received_at == 0.2
    assert batch.packets == ((0, 0.0, 5.0, 1000), (1, 0.01, None, 1000), (2, 0.02, 5.1, 1000))


def test_what_comes_late_is_told_once_more() -> None:
    log = filled(3)
    log.match(Feedback(0, 0, (5.0, None, 5.1)), 0.2)
    assert log.match(Feedback(1, 1, (5.2,)), 0.3).packets == ((1, 0.01, 5.2, 1000),)
    assert log.match(Feedback(0, 2, (5.0, 5.2, 5.1)), 0.4).packets == ()


def test_numbers_never_sent_are_left_out() -> None:
    assert filled(1).match(Feedback(0, 0, (5.0, 5.1, 5.2)), 0.2).packets == ((0, 0.0, 5.0, 1000),)


def test_numbers_wrap_at_16_bits() -> None:
    log = SentLog()
    stamps = [log.stamp(0.0, 100) for _ in range(65_540)]
    assert stamps[65_535:65_538] == [65_535, 0, 1]
    batch = log.match(Feedback(65_535, 0, (1.0, 1.1)), 0.5)
    assert [report.sequence for report in batch.packets] == [65_535, 65_536]


def test_counts_what_is_on_its_way() -> None:
    log = filled(5)
    assert log.in_flight_bytes(0.1) == 0, "a page that never reports must not hold up the pictures"
    log.match(Feedback(0, 0, (5.0, None)), 0.1)
    assert log.in_flight_bytes(0.1) == 3000
    log.match(Feedback(3, 1, (5.2,)), 0.2)
    assert log.in_flight_bytes(0.2) == 1000, "a lost report must not leave its packets on the way"


def test_packets_without_an_answer_stop_counting() -> None:
    log = filled(3)
    log.match(Feedback(0, 0, (5.0,)), 0.1)
    assert log.in_flight_bytes(1.515) == 1000
    assert log.in_flight_bytes(2.0) == 0


def test_is_bounded() -> None:
    log = filled(KEPT_PACKETS + 100, size=1)
    log.match(Feedback(0, 0, (5.0,)), 0.1)
    assert log.in_flight_bytes(0.1) <= KEPT_PACKETS


def test_the_receivers_time_goes_on_after_its_wrap() -> None:
    log = filled(2)
    before = log.match(Feedback(0, 0, (REFERENCE_PERIOD - 0.01,)), 0.1).packets[0].arrived_at
    after = log.match(Feedback(1, 1, (0.02,)), 0.2).packets[0].arrived_at
    assert before is not None
    assert after is not None
    assert round(after - before, 6) == 0.03


def test_when_a_packet_sent_twice_came_is_not_told() -> None:
    log = filled(3)
    log.sent_again(2)
    batch = log.match(Feedback(0, 0, (5.0, 5.1, 5.9)), 0.2)
    assert [report.sequence for report in batch.packets] == [0, 1]
    assert log.heard == 2
    assert log.in_flight_bytes(0.2) == 0


def test_that_a_packet_sent_twice_is_lost_is_told() -> None:
    log = filled(3)
    log.sent_again(1)
    batch = log.match(Feedback(0, 0, (5.0, None, 5.2)), 0.2)
    assert batch.packets[1] == (1, 0.01, None, 1000)


def test_knows_the_newest_packet_sent_and_the_newest_spoken_of() -> None:
    log = SentLog()
    assert (log.newest, log.heard) == (-1, -1)
    log = filled(5)
    log.match(Feedback(1, 0, (5.0, None)), 0.2)
    log.match(Feedback(0, 1, (5.0,)), 0.3)
    log.match(Feedback(9, 2, (5.0,)), 0.4)
    assert (log.newest, log.heard) == (4, 2)
    log.sent_again(77)
