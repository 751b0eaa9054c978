"""The questions of a host to the index: which studies there are, and what one of them is made of."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import structlog

from signaling.protocol import errors
from streamer.dicom.index import Index
from streamer.dicom.sources.folder import SourceFault
from streamer.dicom.worklist import worklist
from streamer.indexer.scanner import SILENT
from streamer.indexer.study_description import describe_study
from streamer.ipc.child_channel import ChildChannel
from streamer.ipc.framing import ChannelError
from streamer.ipc.messages import DescribeStudy, Fault, QueryWorklist, ToIndexer, WorklistRows

log = structlog.get_logger()
GONE = "The archive has no study of this number any more: its files are gone."
ANOTHER_FOLDER = (
    "The archive's folder is another one since a moment ago: something was mounted there, or is no more. "
    "It is looked at anew; try again in a few seconds."
)
UNLISTED = (
    "The archive has no study of this number in its list: it is gone, or came so lately that it is not listed yet. "
    "The archive is looked through soon; try again in a minute."
)


class Questions:
    """Answers from one open index over the archive in the folder `root`.

    `is_shut_out` says whether the folder is another one than that which this program may open; then it is looked at anew.
    """

    def __init__(
        self,
        channel: ChildChannel[ToIndexer],
        index: Index,
        root: Path,
        is_shut_out: Callable[[], bool] = lambda: False,
        look_now: Callable[[], None] = lambda: None,
    ) -> None:
        self._is_shut_out = is_shut_out
        self._look_now = look_now
        self._channel = channel
        self._index = index
        self._root = root

    def answer(
        self, message: QueryWorklist | DescribeStudy, look_soon: Callable[[], None], *, silent: bool
    ) -> None:
        """Sends the answer, or a Fault. `look_soon` is called where something is asked for that is not listed.

        Raises:
            ChannelError: the host is gone.
        """
        try:
            try:
                self._answer(self._index, message, look_soon, silent=silent)
            except sqlite3.OperationalError:
                # What was found out on the way can't be kept where the disk is full; the answer needs it all the same.
                with self._index.copied() as copy:
                    self._answer(copy, message, look_soon, silent=silent)
        except sqlite3.Error as error:
            sentence = f"The archive's index can't be read: {error}."
            self._channel.send(Fault(code=errors.INTERNAL, message=sentence, request=message.request))
        except ChannelError:
            raise
        except Exception as error:  # Files come from anywhere: one odd study must not cost the whole archive.
            log.error("question_failed", kind=type(message).__name__, error=type(error).__name__)
            sentence = "The archive's index can't answer this; the render host's log names the error."
            self._channel.send(Fault(code=errors.INTERNAL, message=sentence, request=message.request))

    def _answer(
        self,
        index: Index,
        message: QueryWorklist | DescribeStudy,
        look_soon: Callable[[], None],
        *,
        silent: bool,
    ) -> None:
        if isinstance(message, QueryWorklist):
            rows, total = worklist(index.connection, index.archive, message.filter)
            if not rows:
                look_soon()
            self._channel.send(WorklistRows(request=message.request, rows=rows, total=total))
            return
        try:
            if silent:
                raise SourceFault(SILENT)
            was_listed = next(index.files_of(message.study), None) is not None
            described = describe_study(index, self._root, message.request, message.study)
        except SourceFault as fault:
            sentence = f"The archive can't be asked for this study. {fault} Try again when it is back."
            if not silent and self._is_shut_out():
                sentence = ANOTHER_FOLDER
                self._look_now()
            self._channel.send(Fault(code=errors.UNREADABLE, message=sentence, request=message.request))
            return
        if described is None:
            look_soon()
            sentence = GONE if was_listed else UNLISTED
            self._channel.send(Fault(code=errors.UNKNOWN_STUDY, message=sentence, request=message.request))
        else:
            self._channel.send(described)
