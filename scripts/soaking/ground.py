"""What a run of Farview stands on: its archives' folders, its disks, its clock, and what is before it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from scripts.benchmark.links.volume import LinkVolume
from scripts.soaking.disks import Share, SmallDisk, mounted, shared
from scripts.soaking.front import Proxy
from scripts.soaking.place import Ground
from scripts.soaking.shifted_clock import ShiftedClock
from scripts.thin_link import Link

STUDY_MEGABYTES = 240
"""Of the cache, for a study's series of 157 MB, the reduced copy, and a margin."""
STATE_MEGABYTES = 64


def ground_for(
    folder: Path, volume: LinkVolume, stack: ExitStack, *, mounts: bool, proxy: bool, readers: int
) -> tuple[Ground, LinkVolume, tuple[str, ...]]:
    """The ground, the studies as they lie on it, and options for Farview; what is mounted goes with `stack`.

    A cache that holds as many studies as there are readers: one reader who changes the study has it read from the archive.
    """
    megabytes = STUDY_MEGABYTES * readers
    shares = tuple(
        Share(source, folder / name, mounts=mounts)
        for source, name in ((volume.root, "archive-1"), (volume.second, "archive-2"))
    )
    cache = SmallDisk(folder / "cache", 2 * megabytes) if mounts else None
    state = SmallDisk(folder / "state", STATE_MEGABYTES) if mounts else None
    stack.enter_context(shared(*shares))
    stack.enter_context(mounted(*(disk for disk in (cache, state) if disk is not None)))
    clock = ShiftedClock.made_in(folder)
    ground = Ground(shares, cache, state, clock, Proxy(folder / "proxy") if proxy else None)
    options = ["--cache-gigabytes", str(megabytes / 1000)]
    if proxy:
        options += ["--trusted-proxy", Link.server_ip]
    return ground, replace(volume, root=shares[0].folder, second=shares[1].folder), tuple(options)
