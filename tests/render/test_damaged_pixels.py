"""Whatever happens to a frame in the cache: it is drawn exactly as one that is not loaded, until it is written again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from streamer.ipc.volume_cache import CacheWriter, FrameState, create_cache, shape_of
from streamer.render.composer import Composer
from streamer.render.gl_probe import probe_gl
from streamer.render.mapped_stack import MappedStack
from streamer.render.planar import PlanarRenderer
from streamer.render.volume import VolumeRenderer
from streamer.viewer.stack import Voi
from streamer.viewer.state import ViewportState, ViewState
from tests.data.cache_damage import FRAME_DAMAGES, Damage
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


@pytest.mark.parametrize("damage", FRAME_DAMAGES, ids=lambda damage: damage.__name__)
def test_what_is_damaged_after_it_was_drawn_is_in_no_picture_that_is_proven(
    file: File, volumes: VolumeRenderer, damage: Damage
) -> None:
    state = ViewState(viewports=(VIEWS["image"],))
    file.writer.mark(BAD, FrameState.ABSENT)
    absent = composer(file, volumes, reduced=False).compose(state, *SIZE)
    file.writer.mark(BAD, FrameState.PRESENT)
    drawing = composer(file, volumes, reduced=False)
    whole = drawing.compose(state, *SIZE, proven=True)
    assert whole.missing == ()
    damage(file.path, file.writer.shape, BAD)
    proven = drawing.compose(state, *SIZE, proven=True)
    assert proven.pixels.tobytes() == absent.pixels.tobytes() != whole.pixels.tobytes()
    assert drawing.damaged() == [(0, (BAD,), False)]


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
