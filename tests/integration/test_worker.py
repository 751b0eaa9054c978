"""The real worker process over a real socketpair: what goes in as voxels comes out of the decoder as greys."""

from __future__ import annotations

import hashlib
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import imagecodecs
import numpy as np
import pytest

from streamer.ipc.messages import (
    AttachReduced,
    AttachStack,
    Capture,
    Captured,
    DetachAll,
    Encoded,
    Fault,
    FramesDamaged,
    Shutdown,
    Sign,
    WorkerReady,
)
from streamer.render.hatch import BRIGHT, DARK
from streamer.viewer.stack import Voi
from streamer.viewer.state import ViewportState, ViewState
from tests.integration.worker_bench import PLENTY, VOLUME, Benches, StartBench, blocks, ready, state
from tests.render.synthetic_stack import cache_file
from tests.unit.encode.sps import find_sps


@pytest.fixture
async def start() -> AsyncIterator[StartBench]:
    benches = Benches()
    yield benches.start
    await benches.stop()


async def test_it_says_what_it_draws_and_encodes_with(start: StartBench) -> None:
    bench = await start()
    message, _ = await bench.next(WorkerReady)
    assert message.pid == bench.child.pid
    assert message.gl == "egl"
    assert message.renderer
    assert "libx264" in message.encoders
    assert message.start_ms > 0


async def test_a_known_voxel_is_a_known_grey(start: StartBench) -> None:
    bench, file = await ready(start), cache_file(blocks())
    bench.attach(file)
    for image in (0, 3, 1):
        encoded, luma = await bench.picture(state(image))
        assert encoded.visible == encoded.coded == (192, 128)
        assert encoded.revision == encoded.input_sequence
        assert luma.shape == (128, 192)
        for row in range(4):
            for column in range(6):
                grey = luma[row * 32 + 16, column * 32 + 16]
                assert abs(grey - file.voxels[image, row * 32 + 16, column * 32 + 16]) <= 2


@pytest.mark.parametrize(("agreed", "profile_idc"), [("42e01f", 66), ("4d0033", 77), ("64001f", 100)])
async def test_the_stream_has_the_profile_that_the_page_agreed_to(
    start: StartBench, agreed: str, profile_idc: int
) -> None:
    bench = await ready(start)
    bench.attach(cache_file(blocks()))
    bench.ask(state(), profile=agreed)
    _, data = await bench.next(Encoded)
    sps = find_sps(data)
    assert sps is not None
    assert sps.profile_idc == profile_idc


async def test_the_stream_agrees_with_what_is_said_of_it(start: StartBench) -> None:
    bench = await ready(start, "--profile", "main")
    bench.attach(cache_file(blocks()))
    bench.ask(state(), width=191, height=127, scale=1.0)
    encoded, data = await bench.next(Encoded)
    sps = find_sps(data)
    assert sps is not None
    assert encoded.key
    assert encoded.visible == (191, 127)
    assert sps.cropped == encoded.coded == (192, 128)
    assert sps.profile_idc == 77
    assert sps.full_range is True


async def test_scaled_pictures_are_smaller(start: StartBench) -> None:
    bench = await ready(start)
    bench.attach(cache_file(blocks()))
    encoded, luma = await bench.picture(state(), scale=0.5, moving=True)
    assert (encoded.visible, encoded.scale) == ((96, 64), 0.5)
    assert abs(luma[8, 8] - 40) <= 2


async def test_keys_come_only_when_asked_for(start: StartBench) -> None:
    bench = await ready(start)
    bench.attach(cache_file(blocks()))
    keys = [
        (await bench.picture(state(n % 4), keyframe=n == 5, bits=PLENTY - n * 10_000))[0].key
        for n in range(9)
    ]
    assert [n for n, key in enumerate(keys) if key] == [0, 5]


async def test_the_newest_state_wins(start: StartBench) -> None:
    bench = await ready(start)
    bench.attach(cache_file(np.random.default_rng(1).integers(0, 255, (8, 512, 512)).astype(np.int16)))
    bench.ask(state(0), width=1920, height=1080, keyframe=True)
    for number in range(200):
        last = bench.ask(state(number % 8), width=1920, height=1080)
    revisions, keys = [], 0
    while not revisions or revisions[-1] != last.revision:
        encoded, data = await bench.next(Encoded)
        bench.decode(data)
        revisions.append(encoded.revision)
        keys += encoded.key
    assert revisions == sorted(set(revisions))
    assert len(revisions) < 100
    assert keys == 1


async def test_a_repeat_refines_the_last_picture(start: StartBench) -> None:
    bench = await ready(start)
    noise = np.random.default_rng(1).integers(0, 255, (2, 128, 192)).astype(np.int16)
    file = cache_file(noise)
    bench.attach(file)
    drawn, first = await bench.picture(state(), bits=40_000)
    for _ in range(12):
        again, luma = await bench.picture(state(), bits=40_000, again=True, revision=drawn.revision, flags=2)
        assert (again.revision, again.flags, again.key) == (drawn.revision, 2, False)
    assert np.abs(luma - noise[0]).mean() < np.abs(first - noise[0]).mean()


async def test_a_damaged_image_is_hatched_and_told_to_the_host(start: StartBench) -> None:
    bench, file = await ready(start), cache_file(blocks())
    file.voxels[2] = 0
    bench.attach(file)
    bench.ask(state(2))
    said = [(await bench.next((Encoded, FramesDamaged)))[0] for _ in range(2)]  # in either order
    (told,) = [message for message in said if isinstance(message, FramesDamaged)]
    (encoded,) = [message for message in said if isinstance(message, Encoded)]
    assert (told.stack, told.frames, told.reduced) == (0, (2,), False)
    assert encoded.missing == (0,)
    file.write(2, blocks()[2])
    assert (await bench.picture(state(2), keyframe=True))[0].missing == ()


async def test_absent_images_are_hatched_and_named(start: StartBench) -> None:
    bench, file = await ready(start), cache_file(blocks(), present=False)
    bench.attach(file)
    encoded, luma = await bench.picture(state(2))
    assert encoded.missing == (0,)
    assert abs(luma.max() - BRIGHT) <= 12
    assert abs(luma.min() - DARK) <= 12
    file.states[2] = 1
    encoded, luma = await bench.picture(state(2))
    assert encoded.missing == ()
    assert abs(luma[16, 16] - 70) <= 2


async def test_planes_and_a_volume_side_by_side(start: StartBench) -> None:
    bench = await ready(start)
    voxels = np.full((16, 48, 48), -1000, np.int16)
    voxels[4:12, 12:36, 12:36] = 400
    bench.attach(cache_file(voxels, spacing=(3.0, 1.0, 1.0)))
    planes = tuple(
        ViewportState(kind="mpr", stack=0, plane=plane, voi=Voi(0.0, 1000.0))
        for plane in ("axial", "coronal", "sagittal")
    )
    volume = ViewportState(kind="volume", stack=0, preset="CT bone", voi=Voi(500.0, 800.0))
    view = ViewState(layout="mpr+3d", viewports=(*planes, volume), interpolation="cubic")
    encoded, luma = await bench.picture(view, width=400, height=400)
    assert (encoded.faults, encoded.missing, encoded.incomplete) == ((), (), ())
    for y, x in ((100, 100), (100, 300), (300, 100), (300, 300)):
        assert luma[y, x] > 40


async def test_a_volume_is_drawn_from_the_reduced_copy(start: StartBench) -> None:
    bench = await ready(start)
    bench.attach(cache_file(np.zeros((40, 16, 16), np.int16), present=False))
    copy = np.full((10, 8, 8), 1000, np.int16)
    bench.attach(cache_file(copy, spacing=(4.0, 2.0, 2.0)), message=AttachReduced)
    mip = ViewState(viewports=(ViewportState(kind="volume", stack=0, preset="MIP", voi=Voi(500.0, 1000.0)),))
    encoded, luma = await bench.picture(mip)
    assert (encoded.missing, encoded.faults) == ((), ())
    assert luma[64, 96] > 245


async def test_no_gl_is_told_and_planar_pictures_go_on(start: StartBench) -> None:
    bench = await start("--gl", "egl", environment={"__EGL_VENDOR_LIBRARY_FILENAMES": "/nowhere.json"})
    message, _ = await bench.next(WorkerReady)
    assert message.gl == "none"
    bench.attach(cache_file(blocks()))
    encoded, _ = await bench.picture(ViewState(layout="1x2", viewports=(*state(1).viewports, VOLUME)))
    assert "has no OpenGL" in encoded.faults[0]
    encoded, luma = await bench.picture(state(1))
    assert encoded.faults == ()
    assert abs(luma[16, 16] - 55) <= 2


async def test_osmesa_draws_the_same_volume(start: StartBench) -> None:
    digests = []
    voxels = np.full((8, 16, 16), -1000, np.int16)
    voxels[2:6, 4:12, 4:12] = 700
    view = ViewState(viewports=(ViewportState(kind="volume", stack=0, preset="MIP", voi=Voi(0.0, 2000.0)),))
    for kind in ("egl", "osmesa"):
        bench = await start("--gl", kind)
        message, _ = await bench.next(WorkerReady)
        assert message.gl == kind
        bench.attach(cache_file(voxels))
        bench.child.channel.send(Capture(request=1, state=view, width=160, height=120))
        captured, png = await bench.next(Captured)
        assert np.asarray(imagecodecs.png_decode(png)).max() > 200
        digests.append(captured.sha256)
    assert digests[0] == digests[1]


async def test_a_capture_is_the_exact_picture_whatever_the_threads(start: StartBench) -> None:
    file = cache_file(np.random.default_rng(2).integers(0, 255, (3, 100, 120)).astype(np.int16))
    digests = []
    for threads in ("1", "2"):
        bench = await ready(start, "--threads", threads)
        bench.attach(file)
        bench.child.channel.send(Capture(request=7, state=state(1), width=301, height=200))
        captured, png = await bench.next(Captured)
        pixels = np.asarray(imagecodecs.png_decode(png))
        assert (captured.request, captured.width, captured.height, captured.channels) == (7, 301, 200, 1)
        assert hashlib.sha256(pixels.tobytes()).hexdigest() == captured.sha256
        digests.append(captured.sha256)
    assert digests[0] == digests[1]


async def test_detaching_forgets_pixels_pictures_and_the_stream(start: StartBench) -> None:
    bench = await ready(start)
    bench.attach(cache_file(blocks()))
    await bench.picture(state(1))
    bench.child.channel.send(DetachAll())
    encoded, luma = await bench.picture(state(1))
    assert encoded.key
    assert encoded.missing == (0,)
    assert luma.max() < BRIGHT + 16


async def test_an_error_is_told_and_the_next_picture_comes(start: StartBench) -> None:
    bench = await ready(start)
    file = cache_file(blocks())
    bench.attach(file)
    bench.ask(state(), width=0)
    fault, _ = await bench.next(Fault)
    assert "can't be drawn" in fault.message
    bench.ask(ViewState(layout="no such layout"))
    await bench.next(Fault)
    larger = replace(file.description, rows=60_000, columns=60_000)
    bench.child.channel.send(
        AttachStack(stack=1, description=larger, layout=file.layout), descriptors=[file.descriptor]
    )
    fault, _ = await bench.next(Fault)
    assert "shorter than the series" in fault.message
    encoded, luma = await bench.picture(state(2))
    assert encoded.faults == ()
    assert abs(luma[16, 16] - 70) <= 2


async def test_signs_of_life_name_memory_and_idleness(start: StartBench) -> None:
    bench = await ready(start)
    signs = [(await bench.next(Sign))[0] for _ in range(3)]
    assert signs[-1].busy_ms == 0
    assert 10_000_000 < signs[-1].memory_bytes < 1_000_000_000


async def test_a_long_picture_gives_way_to_a_newer_state_and_is_not_silent(start: StartBench) -> None:
    bench = await ready(start)
    voxels = np.random.default_rng(3).normal(100, 150, (60, 500, 500)).astype(np.int16)
    bench.attach(cache_file(voxels))
    soft = replace(VOLUME, preset="CT soft", voi=Voi(40.0, 400.0))
    first = bench.ask(ViewState(viewports=(soft,)), width=1600, height=1200)
    while (await bench.next(Sign))[0].busy_ms == 0:
        pass
    bench.ask(ViewState(viewports=(soft,)), width=1600, height=1200, again=True, revision=first.revision)
    newer = bench.ask(state(), width=320, height=200)
    encoded, _ = await bench.next(Encoded)
    assert encoded.revision == newer.revision
    assert encoded.key


async def test_it_ends_when_told_or_when_the_host_is_gone(start: StartBench) -> None:
    bench = await ready(start)
    bench.child.channel.send(Shutdown())
    assert await bench.ended() == 0
    bench = await ready(start)
    bench.child.channel.close()
    assert await bench.ended() == 0


async def test_bytes_that_are_no_message_end_it_cleanly(start: StartBench) -> None:
    bench = await ready(start)
    bench.child.channel._socket.send(b"\xff" * 64)
    assert await bench.ended() == 0


async def test_killed_it_leaves_nothing_behind(start: StartBench, tmp_path: Path) -> None:
    places = dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"), str(tmp_path))
    bench = await ready(start, environment=places)
    bench.attach(cache_file(blocks()))
    encoded, _ = await bench.picture(ViewState(viewports=(VOLUME,)))
    assert encoded.faults == ()
    bench.child.process.send_signal(signal.SIGKILL)
    assert await bench.ended() == -signal.SIGKILL
    assert os.listdir(tmp_path) == []
