"""When a key frame takes the place of repeats."""

from __future__ import annotations

from streamer.transport.mass_loss import PATIENCE_SECONDS, MassLoss

RATE = 2e6
TRIP = 0.1


def test_a_few_lost_packets_are_repeated() -> None:
    loss = MassLoss()
    assert not any(loss.lost(1.0 + n, 1200, RATE, TRIP) for n in range(50))
    assert not loss.awaits_key(50.0)


def test_more_than_the_link_carries_soon_is_replaced_by_a_key_frame() -> None:
    loss = MassLoss()
    said = [loss.lost(1.0 + n / 1000, 1200, RATE, TRIP) for n in range(100)]
    assert said.count(True) == 1, "a key frame is asked for once"
    assert loss.awaits_key(1.1)
    loss.key_left()
    assert not loss.awaits_key(1.1)


def test_a_wide_link_repeats_what_a_thin_one_does_not() -> None:
    thin, wide = MassLoss(), MassLoss()
    assert any(thin.lost(1.0, 1200, 0.5e6, TRIP) for _ in range(20))
    assert not any(wide.lost(1.0, 1200, 20e6, TRIP) for _ in range(20))


def test_a_key_frame_that_does_not_come_is_not_awaited_for_ever() -> None:
    loss = MassLoss()
    while not loss.lost(1.0, 1200, RATE, TRIP):
        pass
    assert loss.awaits_key(1.0 + TRIP)
    assert not loss.awaits_key(1.01 + TRIP + PATIENCE_SECONDS)
