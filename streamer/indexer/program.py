"""The indexer's loop: answers in the main thread while the scan runs in another."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import assert_never

from signaling.protocol.records import ArchiveInfo
from streamer.dicom.index import Index, IndexFault
from streamer.indexer.index_disk import IndexDisk
from streamer.indexer.meanwhile import Meanwhile
from streamer.indexer.questions import Questions
from streamer.indexer.reach import Reach
from streamer.indexer.scanner import Scanner, ScanStatus
from streamer.ipc.child_channel import ChildChannel
from streamer.ipc.framing import ChannelError
from streamer.ipc.messages import (
    DescribeStudy,
    IndexStatus,
    QueryWorklist,
    Scan,
    Shutdown,
    ToIndexer,
)

STATUS_SECONDS = 0.25
REST_SECONDS = 1.0


class StatusLine:
    """The newest status for the host, said on change and at most every STATUS_SECONDS."""

    def __init__(self, channel: ChildChannel[ToIndexer], archive: str, title: str) -> None:
        self._channel = channel
        self._archive = archive
        self._title = title
        self._lock = threading.Lock()
        self._newest: ScanStatus | None = None
        self._said: ScanStatus | None = None
        self._said_at = 0.0

    def note(self, status: ScanStatus) -> None:
        """Called by the scan."""
        with self._lock:
            self._newest = status

    @property
    def pace(self) -> float:
        """Seconds between two looks at whether there is something new to say: few while a scan goes on."""
        return STATUS_SECONDS if self._said is None or self._said.scanning else REST_SECONDS

    def say(self) -> float | None:
        """Sends what is new where it is time; the seconds until it may speak again, None when there is nothing to say."""
        with self._lock:
            status = self._newest
            if status is None or status == self._said:
                return None
            wait = self._said_at + STATUS_SECONDS - time.monotonic()
            if wait > 0:
                return wait
            self._said, self._said_at = status, time.monotonic()
        self._channel.send(
            IndexStatus(
                archive=ArchiveInfo(
                    archive=self._archive,
                    title=self._title,
                    studies=status.studies,
                    files_seen=status.files_seen,
                    files_total=status.files_total,
                    scanning=status.scanning,
                    problem=status.problem,
                    problem_since=status.since,
                ),
                sample=status.sample,
            )
        )
        return None


def run(
    channel: ChildChannel[ToIndexer], root: Path, index_path: Path, title: str, reach: Reach | None = None
) -> None:
    """Serves until the host says Shutdown or closes the channel, or another indexer must take over (see Reach)."""
    try:
        index = _opened(channel, root, index_path, title)
        if index is None:
            return
    except ChannelError:
        return  # The host is gone, and so are we.
    line = StatusLine(channel, index.archive, title)
    scanner = Scanner(root, index_path, line.note, reach)
    scanner.start()
    try:
        _serve(channel, index, root, line, scanner, reach)
    except ChannelError:
        pass
    finally:
        scanner.stop()
        index.close()


def _opened(channel: ChildChannel[ToIndexer], root: Path, index_path: Path, title: str) -> Index | None:
    """The index, as soon as it can be used; until then what it lists is answered from, where that can be read.

    None where the host says Shutdown.
    """
    disk = IndexDisk()
    while True:
        try:
            index = Index(index_path)
        except IndexFault as fault:
            disk.failed(str(fault))
            with Meanwhile(channel, root, index_path, title) as meanwhile:
                meanwhile.say(str(fault), disk.since)
                if not meanwhile.serve(disk):
                    return None
        else:
            disk.worked()
            return index


def _serve(
    channel: ChildChannel[ToIndexer],
    index: Index,
    root: Path,
    line: StatusLine,
    scanner: Scanner,
    reach: Reach | None,
) -> None:
    # Where the folder is another one, the scanner finds that out at its next look, and ends this program.
    questions = Questions(
        channel, index, root, lambda: reach is not None and reach.is_shut_out, scanner.look_now
    )
    while not scanner.is_outgrown:
        if (silent := scanner.silent()) is not None:
            line.note(silent)
        wait = line.say()
        received = channel.receive(timeout=line.pace if wait is None else min(wait, STATUS_SECONDS))
        if received is None:
            continue
        message, _ = received
        if isinstance(message, Shutdown):
            return
        if isinstance(message, Scan):
            scanner.look_now()
        elif isinstance(message, QueryWorklist | DescribeStudy):
            questions.answer(message, scanner.look_soon, silent=silent is not None)
        else:
            assert_never(message)
