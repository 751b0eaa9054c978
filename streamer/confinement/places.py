"""Where a child finds its program, its libraries and its devices: the files that it may open besides those it works on."""

from __future__ import annotations

import glob
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from streamer.confinement import landlock

_SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store", "/run/opengl-driver",
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives",
    "/etc/localtime", "/etc/timezone", "/etc/nsswitch.conf", "/etc/passwd", "/etc/group", "/etc/mime.types",
    "/etc/drirc", "/etc/egl", "/etc/glvnd", "/etc/OpenCL", "/etc/vulkan", "/etc/nvidia",
)  # fmt: skip
_PROC = "/proc"
_MACHINE = ("/sys/devices/system", "/sys/fs/cgroup", "/sys/kernel/mm")
"""Processors, memory and their limits, which libraries and programs ask for."""
_PATHS_OF_LIBRARIES = ("LD_LIBRARY_PATH", "LIBGL_DRIVERS_PATH", "__EGL_VENDOR_LIBRARY_DIRS")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_DRIVERS = "/sys"
_GRAPHICS = ("/dev/dri", "/dev/kfd", "/dev/udmabuf", "/dev/dma_heap", "/dev/nvidia*")
_HERE = Path(__file__).resolve().parents[2]


def are_closed_to_us() -> bool:
    """Whether interpreter or program lie in a folder of another user that is closed to others: root opens it by its rights."""
    ours = (_HERE / "streamer", Path(sys.prefix), Path(sys.base_prefix))
    folders = {folder for place in ours for folder in (place, *place.parents)}
    return any(is_closed(folder.stat(), os.geteuid()) for folder in folders)


def is_closed(folder: os.stat_result, user: int) -> bool:
    """Whether a folder is another user's, and nobody else may look for anything in it."""
    return folder.st_uid != user and not folder.st_mode & stat.S_IXOTH


def program(*, graphics: bool = False) -> Iterator[tuple[Path, int]]:
    """Rules for what every child needs; with `graphics` also for what draws."""
    yield from landlock.read_only(_SYSTEM)
    yield from landlock.read_only(_of_proc())
    yield from landlock.read_only((_DRIVERS,) if graphics else _MACHINE)
    yield from landlock.read_only(_of_python())
    for variable in _PATHS_OF_LIBRARIES:
        yield from landlock.read_only(filter(os.path.isabs, os.environ.get(variable, "").split(os.pathsep)))
    devices = [*_DEVICES, *(found for pattern in _GRAPHICS if graphics for found in glob.glob(pattern))]
    yield from ((Path(device), landlock.USE_DEVICE) for device in devices)


def _of_proc() -> list[str]:
    """What /proc says of the machine and of this program: not the folders of other programs, which have numbers for names."""
    try:
        names = os.listdir(_PROC)
    except OSError:
        return []
    return [f"{_PROC}/{name}" for name in names if not name.isdigit()]


def _of_python() -> Iterator[Path]:
    """Interpreter, standard library, packages, and Farview's own two: not the folder of these, which may hold all else."""
    for prefix in {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}:
        for part in ("bin", "lib", "lib64", "share", "pyvenv.cfg"):
            yield Path(prefix, part)
    for package in ("signaling", "streamer"):
        yield _HERE / package
    for entry in map(Path, sys.path):
        if entry.name in ("site-packages", "dist-packages", "lib-dynload") or entry.suffix == ".zip":
            yield entry
