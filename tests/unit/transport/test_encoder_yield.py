"""What an encoder makes of the bits it is asked for."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.transport.encoder_yield import AFTER_A_REST, LEAST, MOVING, EncoderYield, Habit


def learn(learnt: EncoderYield, wanted: float, share: float, times: int = 200) -> float:
    asked = 0.0
    for _ in range(times):
        asked = learnt.asked(wanted)
        learnt.learn(asked, int(asked * share / 8))
    return asked


@pytest.mark.parametrize("share", [0.55, 0.76, 1.0])
def test_gets_what_is_wanted(share: float) -> None:
    assert learn(EncoderYield(), 60_000, share) * share == pytest.approx(60_000, rel=0.03)


def test_small_and_large_pictures_are_told_apart() -> None:
    learnt = EncoderYield()
    learn(learnt, 25_000, 0.57)
    learn(learnt, 150_000, 0.85)
    assert learnt.asked(25_000) * 0.57 == pytest.approx(25_000, rel=0.08)
    assert learnt.asked(150_000) * 0.85 == pytest.approx(150_000, rel=0.08)


def test_the_size_of_single_pictures_does_not_bias_it() -> None:
    learnt, chance = EncoderYield(), random.Random(3)
    sizes = []
    for _ in range(600):
        asked = learnt.asked(92_000)  # in the middle between two octaves
        size = int(asked * 0.7 * chance.uniform(0.8, 1.2) / 8)
        learnt.learn(asked, size)
        sizes.append(size * 8)
    assert sum(sizes[200:]) / 400 == pytest.approx(92_000, rel=0.04)


def test_a_picture_far_too_large_counts_at_once() -> None:
    learnt = EncoderYield()
    before = learn(learnt, 60_000, 0.55)
    for _ in range(5):
        learnt.learn(learnt.asked(60_000), int(before / 8))
    assert learnt.asked(60_000) < 0.75 * before


def test_after_a_rest_few_pictures_teach_it() -> None:
    learnt = EncoderYield(AFTER_A_REST)
    learn(learnt, 60_000, 1.25, times=60)
    assert learnt.asked(60_000) * 1.25 == pytest.approx(60_000, rel=0.05)


@pytest.mark.parametrize("habit", [MOVING, AFTER_A_REST])
@given(
    pictures=st.lists(st.tuples(st.floats(-1e6, 1e9), st.integers(0, 10**8)), max_size=50),
    wanted=st.floats(1, 1e8),
)
def test_is_bounded(habit: Habit, pictures: list[tuple[float, int]], wanted: float) -> None:
    learnt = EncoderYield(habit)
    for asked, size in pictures:
        learnt.learn(asked, size)
    assert wanted / habit.most * 0.999 <= learnt.asked(wanted) <= wanted / LEAST * 1.001
