"""The indexer's loop: answers in the main thread while the scan runs in another."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path
from typing import assert_never

import structlog

from signaling.protocol import errors
from signaling.protocol.records import ArchiveInfo
from streamer.dicom.index import Index, IndexFault
from streamer.dicom.sources.folder import SourceFault
from streamer.dicom.worklist import worklist
from streamer.indexer.reach import Reach
from streamer.indexer.scanner import SILENT, Scanner, ScanStatus
from streamer.indexer.study_description import describe_study
from streamer.ipc.child_channel import ChildChannel
from streamer.ipc.framing import ChannelError
from streamer.ipc.messages import (
    DescribeStudy,
    Fault,
    IndexStatus,
    QueryWorklist,
    Scan,
    Shutdown,
    ToIndexer,
    WorklistRows,
)

log = structlog.get_logger()
STATUS_SECONDS = 0.25
REST_SECONDS = 1.0
GONE = "The archive has no study of this number any more: its files are gone."
UNLISTED = (
    "The archive has no study of this number in its list: it is gone, or came so lately that it is not listed yet. "
    "The archive is looked through soon; try again in a minute."
)


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
        index = Index(index_path)
    except IndexFault as fault:
        channel.send(Fault(code=errors.INTERNAL, message=str(fault)))
        return
    line = StatusLine(channel, index.archive, title)
    scanner = Scanner(root, index_path, line.note, reach)
    scanner.start()
    try:
        _serve(channel, index, root, line, scanner)
    except ChannelError:
        pass  # The host is gone, and so are we.
    finally:
        scanner.stop()
        index.close()


def _serve(
    channel: ChildChannel[ToIndexer], index: Index, root: Path, line: StatusLine, scanner: Scanner
) -> None:
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
            try:
                _answer(channel, index, root, message, scanner, silent=silent is not None)
            except sqlite3.Error as error:
                sentence = f"The archive's index can't be read: {error}."
                channel.send(Fault(code=errors.INTERNAL, message=sentence, request=message.request))
            except ChannelError:
                raise
            except (
                Exception
            ) as error:  # Files come from anywhere: one odd study must not cost the whole archive.
                log.error("question_failed", kind=type(message).__name__, error=type(error).__name__)
                sentence = "The archive's index can't answer this; the render host's log names the error."
                channel.send(Fault(code=errors.INTERNAL, message=sentence, request=message.request))
        else:
            assert_never(message)


def _answer(
    channel: ChildChannel[ToIndexer],
    index: Index,
    root: Path,
    message: QueryWorklist | DescribeStudy,
    scanner: Scanner,
    *,
    silent: bool,
) -> None:
    if isinstance(message, QueryWorklist):
        rows, total = worklist(index.connection, index.archive, message.filter)
        if not rows:
            scanner.look_soon()
        channel.send(WorklistRows(request=message.request, rows=rows, total=total))
        return
    try:
        if silent:
            raise SourceFault(SILENT)
        was_listed = next(index.files_of(message.study), None) is not None
        described = describe_study(index, root, message.request, message.study)
    except SourceFault as fault:
        sentence = f"The archive can't be asked for this study. {fault} Try again when it is back."
        channel.send(Fault(code=errors.UNREADABLE, message=sentence, request=message.request))
        return
    if described is None:
        scanner.look_soon()
        sentence = GONE if was_listed else UNLISTED
        channel.send(Fault(code=errors.UNKNOWN_STUDY, message=sentence, request=message.request))
    else:
        channel.send(described)
