"""One cache file has one writer: whoever comes second, also from another process, gets a file of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from streamer.ipc.volume_cache import CacheShape, FrameState, create_cache, open_cache

SHAPE = CacheShape(5, 7, 9, 1, "int16", "v1")
HOLDS = """
import sys
from pathlib import Path
from streamer.ipc.volume_cache import CacheShape, FrameState, create_cache
cache = create_cache(Path(sys.argv[1]), CacheShape(5, 7, 9, 1, "int16", "v1"))
cache.mark(0, FrameState.PRESENT)
print("holds", flush=True)
sys.stdin.readline()
cache.pixels[1] = 77
cache.mark(1, FrameState.PRESENT)
print("wrote", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A loader of another host, at work on the same file."""
    command = [sys.executable, "-c", HOLDS, str(tmp_path / "x.pixels")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "holds\n"
        yield process
        process.kill()


def say(process: subprocess.Popen[str]) -> str:
    """Lets it go on; what it answers."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return process.stdout.readline()


def test_who_comes_second_writes_another_file(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    path = tmp_path / "x.pixels"
    theirs = path.stat().st_ino
    mine = create_cache(path, SHAPE)
    assert path.stat().st_ino != theirs
    assert say(other) == "wrote\n"
    assert not mine.states.any(), "what the other one writes is not in this one"
    mine.pixels[:] = 5
    mine.mark(2, FrameState.PRESENT)
    assert [open_cache(path).present(frame) for frame in range(5)] == [False, False, True, False, False]


def test_a_file_whose_writer_was_killed_is_taken_up_again(
    tmp_path: Path, other: subprocess.Popen[str]
) -> None:
    path = tmp_path / "x.pixels"
    theirs = path.stat().st_ino
    other.kill()
    other.wait()
    again = create_cache(path, SHAPE)
    assert path.stat().st_ino == theirs
    assert again.present(0)


def test_what_another_one_is_just_making_is_not_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.pixels"
    (tmp_path / ".x.pixels.0dead0").write_bytes(b"left by one that was killed")
    rename, made = os.rename, []

    def second_comes(old: Path, new: Path) -> None:
        if not made:
            made.append(True)
            made.append(create_cache(path, SHAPE))
        rename(old, new)

    monkeypatch.setattr(os, "rename", second_comes)
    create_cache(path, SHAPE)
    assert [file.name for file in tmp_path.iterdir()] == ["x.pixels"]
