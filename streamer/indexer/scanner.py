"""The scan: a thread that keeps the index in step with the folder and says how far it is."""

from __future__ import annotations

import math
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from streamer.dicom import archive_path
from streamer.dicom.faults import BadFile, NotDicom, NotReadNow
from streamer.dicom.header import read_header
from streamer.dicom.index import FileStatus, Index, IndexFault, ReadFile
from streamer.dicom.sources.folder import YOUNG_SECONDS, FolderSource, SourceFault, Walk
from streamer.indexer.comparing import compared
from streamer.indexer.folder_watch import FolderWatch
from streamer.indexer.index_disk import IndexDisk
from streamer.indexer.pace import LOOK_SECONDS, full_look_after, rest_after
from streamer.indexer.presence import Presence
from streamer.indexer.reach import Reach
from streamer.indexer.retries import Retries
from streamer.indexer.sample import Sample, sample_of

log = structlog.get_logger()
SILENT_SECONDS = 15.0
"""A disk that has not answered a question for so long is said to be silent."""
_BATCH_FILES = 64
_BATCH_SECONDS = 0.15
_MOST_SENTENCES = 4
SILENT = "The archive's folder does not answer."
FREE = "Free some disk space or name another place; it is tried again."


@dataclass(frozen=True, slots=True)
class ScanStatus:
    """How far the scan is; `problem` is a sentence about the folder, which holds `since` then (Unix seconds; 0 = not known)."""

    studies: int = 0
    files_seen: int = 0
    files_total: int = 0
    scanning: bool = True
    problem: str = ""
    since: float = 0.0
    sample: Sample | None = None


class Scanner:
    """Owns the scanning thread. `tell` is called with each new status, from that thread."""

    def __init__(
        self, root: Path, index_path: Path, tell: Callable[[ScanStatus], None], reach: Reach | None = None
    ) -> None:
        self._root = root
        self._reach = reach
        self._source = FolderSource(root, self._tick, reach.met if reach is not None else None)
        self.is_outgrown = False
        """It needs to open what this program may not: another one must take over."""
        self._index_path = index_path
        self._tell = tell
        self._wake = threading.Event()
        self._stopping = False
        self._asked = False
        self._wanted = False
        self._watch: FolderWatch | None = None
        self._named: set[str] = set()
        """Folders in which something changed since the last look at them."""
        self._thread = threading.Thread(target=self._run, name="scan", daemon=True)
        self._retries = Retries()
        self._disk = IndexDisk()
        self._away = ""
        """Why the archive, or a part of it, is not to be seen."""
        self._away_since = 0.0
        self._last = ScanStatus()
        self._walk_problems: list[str] = []
        self._compared = False
        self._sample: Sample | None = None
        """As of the last look that changed something; None until the first is done."""
        self._sample_due = True
        self._at_work_since: float | None = None

    def start(self) -> None:
        """Starts the thread; the first look is at once."""
        self._thread.start()

    def look_now(self) -> None:
        """Looks at every file again, now."""
        self._asked = True
        self._wake.set()

    def look_soon(self) -> None:
        """Something is asked for that is not listed: the next look follows the last one sooner than by itself."""
        self._wanted = True
        self._wake.set()

    def stop(self, timeout: float = 5.0) -> None:
        """Ends the thread; what was read is kept."""
        self._stopping = True
        self._wake.set()
        self._thread.join(timeout)

    def silent(self) -> ScanStatus | None:
        """What to say where the disk has not answered for SILENT_SECONDS; None where it does. From any thread."""
        since = self._at_work_since
        waited = 0.0 if since is None else time.monotonic() - since
        if waited < SILENT_SECONDS:
            return None
        problem = still_listed(SILENT, self._last.studies)
        return replace(self._last, scanning=False, problem=problem, since=round(time.time() - waited))

    def _tick(self) -> None:
        """The disk has answered."""
        self._at_work_since = time.monotonic()

    def _run(self) -> None:
        opened = self._opened()
        if opened is None:
            return
        with opened as index, closing(FolderWatch(self._root)) as self._watch:
            self._last = replace(self._last, studies=index.study_count())
            presence = Presence(index)
            last_full, full_spent = -math.inf, 0.0
            while not self._stopping:
                began = time.monotonic()
                full = self._asked or began - last_full >= full_look_after(full_spent)
                self._asked = self._wanted = False
                self._wake.clear()
                self._tick()
                glance = self._source.glance(presence.disks)
                self._try(index, lambda full=full: self._look(index, presence, full=full))  # type: ignore[misc]
                spent = time.monotonic() - began
                last_full, full_spent = (began, spent) if full else (last_full, full_spent)
                self._pause(index, presence, glance, spent)

    def _opened(self) -> Index | None:
        """The index, as soon as it can be opened; None where this ends before."""
        while not self._stopping:
            try:
                return Index(self._index_path)
            except IndexFault as fault:
                self._not_kept(str(fault))
                self._wake.wait(self._disk.seconds)
                self._wake.clear()
        return None

    def _not_kept(self, sentence: str) -> None:
        """The index took nothing: what it lists stays so, and is said to be of before."""
        self._disk.failed(sentence)
        problem = still_listed(f"{sentence} {FREE}", self._last.studies)
        self._say(replace(self._last, scanning=False, problem=problem, since=self._disk.since))

    def _try(self, index: Index, work: Callable[[], None]) -> None:
        try:
            self._tick()
            work()
            self._disk.worked()
        except sqlite3.Error as error:
            self._not_kept(f"The archive's index can't be written: {error}.")
        except Exception as error:  # It looks again later, and says meanwhile that the list may be old.
            log.error("scan_failed", error=type(error).__name__)
            sentence = f"The archive could not be looked through ({type(error).__name__}); it is tried again."
            self._say(ScanStatus(index.study_count(), scanning=False, problem=sentence))
        finally:
            self._at_work_since = None

    def _pause(self, index: Index, presence: Presence, glance: object, spent: float) -> None:
        """Waits for the next look after one that took `spent` seconds. A disk that comes or goes ends it; news shorten it.

        Files that could not be read are tried meanwhile.
        """
        began = time.monotonic()
        while not self._stopping and not self._asked:
            now = time.monotonic()
            self._hear()
            until = began + rest_after(spent, news=self._wanted or bool(self._named))
            until = max(until, now + self._disk.seconds)
            if until <= now:
                return
            due = None if self._disk.seconds else self._retries.next_in(now)
            wait = min(until - now, LOOK_SECONDS if due is None else min(LOOK_SECONDS, due))
            if self._wake.wait(max(0.01, wait)):
                self._wake.clear()
                continue
            if due is not None and self._retries.next_in(time.monotonic()) == 0.0:
                self._try(index, lambda: self._try_again(index))
            self._tick()
            changed = self._source.glance(presence.disks) != glance
            self._at_work_since = None
            if changed and not self._disk.seconds:
                return

    def _hear(self) -> None:
        if self._watch is not None:
            self._named |= self._watch.named()

    def _ask_reach(self) -> bool:
        """Whether it may open all that it meets; else its thread ends."""
        if self._reach is not None and self._reach.is_outgrown():
            self.is_outgrown = self._stopping = True
        return not self.is_outgrown

    def _look(self, index: Index, presence: Presence, *, full: bool) -> None:
        self._hear()
        try:
            walk = self._source.walk(every_file=full, named=self._named)
            if not self._ask_reach():
                return
        except SourceFault as fault:
            if not self._ask_reach():
                return
            self._note_away(still_listed(str(fault), index.study_count()))
            self._say(ScanStatus(studies=index.study_count(), scanning=False))
            return
        self._named = self._watch.follow(walk.folders) if self._watch is not None else set()
        known, unread = index.statuses(), index.unread()
        now = time.monotonic()
        verdict = presence.judge(known, walk, now)
        self._note_away(still_listed(verdict.problem, index.study_count()) if verdict.problem else "")
        self._retries.keep(path for path in unread if path in walk.files)
        new = [
            status
            for path, status in walk.files.items()
            if known.get(path) != (status.size, status.mtime_ns)
            and (full or not self._retries.waits(path, now))
        ]
        vanished = [path for path in unread if path not in walk.files and path not in known]
        if verdict.gone or vanished:
            index.write((), [*verdict.gone, *vanished])
        self._read_all(index, new, walk)
        if not self._away and not self._stopping and (self._sample_due or verdict.gone):
            self._tick()
            self._sample, self._sample_due = sample_of(index, self._root), False
        self._say(self._last)

    def _read_all(self, index: Index, new: list[FileStatus], walk: Walk) -> None:
        total = len(walk.files)
        seen = total - len(new)
        batch: list[ReadFile] = []
        began = time.monotonic()
        self._walk_problems = walk.problems
        problem = _joined(walk.problems)
        if any(not self._retries.waits(status.path, 0.0) for status in new):
            self._say(ScanStatus(index.study_count(), seen, total, scanning=True, problem=problem))
        for status in new:
            if self._stopping:
                break
            batch.append(self._read(status))
            if len(batch) >= _BATCH_FILES or time.monotonic() - began >= _BATCH_SECONDS:
                index.write(batch)
                seen += len(batch)
                batch, began = [], time.monotonic()
                self._say(ScanStatus(index.study_count(), seen, total, scanning=True, problem=problem))
        index.write(batch)
        if new or not self._compared:
            self._compare(index)
        problem = _joined([*walk.problems, *_unreadable(index)])
        self._say(ScanStatus(index.study_count(), seen + len(batch), total, scanning=False, problem=problem))

    def _compare(self, index: Index) -> None:
        """Files that may be copies, so that opening needs not; what could not be read is tried when anything is new."""

        def goes_on() -> bool:
            self._tick()
            return not self._stopping

        self._compared = True
        for study in index.uncompared():
            if goes_on():
                compared(index, self._root, list(index.files_of(study)), goes_on)

    def _try_again(self, index: Index) -> None:
        """The files that could not be read and whose time has come, without a look at the others."""
        read: list[ReadFile] = []
        for path in self._retries.due(time.monotonic()):
            if self._stopping:
                return
            try:
                status = self._source.status(path)
            except OSError:
                self._retries.failed(path, time.monotonic())
                continue
            if status is None:
                self._retries.read(path)  # The next look says what became of it.
            else:
                read.append(self._read(status))
        index.write(read)
        if any(not item.unread for item in read):
            problem = _joined([*self._walk_problems, *_unreadable(index)])
            self._say(replace(self._last, studies=index.study_count(), problem=problem))

    def _read(self, status: FileStatus) -> ReadFile:
        self._tick()
        read = read_file(self._root, status)
        if read.unread:
            self._retries.failed(status.path, time.monotonic())
        else:
            self._retries.read(status.path)
            self._sample_due = True
        return read

    def _note_away(self, problem: str) -> None:
        if not problem:
            self._away_since = 0.0
        elif not self._away:
            self._away_since = round(time.time())
        self._away = problem

    def _say(self, status: ScanStatus) -> None:
        """What keeps the archive from being seen comes before all else."""
        if self._away:
            status = replace(status, problem=self._away, since=self._away_since)
        self._last = status = replace(status, sample=self._sample)
        self._tell(status)


def read_file(root: Path, status: FileStatus) -> ReadFile:
    """A file's header, or in words why it has none."""
    try:
        return ReadFile(status, read_header(archive_path.on_disk(root, status.path)))
    except NotDicom:
        return ReadFile(status)
    except NotReadNow as fault:
        return ReadFile(status, unread=str(fault))
    except BadFile as fault:
        return ReadFile(status, problem=str(fault))
    except (OSError, MemoryError):
        return ReadFile(status, unread="A file can't be read now.")
    except Exception as fault:  # Files come from anywhere: one that trips the parser must not stop the scan.
        return ReadFile(status, problem=f"A file can't be understood ({type(fault).__name__}).")


def still_listed(problem: str, studies: int) -> str:
    """A sentence on what keeps an archive from being seen, and how many studies are listed all the same."""
    if not studies:
        return problem
    are = "1 study is" if studies == 1 else f"{studies} studies are"
    return f"{problem} {are} still listed from before."


def _joined(sentences: list[str]) -> str:
    more = len(sentences) - _MOST_SENTENCES
    said = sentences[:_MOST_SENTENCES] + ([f"And {more} more such lines."] if more > 0 else [])
    return " ".join(said)


def _unreadable(index: Index) -> list[str]:
    """In words the files that are not listed: damaged ones, those that may still be being written, and unread ones by cause."""
    said = []
    bad, young = index.bad_counts(time.time_ns() - int(YOUNG_SECONDS * 1e9))
    if bad > young:
        said.append(f"{_files(bad - young)} damaged and not listed.")
    if young:
        said.append(f"{_files(young)} not complete, perhaps still being written, and not listed yet.")
    for problem, count in Counter(index.unread().values()).most_common(_MOST_SENTENCES):
        cause = problem.rpartition(": ")[2].rstrip(".") if ": " in problem else ""
        why = f" ({cause})" if cause else ""
        said.append(f"{count} file{'' if count == 1 else 's'} can't be read now{why}; tried again.")
    return said


def _files(count: int) -> str:
    return f"{count} file{' is' if count == 1 else 's are'}"
