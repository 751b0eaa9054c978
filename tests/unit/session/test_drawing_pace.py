"""Moving pictures as large as the worker can draw in time."""

from __future__ import annotations

from streamer.session.drawing_pace import MOST_SECONDS, DrawingPace

SMALL, LARGE = 1280 * 800, 3840 * 2160


def moved(pace: DrawingPace, since: float, pixels: int, seconds_a_pixel: float, pictures: int = 30) -> float:
    """The scale after a movement of so many pictures."""
    scale = 1.0
    for n in range(pictures):
        scale = pace.scale(since + n * 0.04, pixels)
        coded = int(pixels * scale**2)
        pace.learn(seconds_a_pixel * coded, coded)
    return scale


def test_what_is_drawn_in_time_is_drawn_whole() -> None:
    assert moved(DrawingPace(), 10.0, SMALL, 0.02 / SMALL) == 1.0


def test_a_picture_too_large_becomes_coarser_at_once_and_stays_so() -> None:
    pace = DrawingPace()
    cost = 0.15 / LARGE
    assert moved(pace, 10.0, LARGE, cost, pictures=4) < 1.0
    scale = moved(pace, 20.0, LARGE, cost)
    assert cost * LARGE * scale**2 <= MOST_SECONDS
    assert moved(pace, 30.0, LARGE, cost) == scale


def test_the_first_picture_of_a_movement_is_whole_where_it_does_not_take_long() -> None:
    pace = DrawingPace()
    moved(pace, 10.0, LARGE, 0.15 / LARGE)
    assert pace.scale(20.0, LARGE) == 1.0
    assert pace.scale(20.04, LARGE) < 1.0
    slow = DrawingPace()
    moved(slow, 10.0, LARGE, 0.5 / LARGE)
    assert slow.scale(20.0, LARGE) < 1.0


def test_one_slow_picture_changes_nothing_not_even_the_first() -> None:
    pace = DrawingPace()
    pace.learn(0.9, SMALL)
    assert moved(pace, 10.0, SMALL, 0.02 / SMALL) == 1.0
    pace.learn(0.9, SMALL)
    assert pace.scale(11.21, SMALL) == 1.0


def test_a_finer_picture_comes_when_the_next_movement_begins() -> None:
    pace = DrawingPace()
    assert moved(pace, 10.0, SMALL, 0.3 / SMALL) == 0.5
    assert moved(pace, 11.2, SMALL, 0.02 / SMALL, pictures=30) == 0.5, "not in the middle of one"
    assert pace.scale(20.0, SMALL) == 1.0
