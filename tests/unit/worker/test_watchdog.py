"""Signs come often while there is work, seldom at rest, and at once where one that rests is asked."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from streamer.ipc.messages import Sign
from streamer.worker import watchdog
from streamer.worker.watchdog import Watchdog


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("spare", "idle_seconds", "next_ms"),
    [
        (True, 0.0, 200), (True, 0.9, 200), (True, 1.1, 1000),
        (False, 0.0, 200), (False, 0.9, 200), (False, 1.1, 400), (False, 3600.0, 400),
    ],
)  # fmt: skip
def test_the_pace_is_named_in_the_sign(spare: bool, idle_seconds: float, next_ms: int) -> None:
    clock = Clock()
    dog = Watchdog(lambda sign: None, clock)
    dog.stir(spare=spare)
    clock.now += idle_seconds
    sign = dog.sign()
    assert (sign.next_ms, sign.busy_ms) == (next_ms, 0)


def test_a_long_picture_is_work_and_its_length_is_told() -> None:
    clock = Clock()
    dog = Watchdog(lambda sign: None, clock)
    dog.stir(spare=False)
    with dog.busy("draw"):
        clock.now += 15.0
        sign = dog.sign()
    assert (sign.next_ms, sign.busy_ms) == (200, 15_000)
    clock.now += 0.5
    assert dog.sign().next_ms == 200
    clock.now += 0.6
    assert dog.sign().next_ms == 400


@contextmanager
def running(dog: Watchdog) -> Iterator[None]:
    dog.start()
    try:
        yield
    finally:
        dog.stop()
        dog.join(10)
        assert not dog.is_alive()


def test_one_that_rests_answers_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for pace in ("REST_SECONDS", "SPARE_SECONDS"):
        monkeypatch.setattr(watchdog, pace, 3600.0)
    clock, signs = Clock(), queue.Queue[Sign]()
    dog = Watchdog(signs.put, clock)
    clock.now += 10.0
    with running(dog):
        assert signs.get(timeout=10).next_ms == 3_600_000
        dog.stir(spare=False)
        assert signs.get(timeout=10).next_ms == 200
