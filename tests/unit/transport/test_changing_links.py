"""Links that change, stall, or are shared. All figures are of simulated time: the same run on every machine."""

from __future__ import annotations

import pytest

from tests.unit.transport.simulated.bottleneck import Bottleneck, Terms, always
from tests.unit.transport.simulated.download import Download
from tests.unit.transport.simulated.measures import measured
from tests.unit.transport.simulated.reader import Reader, read
from tests.unit.transport.simulated.timeline import Timeline


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_link_that_narrows_and_widens(seed: int) -> None:
    """5 → 0.5 → 5 Mbit/s: what was lost when the queue ran over is not repeated into it."""
    timeline, reader, down = read(Terms(lambda now: 5e5 if 8 <= now < 16 else 5e6), seed=seed)
    timeline.run(22)
    assert measured(reader, down, 6, 8).bit_rate > 3.5e6
    assert measured(reader, down, 8, 16).freeze < 0.6
    narrow = measured(reader, down, 9, 16)
    assert narrow.age_p95 <= 0.31
    assert narrow.queue_p95 <= 0.06
    assert narrow.pictures >= 12
    assert narrow.bit_rate > 0.7 * 5e5
    assert measured(reader, down, 19, 22).bit_rate > 3.5e6, "must find its way back up"
    assert reader.page.keys_wanted <= 4


def test_a_cut_of_five_seconds() -> None:
    timeline, reader, down = read(Terms(lambda now: 0 if 6 <= now < 11 else 3e6))
    timeline.run(9)
    assert reader.controller.target_bit_rate < 1.5e6
    timeline.run(9)
    back = next(at for at, made, _ in reader.page.shown if made >= 11.0)
    assert back <= 12.2
    assert measured(reader, down, 12.2, 18).freeze <= 0.32
    assert reader.controller.target_bit_rate > 2e6
    assert reader.page.keys_wanted <= 12


def test_loss_of_the_radio_is_repaired_and_not_obeyed() -> None:
    """0 → 5 % → 0."""
    timeline, reader, down = read(Terms(always(3e6), loss=lambda now: 0.05 if 8 <= now < 16 else 0.0))
    timeline.run(8)
    before = reader.controller.target_bit_rate
    timeline.run(8)
    assert reader.controller.target_bit_rate > 0.9 * before
    lossy = measured(reader, down, 9, 16)
    assert lossy.pictures >= 18
    assert lossy.freeze <= 0.6
    timeline.run(14)
    after = measured(reader, down, 25, 30)
    assert after.pictures >= 25
    assert reader.controller.plan().duplicate_bit_rate < 0.1 * reader.controller.target_bit_rate


def test_heavy_loss_is_obeyed() -> None:
    timeline, reader, _ = read(Terms.fixed(3e6, 1e6, 0.06, loss=0.3))
    timeline.run(12)
    rates = [rate for at, rate in reader.rates if at >= 4]
    assert sum(rates) / len(rates) < 0.6 * 3e6


def test_a_longer_way_is_soon_told_from_a_queue() -> None:
    """The round trip goes from 60 to 220 ms and stays there."""
    timeline, reader, down = read(Terms(always(3e6), round_trip=lambda now: 0.22 if now >= 8 else 0.06))
    timeline.run(8)
    before = reader.controller.target_bit_rate
    timeline.run(2)
    assert reader.controller.target_bit_rate > 0.9 * before
    assert reader.controller.queue_delay < 0.02
    timeline.run(5)
    seen = measured(reader, down, 10, 15)
    assert seen.queue_p95 <= 0.06
    assert seen.age_p95 <= 0.22 + 0.25


def test_a_radio_that_holds_packets_back_is_no_queue() -> None:
    """80 ms of silence every 0.7 s, then all at once."""

    def stall(now: float) -> float:
        return max(0.08 - now % 0.7, 0.0)

    timeline, reader, down = read(Terms(always(10e6), extra_delay=stall))
    timeline.run(14)
    seen = measured(reader, down, 6, 14)
    assert seen.bit_rate > 0.6 * 10e6
    assert seen.pictures >= 25
    assert seen.queue_p95 <= 0.06


@pytest.mark.parametrize("seed", [1, 2])
def test_beside_a_download_a_share_is_held(seed: int) -> None:
    """One CUBIC flow on 3 Mbit/s keeps a queue of 300 ms full for 20 s."""
    timeline, reader, down = shared(seed)
    Download(timeline, down, Bottleneck(timeline, Terms.fixed(3e6, 1e6, 0.06), up=True), 6.0, 26.0)
    timeline.run(26)
    assert measured(reader, down, 6, 26).bit_rate >= 0.25 * 3e6
    late = measured(reader, down, 10, 26)
    assert late.age_p95 <= 0.06 + 0.6 + 0.2
    assert sorted_median_age(reader, down) <= 0.06 + 0.6
    assert reader.controller.state.mode.value == "competing"
    timeline.run(9)
    alone = measured(reader, down, 31, 35)
    assert alone.queue_p95 <= 0.06
    assert alone.age_p95 <= 0.06 + 0.25
    assert alone.bit_rate >= 0.7 * 3e6


def sorted_median_age(reader: Reader, down: Bottleneck) -> float:
    ages = sorted(measured(reader, down, second, second + 1).age_p95 for second in range(10, 26))
    return ages[int(len(ages) * 0.75)]


@pytest.mark.parametrize("later", [0.0, 6.0])
def test_two_readers_share_a_link(later: float) -> None:
    timeline = Timeline()
    terms = Terms.fixed(3e6, 1e6, 0.06)
    down, up = Bottleneck(timeline, terms), Bottleneck(timeline, terms, up=True, seed=7)
    first = Reader(timeline, down, up, seed=1)
    timeline.run(later)
    second = Reader(timeline, down, up, seed=2)
    timeline.run(24)
    since, until = later + 4, later + 24
    rates = [measured(reader, down, since, until).bit_rate for reader in (first, second)]
    assert min(rates) / sum(rates) >= 0.4
    assert sum(rates) >= 0.8 * 3e6
    assert max(measured(r, down, since, until).age_p95 for r in (first, second)) <= 0.06 + 0.25


def shared(seed: int) -> tuple[Timeline, Reader, Bottleneck]:
    return read(Terms.fixed(3e6, 1e6, 0.06), seed=seed)
