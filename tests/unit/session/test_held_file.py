"""A held cache file is looked at with each movement of the hand: whatever became of it is seen, and nothing costs twice."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from streamer.ipc import volume_cache
from streamer.ipc.volume_cache import CacheShape, FrameState
from streamer.session.held_file import HeldFile

FRAMES = 5


@pytest.fixture
def shape() -> CacheShape:
    return CacheShape(frames=FRAMES, rows=4, columns=4, samples=1, dtype="int16", version="v")


@pytest.fixture
def path(tmp_path: Path, shape: CacheShape) -> Path:
    path = tmp_path / "a.cache"
    volume_cache.create_cache(path, shape)
    with path.open("r+b") as file:
        file.seek(shape.states_offset)
        file.write(bytes([FrameState.PRESENT] * FRAMES))
    return path


def harm(path: Path, at: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(data)


@pytest.mark.parametrize("looks", [1, 3])
def test_each_look_sees_what_the_file_is_then(path: Path, shape: CacheShape, looks: int) -> None:
    held = HeldFile(path)
    held.hold(shape)

    def lost(present: bytes = bytes([1] * FRAMES)) -> list[int]:
        seen = [held.lost(present) for _ in range(looks)]
        assert all(each == seen[0] for each in seen)
        return seen[0]

    assert lost() == []
    harm(path, shape.states_offset + 2, bytes([FrameState.ABSENT]))
    assert lost() == [2]
    assert lost(bytes([1, 1, 0, 1, 1])) == []
    assert held.lost() == [2]
    harm(path, shape.states_offset + 2, bytes([FrameState.PRESENT]))
    assert lost() == []
    os.truncate(path, shape.size - 1)
    assert lost() == list(range(FRAMES)), "cut in its pixels, where neither header nor states are"
    os.truncate(path, shape.size)
    assert lost() == []
    harm(path, 0, b"\0" * 16)
    assert lost() == list(range(FRAMES))
    os.truncate(path, 10)
    assert lost() == list(range(FRAMES))
    held.let_go()
    assert lost() == []


def test_a_file_that_did_not_change_is_compared_once(
    path: Path, shape: CacheShape, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[int] = []
    states_of = volume_cache.states_of

    def counted(descriptor: int) -> tuple[CacheShape, bytes]:
        compared.append(descriptor)
        return states_of(descriptor)

    monkeypatch.setattr(volume_cache, "states_of", counted)
    held = HeldFile(path)
    held.hold(shape)
    for _ in range(50):
        assert held.lost(bytearray([1] * FRAMES)) == []
    assert len(compared) == 1
    held.lost()[:] = [1, 2]
    assert held.lost() == [], "what was told is the asker's"
    held.let_go()
