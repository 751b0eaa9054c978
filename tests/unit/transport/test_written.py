"""Which of the bytes that wait in a socket are pictures."""

from __future__ import annotations

import pytest

from streamer.transport.websocket.aiohttp_seam import LEAST_UNSENT, MOST_UNSENT, most_unsent
from streamer.transport.websocket.written import Written


def test_only_pictures_among_the_bytes_that_wait_are_counted() -> None:
    written = Written()
    written.add(1000, moving=True, waiting=1000)
    written.add(3000, moving=False, waiting=4000)
    written.add(500, moving=True, waiting=4500)
    assert written.moving(4500) == 1500
    assert written.moving(3900) == 900
    assert written.moving(3000) == 500
    assert written.moving(200) == 200
    assert written.moving(0) == 0


def test_a_still_and_words_that_wait_are_no_pictures() -> None:
    written = Written()
    for _ in range(10):
        written.add(1200, moving=False, waiting=12_000)
    assert written.moving(12_000) == 0


def test_what_has_left_is_forgotten() -> None:
    written = Written()
    for _ in range(1000):
        written.add(100, moving=True, waiting=250)
    assert len(written._messages) == 3


@pytest.mark.parametrize(("bit_rate", "unsent"), [(400_000, LEAST_UNSENT), (3e6, 7500), (50e6, MOST_UNSENT)])
def test_what_may_wait_follows_the_rate_within_bounds(bit_rate: float, unsent: int) -> None:
    assert most_unsent(bit_rate) == unsent
