"""One stack's pixels in the cache: being loaded by a child or complete, shared by every session that shows it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import structlog

from signaling.protocol import errors
from streamer.errors import CacheError
from streamer.ipc import volume_cache
from streamer.ipc.child_process import ChildProcess
from streamer.ipc.framing import ChannelError
from streamer.ipc.messages import (
    CacheReady,
    Fault,
    FromLoader,
    Load,
    LoadDone,
    Loaded,
    PixelStatistics,
    Sign,
    StackPixels,
    StackPlan,
    Steer,
    ThumbnailMade,
)
from streamer.ipc.volume_cache import FrameState
from streamer.session import load_life
from streamer.session.frame_states import FrameStates
from streamer.session.held_file import HeldFile
from streamer.session.load_life import FrameEvent, LoadEvent, LoadState
from streamer.session.series_notes import Notes, notes_of, read_notes, write_notes
from streamer.session.spare_loader import SpareLoader
from streamer.viewer.context import Statistics
from streamer.viewer.stack import Stack

log = structlog.get_logger()
READY_SECONDS = 30.0
"""For a loader to begin."""
SILENT_SECONDS = 10.0
"""Without a sign for so long it is stopped or has lost its way: another one takes its place."""
STUCK_SECONDS = 45.0
"""Without a frame for so long the archive hangs."""
AGAIN = "The images kept on the render host's disk were damaged; they are loaded again from the archive."
GONE = "The images kept on the render host's disk are gone; they are loaded again from the archive."


class SeriesLoad(FrameStates):
    """The pixels of one stack. `listeners` are called with this object whenever more is known."""

    def __init__(
        self, plan: StackPlan, root: str, cache_path: Path, reduced_path: Path, reduce_voxels: int
    ) -> None:
        self.plan = plan
        self._root = root
        self.cache_path = cache_path
        self.reduced_path = reduced_path
        self.notes_path = notes_of(cache_path)
        self._reduce_voxels = reduce_voxels
        self.listeners: set[Callable[[SeriesLoad], None]] = set()
        self.shown_by: set[object] = set()
        """Who shows it now: as long as there is anybody it is not evicted."""
        self.mapped_by: set[Callable[[SeriesLoad], None]] = set()
        """Called when its files are let go, for who has handed them to a worker."""
        self.is_evicted = False
        self.lacks_room = False
        """The cache had no room for it when it was tried last."""
        super().__init__(len(plan.sources))
        self.statistics: Statistics | None = None
        self.thumbnail = b""
        self.problem = ""
        self.code = ""
        self.complete = False
        self.stack: Stack | None = None
        self.layout: StackPixels | None = None
        self.reduced: tuple[Stack, StackPixels] | None = None
        self.written = 0
        """Rises whenever the file, or a frame in it, is another than before."""
        self.used_at = time.monotonic()
        self.on_damaged: Callable[[SeriesLoad], None] = lambda load: None
        self._shape = volume_cache.shape_of(plan.stack, plan.version)
        self.file = HeldFile(cache_path)
        self.reduced_file = HeldFile(reduced_path)
        self.again = ""
        """In words why what had been there is being loaded again."""
        self._child: ChildProcess[FromLoader] | None = None
        self._near = -1
        self.life = LoadState.WAITING
        self.asked = -1
        """The failed frame that the reader went to last."""
        self.attempts = 0
        self.ended_at = 0.0
        self._losses = 0
        self.ready = asyncio.Event()

    @property
    def wants_retry(self) -> bool:
        """Whether what is not there may come by trying again."""
        return self.life is LoadState.LACKING or (
            self.life is LoadState.STOPPED and self._losses < load_life.MOST_LOSSES
        )

    def by_hand(self) -> None:
        """The reader asks for it: tries so far do not count."""
        self.attempts = self._losses = 0
        self.life = load_life.load_after(self.life, LoadEvent.DUE)

    def begin_again(self) -> None:
        """What stopped it is forgotten: who opens the study now waits for what comes."""
        self.problem = self.code = ""
        self.ready.clear()

    @property
    def near(self) -> int:
        """Where the reader was last."""
        return max(0, self._near)

    @property
    def size(self) -> int:
        """Bytes of its cache file."""
        return self._shape.size

    @property
    def reduced_size(self) -> int:
        """The most bytes its reduced copy may have; 0 where it needs none."""
        shape, voxels = self._shape, self._reduce_voxels
        plane = shape.rows * shape.columns
        if not self.plan.stack.geometry.volumetric or not 0 < voxels < shape.frames * plane:
            return 0
        return shape.frame_bytes // plane * voxels + shape.pixels_offset

    @property
    def descriptor(self) -> int:
        """The cache file, read-only; −1 before it stands."""
        return self.file.descriptor

    def adopt(self) -> bool:
        """Takes a complete cache file of an earlier load; False when there is none (it must then be loaded).

        Pixels are not looked at here: who uses a frame compares it with its checksum first.
        """
        if not self.cache_path.exists():
            return False
        try:
            shape, states = volume_cache.read_states(self.cache_path)
            if shape != self._shape:
                raise volume_cache.CacheFault("The cache file is of another stack.")
            if not self.notes_path.exists():
                return False  # The loader was stopped; another goes on.
            notes = self._read_notes()
        except (OSError, volume_cache.CacheFault) as error:
            log.warning("cache_file_unusable", problem=_why(error), does="loaded again")
            return False
        if any(state != FrameState.PRESENT for state in states):
            return False  # Images that failed are tried again, by a loader.
        # A reduced copy that was evicted or is damaged is made again, by a loader.
        if notes.reduced is not None and not self._adopt_reduced(notes.reduced):
            return False
        self.stack, self.layout = self.plan.stack, self._shape.layout
        self.present = bytearray([1]) * len(self.plan.sources)
        self.statistics, self.thumbnail = notes.statistics, notes.thumbnail
        self.file.hold(self._shape)
        self.complete = True
        self.life = LoadState.WHOLE
        self.ready.set()
        return True

    def _adopt_reduced(self, description: Stack) -> bool:
        shape = volume_cache.shape_of(description, self.plan.version)
        try:
            if volume_cache.read_states(self.reduced_path)[0] != shape:
                raise volume_cache.CacheFault("It is of another stack.")
            self.reduced_file.hold(shape)
        except (OSError, volume_cache.CacheFault) as error:
            log.warning("reduced_copy_unusable", problem=_why(error), does="made again")
            return False
        self.reduced = (description, shape.layout)
        return True

    def damaged(self, frames: Iterable[int], *, reduced: bool = False) -> None:
        """These frames are in the cache and do not fit their checksums: they are not there any more, and are loaded again."""
        lost = 0
        for frame in frames:
            if not reduced and 0 <= frame < len(self.present):
                lost += self.present[frame]
                self.move(frame, FrameEvent.DAMAGED)
        if lost or (reduced and self.complete):
            log.warning("cache_frames_damaged", frames=lost, reduced_copy=reduced, does="loaded again")
            self.complete = False
            self.again = AGAIN
            self.life = load_life.load_after(self.life, LoadEvent.DAMAGED)
            self.written += 1
            self.on_damaged(self)
            self._tell()

    def look_at_files(self) -> None:
        """Notices files that were cut short, or whose header or states are not what was written: it is loaded again."""
        if self.file.is_cut:
            self.file.let_go()
            self.damaged(range(len(self.present)))
        self.damaged(self.file.lost(self.present))
        if self.reduced_file.lost():
            self.reduced_file.let_go()
            self.reduced = None
            self.damaged((), reduced=True)

    def _note(self, noticed: Sequence[tuple[int, str]]) -> None:
        """Keeps what is said of frames, at once: a host that ends now finds them in the cache, decoded."""
        for frame, code in noticed:
            self.noticed[frame] = tuple(dict.fromkeys((*self.noticed.get(frame, ()), code)))
        if noticed:
            self._write_notes()

    def _read_notes(self) -> Notes:
        """The notes beside the cache file, also of one that is not whole: what is said of its frames is in them.

        Without them nobody knows that, and the frames are read again.
        """
        try:
            notes = read_notes(self.notes_path, self._shape.seed)
        except volume_cache.CacheFault:
            self.cache_path.unlink(missing_ok=True)
            raise
        self.noticed = dict(notes.noticed)
        return notes

    def _write_notes(self) -> None:
        reduced = self.reduced[0] if self.reduced is not None else None
        notes = Notes(
            reduced=reduced, statistics=self.statistics, thumbnail=self.thumbnail, noticed=self.noticed
        )
        write_notes(self.notes_path, self._shape.seed, notes)

    def refuse(self, words: str) -> None:
        """The cache has no room for it."""
        self.attempts, self.lacks_room = self.attempts + 1, True
        self._fail(errors.DISK_FULL, words)

    def evict(self) -> None:
        """Its files were unlinked, since nobody shows it: whoever listens lets it go and asks for another one."""
        self.is_evicted, self.complete = True, False
        self.present = bytearray(len(self.present))
        self.close()
        self.ready.set()
        self._tell()

    async def run(self, first: int, loaders: SpareLoader, *, reduced: bool = True) -> None:
        """Loads the stack, `first` first; returns when all is read or has failed. Problems are told to the listeners.

        Without `reduced` no reduced copy is made of it, since there is no room for one.
        """
        before, self.attempts = self.present_count, self.attempts + 1
        self.lacks_room = False
        self.life = load_life.load_after(self.life, LoadEvent.BEGUN)
        reason = "Loading the images stopped before it was done."
        try:
            self._child = await loaders.take()
            wanted = Load(
                plan=self.plan, root=self._root, cache_path=str(self.cache_path), first=first,
                reduced_path=str(self.reduced_path) if reduced else "", reduce_voxels=self._reduce_voxels,
            )  # fmt: skip
            self._child.channel.send(wanted)
            messages, silent = self._child.channel.messages(), READY_SECONDS
            while (received := await asyncio.wait_for(anext(messages, None), silent)) is not None:
                message, payload = received
                silent = SILENT_SECONDS
                if isinstance(message, Sign) and message.busy_ms > STUCK_SECONDS * 1000:
                    raise TimeoutError
                self._take(message, payload)
                if isinstance(message, LoadDone | Fault):
                    break
        except TimeoutError:
            reason = "The archive does not answer: reading the images was given up."
            log.warning("loader_hangs", does="replaced")
            if self._child is not None:
                self._child.kill()
        except asyncio.CancelledError:  # others needed its room: it is not being read any more
            self.life = load_life.load_after(self.life, LoadEvent.LOST)
            raise
        except (OSError, ChannelError) as error:
            self._fail(errors.INTERNAL, f"The images could not be loaded: {error}.")
        except Exception:
            log.exception("load_failed")
            text = "The images could not be loaded; the render host's log has the details."
            self._fail(errors.INTERNAL, text)
        finally:
            child, self._child = self._child, None
            if child is not None:
                await child.stop()
            self.ended_at = time.monotonic()
        if self.life is LoadState.READING:
            self._lost(reason, gained=self.present_count > before)
        if self.present_count > before:
            self.attempts = 0

    def _lost(self, reason: str, *, gained: bool) -> None:
        """The loader ended, or hung, before it was done. While frames come in between, another one just goes on."""
        self.life = load_life.load_after(self.life, LoadEvent.LOST)
        self._losses = 0 if gained else self._losses + 1
        log.warning("loader_lost", losses=self._losses, present=self.present_count)
        if self._losses:
            last = self._losses >= load_life.MOST_LOSSES
            self._fail(
                errors.UNREADABLE, f"{reason} {'Open the study again.' if last else 'It is tried again.'}"
            )

    def steer(self, near: int) -> None:
        """The reader is at this frame: read near it next."""
        moved, self._near = near != self._near, near
        if self._child is not None and not self.present[near] and moved:
            with suppress(ChannelError):  # its end is told by run()
                self._child.channel.send(Steer(near=near))

    def _take(self, message: FromLoader, payload: bytes) -> None:
        match message:
            case CacheReady():
                self.stack, self.layout = message.description, message.layout
                if self.file.hold(self._shape):
                    log.warning("cache_file_replaced", does="loaded again")
                    self.complete, self.again = False, self.again or GONE
                    for frame in range(len(self.present)):  # those of the file before are not in this one
                        self.move(frame, FrameEvent.DAMAGED)
                self.written += 1
                self.code = self.problem = ""
                self.ready.set()
            case Loaded():
                for frame in message.present:
                    self.move(frame, FrameEvent.READ)
                for frame, problem in message.failed:
                    self.move(frame, FrameEvent.COULD_NOT, problem)
                self._note(message.noticed)
            case PixelStatistics():
                self.statistics = Statistics(
                    low=message.low,
                    high=message.high,
                    minimum=message.minimum,
                    maximum=message.maximum,
                    complete=message.complete,
                )
            case ThumbnailMade():
                self.thumbnail = payload
            case LoadDone():
                self.complete = True
                self.again = ""
                self._losses = 0
                ended = LoadEvent.SOME_LACK if self.absent_count else LoadEvent.ALL_READ
                self.life = load_life.load_after(self.life, ended)
                if message.reduced is not None:
                    self._adopt_reduced(message.reduced)
                if message.problem:  # volumes are drawn from all voxels
                    log.warning("no_reduced_copy", problem=message.problem)
                self._write_notes()
                if message.damaged:
                    log.warning("cache_frames_damaged", frames=message.damaged, does="loaded again")
                ms = round(message.milliseconds)
                log.info("series_loaded", frames=message.present, failed=message.failed, ms=ms)
                self.look_at_files()
            case Sign():
                return
            case Fault():
                self._fail(message.code, message.message)
                return
        self._tell()

    def _fail(self, code: str, problem: str) -> None:
        if problem != self.problem:
            log.warning("load_problem", code=code, problem=problem)
        self.code, self.problem = code, problem
        self.life = load_life.load_after(self.life, LoadEvent.FAULT)
        self.ready.set()
        self._tell()

    def _tell(self) -> None:
        for listener in list(self.listeners):
            listener(self)

    def check_ready(self) -> None:
        """Raises CacheError with the reader's sentence when nothing can be shown."""
        if self.problem and self.descriptor < 0:
            raise CacheError(self.problem, self.code)

    def close(self) -> None:
        """Lets the descriptors go; workers that have the file mapped keep it until they detach."""
        self.file.let_go()
        self.reduced_file.let_go()
        for let_go in list(self.mapped_by):
            let_go(self)
        self.mapped_by.clear()


def _why(error: Exception) -> str:
    """In words, without a path."""
    return error.strerror or "unreadable" if isinstance(error, OSError) else str(error)
