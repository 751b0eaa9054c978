"""All series loads of a host and the cache folder they fill. Room is reserved before a loader begins, and made by unlinking."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from signaling.protocol import errors
from streamer.ipc import cache_folder
from streamer.ipc.messages import StackPlan
from streamer.session.cache_health import CacheHealth
from streamer.session.cache_room import NOTES_BYTES, CacheRoom
from streamer.session.load_life import LoadState, retry_after
from streamer.session.series_load import SeriesLoad
from streamer.session.spare_loader import SpareLoader

BACKGROUND_LOADS = 1
IDLE_KEPT = 64
"""Loads that nobody looks at and whose files stay open; others are opened again when they are asked for."""
REDUCED_VOXELS = 16_000_000
"""Of the copy that volumes are drawn from without a GPU, in every host alike: another size is another picture."""


class SeriesStore:
    """Finds or starts the load of a stack. Files lie in `folder`/tenant; a changed source has another name."""

    def __init__(self, folder: Path, cap_bytes: int, reduce_voxels: int) -> None:
        self._folder = folder
        self._room = CacheRoom(folder, cap_bytes)
        self._health = CacheHealth(folder)
        self._reduce_voxels = reduce_voxels
        self._loads: dict[Path, SeriesLoad] = {}
        self._tasks: dict[Path, asyncio.Task[None]] = {}
        self._waiting: dict[Path, asyncio.Future[None]] = {}
        self._hurried: set[Path] = set()
        self._again: set[Path] = set()
        self._stopped: set[Path] = set()
        self._timers: dict[Path, asyncio.TimerHandle] = {}
        self._closed = False
        self._replaced: list[SeriesLoad] = []
        self._running = 0
        self._loaders = SpareLoader()

    def warm(self, delay: float) -> None:
        """Prepares for the first study, `delay` seconds from now."""
        self._loaders.warm(delay)

    def acquire(
        self, tenant: str, archive: str, root: str, plan: StackPlan, first: int, *, urgent: bool
    ) -> SeriesLoad:
        """The load of this stack, started when it is not cached; an urgent one does not wait for a slot.

        Raises:
            OSError: the cache folder can't be written.
        """
        key, version = plan.stack.key, plan.version
        path = cache_folder.cache_path(self._folder, tenant, archive, key, version)
        load = self._loads.get(path)
        if load is not None and load.file.is_nameless and not load.listeners and path not in self._tasks:
            self._loads.pop(path).close()  # Nobody shows it: the next host would find nothing at its path.
            load = None
        if load is not None and load.listeners and load.problem and path not in self._tasks:
            load.begin_again()  # Others show it too: it is theirs that is tried again.
        if load is not None and not (load.problem and path not in self._tasks):
            load.used_at = time.monotonic()
            load.look_at_files()
            if urgent:
                self.hurry(load)
            self.try_now(load)
            return load
        if load is not None:
            self._no_timer(path)
            self._replaced.append(load)
        path.parent.mkdir(parents=True, exist_ok=True)
        reduced = cache_folder.cache_path(self._folder, tenant, archive, key, version, reduced=True)
        load = SeriesLoad(plan, root, path, reduced, self._reduce_voxels)
        self._loads[path] = load
        load.on_damaged = self._load_again
        if not load.adopt():
            self._begin(load, first, urgent=urgent)
        self._trim(tenant, path)
        self._close_idle()
        return load

    def hurry(self, load: SeriesLoad, frame: int = -1) -> None:
        """A reader looks at it now: it waits for no slot. A frame that failed is tried again, once each time it is gone to."""
        load.look_at_files()
        if frame not in load.failures:
            load.asked = -1
        elif frame != load.asked and time.monotonic() - load.ended_at >= 1.0:
            load.asked = frame
            self.try_now(load)
        if load.cache_path in self._tasks:
            self._hurried.add(load.cache_path)
            self._let_run(load.cache_path)

    def _load_again(self, load: SeriesLoad) -> None:
        """Frames of it were damaged: a loader writes them anew, at once or after the run that is under way."""
        path = load.cache_path
        if self._loads.get(path) is not load:
            return
        if path in self._tasks:
            self._again.add(path)
        else:
            self._begin(load, load.near, urgent=True)

    def is_loading(self, load: SeriesLoad) -> bool:
        """Whether a child is (or will be) reading it."""
        return load.cache_path in self._tasks

    def _begin(self, load: SeriesLoad, first: int, *, urgent: bool) -> None:
        task = self._tasks[load.cache_path] = asyncio.create_task(self._run(load, first, urgent=urgent))
        task.add_done_callback(lambda done: self._ended(load, done))

    def _ended(self, load: SeriesLoad, task: asyncio.Task[None]) -> None:
        """A task that is cancelled before its first step never comes to what it does at its end."""
        path = load.cache_path
        if self._tasks.get(path) is task:
            self._waiting.pop(path, None)
            self._hurried.discard(path)
            del self._tasks[path]
            if not self._closed:
                self._follow_up(load)

    async def _run(self, load: SeriesLoad, first: int, *, urgent: bool) -> None:
        path = load.cache_path
        try:
            if not urgent and path not in self._hurried and self._running >= BACKGROUND_LOADS:
                self._waiting[path] = asyncio.get_running_loop().create_future()
                await self._waiting[path]
            self._running += 1
            try:
                reduced = await self._reserve(load, urgent=urgent)
                if reduced is not None:
                    await load.run(first, self._loaders, reduced=reduced)
            finally:
                self._running -= 1
                self._room.release(path)
                if self._waiting and self._running < BACKGROUND_LOADS:
                    self._let_run(next(iter(self._waiting)))
        finally:
            if (task := self._tasks.get(path)) is not None:
                self._ended(load, task)

    async def _reserve(self, load: SeriesLoad, *, urgent: bool) -> bool | None:
        """Makes room for a load: whether also for its reduced copy, None where there is none.

        For one that a reader waits for all may go that nobody shows, also what is just being loaded; for one in the background
        what belongs to no open study.
        """
        path, whole = load.cache_path, load.size + NOTES_BYTES
        sizes = [(whole + load.reduced_size, True)]
        if load.reduced_size:
            sizes.append((whole, False))
        try:
            for size, reduced in sizes:
                while True:
                    urgent = urgent or path in self._hurried or bool(load.shown_by)
                    keep = {path, *self._kept(urgent=urgent)}
                    running = self._tasks.keys() - keep
                    gone = self._room.reserve(path, size, {*keep, *running})
                    for other in gone or ():
                        self._evicted(other)
                    if gone is not None:
                        return reduced
                    if not running or not self._room.has_room(path, size, keep):
                        break
                    await self._end(min(running, key=lambda other: self._loads[other].used_at))
        except OSError as error:
            load.refuse(f"The image cache can't be written: {error.strerror}.")
            return None
        if urgent:
            load.refuse(_no_room(whole, self._room.cap_bytes))
        else:
            self._evicted(path)  # Nobody waits for it; it is loaded when somebody does.
        return None

    def _trim(self, tenant: str, path: Path) -> None:
        try:
            for gone in self._room.trim(tenant, {path, *self._kept(urgent=False)}):
                self._evicted(gone)
        except OSError:
            self.cache_problem()  # What is complete is shown from a read-only cache, too.

    def _kept(self, *, urgent: bool) -> set[Path]:
        """What must stay: for a reader who waits what is shown, else what any open study has."""
        loads = [*self._loads.items(), *((load.cache_path, load) for load in self._replaced)]
        return {path for path, load in loads if load.shown_by or (load.listeners and not urgent)}

    async def _end(self, path: Path) -> None:
        """Stops what is being loaded and nobody shows. What becomes of it does not hang on who waits for its end here."""
        task = self._tasks.get(path)
        if task is not None:
            self._stopped.add(path)
            task.cancel()
            await asyncio.wait([task])

    def _evicted(self, path: Path) -> None:
        self._no_timer(path)
        load = self._loads.pop(path, None)
        if load is not None:
            load.evict()

    def cache_problem(self) -> str:
        """Why images can't be kept just now, a sentence, or empty: for reports, and logged when it changes."""
        full = any(load.shown_by and load.code == errors.DISK_FULL for load in self._loads.values())
        return self._health.look(is_full=full)

    def room_freed(self) -> None:
        """Something is not shown any more: what had no room is tried again."""
        for load in list(self._loads.values()):
            if load.lacks_room and load.shown_by:
                self.try_now(load)

    def _follow_up(self, load: SeriesLoad) -> None:
        """A run has ended: what lacks is tried again, later and later."""
        path = load.cache_path
        if path in self._stopped:
            self._stopped.discard(path)
            if self._loads.get(path) is load:
                if load.shown_by:
                    self._again.add(path)  # A reader came while it was being stopped for others.
                else:
                    self._evicted(path)
        if path in self._again:
            self._again.discard(path)
            self._load_again(load)
        elif self._loads.get(path) is load and load.wants_retry:
            after = retry_after(load.attempts)
            self._timers[path] = asyncio.get_running_loop().call_later(after, self._due, load)

    def _due(self, load: SeriesLoad) -> None:
        self._timers.pop(load.cache_path, None)
        if load.listeners and load.wants_retry:  # else whoever opens it tries it again
            self._load_again(load)

    def try_now(self, load: SeriesLoad) -> None:
        """Whoever opens it, or opens it again, has what lacks tried at once."""
        if load.cache_path not in self._tasks and load.life in (LoadState.LACKING, LoadState.STOPPED):
            self._no_timer(load.cache_path)
            load.by_hand()
            self._load_again(load)

    def _no_timer(self, path: Path) -> None:
        timer = self._timers.pop(path, None)
        if timer is not None:
            timer.cancel()

    def _let_run(self, path: Path) -> None:
        waiting = self._waiting.pop(path, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    def _close_idle(self) -> None:
        """Open files are few: those of loads that nobody looks at any more are closed, the longest unused first."""
        idle = [path for path, load in self._loads.items() if not load.listeners and path not in self._tasks]
        idle.sort(key=lambda path: self._loads[path].used_at)
        for path in idle[:-IDLE_KEPT]:
            self._loads.pop(path).close()
        for load in [load for load in self._replaced if not load.listeners]:
            self._replaced.remove(load)
            load.close()

    async def close(self) -> None:
        """Stops all loads."""
        self._closed = True
        for path in list(self._timers):
            self._no_timer(path)
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self._loaders.close()
        for load in (*self._loads.values(), *self._replaced):
            load.close()


def _no_room(size: int, cap: int) -> str:
    need, most = (f"{b / 1e6:.0f} MB" if b < 1e9 else f"{b / 1e9:.1f} GB" for b in (size, cap))
    return (
        f"No room for the images in the cache beside what is shown: {need} are needed, and at most {most} are kept, "
        "or less where the disk is full. Close another study, or tell your administrator."
    )
