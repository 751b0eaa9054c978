"""The stills' thread: nothing that is overtaken is told, whenever that happens, and nothing waits for it."""

from __future__ import annotations

import hashlib
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from streamer.ipc.framing import ChannelError
from streamer.ipc.messages import DrawStill, Fault, StillDrawn
from streamer.render.picture import Picture
from streamer.viewer.state import ViewState
from streamer.worker.still_loop import DrawnStill, StillLoop
from tests.unit.encode.stills import StillDecoder, noisy_ct

SECONDS = 20.0
PIXELS = noisy_ct(60, 80)


def drawn(pts: int, pixels: np.ndarray[Any, Any] = PIXELS, **values: Any) -> DrawnStill:
    order = DrawStill(
        epoch=1, revision=1, state=ViewState(), width=80, height=60, pts=pts, **{"method": "track", **values}
    )
    return DrawnStill(order, Picture(pixels), 1.0)


class Bench:
    """A running loop; its answers in `said`."""

    def __init__(self, wanted: Callable[[DrawStill], bool] = lambda _still: True) -> None:
        self.said: queue.Queue[tuple[StillDrawn | Fault, bytes]] = queue.Queue()
        self.gate = threading.Event()
        self.gate.set()
        self.gone = False
        self.loop = StillLoop(1, wanted, self._send, self._busy)
        self.loop.start()

    def _send(self, message: StillDrawn | Fault, data: bytes) -> None:
        if self.gone:
            raise ChannelError("gone")
        self.said.put((message, data))

    @contextmanager
    def _busy(self, _thread: str) -> Iterator[None]:
        assert self.gate.wait(SECONDS)
        yield

    def next(self) -> tuple[StillDrawn | Fault, bytes]:
        return self.said.get(timeout=SECONDS)


def test_a_still_is_answered() -> None:
    bench = Bench()
    bench.loop.hand_over(drawn(7))
    answer, data = bench.next()
    assert isinstance(answer, StillDrawn)
    assert answer.sha256 == hashlib.sha256(PIXELS.tobytes()).hexdigest()
    np.testing.assert_array_equal(StillDecoder().pixels(data, 80, 60, 1), PIXELS)


def test_rows_that_lie_upside_down_in_memory_are_hashed_as_they_are_seen() -> None:
    bench = Bench()
    bench.loop.hand_over(drawn(7, PIXELS[::-1]))
    answer, data = bench.next()
    assert isinstance(answer, StillDrawn)
    assert answer.sha256 == hashlib.sha256(PIXELS[::-1].tobytes()).hexdigest()
    np.testing.assert_array_equal(StillDecoder().pixels(data, 80, 60, 1), PIXELS[::-1])


@pytest.mark.parametrize("asked", [0, 1, 2])
def test_one_that_is_overtaken_is_not_told_at_whatever_step(asked: int) -> None:
    """`asked`: how often the loop hears that it is still wanted."""
    left = {7: asked}

    def wanted(still: DrawStill) -> bool:
        if still.pts not in left:
            return True
        left[still.pts] -= 1
        return left[still.pts] >= 0

    bench = Bench(wanted)
    bench.loop.hand_over(drawn(7))
    while left[7] >= 0:
        assert bench.loop.is_alive()
    bench.loop.hand_over(drawn(8))
    answer, _ = bench.next()
    assert answer.pts == 8
    assert left[7] == -1


def test_the_one_that_waits_gives_way_to_the_newest() -> None:
    bench = Bench()
    bench.gate.clear()
    for pts in range(50):
        bench.loop.hand_over(drawn(pts))  # returns at once, though nothing is taken
    bench.gate.set()
    answers = [bench.next()[0].pts]
    while answers[-1] != 49:
        answers.append(bench.next()[0].pts)
    assert len(answers) <= 2


def test_what_waits_at_the_end_of_a_study_is_dropped() -> None:
    bench = Bench()
    bench.loop.hand_over(drawn(1))
    bench.next()
    bench.gate.clear()
    bench.loop.hand_over(drawn(2))
    bench.loop.hand_over(drawn(3))
    bench.loop.forget()
    bench.gate.set()
    bench.loop.hand_over(drawn(4))
    answers = [bench.next()[0].pts]
    while answers[-1] != 4:
        answers.append(bench.next()[0].pts)
    assert 3 not in answers


def test_a_picture_that_can_not_be_coded_is_told_with_its_name() -> None:
    bench = Bench()
    bench.loop.hand_over(drawn(1, method="smoke signals"))
    fault, _ = bench.next()
    assert isinstance(fault, Fault)
    assert fault.pts == 1
    bench.loop.hand_over(drawn(2))
    assert isinstance(bench.next()[0], StillDrawn)


def test_it_ends_when_the_host_is_gone() -> None:
    bench = Bench()
    bench.gone = True
    bench.loop.hand_over(drawn(1))
    bench.loop.join(SECONDS)
    assert not bench.loop.is_alive()
