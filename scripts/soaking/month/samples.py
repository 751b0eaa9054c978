"""What a render host and its children hold: memory, descriptors, threads, processes, files."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from pathlib import Path

import psutil

from scripts.benchmark.farview import role_of
from scripts.soaking.growth import Memories
from scripts.soaking.month.host import TENANT, MonthHost
from streamer.ipc import cache_folder

ROLES = {"worker": "month worker", "indexer": "month indexer", "loader": "month loader"}
_MAPPED = re.compile(r"([0-9a-f]+)-([0-9a-f]+) \S+ \S+ (\S+) (\d+)\s+(.*) \(deleted\)$")


def cache_bytes(folder: Path) -> int:
    """What the cache's files take on the disk."""
    return sum(kept.bytes for kept in cache_folder.kept(folder, TENANT).values())


def take(host: MonthHost, folder: Path, seconds: float, samples: Memories) -> None:
    """One sample of everything, `seconds` after the start; `folder` holds cache, state and the made-up server's files."""
    me = psutil.Process()
    children = me.children(recursive=True)
    samples.add("month host", me.pid, seconds, me.memory_full_info().uss / 1e6)
    largest: dict[str, float] = {}
    for child in children:
        with contextlib.suppress(psutil.NoSuchProcess):
            role = ROLES.get(role_of(child.cmdline()))
            if role is not None:
                used = child.memory_full_info().uss / 1e6
                samples.add(role, child.pid, seconds, used)
                largest[role] = max(largest.get(role, 0.0), used)
    for role, used in largest.items():
        # They come and go, and none is seen for long: whether those of later are larger than those of before is their growth.
        samples.add(f"largest {role.removeprefix('month ')}", 0, seconds, used)
    counts = {
        "descriptors": me.num_fds(),
        "threads": me.num_threads(),
        "children": len(children),
        "tasks": len(asyncio.all_tasks()),
        "readings": host.parked_and_live,
        "index": _size(folder / "state") / 1e6,
        "disk": sum(_size(folder / name) for name in ("state", "cache", "server")) / 1e6,
        "files": _files(folder),
        "shared memory": sum(map(_shared, [me, *children])) / 1e6,
        "views and marks": len(list((folder / "server").iterdir())),
        "cache": cache_bytes(folder / "cache") / 1e6,
        "unlinked": _unlinked([me, *children], folder / "cache") / 1e6,
    }
    for name, value in counts.items():
        samples.add(name, 0, seconds, value)


def _files(folder: Path) -> int:
    """How many there are of the state, and of unfinished ones of the cache: what is finished is as many as have room."""
    unfinished = (path for path in (folder / "cache").rglob(".*") if path.is_file())
    return sum(path.is_file() for path in (folder / "state").rglob("*")) + sum(1 for _ in unfinished)


def _shared(process: psutil.Process) -> int:
    """Bytes of shared memory that no file is behind (proc(5), RssShmem)."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
            if line.startswith("RssShmem:"):
                return int(line.split()[1]) * 1024
    return 0


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            total += path.stat().st_blocks * 512 if path.is_file() else 0
    return total


def _unlinked(processes: list[psutil.Process], folder: Path) -> int:
    """Bytes of files of the cache that have no name any more and whose room nobody else can have yet."""
    held: dict[str, int] = {}
    for process in processes:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{process.pid}/maps").read_text().splitlines():
                found = _MAPPED.match(line)
                if found is not None and found[5].startswith(str(folder)):
                    size = int(found[2], 16) - int(found[1], 16)
                    held[found[4]] = max(size, held.get(found[4], 0))
        with contextlib.suppress(OSError):
            for link in Path(f"/proc/{process.pid}/fd").iterdir():
                with contextlib.suppress(OSError):
                    name = os.readlink(link)
                    if name.startswith(str(folder)) and name.endswith(" (deleted)"):
                        status = os.stat(link)
                        held[str(status.st_ino)] = max(
                            status.st_blocks * 512, held.get(str(status.st_ino), 0)
                        )
    return sum(held.values())
