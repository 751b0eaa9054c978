"""Whatever happens to a frame in the cache: it is drawn exactly as one that is not loaded, until it is written again."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from streamer.ipc.volume_cache import CacheWriter, FrameState, create_cache, shape_of
from streamer.render.composer import Composer
from streamer.render.gl_probe import GlFacts, probe_gl
from streamer.render.mapped_stack import MappedStack
from streamer.render.planar import PlanarRenderer
from streamer.render.volume import VolumeRenderer
from streamer.viewer.stack import Voi
from streamer.viewer.state import ViewportState, ViewState
from tests.data.cache_damage import FRAME_DAMAGES, STATE_DAMAGES, Damage, emptied, truncated, zeroed
from tests.render.synthetic_stack import stack_of

BAD = 3
SIZE = (96, 80)
WINDOW = Voi(500.0, 1000.0, "LINEAR_EXACT")
VOXELS = np.random.default_rng(5).integers(0, 1000, (8, 24, 24)).astype(np.int16)
VIEWS = {
    "image": ViewportState(kind="stack", stack=0, image=BAD, voi=WINDOW),
    "plane": ViewportState(kind="mpr", stack=0, plane="coronal", voi=WINDOW),
    "volume": ViewportState(kind="volume", stack=0, preset="MIP", voi=WINDOW),
}


@dataclass
class File:
    """A cache file as a loader wrote it."""

    path: Path
    writer: CacheWriter

    def mapped(self) -> MappedStack:
        descriptor = os.open(self.path, os.O_RDONLY)
        return MappedStack.open(descriptor, stack_of(VOXELS), self.writer.shape.layout)


@pytest.fixture
def file(tmp_path: Path) -> File:
    path = tmp_path / "stack.pixels"
    writer = create_cache(path, shape_of(stack_of(VOXELS), "v"))
    for frame, pixels in enumerate(VOXELS):
        writer.pixels[frame] = pixels
        writer.mark(frame, FrameState.PRESENT)
    return File(path, writer)


@pytest.fixture(scope="module")
def volumes() -> Iterator[VolumeRenderer]:
    made = VolumeRenderer(probe_gl("egl"), threads=2)
    yield made
    made.forget()


def composer(file: File, volumes: VolumeRenderer, *, reduced: bool) -> Composer:
    volumes.forget()
    planar = PlanarRenderer(1)
    made = Composer({"stack": planar, "mpr": planar, "volume": volumes})
    made.attach(0, file.mapped())
    if reduced:
        made.attach(0, file.mapped(), reduced=True)
    return made


@pytest.mark.parametrize("view", [*VIEWS, "reduced copy"])
@pytest.mark.parametrize("damage", FRAME_DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_frame_is_drawn_as_one_that_is_not_loaded(
    file: File, volumes: VolumeRenderer, damage: Damage, view: str
) -> None:
    state = ViewState(viewports=(VIEWS[view if view in VIEWS else "volume"],))
    reduced = view == "reduced copy"
    file.writer.mark(BAD, FrameState.ABSENT)
    absent = composer(file, volumes, reduced=reduced).compose(state, *SIZE)
    file.writer.mark(BAD, FrameState.PRESENT)
    whole = composer(file, volumes, reduced=reduced).compose(state, *SIZE)
    assert (whole.missing, whole.incomplete) == ((), ())

    damage(file.path, file.writer.shape, BAD)
    drawing = composer(file, volumes, reduced=reduced)
    picture = drawing.compose(state, *SIZE)
    assert picture.pixels.tobytes() == absent.pixels.tobytes() != whole.pixels.tobytes()
    assert (picture.missing, picture.incomplete) == (absent.missing, absent.incomplete) != ((), ())
    assert (0, (BAD,), reduced) in drawing.damaged()
    assert drawing.damaged() == [], "said once"

    file.writer.pixels[BAD] = VOXELS[BAD]
    file.writer.mark(BAD, FrameState.PRESENT)
    mended = drawing.compose(state, *SIZE)
    assert mended.pixels.tobytes() == whole.pixels.tobytes()
    assert (mended.missing, mended.incomplete) == ((), ())


@pytest.mark.parametrize("view", [*VIEWS, "reduced copy"])
@pytest.mark.parametrize("damage", [*FRAME_DAMAGES, *STATE_DAMAGES], ids=lambda damage: damage.__name__)
def test_what_is_damaged_after_it_was_drawn_is_in_no_picture_that_is_proven(
    file: File, volumes: VolumeRenderer, damage: Damage, view: str
) -> None:
    state, reduced = (
        ViewState(viewports=(VIEWS[view if view in VIEWS else "volume"],)),
        view == "reduced copy",
    )
    file.writer.mark(BAD, FrameState.ABSENT)
    absent = composer(file, volumes, reduced=reduced).compose(state, *SIZE)
    file.writer.mark(BAD, FrameState.PRESENT)
    drawing = composer(file, volumes, reduced=reduced)
    whole = drawing.compose(state, *SIZE, proven=True)
    assert (whole.missing, whole.incomplete) == ((), ())
    damage(file.path, file.writer.shape, BAD)
    proven = drawing.compose(state, *SIZE, proven=True)
    assert proven.pixels.tobytes() == absent.pixels.tobytes() != whole.pixels.tobytes()
    assert drawing.damaged() == [(0, (BAD,), reduced)]


@pytest.mark.parametrize("size", [SIZE, (12, 10)], ids=["enlarged", "reduced"])
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_that_was_made_of_damaged_pixels_is_proven_when_they_are_mended(
    file: File, volumes: VolumeRenderer, view: str, size: tuple[int, int]
) -> None:
    windows = [Voi(500.0, 1000.0 + step, "LINEAR_EXACT") for step in (0, 1, 2)]
    states = [ViewState(viewports=(replace(VIEWS[view], voi=voi),)) for voi in windows]
    whole = composer(file, volumes, reduced=False).compose(states[0], *size, proven=True)
    drawing = composer(file, volumes, reduced=False)
    drawing.compose(ViewState(viewports=(replace(VIEWS["image"], image=0),)), *size)
    stack = drawing._stacks[0]
    assert not stack.absent.any(), "all were compared before they are damaged"
    zeroed(file.path, file.writer.shape, BAD)
    for state in (*states, states[0]):
        drawing.compose(state, *size, moving=True)
    assert drawing.compose(states[0], *size, proven=True).pixels.tobytes() != whole.pixels.tobytes()
    file.writer.pixels[BAD] = VOXELS[BAD]
    file.writer.mark(BAD, FrameState.PRESENT)
    mended = drawing.compose(states[0], *size, proven=True)
    assert (mended.missing, mended.incomplete) == ((), ())
    assert mended.pixels.tobytes() == whole.pixels.tobytes()


@pytest.mark.parametrize("damage", [truncated, emptied], ids=lambda damage: damage.__name__)
def test_no_byte_of_a_file_that_was_cut_short_is_touched(file: File, damage: Damage) -> None:
    """In a process of its own: a page that a file has no more ends it."""

    def draw() -> None:
        planar = PlanarRenderer(1)
        volumes = VolumeRenderer(GlFacts("none", ""), threads=1)
        drawing = Composer({"stack": planar, "mpr": planar, "volume": volumes})
        drawing.attach(0, file.mapped())
        views = ViewState(layout="1x2", viewports=(VIEWS["image"], VIEWS["plane"]))
        assert drawing.compose(views, *SIZE, proven=True).missing == ()
        damage(file.path, file.writer.shape, BAD)
        every = ViewState(layout="2x2", viewports=tuple(VIEWS.values()))
        for proven in (False, True):
            cut = drawing.compose(every, *SIZE, proven=proven)
            assert set(cut.missing) | set(cut.incomplete) == {0, 1, 2}
            assert cut.faults == ()
        assert drawing.damaged() == [(0, tuple(range(8)), False)]

    child = multiprocessing.get_context("fork").Process(target=draw)
    child.start()
    child.join()
    assert child.exitcode == 0


def test_a_volume_is_compared_in_parts_before_its_proofs(file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamer.render.mapped_stack.COMPARED_BYTES", 3 * VOXELS[0].nbytes)
    stack, asked = file.mapped(), []
    assert not stack.absent.any()
    rounds = []
    for _ in range(3):
        before = stack._comparisons
        stack.compare_again(range(8), lambda: asked.append(1))
        rounds.append([int(k) for k in np.flatnonzero(stack._compared > before)])
    assert rounds == [[0, 1, 2], [3, 4, 5], [0, 6, 7]]
    assert len(asked) == 9, "a newer picture is asked for between two frames"


def test_a_frame_is_compared_once(file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []
    stack = file.mapped()

    def counted(_pixels: object, frame: int, _seed: int) -> int:
        compared.append(frame)
        return int(file.writer.checksums[frame])

    monkeypatch.setattr("streamer.render.mapped_stack.frame_checksum", counted)
    for _ in range(3):
        assert stack.present(BAD)
        assert not stack.absent.any()
        assert stack.presence(None) == stack.presence(None)
    assert sorted(compared) == list(range(8))
