"""What a soak does to the ground under Farview, for real: a share goes, a disk fills, a clock jumps, a loopback port is cut."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts.soaking.shifted_clock import ShiftedClock
from scripts.thin_link import Link

ROOT = Path(__file__).resolve().parents[2]
CLOCKS = "import time, datetime; print(time.time(), datetime.datetime.now().timestamp(), time.monotonic())"


def run(program: str, **environment: str) -> str:
    """The output of a Python program in the project's folder."""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env={**os.environ, **environment}, capture_output=True,
        text=True, check=True, timeout=30,
    )  # fmt: skip
    return done.stdout


def test_a_share_goes_with_its_files_open_and_comes_back_and_is_never_written(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files/image").write_text("pixels")
    said = run(
        f"""
from pathlib import Path
from scripts.soaking.disks import Share, own_mounts, shared
assert own_mounts()
share = Share(Path({str(tmp_path / "files")!r}), Path({str(tmp_path / "share")!r}), mounts=True)
with shared(share):
    held = (share.folder / "image").open()
    share.go()
    print(list(share.folder.iterdir()), held.read())
    share.come_back()
    print((share.folder / "image").read_text())
    try:
        (share.folder / "image").unlink()
    except OSError as error:
        print(error.strerror)
print(list(share.folder.iterdir()))
"""
    )
    assert said.splitlines() == ["[] pixels", "pixels", "Read-only file system", "[]"]
    assert (tmp_path / "files/image").read_text() == "pixels"


def test_a_disk_fills_to_the_last_byte_and_is_freed(tmp_path: Path) -> None:
    said = run(
        f"""
import os
from pathlib import Path
from scripts.soaking.disks import SmallDisk, mounted, own_mounts
assert own_mounts()
disk = SmallDisk(Path({str(tmp_path / "disk")!r}), 4)
def free():
    status = os.statvfs(disk.folder)
    return status.f_bavail * status.f_frsize
with mounted(disk):
    (disk.folder / "kept").write_bytes(bytes(1 << 20))
    disk.fill()
    print(free())
    disk.free()
    print(free() == 3 << 20, (disk.folder / "kept").stat().st_size == 1 << 20)
print(list(disk.folder.iterdir()))
"""
    )
    assert said.splitlines() == ["0", "True True", "[]"]


@pytest.mark.parametrize(("environment", "shift"), [({"FARVIEW_HOST_KEY": "k"}, 3600), ({}, -90)])
def test_a_clock_jumps_for_the_host_or_for_the_others(
    tmp_path: Path, environment: dict[str, str], shift: int
) -> None:
    clock = ShiftedClock.made_in(tmp_path)
    if clock is None:
        assert shutil.which("cc") is None, "a compiler that is there makes it"
        return
    clock.set(3600, -90)
    before = time.time()
    wall, date, steady = map(float, run(CLOCKS, **clock.environment, **environment).split())
    assert before + shift - 1 <= wall <= time.time() + shift + 1
    assert abs(date - wall) < 1
    assert steady <= time.monotonic()
    clock.set(0, 0)
    wall, _, _ = map(float, run(CLOCKS, **clock.environment, **environment).split())
    assert abs(wall - time.time()) < 60


def test_a_port_of_the_loopback_is_cut_and_joined_while_others_pass() -> None:
    program = """
import socket, sys
def hears(port):
    try:
        with socket.create_connection(("127.0.0.1", port), 0.5):
            return True
    except OSError:
        return False
with socket.create_server(("127.0.0.1", 7001)), socket.create_server(("127.0.0.1", 7002)):
    print(hears(7001), hears(7002), flush=True)
"""

    def heard(link: Link) -> str:
        done = link.run_server([sys.executable, "-c", program], capture_output=True, text=True, timeout=30)
        return str(done.stdout).strip()

    with Link() as link:
        assert heard(link) == "True True"
        for _ in range(2):
            with link.local_outage(7001):
                assert heard(link) == "False True"
            assert heard(link) == "True True"
