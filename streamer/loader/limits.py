"""What the loader allows itself: files come from anywhere, and a decoder that runs wild must end with the loader alone."""

from __future__ import annotations

import os
import resource
from contextlib import suppress
from pathlib import Path

from streamer.confinement import memory
from streamer.confinement.child import Confinement
from streamer.ipc.messages import Load, StackPlan
from streamer.ipc.volume_cache import CacheShape
from streamer.loader.reach import read_by

_LIBRARIES_BYTES = 1 << 30
_CPU_SECONDS = (120, 2)
"""For the program, and for each frame."""
STUCK_SECONDS = 120.0
"""Without a frame for so long the loader gives up."""


def limit_files(confined: Confinement, load: Load) -> None:
    """From here on it reads only the archive that it loads from, and writes only where the cache of this tenant lies.

    Called before any thread is started: a thread that runs already would not be limited, and is told in the log.
    """
    folders = {Path(path).parent for path in (load.cache_path, load.reduced_path) if path}
    for folder in folders:
        with suppress(OSError):  # what can't be made is told when the cache file is made
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    confined.limit_files(read_by(Path(load.root), (source.path for source in load.plan.sources)), folders)
    threads = len(os.listdir("/proc/self/task"))
    if threads > 1:
        confined.refused["files"] = f"{threads - 1} threads ran before"
    confined.tell()


def limit_memory(shape: CacheShape, reduced_bytes: int, file_bytes: int) -> None:
    """Bounds what it allocates to what this stack needs, and its address space to that, its mapping and its libraries."""
    work = {"frame_bytes": shape.frame_bytes, "reduced_bytes": reduced_bytes, "file_bytes": file_bytes}
    _lower(resource.RLIMIT_AS, memory.need("loader", **work) + shape.size + _LIBRARIES_BYTES)
    memory.OwnMemory("loader", **work)


def limit_time(plan: StackPlan) -> None:
    """Bounds the processor time."""
    _lower(resource.RLIMIT_CPU, _CPU_SECONDS[0] + _CPU_SECONDS[1] * len(plan.sources))


def _lower(limit: int, value: int) -> None:
    _, hard = resource.getrlimit(limit)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (value, hard))
