"""The scan: a thread that keeps the index in step with the folder and says how far it is."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from streamer.dicom.faults import BadFile, NotDicom
from streamer.dicom.header import read_header
from streamer.dicom.index import FileStatus, Index, ReadFile
from streamer.dicom.sources.folder import FolderSource, SourceFault, Walk

log = structlog.get_logger()
LOOK_SECONDS = 3.0
_FULL_LOOK_SECONDS = 30.0
_BUSY_SHARE = 100.0
"""Looking again costs at most one part in this of the time."""
_BATCH_FILES = 64
_BATCH_SECONDS = 0.15


@dataclass(frozen=True, slots=True)
class ScanStatus:
    """How far the scan is; `problem` is a sentence about the folder."""

    studies: int = 0
    files_seen: int = 0
    files_total: int = 0
    scanning: bool = True
    problem: str = ""


class Scanner:
    """Owns the scanning thread. `tell` is called with each new status, from that thread."""

    def __init__(self, root: Path, index_path: Path, tell: Callable[[ScanStatus], None]) -> None:
        self._root = root
        self._source = FolderSource(root)
        self._index_path = index_path
        self._tell = tell
        self._wake = threading.Event()
        self._stopping = False
        self._asked = False
        self._thread = threading.Thread(target=self._run, name="scan", daemon=True)

    def start(self) -> None:
        """Starts the thread; the first look is at once."""
        self._thread.start()

    def look_now(self) -> None:
        """Looks at every file again, now."""
        self._asked = True
        self._wake.set()

    def stop(self, timeout: float = 5.0) -> None:
        """Ends the thread; what was read is kept."""
        self._stopping = True
        self._wake.set()
        self._thread.join(timeout)

    def _run(self) -> None:
        with Index(self._index_path) as index:
            last_full = -_FULL_LOOK_SECONDS
            while not self._stopping:
                began = time.monotonic()
                full = self._asked or began - last_full >= _FULL_LOOK_SECONDS
                self._asked = False
                self._wake.clear()
                try:
                    self._look(index, full=full)
                except sqlite3.Error as error:
                    sentence = f"The archive's index can't be written: {error}. Free some disk space or name another place."
                    self._tell(ScanStatus(scanning=False, problem=sentence))
                except (
                    Exception
                ) as error:  # It looks again later, and says meanwhile that the list may be old.
                    log.error("scan_failed", error=type(error).__name__)
                    sentence = f"The archive could not be looked through ({type(error).__name__}); it is tried again."
                    self._tell(ScanStatus(index.study_count(), scanning=False, problem=sentence))
                spent = time.monotonic() - began
                last_full = began if full else last_full
                if not self._stopping:
                    self._wake.wait(max(LOOK_SECONDS, min(300.0, spent * _BUSY_SHARE)))

    def _look(self, index: Index, *, full: bool) -> None:
        try:
            walk = self._source.walk(every_file=full)
        except SourceFault as fault:
            self._tell(ScanStatus(studies=index.study_count(), scanning=False, problem=str(fault)))
            return
        known = index.statuses()
        new = [
            status for path, status in walk.files.items() if known.get(path) != (status.size, status.mtime_ns)
        ]
        gone = _vanished(known, walk)
        if gone:
            index.write((), gone)
        self._read_all(index, new, len(walk.files), walk.problems)

    def _read_all(self, index: Index, new: list[FileStatus], total: int, problems: list[str]) -> None:
        seen = total - len(new)
        batch: list[ReadFile] = []
        began = time.monotonic()
        problem = problems[0] if problems else ""
        if new:
            self._tell(ScanStatus(index.study_count(), seen, total, scanning=True, problem=problem))
        for status in new:
            if self._stopping:
                break
            batch.append(read_file(self._root, status))
            if len(batch) >= _BATCH_FILES or time.monotonic() - began >= _BATCH_SECONDS:
                index.write(batch)
                seen += len(batch)
                batch, began = [], time.monotonic()
                self._tell(ScanStatus(index.study_count(), seen, total, scanning=True, problem=problem))
        index.write(batch)
        problem = problem or _damaged(index.bad_count())
        self._tell(ScanStatus(index.study_count(), seen + len(batch), total, scanning=False, problem=problem))


def read_file(root: Path, status: FileStatus) -> ReadFile:
    """A file's header, or in words why it has none."""
    try:
        return ReadFile(status, read_header(root / status.path))
    except NotDicom:
        return ReadFile(status)
    except BadFile as fault:
        return ReadFile(status, problem=str(fault))
    except Exception as fault:  # Files come from anywhere: one that trips the parser must not stop the scan.
        return ReadFile(status, problem=f"A file can't be understood ({type(fault).__name__}).")


def _damaged(count: int) -> str:
    if not count:
        return ""
    return f"{count} file{'s are' if count > 1 else ' is'} damaged and not listed."


def _vanished(known: dict[str, tuple[int, int]], walk: Walk) -> list[str]:
    """Files that are no more. Those in unreadable folders, or beyond where the walk gave up, are not known to be gone."""
    if not walk.complete:
        return []
    gone = [path for path in known if path not in walk.files]
    return [path for path in gone if not any(path.startswith(folder) for folder in walk.unreadable)]
