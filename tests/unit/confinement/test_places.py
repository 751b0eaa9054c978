"""Whether root's children must keep the right to other users' files, and what of /proc and /sys a child sees."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from streamer.confinement.places import is_closed

US, ANOTHER = 1000, 1001


@pytest.mark.parametrize(
    ("mode", "owner", "closed"),
    [
        (0o755, ANOTHER, False),
        (0o711, ANOTHER, False),
        (0o750, ANOTHER, True),
        (0o700, ANOTHER, True),
        (0o700, US, False),
    ],
)
def test_a_closed_folder_of_another_user_is_seen(mode: int, owner: int, closed: bool) -> None:
    assert is_closed(os.stat_result((mode, 0, 0, 0, owner, 0, 0, 0, 0, 0)), US) is closed


LOOK = """
import os, sys
from streamer.confinement import kernel, landlock, places
kernel.gain_nothing_by_exec()
landlock.limit_to(places.program(graphics=sys.argv[2] == "graphics"))
links = [f"/proc/self/fd/{number}" for number in range(3, 300)]
held = {os.readlink(link) for link in links if os.path.islink(link)}
print(f"/proc/{os.getpid()}" in held, "/proc/cpuinfo" in held)
for path in sys.argv[3:]:
    try:
        os.close(os.open(path.replace("STARTER", sys.argv[1]), os.O_RDONLY))
        print("yes")
    except OSError as error:
        print(error.strerror)
"""
OPEN_TO_ALL = (
    "/proc/self/status", "/proc/thread-self/status", "/proc/self/cgroup", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat",
    "/proc/sys/vm/overcommit_memory", "/sys/devices/system/cpu/online", "/sys/fs/cgroup",
)  # fmt: skip
OPEN_TO_NONE = ("/proc", "/proc/STARTER/cmdline", "/proc/STARTER/status", "/proc/1/cmdline", "/etc/hosts")


@pytest.mark.parametrize("graphics", ["graphics", "none"])
def test_of_other_programs_a_child_sees_nothing_and_what_rules_name_in_proc_is_held(graphics: str) -> None:
    paths = (*OPEN_TO_ALL, *OPEN_TO_NONE, "/sys/class")
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(os.getpid()), graphics, *paths],
        capture_output=True, text=True, check=False, timeout=50,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    held, *found = done.stdout.splitlines()
    assert held == "True True"
    refused = "Permission denied"
    of_drivers = "yes" if graphics == "graphics" else refused
    assert found == ["yes"] * len(OPEN_TO_ALL) + [refused] * len(OPEN_TO_NONE) + [of_drivers]
