"""Two hosts on one state folder: the second is refused in one sentence, and nobody is once the first has ended, however."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from streamer.errors import FarviewError
from streamer.host.state_lock import StateLock


def test_the_second_is_refused_while_the_first_runs(tmp_path: Path) -> None:
    state = tmp_path / "new" / "state"
    with StateLock(state):
        with pytest.raises(FarviewError) as refused, StateLock(state):
            pass
        assert str(state) in refused.value.message
        assert "--state" in refused.value.message
        assert refused.value.message.count("\n") == 0
        with StateLock(tmp_path / "another"):
            pass
    with StateLock(state):
        pass


def test_a_host_that_was_killed_leaves_the_folder_free(tmp_path: Path) -> None:
    holds = (
        "import pathlib, time; from streamer.host.state_lock import StateLock\n"
        f"with StateLock(pathlib.Path({str(tmp_path)!r})):\n print(flush=True)\n time.sleep(60)"
    )
    child = subprocess.Popen([sys.executable, "-c", holds], stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    with pytest.raises(FarviewError), StateLock(tmp_path):
        pass
    child.kill()
    child.wait()
    child.stdout.close()
    with StateLock(tmp_path):
        pass


def test_a_folder_that_can_not_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FarviewError) as refused, StateLock(tmp_path / "file"):
        pass
    assert "--state" in refused.value.message


def test_the_command_ends_with_that_sentence(tmp_path: Path) -> None:
    arguments = ["host", "--signaling", "http://127.0.0.1:1", "--key", "k", "--state", str(tmp_path)]
    with StateLock(tmp_path):
        ended = subprocess.run(
            [sys.executable, "-m", "streamer", *arguments, "--cache", str(tmp_path)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith("farview host: A render host already runs on")
