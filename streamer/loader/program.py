"""The loader's run: reserve the cache, read frames in two threads outward from where the reader is, tell the host."""

from __future__ import annotations

import os
import queue
import threading
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from signaling.protocol import errors
from streamer.confinement.child import Confinement
from streamer.dicom.faults import BadFrame
from streamer.ipc.child_channel import ChildChannel
from streamer.ipc.framing import ChannelError
from streamer.ipc.messages import (
    CacheReady,
    Fault,
    Load,
    LoadDone,
    Loaded,
    PixelStatistics,
    Shutdown,
    Sign,
    Steer,
    ThumbnailMade,
    ToLoader,
)  # fmt: skip
from streamer.ipc.volume_cache import (
    CacheFault,
    CacheShape,
    CacheWriter,
    FrameState,
    Percentiles,
    create_cache,
    shape_of,
)
from streamer.loader import limits
from streamer.loader.frame_order import FrameOrder
from streamer.loader.frame_reader import FrameReader
from streamer.loader.reduced_copy import reduce_into, reduced_description, reduction
from streamer.loader.statistics import Statistics
from streamer.loader.thumbnail import thumbnail
from streamer.viewer.stack import Stack

THREADS = 2
REPORT_SECONDS = 0.05
SIGN_SECONDS = 1.0
SPARE_SECONDS = 0.05
NEEDED_TO_DECODE = (
    "pydicom.datadict",
    "pydicom.dataset",
    "pydicom.filereader",
    "streamer.dicom.frame_decoder",
)
"""In steps: whoever is told to load meanwhile goes on after the one at work."""


@dataclass(frozen=True, slots=True)
class _Read:
    """One frame came, or failed with a sentence; `frame` −1: a thread has ended."""

    frame: int
    problem: str = ""
    damaged: bool = False
    notices: tuple[str, ...] = ()


class Loader:
    """Loads one stack."""

    def __init__(self, channel: ChildChannel[ToLoader], load: Load) -> None:
        self._channel = channel
        self._load = load
        self._plan = load.plan
        self._stack = load.plan.stack
        self._began = time.monotonic()
        self._results: queue.Queue[_Read] = queue.Queue()
        self._statistics = Statistics(self._stack)
        self._stop = threading.Event()
        self._failed: dict[int, str] = {}
        self._present = 0
        self._damaged = 0
        self._problem = ""
        self._introduced = False
        self._moved_at = self._began

    def run(self) -> None:
        """Reads everything, or sends a Fault.

        Raises:
            ChannelError: the host is gone.
        """
        if self._stack.fault:
            self._channel.send(Fault(code=errors.UNSUPPORTED, message=self._stack.fault))
            return
        threading.Thread(target=self._give_signs, name="watchdog", daemon=True).start()
        shape = shape_of(self._stack, self._plan.version)
        try:
            self._limit(shape)
            cache = create_cache(Path(self._load.cache_path), shape)
        except CacheFault as fault:
            code = errors.INTERNAL if fault.code == "shape" else errors.DISK_FULL
            self._channel.send(Fault(code=code, message=str(fault)))
            return
        self._channel.send(CacheReady(layout=shape.layout, description=self._stack))
        try:
            self._read_all(cache)
        finally:
            self._stop.set()

    def _give_signs(self) -> None:
        """Every second, whatever the others do: a loader that is stopped falls silent, one that hangs says so."""
        while not self._stop.wait(SIGN_SECONDS):
            busy = int((time.monotonic() - self._moved_at) * 1000)
            try:
                self._channel.send(Sign(busy_ms=busy, next_ms=round(SIGN_SECONDS * 1000), memory_bytes=0))
            except ChannelError:
                return  # The host is gone: the main thread sees the same.

    def _limit(self, shape: CacheShape) -> None:
        paths = {source.path for source in self._plan.sources if source.offset < 0}
        largest = max((_size(Path(self._load.root) / path) for path in paths), default=0)
        limits.limit_memory(shape, self._load.reduce_voxels * 4, largest)
        limits.limit_time(self._plan)

    def _read_all(self, cache: CacheWriter) -> None:
        order = FrameOrder(cache.shape.frames, self._load.first)
        threads = [
            threading.Thread(target=self._work, args=(cache, order), name=f"read-{n}", daemon=True)
            for n in range(THREADS)
        ]
        self._hear(order)
        for thread in threads:
            thread.start()
        self._follow(cache, order, len(threads))
        if self._stop.is_set():
            return
        self._finish(cache)

    def _work(self, cache: CacheWriter, order: FrameOrder) -> None:
        reader = FrameReader(self._plan, Path(self._load.root))
        try:
            while not self._stop.is_set() and (frame := order.take()) is not None:
                self._results.put(self._read(reader, cache, frame))
        finally:
            reader.close()
            self._results.put(_Read(-1))

    def _read(self, reader: FrameReader, cache: CacheWriter, frame: int) -> _Read:
        """One that an earlier loader read is only looked at; where it was damaged since, it is read again."""
        if cache.fits(frame):
            return self._came(cache, frame)
        damaged, failed = cache.was_damaged(frame), cache.states[frame] == FrameState.FAILED
        cache.mark(frame, FrameState.ABSENT)
        try:
            notices = reader.read(frame, cache.pixels[frame], again=bool(failed))
        except (
            Exception
        ) as fault:  # Files come from anywhere: one that trips the decoder must not stop the others.
            cache.mark(frame, FrameState.FAILED)
            known = isinstance(fault, BadFrame)
            problem = str(fault) if known else f"The image can't be decoded ({type(fault).__name__})."
            return _Read(frame, problem)
        cache.mark(frame, FrameState.PRESENT)
        return self._came(cache, frame, damaged=damaged, notices=notices)

    def _came(
        self, cache: CacheWriter, frame: int, *, damaged: bool = False, notices: tuple[str, ...] = ()
    ) -> _Read:
        if self._stack.pixels.samples == 1:
            self._statistics.add(cache.pixels[frame], frame)
        return _Read(frame, damaged=damaged, notices=notices)

    def _follow(self, cache: CacheWriter, order: FrameOrder, threads: int) -> None:
        """Tells the host what has come and hears where the reader goes, until the threads have ended."""
        present: list[int] = []
        failed: list[tuple[int, str]] = []
        noticed: list[tuple[int, str]] = []
        told = last = time.monotonic()
        while threads or present or failed:
            self._hear(order)
            for read in self._arrived(0.0 if self._stop.is_set() else REPORT_SECONDS / 2):
                last = self._moved_at = time.monotonic()
                self._damaged += read.damaged
                if read.frame < 0:
                    threads -= 1
                elif read.problem:
                    failed.append((read.frame, read.problem))
                else:
                    present.append(read.frame)
                    noticed.extend((read.frame, code) for code in read.notices)
            if self._stop.is_set():
                return
            if present and not self._introduced:
                self._channel.send(Loaded(present=(present[0],), noticed=tuple(noticed)))
                self._present += 1
                noticed = []
                self._introduce(cache, present.pop(0))
            now = time.monotonic()
            if (present or failed) and (now - told >= REPORT_SECONDS or not threads):
                self._channel.send(
                    Loaded(
                        present=tuple(present),
                        failed=tuple(failed),
                        noticed=tuple(noticed),
                    )
                )
                self._present += len(present)
                self._failed.update(failed)
                present, failed, noticed, told = [], [], [], now
            if now - last > limits.STUCK_SECONDS:
                self._channel.send(
                    Fault(code=errors.TIMEOUT, message="Reading the images takes too long; it was given up.")
                )
                self._stop.set()

    def _arrived(self, timeout: float) -> list[_Read]:
        arrived = []
        try:
            arrived.append(self._results.get(timeout=timeout) if timeout else self._results.get_nowait())
            while True:
                arrived.append(self._results.get_nowait())
        except queue.Empty:
            return arrived

    def _hear(self, order: FrameOrder) -> None:
        while (received := self._channel.receive(timeout=0.0)) is not None:
            if isinstance(received[0], Steer):
                order.steer(received[0].near)
            elif isinstance(received[0], Shutdown):
                self._stop.set()
                return

    def _introduce(self, cache: CacheWriter, frame: int) -> None:
        """What the first frame tells: a first window and a thumbnail."""
        self._introduced = True
        # Where a run before this one has told them, its first frame tells less.
        statistics = cache.statistics or self._statistics.result(complete=False)
        self._tell(statistics)
        if statistics is not None:
            cache.note_statistics(statistics)
        if self._load.thumbnail:
            self._channel.send(
                ThumbnailMade(), thumbnail(cache.pixels[frame], frame, self._stack, statistics)
            )

    def _tell(self, value: Percentiles | None) -> None:
        if value is not None:
            self._channel.send(
                PixelStatistics(
                    low=value.low,
                    high=value.high,
                    minimum=value.minimum,
                    maximum=value.maximum,
                    complete=value.complete,
                )
            )

    def _finish(self, cache: CacheWriter) -> None:
        statistics = self._statistics.result(complete=not self._failed)
        if statistics is not None:
            cache.note_statistics(statistics)
            self._tell(statistics)
        reduced = None if self._failed else self._reduce(cache)
        self._channel.send(
            LoadDone(
                present=self._present,
                failed=len(self._failed),
                reduced=reduced,
                reduced_layout=None if reduced is None else shape_of(reduced, self._plan.version).layout,
                problem=self._problem,
                damaged=self._damaged,
                milliseconds=(time.monotonic() - self._began) * 1000.0,
            )
        )

    def _reduce(self, cache: CacheWriter) -> Stack | None:
        """Writes the reduced copy where one is wanted; without room for it there is none, and that is said."""
        if (
            not self._load.reduced_path
            or (factors := reduction(self._stack, self._load.reduce_voxels)) is None
        ):
            return None
        description = reduced_description(self._stack, factors)
        try:
            copy = create_cache(Path(self._load.reduced_path), shape_of(description, self._plan.version))
        except CacheFault as fault:
            self._problem = f"No copy for volume rendering could be made. {fault}"
            return None
        wanted = [frame for frame in range(copy.shape.frames) if not copy.fits(frame)]
        if wanted:
            os.nice(10)  # the reader already scrolls; volumes can wait for a core
        self._damaged += sum(copy.present(frame) for frame in wanted)
        for frame in wanted:
            copy.mark(frame, FrameState.ABSENT)
            reduce_into(cache.pixels, factors, copy.pixels, frame, self._stack)
            copy.mark(frame, FrameState.PRESENT)
            self._moved_at = time.monotonic()
        return description


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def serve(channel: ChildChannel[ToLoader], confined: Confinement) -> None:
    """Waits for Load, loads, and ends; also when the host is gone."""
    try:
        received = _waited(channel)
        if received is not None and isinstance(received[0], Load):
            limits.limit_files(confined, received[0])
            Loader(channel, received[0]).run()
    except ChannelError:
        return  # The host is gone, and so are we.


def _waited(channel: ChildChannel[ToLoader]) -> tuple[ToLoader, bytes] | None:
    """What the host says first. One that waits as a spare brings in what compressed images need, before somebody waits for it.

    One that is started for a load has it there already. Threads are not used: they would not be under the limit of files.
    """
    for module in NEEDED_TO_DECODE:
        if (received := channel.receive(timeout=SPARE_SECONDS)) is not None:
            return received
        import_module(module)
    return channel.receive()
