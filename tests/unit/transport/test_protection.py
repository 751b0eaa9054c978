"""What is sent twice, and what that leaves for pictures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.transport.protection import SMALL_PACKETS, VIDEO_SHARE, protection


@pytest.mark.parametrize(
    ("round_trip", "loss", "copied"),
    [
        (0.03, 0.0, 0.0),
        (0.03, 0.05, 0.0),
        (0.06, 0.002, 0.0),
        (0.06, 0.05, 0.5),
        (0.12, 0.01, 0.5),
        (0.25, 0.0, 0.0),
        (0.25, 0.02, 1.1),
    ],
)
def test_the_longer_a_repeat_takes_the_more_is_sent_twice(
    round_trip: float, loss: float, copied: float
) -> None:
    assert protection(round_trip, loss).copied == pytest.approx(copied)


def test_a_little_loss_far_away_copies_small_pictures_only() -> None:
    little = protection(0.06, 0.002)
    assert little.packets == SMALL_PACKETS
    assert little.video_share == VIDEO_SHARE
    assert little.copy_share > 0


@given(st.floats(0, 2), st.floats(0, 1))
def test_all_of_it_fits_in_the_rate(round_trip: float, loss: float) -> None:
    shares = protection(round_trip, loss)
    assert shares.video_share + shares.copy_share <= 1.0
    assert shares.video_share >= 0.4
