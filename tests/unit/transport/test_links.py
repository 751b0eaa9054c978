"""The picture on four links, and the exact stills. All figures are of simulated time: the same run on every machine."""

from __future__ import annotations

import pytest

from tests.unit.transport.simulated.bottleneck import BAD, GOOD, HOME, POOR, Bottleneck, Terms
from tests.unit.transport.simulated.measures import measured
from tests.unit.transport.simulated.reader import Reader, read

DRAG, WHEEL = 60.0, 20.0
SETTLED = 4.0
STILL_BYTES = 134_000
REST_SECONDS = 0.13
STILL_DRAWN_SECONDS = 0.045


def moved(terms: Terms, pace: float, seed: int, seconds: float = 16.0) -> tuple[Reader, Bottleneck]:
    timeline, reader, down = read(terms, seed=seed)
    reader.page.moving = lambda now: pace
    timeline.run(seconds)
    return reader, down


@pytest.mark.parametrize(
    ("terms", "pace", "seed", "pictures"),
    [
        (GOOD, DRAG, 1, 25),
        (GOOD, WHEEL, 1, 18),
        (HOME, DRAG, 1, 25),
        (HOME, WHEEL, 1, 18),
        (POOR, DRAG, 1, 20),
        (POOR, DRAG, 2, 20),
        (POOR, WHEEL, 1, 18),
        (POOR, WHEEL, 2, 18),
        (BAD, DRAG, 1, 12),
        (BAD, DRAG, 2, 12),
        (BAD, WHEEL, 1, 12),
        (BAD, WHEEL, 2, 12),
    ],
)
def test_the_picture_follows_the_hand(terms: Terms, pace: float, seed: int, pictures: float) -> None:
    reader, down = moved(terms, pace, seed)
    seen = measured(reader, down, SETTLED, 16.0)
    round_trip = terms.round_trip(0)
    assert seen.pictures >= pictures
    assert seen.age_p95 <= round_trip + 0.25
    assert seen.freeze <= 2 * round_trip + 0.2
    assert seen.queue_p95 <= 0.06
    if pace == DRAG:
        assert seen.bit_rate >= 0.7 * terms.bit_rate(0)
    assert seen.bit_rate <= terms.bit_rate(0)


@pytest.mark.parametrize(
    ("terms", "kilobytes"),
    [(GOOD, 25.0), (HOME, 13.0), (POOR, 3.6), (BAD, 2.3)],
)
def test_pictures_have_the_bits_they_need(terms: Terms, kilobytes: float) -> None:
    """By what x264 makes of a noisy CT: 42 dB, 39 dB, 32.5 dB and 30 dB."""
    reader, down = moved(terms, DRAG, 1, 12.0)
    assert measured(reader, down, SETTLED, 12.0).picture_bytes >= kilobytes * 1000


@pytest.mark.parametrize("terms", [GOOD, HOME, POOR, BAD])
def test_the_first_picture_of_a_movement_is_not_waited_for(terms: Terms) -> None:
    timeline, reader, _ = read(terms)
    reader.page.moving = lambda now: 60.0 if now < 5 else 0.0
    timeline.run(7)
    bits = reader.controller.budget(timeline.now).bits * reader.encoder_yield(0)
    assert bits / terms.bit_rate(0) <= 0.03


@pytest.mark.parametrize(("terms", "least"), [(GOOD, 13), (HOME, 13), (POOR, 13), (BAD, 12)])
def test_stills_leave_nearly_as_fast_as_the_link_carries(terms: Terms, least: int) -> None:
    """Single steps: the still alone shows what the link carries, from the third one on at the latest."""
    timeline, reader, down = read(terms, still_bytes=STILL_BYTES)
    reader.page.moving = lambda now: 60.0 if now % 3 < 0.02 else 0.0
    timeline.run(42)
    came = {still.number: at for at, still in reader.page.stills}
    took = [came[s.number] - s.made_at for s in reader.stills[2:] if s.number in came]
    assert len(took) >= least - 2
    wire = STILL_BYTES * 8 / terms.bit_rate(0)
    fixed = REST_SECONDS + STILL_DRAWN_SECONDS + terms.round_trip(0)
    assert sorted(took)[len(took) // 2] <= fixed + 1.3 * wire
    assert max(took) <= fixed + 1.5 * wire + 2 * terms.round_trip(0)
    assert down.wait_p95(6, 42) <= 0.12
    assert down.overrun <= 2


def test_a_still_raises_the_rate_of_pictures() -> None:
    timeline, reader, _ = read(GOOD, still_bytes=STILL_BYTES)
    reader.page.moving = lambda now: 60.0 if now % 3 < 0.02 else 0.0
    timeline.run(9)
    assert reader.controller.target_bit_rate > 0.7 * 20e6


def test_a_movement_that_interrupts_a_still_is_not_held_up_by_it() -> None:
    timeline, reader, _ = read(POOR, still_bytes=STILL_BYTES)
    reader.page.moving = lambda now: 60.0 if now < 4 or now >= 4.6 else 0.0
    timeline.run(6)
    first = next(at for at, made, _ in reader.page.shown if made >= 4.6)
    assert first - 4.6 <= POOR.round_trip(0) + 0.25


def test_a_page_that_gives_no_feedback_is_served_by_its_pings() -> None:
    for terms, pictures in ((HOME, 20), (POOR, 15)):
        timeline, reader, down = read(terms)
        reader.page.reports = False
        timeline.run(20)
        seen = measured(reader, down, 5, 20)
        assert seen.pictures >= pictures
        assert seen.queue_p95 <= 0.15
        assert reader.controller.state.mode.value == "blind"


def test_slow_feedback_is_enough() -> None:
    timeline, reader, down = read(HOME, report_seconds=0.25)
    timeline.run(16)
    seen = measured(reader, down, SETTLED, 16)
    assert seen.pictures >= 25
    assert seen.queue_p95 <= 0.1
    assert seen.bit_rate >= 0.6 * 5e6
