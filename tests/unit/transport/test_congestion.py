"""The congestion controller on simulated links. All figures are of simulated time: the same run on every machine."""

from __future__ import annotations

import pytest

from streamer.transport.base import FeedbackBatch, PacketReport
from streamer.transport.congestion import (
    CEILING_BIT_RATE,
    FLOOR_BIT_RATE,
    START_BIT_RATE,
    CongestionController,
)
from tests.unit.transport.simulated_link import SimulatedLink, Terms

SEEDS = (1, 2, 3)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_thin_lossy_link_stays_alive(seed: int) -> None:
    """1500 kbit/s, 120 ms, 1 % loss: the picture keeps moving and is never old."""
    trace = SimulatedLink(Terms(lambda _: 1.5e6, round_trip=0.12, loss=0.01), seed=seed).run(20)
    assert trace.freeze(0.5, 20) < 1.0
    ages = trace.ages(0.5, 20)
    assert ages[int(len(ages) * 0.95)] <= 0.12 + 0.4
    assert sum(at >= 2 for at, _ in trace.shown) / 18 >= 18


@pytest.mark.parametrize("seed", SEEDS)
def test_half_a_megabit_with_two_percent_loss(seed: int) -> None:
    trace = SimulatedLink(Terms(lambda _: 5e5, round_trip=0.12, loss=0.02), seed=seed).run(30)
    assert trace.freeze(2, 30) < 1.0
    assert sum(at >= 4 for at, _ in trace.shown) / 26 >= 12
    ages = trace.ages(2, 30)
    assert ages[int(len(ages) * 0.95)] <= 0.12 + 0.4


@pytest.mark.parametrize(("bit_rate", "round_trip"), [(0.7e6, 0.06), (1.5e6, 0.12), (5e6, 0.06), (8e6, 0.03)])
def test_fills_the_link_without_a_standing_queue(bit_rate: float, round_trip: float) -> None:
    trace = SimulatedLink(Terms(lambda _: bit_rate, round_trip=round_trip)).run(30)
    sent = sum(size for at, size in trace.sent if at >= 10) * 8 / 20
    assert 0.45 * bit_rate < sent < bit_rate
    queue = trace.queue(5, 30)
    assert queue[int(len(queue) * 0.95)] < 0.2
    assert queue[len(queue) // 2] < 0.05


def test_a_wide_link_is_used_within_seconds() -> None:
    trace = SimulatedLink(Terms(lambda _: 50e6, round_trip=0.02)).run(4)
    assert trace.rate(3, 4) > 0.9 * CEILING_BIT_RATE


def test_a_link_that_narrows_and_widens() -> None:
    terms = Terms(lambda now: 1e6 if 10 <= now < 25 else 5e6)
    trace = SimulatedLink(terms).run(40)
    assert trace.rate(8, 10) > 3.5e6
    assert trace.freeze(10, 25) < 1.0
    queue = trace.queue(12, 25)
    assert queue[int(len(queue) * 0.95)] < 0.2
    assert trace.rate(14, 25) < 1.4e6
    assert trace.rate(35, 40) > 3e6, "must find its way back up"


def test_loss_of_the_radio_is_not_obeyed() -> None:
    def sent(loss: float) -> float:
        trace = SimulatedLink(Terms(lambda _: 3e6, loss=loss)).run(20)
        return sum(size for at, size in trace.sent if at >= 5)

    assert sent(0.01) > 0.8 * sent(0.0)


def test_heavy_loss_is_obeyed() -> None:
    lossy = SimulatedLink(Terms(lambda _: 3e6, loss=0.3)).run(15)
    clean = SimulatedLink(Terms(lambda _: 3e6)).run(15)
    assert lossy.rate(10, 15) < 0.5 * clean.rate(10, 15)


def test_idleness_forgets_nothing() -> None:
    link = SimulatedLink(Terms(lambda _: 5e6))
    link.moving = lambda now: now < 10 or now >= 65
    trace = link.run(67)
    before, after = trace.rate(9, 9.9), trace.rate(65, 65.5)
    assert after > 0.8 * before


def test_an_encoder_below_its_target_does_not_blow_up_the_rate() -> None:
    link = SimulatedLink(Terms(lambda _: 3e6))
    link.encoder_yield = 0.55
    trace = link.run(30)
    assert trace.rate(20, 30) < 3.5e6
    assert trace.rate(20, 30) > 2e6


def test_a_longer_way_is_not_taken_for_a_queue() -> None:
    """The route changes and adds 80 ms for good: the rate must come back."""
    controller = CongestionController(0.0)
    rate_before = feed(controller, 0.0, 5.0, one_way=0.03)
    feed(controller, 5.0, 12.0, one_way=0.11)
    rate_after = feed(controller, 12.0, 25.0, one_way=0.11)
    assert controller.queue_delay < 0.02
    assert rate_after > 0.5 * rate_before


def feed(controller: CongestionController, since: float, until: float, one_way: float) -> float:
    """A link of any rate and a steady delay, a report every 60 ms; the rate at the end."""
    now, number = since, int(since * 1000)
    while now < until:
        packets = []
        for n in range(6):
            size = int(controller.target_bit_rate * 0.06 / 8 / 6)
            sent = now + n * 0.004
            packets.append(PacketReport(number + n, sent, sent + one_way + 500, size))
            controller.on_sent(sent, size)
        number += 6
        now += 0.06
        controller.on_feedback(FeedbackBatch(tuple(packets), now + 2 * one_way))
    return controller.target_bit_rate


def test_stays_between_floor_and_ceiling() -> None:
    choked = SimulatedLink(Terms(lambda _: 60_000.0)).run(20)
    assert min(rate for _, rate in choked.rates) >= FLOOR_BIT_RATE
    wide = SimulatedLink(Terms(lambda _: 100e6), ceiling=4e6).run(5)
    assert max(rate for _, rate in wide.rates) <= 4e6


def test_a_cut_cable_is_noticed_and_survived() -> None:
    link = SimulatedLink(Terms(lambda _: 3e6))
    link.run(5)
    before = link.controller.target_bit_rate
    link.terms = Terms(lambda _: 3e6, loss=1.0)
    link.run(3)
    assert link.controller.target_bit_rate < 0.5 * before
    link.terms = Terms(lambda _: 3e6)
    trace = link.run(6)
    assert sum(size for at, size in trace.sent if at >= 9) * 8 / 5 > 0.2e6


def test_a_page_that_never_reports_is_held_up_only_at_first() -> None:
    controller = CongestionController(0.0)
    allowed = []
    for n in range(100):
        allowed.append(controller.may_send(n * 0.04, bytes_in_flight=0))
        controller.on_sent(n * 0.04, 5000)
    assert allowed[0]
    assert not allowed[5], "what was sent could already fill the queue of a thin link"
    assert all(allowed[16:])
    assert controller.target_bit_rate == START_BIT_RATE


def test_a_finer_scale_is_not_taken_in_haste() -> None:
    controller = CongestionController(0.0, start=200_000)
    assert controller.budget(10.0).scale == 0.5
    assert controller.budget(10.5, pixels=320 * 200).scale == 0.5
    assert controller.budget(12.5, pixels=320 * 200).scale == 1.0
    assert controller.budget(12.6).scale == 0.5, "a coarser one is, for there are too few bits"


def test_the_gate_closes_on_a_backlog_and_on_a_full_link() -> None:
    controller = CongestionController(0.0)
    assert not controller.may_send(0.0, bytes_in_flight=0, unsent_bytes=20_000)
    assert not controller.may_send(0.0, bytes_in_flight=200_000)
    assert controller.may_send(0.0, bytes_in_flight=5_000, unsent_bytes=500)


def test_small_frames_go_twice_only_far_away_and_with_loss() -> None:
    def duplicates(loss: float, round_trip: float) -> float:
        link = SimulatedLink(Terms(lambda _: 3e6, round_trip=round_trip, loss=loss))
        link.run(10)
        return link.controller.plan().duplicate_bit_rate

    assert duplicates(0.02, 0.12)
    assert not duplicates(0.02, 0.02)
    assert not duplicates(0.0, 0.12)
