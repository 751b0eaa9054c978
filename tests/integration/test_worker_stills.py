"""Exact stills of the real worker process: what is hashed is what a fresh worker draws, and what a decoder gets."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import imagecodecs
import numpy as np
import pytest

from streamer.ipc.messages import Capture, Captured, DetachAll, Encoded, Fault, Sign, StillDrawn
from streamer.viewer.presets import VOLUME_PRESETS
from streamer.viewer.stack import Voi
from streamer.viewer.state import ViewportState, ViewState
from tests.integration.worker_bench import VOLUME, WINDOW, Bench, Benches, StartBench, blocks, ready, state
from tests.render.synthetic_stack import CacheFile, cache_file
from tests.unit.encode.stills import StillDecoder

SIZE = (301, 203)


@pytest.fixture
async def start() -> AsyncIterator[StartBench]:
    benches = Benches()
    yield benches.start
    await benches.stop()


def head(frames: int = 12) -> CacheFile:
    """A noisy ball."""
    k, j, i = np.mgrid[:frames, :60, :60]
    ball = np.hypot(np.hypot(i - 30, j - 30), (k - frames / 2) * 4) < 24
    noise = np.random.default_rng(4).normal(0, 20, ball.shape)
    return cache_file((np.where(ball, 140, 10) + noise).astype(np.int16), spacing=(4.0, 1.0, 1.0))


def coloured() -> CacheFile:
    return cache_file(np.random.default_rng(5).integers(0, 256, (2, 48, 64, 3)).astype(np.uint8))


def planes() -> ViewState:
    kinds = (
        ViewportState(kind="mpr", stack=0, plane=plane, voi=WINDOW)
        for plane in ("axial", "coronal", "sagittal")
    )
    return ViewState(
        layout="2x2",
        viewports=(*kinds, state(3, zoom=1.7, quarter_turns=1).viewports[0]),
        cross_hair=(31.2, 28.9, 17.0),
    )


async def captured_by_a_fresh_worker(
    start: StartBench, file: CacheFile, view: ViewState, size: Any
) -> Captured:
    bench = await ready(start)
    bench.attach(file)
    bench.child.channel.send(Capture(request=1, state=view, width=size[0], height=size[1]))
    captured: Captured = (await bench.next(Captured))[0]
    return captured


async def still_of(bench: Bench, view: ViewState, **values: Any) -> tuple[StillDrawn, bytes]:
    bench.ask_still(view, **values)
    answer: tuple[StillDrawn, bytes] = await bench.next(StillDrawn)
    return answer


def decoded(drawn: StillDrawn, data: bytes) -> np.ndarray[Any, Any]:
    if drawn.method == "track":
        return StillDecoder().pixels(data, drawn.width, drawn.height, drawn.channels)
    decode = {"jxl": imagecodecs.jpegxl_decode, "png": imagecodecs.png_decode}[drawn.method]
    return np.asarray(decode(data))


VIEWS = {
    "stack": (head, state(5, zoom=1.3, pan=(3.0, -2.0))),
    "planes": (head, planes()),
    "colour": (coloured, state(1)),
    "volume": (head, ViewState(viewports=(replace(VOLUME, preset="CT soft", voi=Voi(100.0, 200.0)),))),
}


@pytest.mark.parametrize("method", ["track", "jxl", "png"])
@pytest.mark.parametrize("kind", list(VIEWS))
async def test_the_hash_is_of_what_a_fresh_worker_draws_and_of_what_is_decoded(
    start: StartBench, kind: str, method: str
) -> None:
    make, view = VIEWS[kind]
    file = make()
    bench = await ready(start)
    bench.attach(file)
    await bench.picture(view, width=SIZE[0], height=SIZE[1], moving=True, scale=0.5)
    drawn, data = await still_of(bench, view, width=SIZE[0], height=SIZE[1], method=method, pts=77)
    assert (drawn.epoch, drawn.revision, drawn.pts, drawn.width, drawn.height) == (1, 1, 77, *SIZE)
    assert (drawn.method, drawn.faults, drawn.missing, drawn.incomplete) == (method, (), (), ())
    grey = kind in ("stack", "planes")
    assert (drawn.channels, drawn.planes) == ((1, "grey") if grey else (3, "gbr"))
    assert drawn.coded == (SIZE if method != "track" else (302, 204 if grey else 612))
    assert hashlib.sha256(decoded(drawn, data).tobytes()).hexdigest() == drawn.sha256
    captured = await captured_by_a_fresh_worker(start, file, view, SIZE)
    assert (captured.sha256, captured.channels) == (drawn.sha256, drawn.channels)


async def test_machines_with_more_cores_draw_the_same_bytes(start: StartBench) -> None:
    views = [
        ViewState(viewports=(replace(VOLUME, preset=preset, voi=Voi(120.0, 200.0)),))
        for preset in VOLUME_PRESETS
    ]
    file, hashes = head(), []
    for threads in ("1", "2", "4"):
        bench = await ready(start, "--threads", threads)
        bench.attach(file)
        stills = [await still_of(bench, view, width=301, height=203) for view in (*views, planes())]
        assert all(drawn.missing == () for drawn, _ in stills)
        hashes.append([drawn.sha256 for drawn, _ in stills])
    assert len(set(hashes[0])) == len(hashes[0])
    assert hashes[1:] == hashes[:1] * 2


async def test_a_flipped_bit_in_the_payload_is_noticed(start: StartBench) -> None:
    bench = await ready(start)
    bench.attach(head())
    drawn, data = await still_of(bench, state(4))
    spoiled = bytearray(data)
    spoiled[len(data) * 2 // 3] ^= 4
    assert hashlib.sha256(decoded(drawn, data).tobytes()).hexdigest() == drawn.sha256
    assert hashlib.sha256(decoded(drawn, bytes(spoiled)).tobytes()).hexdigest() != drawn.sha256


async def test_a_picture_that_the_page_holds_is_not_coded(start: StartBench) -> None:
    bench = await ready(start)
    bench.attach(head())
    first, _ = await still_of(bench, state(4))
    other, data = await still_of(bench, state(5), known=("0" * 64, first.sha256))
    assert (other.method, other.sha256 == first.sha256, bool(data)) == ("track", False, True)
    held, data = await still_of(bench, state(4), known=(other.sha256, first.sha256))
    assert (held.method, held.sha256, data) == ("held", first.sha256, b"")


async def test_stills_do_not_disturb_the_moving_pictures(start: StartBench) -> None:
    bench = await ready(start)
    bench.attach(cache_file(blocks()))
    keys = []
    for number in range(8):
        encoded, luma = await bench.picture(state(number % 4))
        keys.append(encoded.key)
        for row in range(4):
            assert abs(luma[row * 32 + 16, 16] - (40 + 30 * row + 15 * (number % 4))) <= 2
        method = ("track", "png")[number % 2]
        drawn, _ = await still_of(bench, state(number % 4), method=method, width=192 + number)
        assert drawn.width == 192 + number
    assert keys == [True] + [False] * 7


async def test_a_repeat_after_a_still_is_of_the_picture_before_it(start: StartBench) -> None:
    bench = await ready(start)
    noise = np.random.default_rng(1).integers(0, 255, (2, 128, 192)).astype(np.int16)
    bench.attach(cache_file(noise))
    drawn, first = await bench.picture(state(), bits=40_000)
    for _ in range(12):
        await still_of(bench, state(), revision=drawn.revision)
        again, luma = await bench.picture(state(), bits=40_000, again=True, revision=drawn.revision)
        assert (again.revision, again.key) == (drawn.revision, False)
    assert np.abs(luma - noise[0]).mean() < np.abs(first - noise[0]).mean()


async def test_at_rest_nothing_is_drawn_for_a_still(start: StartBench) -> None:
    bench = await ready(start)
    bench.attach(cache_file(np.random.default_rng(3).normal(100, 150, (60, 200, 200)).astype(np.int16)))
    view = ViewState(layout="1x2", viewports=(replace(VOLUME, preset="CT soft"), *state(3).viewports))
    encoded, _ = await bench.picture(view, width=900, height=700)
    drawn, _ = await still_of(bench, view, width=900, height=700)
    assert drawn.draw_ms < encoded.draw_ms / 5


async def test_a_still_that_is_being_drawn_gives_way_to_a_newer_state(start: StartBench) -> None:
    bench = await ready(start)
    bench.attach(cache_file(np.random.default_rng(3).normal(100, 150, (60, 500, 500)).astype(np.int16)))
    soft = ViewState(viewports=(replace(VOLUME, preset="CT soft", voi=Voi(40.0, 400.0)),))
    bench.ask_still(soft, width=1600, height=1200)
    while (await bench.next(Sign))[0].busy_ms == 0:
        pass
    newer = bench.ask(state(2), width=320, height=200)
    encoded, _ = await bench.next(Encoded)  # and no StillDrawn before it
    assert encoded.revision == newer.revision
    drawn, _ = await still_of(bench, state(2), width=320, height=200)  # nor behind it
    assert drawn.revision == newer.revision


async def test_a_still_of_a_study_that_is_closed_never_comes(start: StartBench) -> None:
    bench = await ready(start)
    bench.attach(cache_file(np.random.default_rng(3).normal(100, 150, (60, 500, 500)).astype(np.int16)))
    bench.ask_still(ViewState(viewports=(replace(VOLUME, preset="CT soft"),)), width=1600, height=1200)
    while (await bench.next(Sign))[0].busy_ms == 0:
        pass
    bench.child.channel.send(DetachAll())
    drawn, _ = await still_of(bench, state(2), pts=5)
    assert (drawn.pts, drawn.missing) == (5, (0,))


async def test_the_newest_of_many_stills_comes_and_the_last_always(start: StartBench) -> None:
    bench = await ready(start)
    bench.attach(head())
    for number in range(60):
        bench.ask_still(state(number % 12), width=900, height=700, pts=number)
    answers = []
    while not answers or answers[-1] != 59:
        answers.append((await bench.next(StillDrawn))[0].pts)
    assert answers == sorted(answers)
    assert len(answers) < 50


async def test_what_is_not_loaded_is_named(start: StartBench) -> None:
    bench = await ready(start)
    file = cache_file(np.full((8, 40, 40), 90, np.int16), present=False)
    file.states[:4] = 1
    bench.attach(file)
    view = ViewState(
        layout="1x2",
        viewports=(*state(6).viewports, ViewportState(kind="mpr", stack=0, plane="coronal", voi=WINDOW)),
    )
    drawn, _ = await still_of(bench, view)
    assert (drawn.missing, drawn.incomplete) == ((0,), (1,))
    hatched = drawn.sha256
    file.states[:] = 1
    drawn, _ = await still_of(bench, view)
    assert (drawn.missing, drawn.incomplete) == ((), ())
    assert drawn.sha256 != hatched


async def test_what_can_not_be_drawn_is_missing_and_the_reason_is_told_once(start: StartBench) -> None:
    bench = await ready(start)
    bench.attach(coloured())
    view = ViewState(viewports=(VOLUME,))
    drawn, _ = await still_of(bench, view)
    assert drawn.missing == (0,)
    assert "Colour images" in drawn.faults[0]
    drawn, _ = await still_of(bench, view)
    assert (drawn.missing, drawn.faults) == ((0,), ())


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"width": 0}, "can't be drawn"),
        ({"width": 8190, "height": 4400}, "larger than H.264 allows"),
        ({"method": "webp"}, "can't be coded as"),
        ({"method": "held"}, "can't be coded as"),
        ({"state": ViewState(layout="no such layout")}, "could not be drawn"),
    ],
    ids=["size", "too large", "method", "held", "layout"],
)
async def test_an_error_names_the_still_and_the_next_one_comes(
    start: StartBench, wrong: dict[str, Any], sentence: str
) -> None:
    bench = await ready(start)
    bench.attach(head())
    bench.ask_still(ViewState(), pts=4711, **wrong)
    fault, _ = await bench.next(Fault)
    assert fault.pts == 4711
    assert sentence in fault.message
    drawn, data = await still_of(bench, state(4))
    assert hashlib.sha256(decoded(drawn, data).tobytes()).hexdigest() == drawn.sha256
