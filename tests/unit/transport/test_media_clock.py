"""The seat's 90 kHz clock."""

from __future__ import annotations

import pytest

from streamer.transport.media_clock import MediaClock, timestamp_difference


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


def test_tells_how_long_ago_a_picture_was() -> None:
    hand = Hand()
    clock = MediaClock(hand)
    pts = clock.now()
    hand.now += 0.25
    assert clock.seconds_since(pts) == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("a", "b", "difference"),
    [
        (5, 3, 2),
        (3, 5, -2),
        (2, 0xFFFF_FFFF, 3),
        (0xFFFF_FFFF, 2, -3),
        (0x8000_0000, 0, -0x8000_0000),
    ],
)
def test_compares_timestamps_across_the_wrap(a: int, b: int, difference: int) -> None:
    assert timestamp_difference(a, b) == difference
