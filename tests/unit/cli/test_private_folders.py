"""Folders with patients' data are their owner's alone, also where somebody made them open before."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from signaling.cli.state_dir import StateDir
from streamer.cli import host

MODES = (0o700, 0o750, 0o755, 0o777, 0o711)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("before", MODES)
def test_the_servers_state(tmp_path: Path, capsys: pytest.CaptureFixture[str], before: int) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    for name in ("farview.db", "farview.db-wal", "farview.db-shm"):
        (folder / name).touch(0o644)
    folder.chmod(before)
    with StateDir(folder):
        assert mode(folder) == 0o700
        assert [mode(file) for file in sorted(folder.glob("farview.db*"))] == [0o600] * 3
    said = capsys.readouterr().err
    assert said.count("\n") == (before != 0o700)
    assert (before == 0o700) or str(folder) in said


@pytest.mark.parametrize("before", MODES)
@pytest.mark.parametrize("option", ["--state", "--cache"])
def test_a_hosts_state_and_cache(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], before: int, option: str
) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    folder.chmod(before)
    assert host._own(folder, option) == ""
    assert mode(folder) == 0o700
    assert capsys.readouterr().err.count("\n") == (before != 0o700)


def test_a_folder_of_anothers_is_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    folder.chmod(0o755)

    def refuse(path: Path, mode: int) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", refuse)
    with StateDir(folder):
        pass
    assert host._own(folder, "--state") == ""
    said = capsys.readouterr().err
    assert said.count("chmod 700") == 2


def test_new_folders_are_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with StateDir(tmp_path / "state"):
            assert mode(tmp_path / "state") == 0o700
        assert host._own(tmp_path / "cache", "--cache") == ""
        assert mode(tmp_path / "cache") == 0o700
    finally:
        os.umask(before)
