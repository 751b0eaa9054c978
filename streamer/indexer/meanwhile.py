"""While the index can't be opened, its disk being full or away: what it lists is answered from a copy in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from signaling.protocol import errors
from signaling.protocol.records import ArchiveInfo
from streamer.dicom.index import Index, IndexFault
from streamer.indexer.index_disk import IndexDisk
from streamer.indexer.questions import Questions
from streamer.indexer.scanner import FREE, still_listed
from streamer.ipc.child_channel import ChildChannel
from streamer.ipc.messages import DescribeStudy, Fault, IndexStatus, QueryWorklist, Scan, Shutdown, ToIndexer


class Meanwhile:
    """Between two tries to open an index. Within the block it holds the copy, where there is one."""

    def __init__(self, channel: ChildChannel[ToIndexer], root: Path, index_path: Path, title: str) -> None:
        self._channel = channel
        self._root = root
        self._title = title
        self._problem = ""
        try:
            self._listed: Index | None = Index.listed_in(index_path)
        except IndexFault:
            self._listed = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._listed is not None:
            self._listed.close()

    def say(self, fault: str, since: float) -> None:
        """Why the index can't be opened, and since when (Unix seconds), to the host.

        Raises:
            ChannelError: the host is gone.
        """
        studies = self._listed.study_count() if self._listed is not None else 0
        self._problem = still_listed(f"{fault} {FREE}", studies)
        if self._listed is None:
            self._channel.send(Fault(code=errors.INTERNAL, message=self._problem))
            return
        info = ArchiveInfo(
            archive=self._listed.archive, title=self._title, studies=studies, scanning=False,
            problem=self._problem, problem_since=since,
        )  # fmt: skip
        self._channel.send(IndexStatus(archive=info))

    def serve(self, disk: IndexDisk) -> bool:
        """Answers until it is time to try again, or the host asks for a look; False where it says Shutdown.

        Raises:
            ChannelError: the host is gone.
        """
        questions = Questions(self._channel, self._listed, self._root) if self._listed is not None else None
        while (left := disk.seconds) > 0.0:
            received = self._channel.receive(timeout=left)
            match received[0] if received is not None else None:
                case Shutdown():
                    return False
                case Scan():
                    return True
                case QueryWorklist() | DescribeStudy() as question if questions is not None:
                    questions.answer(question, lambda: None, silent=False)
                case QueryWorklist() | DescribeStudy() as question:
                    self._channel.send(
                        Fault(code=errors.INTERNAL, message=self._problem, request=question.request)
                    )
        return True
