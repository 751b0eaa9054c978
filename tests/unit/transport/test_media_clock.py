"""The seat's 90 kHz clock."""

from __future__ import annotations

from streamer.transport.media_clock import MediaClock


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1234.5

    def __call__(self) -> float:
        return self.now


def test_counts_90_khz_from_zero() -> None:
    hand = Hand()
    clock = MediaClock(hand)
    assert clock.now() == 0
    hand.now += 2.5
    assert clock.now() == 225_000


def test_no_two_pictures_share_a_time() -> None:
    clock = MediaClock(Hand())
    assert [clock.now() for _ in range(3)] == [0, 1, 2]
