"""What reports say of loss, and what bursts say of capacity."""

from __future__ import annotations

import itertools

import pytest

from streamer.transport.base import PacketReport
from streamer.transport.capacity import Capacity
from streamer.transport.loss import LossMeter
from streamer.transport.window import WindowMaximum, WindowMinimum

NO_LIMIT = 1e12


numbers = itertools.count()


def reports(count: int, lost: int = 0) -> list[PacketReport]:
    return [PacketReport(next(numbers), 0.0, None if n < lost else 1.0, 1000) for n in range(count)]


def burst(start: float, span: float, arrival_span: float, packets: int = 8) -> list[PacketReport]:
    last = packets - 1
    return [
        PacketReport(n, start + span * n / last, 700 + start + arrival_span * n / last, 1250)
        for n in range(packets)
    ]


def test_loss_is_of_the_last_two_seconds() -> None:
    meter = LossMeter()
    meter.add(1.0, reports(50, lost=5))
    assert meter.recent == pytest.approx(0.1)
    meter.add(3.5, reports(50))
    assert meter.recent == 0.0


def test_a_few_packets_are_no_heavy_loss() -> None:
    meter = LossMeter()
    meter.add(1.0, reports(10, lost=5))
    assert meter.heavy is None
    meter.add(1.1, reports(30, lost=10))
    assert meter.heavy == pytest.approx(15 / 40)
    meter.forgive()
    assert meter.heavy is None


def test_lossy_is_remembered_while_duplicates_hide_it() -> None:
    meter = LossMeter()
    meter.add(1.0, reports(100, lost=0))
    assert not meter.lossy
    meter.add(1.1, reports(100, lost=2))
    for n in range(15):
        meter.add(2.0 + n, reports(50))
    assert meter.lossy
    meter.add(25.0, reports(50))
    assert not meter.lossy


def test_a_packet_counts_as_lost_once_and_not_when_it_comes_after_all() -> None:
    meter = LossMeter()
    batch = reports(50, lost=5)
    for _ in range(3):
        meter.add(1.0, batch if _ == 0 else batch[:5])
    assert meter.recent == pytest.approx(0.1)
    meter.add(1.1, [packet._replace(arrived_at=1.0) for packet in batch[:5]])
    assert meter.recent == 0.0


def test_the_level_is_of_many_packets_that_were_sent_once() -> None:
    meter = LossMeter()
    meter.add(1.0, reports(50, lost=2))
    assert meter.level == 0.0
    for n in range(40):
        meter.add(1.1 + n * 0.1, reports(50, lost=int(n % 2)))
    assert meter.level == pytest.approx(0.01, rel=0.4)
    before = meter.level
    for n in range(5):
        meter.add(6 + n * 0.1, reports(20), copied=1.0)
    assert meter.level > 0.8 * before, "copies hide the loss that they are for"


def test_what_a_full_queue_drops_is_not_the_links_own_loss() -> None:
    meter = LossMeter()
    for n in range(40):
        meter.add(1.0 + n * 0.1, reports(50, lost=5), congested=True)
    assert meter.recent == pytest.approx(0.1)
    assert meter.level == 0.0
    assert not meter.lossy


def test_receiver_reports_count_where_there_is_no_feedback() -> None:
    meter = LossMeter()
    meter.report(1.0, 0.2)
    assert meter.recent == 0.2
    assert meter.lossy
    meter.add(1.1, reports(50))
    meter.report(1.2, 0.2)
    assert meter.recent == 0.0


def test_a_burst_that_queues_shows_the_capacity() -> None:
    capacity = Capacity()
    for n in range(4):
        capacity.add(burst(n, 0.01, 7 * 1250 * 8 / 2e6), NO_LIMIT)
    assert capacity.estimate == pytest.approx(2e6)
    assert capacity.latest == pytest.approx(2e6)


def test_too_few_bursts_or_packets_show_nothing() -> None:
    capacity = Capacity()
    capacity.add(burst(0, 0.01, 0.035), NO_LIMIT)
    capacity.add(burst(1, 0.01, 0.035), NO_LIMIT)
    assert capacity.estimate is None
    for n in range(2, 20):
        capacity.add(burst(n, 0.002, 0.01, packets=2), NO_LIMIT)
    assert capacity.estimate is None


def test_long_trains_say_best_what_is_known() -> None:
    capacity = Capacity()
    capacity.add(burst(0, 0.02, 0.1, packets=12), NO_LIMIT)
    capacity.add(burst(1, 0.01, 0.035), NO_LIMIT)
    assert capacity.known == pytest.approx(11 * 1250 * 8 / 0.1)
    for n in range(2, 8):
        capacity.add(burst(n, 0.003, 3 * 0.0105, packets=4), NO_LIMIT)
    assert capacity.known == pytest.approx(11 * 1250 * 8 / 0.1), "others' packets between stretch short ones"


def test_what_is_known_follows_a_link_that_narrows_or_widens() -> None:
    capacity = Capacity()
    for n in range(4):
        capacity.add(burst(n, 0.02, 0.1, packets=12), NO_LIMIT)
    for n in range(4, 8):
        capacity.add(burst(n, 0.01, 0.3), NO_LIMIT)
    assert capacity.known == pytest.approx(7 * 1250 * 8 / 0.3)
    assert not capacity.widened()
    for n in range(8, 14):
        capacity.add(burst(n, 0.01, 0.01), NO_LIMIT)
    assert capacity.known is None
    assert capacity.widened()
    assert not capacity.widened()


def test_trains_that_were_not_spread_make_nothing_known() -> None:
    capacity = Capacity()
    for n in range(8):
        capacity.add(burst(n, 0.035, 0.035), NO_LIMIT)
    assert capacity.known is None
    assert capacity.estimate == pytest.approx(2e6)


def test_packets_that_arrive_bundled_show_no_more_than_was_sent() -> None:
    capacity = Capacity()
    for n in range(5):
        capacity.add(burst(n, 0.01, 0.0), 3e6)
    assert capacity.estimate == 3e6


def test_a_loss_ends_a_burst() -> None:
    capacity = Capacity()
    packets = burst(0, 0.01, 0.035)
    packets[3] = packets[3]._replace(arrived_at=None)
    capacity.add([*packets, *burst(1, 0.01, 0.035)], NO_LIMIT)
    assert capacity.latest == pytest.approx(3 * 1250 * 8 / (0.035 * 3 / 7))


def test_delivered_is_of_the_last_quarter_second() -> None:
    capacity = Capacity()
    capacity.add(burst(0, 0.9, 0.9, packets=10), NO_LIMIT)
    capacity.add(burst(5, 0.2, 0.2, packets=5), NO_LIMIT)
    assert capacity.delivered() == pytest.approx(5 * 1250 * 8 / 0.25)


def test_a_minimum_slides_and_silence_forgets_nothing() -> None:
    window = WindowMinimum(10.0)
    assert window.value is None
    window.add(0.0, 3.0)
    window.add(1.0, 5.0)
    assert window.value == 3.0
    window.add(10.5, 6.0)
    assert window.value == 5.0
    assert window.value == 5.0
    window.add(100.0, 9.0)
    assert window.value == 9.0
    window.clear()
    assert window.value is None


def test_a_maximum_slides_too() -> None:
    window = WindowMaximum(10.0)
    assert window.value is None
    window.add(0.0, 3.0)
    window.add(1.0, 2.0)
    assert window.value == 3.0
    window.add(10.5, 1.0)
    assert window.value == 2.0
    window.clear()
    assert window.value is None
