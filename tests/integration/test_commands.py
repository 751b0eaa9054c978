"""`farview inspect` and `farview doctor` as an administrator runs them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from streamer.cli.confinement_probe import CHILDREN
from tests.data.phantoms import write_placed, write_tiny
from tests.running.farview_process import FARVIEW


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([FARVIEW, *arguments], capture_output=True, text=True, timeout=60, check=False)


def test_inspect_says_what_is_there_and_writes_nothing_there(tmp_path: Path) -> None:
    write_tiny(tmp_path / "tiny")
    (tmp_path / "broken.dcm").write_bytes(b"\0" * 128 + b"DICM" + b"\xff" * 40)
    before = sorted(tmp_path.rglob("*"))
    told = run("inspect", str(tmp_path))
    assert told.returncode == 0, told.stderr
    assert "32 × 64 × 64 int16, volume" in told.stdout
    assert "1 studies; " in told.stdout
    assert "Demo" not in told.stdout, "names are printed only when asked for"
    assert "! 1 file not listed: A file" in told.stdout
    assert "broken.dcm" not in told.stdout
    assert sorted(tmp_path.rglob("*")) == before
    named = run("inspect", "--names", str(tmp_path)).stdout
    assert "Demo" in named
    assert "!   broken.dcm" in named


def test_inspect_says_what_lacks_in_a_series(tmp_path: Path) -> None:
    write_placed(tmp_path, 12)
    (tmp_path / "004.dcm").write_bytes((tmp_path / "004.dcm").read_bytes()[:300])
    told = run("inspect", str(tmp_path))
    assert "11 of 12 images, about 1 missing after 7" in told.stdout


def test_inspect_of_nothing_says_so(tmp_path: Path) -> None:
    empty = run("inspect", str(tmp_path))
    assert (empty.returncode, empty.stdout.strip()[:9]) == (1, "0 studies")
    missing = run("inspect", str(tmp_path / "nowhere"))
    assert missing.returncode == 2
    assert "is not a folder" in missing.stderr


def test_doctor_reports_renderer_and_encoder() -> None:
    told = run("doctor", "--gpu")
    assert told.returncode == 0, told.stderr
    assert "volumes are drawn by: " in told.stdout
    assert "libx264" in told.stdout


def test_doctor_says_what_each_child_may_do() -> None:
    lines = [line.strip() for line in run("doctor").stdout.splitlines()]
    drawn = next(line for line in lines if line.startswith("volumes are drawn by: ")).partition(": ")[2]
    for child in CHILDREN:
        (line,) = [line for line in lines if line.startswith(f"{child}: ")]
        for words in (
            "no new privileges: yes",
            "network: none (",
            "other programs: out of reach",
            "files: Landlock ABI ",
            "core dumps: off",
            "memory: RLIMIT_DATA of ",
            ", ended before the host",
        ):
            assert words in line
        assert (f"volumes drawn by: {drawn};" in line) == (child == "worker")
