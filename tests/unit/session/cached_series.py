"""Stacks, and loaders without processes that write real cache files, for tests of what the host keeps."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from signaling.protocol import errors
from signaling.protocol.records import StudyInfo
from streamer.ipc.messages import CacheReady, Fault, Load, LoadDone, Loaded, StackPlan, StudyDescribed
from streamer.ipc.volume_cache import CacheFault, CacheWriter, FrameState, create_cache, shape_of
from streamer.session.opened_study import OpenedStudy
from streamer.session.series_store import SeriesStore
from streamer.viewer.stack import FrameRef, PixelFormat, Stack, StackGeometry


def plan(name: str, frames: int = 4, side: int = 128, *, volumetric: bool = False) -> StackPlan:
    """A stack of `frames` square images of 16 bit."""
    refs = tuple(FrameRef(f"{name}.{number}", 1, number) for number in range(frames))
    positions = tuple((0.0, 0.0, float(number)) for number in range(frames))
    geometry = StackGeometry(
        (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), positions, (1.0, 1.0), volumetric=volumetric
    )  # fmt: skip
    stack = Stack(f"{name}#0", name, side, side, refs, geometry, PixelFormat("int16"))
    return StackPlan(
        stack=stack,
        sources=(None,) * frames,  # type: ignore[arg-type]
        transfer_syntax="",
        photometric="MONOCHROME2",
        bits_allocated=16,
        bits_stored=16,
        signed=True,
        samples=1,
    )


def study(
    store: SeriesStore, name: str, plans: tuple[StackPlan, ...], heard: Callable[..., None] = lambda *_: None
) -> OpenedStudy:
    """A study of these stacks, as a session opens it."""
    described = StudyDescribed(request=0, study=StudyInfo(archive="a", study=name), plans=plans)
    return OpenedStudy(described, "default", "a", "/nowhere", store, heard)


class Loaders:
    """Stands where the spare loaders stand. `writing` counts the loaders at each file, `most` the most there ever were."""

    def __init__(self) -> None:
        self.writing: dict[str, int] = {}
        self.most = 0
        self.begun: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def take(self) -> Any:
        """A loader that has not been told what to load."""
        return Child(self)

    def warm(self, delay: float = 0.0) -> None:
        """There is no process to start."""

    async def close(self) -> None:
        """Nor to end."""


class Child:
    """A loader: its channel is itself."""

    def __init__(self, loaders: Loaders) -> None:
        self._loaders = loaders
        self._load: Load | None = None
        self._cache: CacheWriter | None = None
        self.channel = self

    def send(self, message: Any) -> None:
        """Takes what to load."""
        if isinstance(message, Load):
            self._load = message
            at = self._loaders.writing.get(message.cache_path, 0) + 1
            self._loaders.writing[message.cache_path] = at
            self._loaders.most = max(self._loaders.most, at)
            self._loaders.begun.append(message.cache_path)

    async def messages(self) -> AsyncIterator[tuple[Any, bytes]]:
        """What a loader says."""
        assert self._load is not None
        shape = shape_of(self._load.plan.stack, self._load.plan.version)
        try:
            self._cache = create_cache(Path(self._load.cache_path), shape)
        except CacheFault as fault:
            code = errors.DISK_FULL if fault.code == "disk-full" else errors.INTERNAL
            yield Fault(code=code, message=str(fault)), b""
            return
        yield CacheReady(layout=shape.layout, description=self._load.plan.stack), b""
        for frame in range(shape.frames):
            await self._loaders.gate.wait()
            await asyncio.sleep(0)
            self._cache.mark(frame, FrameState.PRESENT)
            yield Loaded(present=(frame,)), b""
        yield LoadDone(present=shape.frames, failed=0, milliseconds=1.0), b""

    async def stop(self, grace: float = 1.0) -> int:
        """Ends it, a moment later."""
        await asyncio.sleep(0)
        if self._load is not None:
            self._loaders.writing[self._load.cache_path] -= 1
            self._load = self._cache = None  # a process that ended has nothing mapped
        return 0

    def kill(self) -> None:
        """Ends with stop()."""


def on_disk(folder: Path) -> int:
    """Bytes of all files in the folder and of those below it."""
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())


def held_without_name(folder: Path) -> int:
    """Bytes of files of the folder that this process holds open though they have no name any more."""
    total = 0
    for number in os.listdir("/proc/self/fd"):
        try:
            link, status = os.readlink(f"/proc/self/fd/{number}"), os.stat(f"/proc/self/fd/{number}")
        except OSError:
            continue
        if link.startswith(str(folder)) and status.st_nlink == 0:
            total += status.st_blocks * 512
    return total
