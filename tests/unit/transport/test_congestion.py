"""The congestion controller alone: its bounds, its gate, and what a page may tell it. Times are made up."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamer.transport.base import FeedbackBatch, PacketReport
from streamer.transport.congestion import CongestionController
from streamer.transport.link_state import Mode
from streamer.transport.rate_control import CEILING_BIT_RATE, FLOOR_BIT_RATE, START_BIT_RATE
from tests.unit.transport.simulated.bottleneck import Terms, always
from tests.unit.transport.simulated.reader import read


def feed(
    controller: CongestionController,
    since: float,
    until: float,
    *,
    one_way: float = 0.03,
    clock: float = 500.0,
    lost: float = 0.0,
) -> None:
    """A link of any rate and a steady delay, a report every 60 ms."""
    now, number = since, int(since * 1000)
    while now < until:
        packets = []
        for n in range(6):
            size = int(controller.target_bit_rate * 0.06 / 8 / 6)
            sent = now + n * 0.004
            arrival = None if n < 6 * lost else sent + one_way + clock
            packets.append(PacketReport(number + n, sent, arrival, size))
            controller.on_sent(sent, size)
        number += 6
        now += 0.06
        controller.on_feedback(FeedbackBatch(tuple(packets), now + 2 * one_way))


def test_stays_between_floor_and_ceiling() -> None:
    timeline, reader, _ = read(Terms(always(60_000.0)))
    timeline.run(10)
    assert min(rate for _, rate in reader.rates) >= FLOOR_BIT_RATE
    wide = CongestionController(0.0, ceiling=4e6)
    feed(wide, 0.0, 10.0)
    assert START_BIT_RATE < wide.target_bit_rate <= 4e6


def test_a_wide_link_is_used_within_seconds() -> None:
    timeline, reader, _ = read(Terms(always(60e6), always(0.01)))
    timeline.run(4)
    assert reader.controller.target_bit_rate > 10e6
    assert reader.controller.target_bit_rate <= CEILING_BIT_RATE


def test_idleness_forgets_nothing() -> None:
    timeline, reader, _ = read(Terms(always(5e6)))
    reader.page.moving = lambda now: 60.0 if now < 6 or now >= 66 else 0.0
    timeline.run(6)
    before = reader.controller.target_bit_rate
    timeline.run(60.5)
    assert reader.controller.target_bit_rate > 0.8 * before


@pytest.mark.parametrize("jump", [-3600.0, -0.2, 0.3, 3600.0])
def test_a_page_whose_clock_jumps_is_not_taken_for_a_queue(jump: float) -> None:
    controller = CongestionController(0.0)
    feed(controller, 0.0, 5.0)
    before = controller.target_bit_rate
    feed(controller, 5.0, 8.0, clock=500.0 + jump)
    assert controller.target_bit_rate >= 0.8 * before
    assert controller.queue_delay < 0.05


def test_our_own_clock_going_backwards_is_survived() -> None:
    controller = CongestionController(100.0)
    feed(controller, 100.0, 105.0)
    feed(controller, 50.0, 55.0)
    feed(controller, 105.0, 110.0)
    assert FLOOR_BIT_RATE <= controller.target_bit_rate <= CEILING_BIT_RATE


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 70_000),
            st.floats(-10.0, 30.0),
            st.one_of(st.none(), st.floats(-1e9, 1e9)),
            st.integers(0, 70_000),
            st.floats(0.0, 30.0),
        ),
        max_size=60,
    )
)
def test_whatever_a_page_reports_the_plan_stays_sane(
    lies: list[tuple[int, float, float | None, int, float]],
) -> None:
    controller = CongestionController(0.0)
    for sequence, sent, arrived, size, received in lies:
        controller.on_sent(received, size)
        controller.on_feedback(FeedbackBatch((PacketReport(sequence, sent, arrived, size),), received))
        controller.on_feedback(FeedbackBatch((PacketReport(sequence, sent, arrived, size),), received))
        controller.on_round_trip(received, sent)
        controller.on_receiver_report(received, 1.0, sent)
        controller.on_remb(sent * 1e6)
        controller.may_send(received, size)
        plan, budget = controller.plan(), controller.budget(received)
        assert FLOOR_BIT_RATE <= controller.target_bit_rate <= CEILING_BIT_RATE
        assert FLOOR_BIT_RATE <= plan.still_bit_rate <= 1e8
        assert math.isfinite(plan.round_trip)
        assert 0 <= plan.duplicate_bit_rate <= controller.target_bit_rate
        assert 0 < budget.bits < 1e7
        assert 1 / 60 - 1e-9 <= budget.interval <= 1 / 12 + 1e-9


def test_an_empty_report_says_nothing() -> None:
    controller = CongestionController(0.0)
    controller.on_feedback(FeedbackBatch((), 1.0))
    assert controller.target_bit_rate == START_BIT_RATE


def test_feedback_that_repeats_itself_changes_nothing() -> None:
    once, twice = CongestionController(0.0), CongestionController(0.0)
    packets = tuple(
        PacketReport(n, n * 0.01, None if n % 10 == 0 else n * 0.01 + (5.05 if n > 50 else 5), 1000)
        for n in range(100)
    )
    for controller in (once, twice):
        controller.on_feedback(FeedbackBatch(packets[:50], 0.6))
        controller.on_feedback(FeedbackBatch(packets[50:], 1.1))
    for n in range(20):  # of a packet that came, the log of what was sent speaks once
        late = 1.2 + n * 0.06
        twice.on_feedback(FeedbackBatch(tuple(p for p in packets if p.arrived_at is None), late))
    assert once.queue_delay > 0.02, "a queue that would be counted again"
    assert twice.loss == once.loss
    assert twice.target_bit_rate == once.target_bit_rate


def test_words_beside_the_pictures_are_paid_for_where_the_link_is_thin() -> None:
    thin, wide = CongestionController(0.0, start=300_000), CongestionController(0.0, start=8e6)
    before = [controller.budget(0.5).bits for controller in (thin, wide)]
    for controller in (thin, wide):
        for n in range(15):
            controller.on_words_sent(0.5 + n / 30, 200)
    after = [controller.budget(1.0).bits for controller in (thin, wide)]
    assert after[0] < 0.9 * before[0]
    assert after[1] == before[1]


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
    assert controller.state.mode is Mode.BLIND


def test_remb_counts_only_where_there_is_nothing_better() -> None:
    blind = CongestionController(0.0)
    for n in range(100):
        blind.on_sent(n * 0.04, 7000)
    blind.on_remb(700_000.0)
    assert blind.target_bit_rate == 700_000.0
    seeing = CongestionController(0.0)
    feed(seeing, 0.0, 1.0)
    seeing.on_remb(200_000.0)
    assert seeing.target_bit_rate > 1e6


def test_silence_lowers_the_rate_and_is_forgiven() -> None:
    controller = CongestionController(0.0)
    feed(controller, 0.0, 5.0)
    before = controller.target_bit_rate
    controller.on_sent(5.1, 20_000)
    for n in range(100):
        controller.may_send(5.1 + n * 0.05, bytes_in_flight=20_000)
    assert controller.target_bit_rate < 0.3 * before
    feed(controller, 10.2, 10.3)
    assert controller.target_bit_rate >= 0.4 * before


def test_the_gate_closes_on_a_backlog_and_on_a_full_link() -> None:
    controller = CongestionController(0.0)
    assert not controller.may_send(0.0, bytes_in_flight=0, unsent_bytes=20_000)
    assert not controller.may_send(0.0, bytes_in_flight=200_000)
    assert controller.may_send(0.0, bytes_in_flight=5_000, unsent_bytes=500)


def test_what_is_in_flight_of_a_still_does_not_close_the_gate() -> None:
    timeline, reader, _ = read(Terms(always(5e6)), still_bytes=134_000)
    reader.page.moving = lambda now: 60.0 if now < 5 else 0.0
    timeline.run(5.4)
    controller = reader.controller
    in_flight = int(controller.still_bit_rate / 8 * (controller.round_trip + 0.062))
    assert controller.may_send(timeline.now, in_flight)


def test_small_frames_go_twice_only_far_away_and_with_loss() -> None:
    def duplicates(loss: float, round_trip: float) -> float:
        timeline, reader, _ = read(Terms.fixed(3e6, 1e6, round_trip, loss))
        timeline.run(6)
        return reader.controller.plan().duplicate_bit_rate

    assert duplicates(0.02, 0.12)
    assert not duplicates(0.02, 0.02)
    assert not duplicates(0.0, 0.12)


def test_its_state_says_how_it_stands() -> None:
    timeline, reader, _ = read(Terms(always(3e6)))
    assert reader.controller.state.mode is Mode.START
    timeline.run(6)
    state = reader.controller.state
    assert state.capacity == pytest.approx(3e6, rel=0.1)
    assert 0.5 < state.used <= 1.0
    assert state.round_trip == pytest.approx(0.06, abs=0.03)
    assert state.bit_rate < state.still_bit_rate <= 3e6
    assert state.loss == 0.0
