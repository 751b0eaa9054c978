"""One archive of a host: its indexer child, restarted when it dies, and the questions it answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import structlog

from signaling.protocol import errors
from signaling.protocol.records import ArchiveInfo, StudyRow, WorklistFilter
from streamer.errors import StudyError
from streamer.ipc.child_process import ChildProcess, how_it_ended
from streamer.ipc.framing import ChannelError
from streamer.ipc.messages import (
    DescribeStudy,
    Fault,
    FromIndexer,
    IndexStatus,
    QueryWorklist,
    StudyDescribed,
    WorklistRows,
)
from streamer.session.restart_pace import RestartPace

log = structlog.get_logger()
ANSWER_SECONDS = 10.0
UNANSWERED_KILLED = 2
"""Questions in a row without any word from the indexer, after which it hangs."""
RESTART_SECONDS = 0.5
RETRY_SECONDS = 5.0


class Archive:
    """A folder of DICOM files, known through its indexer. `name` is what it is called in the options, empty where it isn't."""

    def __init__(
        self,
        root: Path,
        index: Path,
        title: str,
        on_status: Callable[[ArchiveInfo], None],
        name: str = "",
    ) -> None:
        self.root = root
        self.name = name
        self.sample: tuple[tuple[str, str], ...] | None = None
        self._called = ""
        self._index = index
        self._title = title
        self._on_status = on_status
        self.info: ArchiveInfo | None = None
        self.known = asyncio.Event()
        self.named = asyncio.Event()
        """The server has said what all call it."""
        self._child: ChildProcess[FromIndexer] | None = None
        self._answers: dict[int, asyncio.Future[WorklistRows | StudyDescribed]] = {}
        self._request = 0
        self._unanswered = 0
        self._has_spoken = False

    async def run(self) -> None:
        """Keeps the indexer alive until cancelled; where it dies again and again, the next one comes later and later."""
        pace = RestartPace(RESTART_SECONDS)
        try:
            while True:
                arguments = ("--root", str(self.root), "--index", str(self._index), "--title", self._title)
                try:
                    self._child = await ChildProcess.start("streamer.indexer", FromIndexer, arguments)
                except OSError as error:
                    log.error("indexer_start_failed", problem=str(error))
                    await asyncio.sleep(RETRY_SECONDS)
                    continue
                try:
                    async for message, _ in self._child.channel.messages():
                        self._take(message)
                except ChannelError as error:
                    log.warning("indexer_channel", problem=str(error))
                self._unanswered, self._has_spoken = 0, False
                self._fail_waiting("The index of this archive stopped and is being restarted. Try again.")
                code = await self._child.ended()
                await self._child.stop()
                # One that must open more than it may ends in order, and the next one does.
                wait = RESTART_SECONDS if code == 0 else pace.died()
                log.warning("indexer_restart", reason=how_it_ended(code), replaced_in_seconds=wait)
                await asyncio.sleep(wait)
        finally:
            self._fail_waiting("The host is stopping.")
            if self._child is not None:
                await self._child.stop()

    @property
    def pid(self) -> int | None:
        """The indexer's process id; None while there is none."""
        return self._child.pid if self._child is not None else None

    @property
    def own(self) -> str:
        """The id in its index; empty until that is known. What is kept on this machine goes by it."""
        return self.info.archive if self.info is not None else ""

    @property
    def id(self) -> str:
        """What all call it: what the server said, else its own id."""
        return self._called or self.own

    def call(self, shared: str) -> None:
        """The server says what all call it; empty: by its own id."""
        self._called = shared

    async def worklist(self, filter_: WorklistFilter, asked: str = "") -> tuple[tuple[StudyRow, ...], int]:
        """Rows and how many match in all; the rows name the archive by the id that was `asked` for.

        Raises:
            StudyError: the index does not answer.
        """
        answer = await self._ask(lambda request: QueryWorklist(request=request, filter=filter_))
        assert isinstance(answer, WorklistRows)
        return tuple(
            msgspec.structs.replace(row, archive=asked or self.id) for row in answer.rows
        ), answer.total

    async def describe(self, study: str) -> StudyDescribed:
        """The study's stacks and where their pixels are.

        Raises:
            StudyError: there is no such study, or the index does not answer.
        """
        answer = await self._ask(lambda request: DescribeStudy(request=request, study=study))
        assert isinstance(answer, StudyDescribed)
        info = msgspec.structs.replace(answer.study, archive=self.id)
        return msgspec.structs.replace(answer, study=info)

    async def _ask(
        self, make: Callable[[int], QueryWorklist | DescribeStudy]
    ) -> WorklistRows | StudyDescribed:
        if self._child is None or self._child.channel.closed:
            raise StudyError("The index of this archive is being restarted. Try again.", errors.TIMEOUT)
        self._request += 1
        request = self._request
        future: asyncio.Future[WorklistRows | StudyDescribed] = asyncio.get_running_loop().create_future()
        self._answers[request] = future
        try:
            self._child.channel.send(make(request))
            return await asyncio.wait_for(future, ANSWER_SECONDS)
        except TimeoutError:
            self._unanswered += self._has_spoken  # one that is just starting is not hanging
            if self._unanswered >= UNANSWERED_KILLED and self._child is not None:
                log.warning("indexer_hangs", killed=self._child.pid)
                self._child.kill()  # run() starts another
            raise StudyError(
                f"The index of this archive did not answer within {ANSWER_SECONDS:.0f} s. Try again.",
                errors.TIMEOUT,
            ) from None
        except ChannelError as error:
            raise StudyError(f"The index of this archive can't be asked: {error}", errors.TIMEOUT) from None
        finally:
            self._answers.pop(request, None)

    def _take(self, message: FromIndexer) -> None:
        self._unanswered, self._has_spoken = 0, True
        match message:
            case IndexStatus():
                self.info, self.sample = message.archive, message.sample
                self.known.set()
                self._on_status(message.archive)
            case WorklistRows() | StudyDescribed():
                future = self._answers.get(message.request)
                if future is not None and not future.done():
                    future.set_result(message)
            case Fault():
                future = self._answers.get(message.request)
                if future is not None and not future.done():
                    future.set_exception(StudyError(message.message, message.code))
                else:
                    log.warning("indexer_fault", code=message.code, message=message.message)
                    self._note_problem(message.message)

    def _note_problem(self, sentence: str) -> None:
        """Of an archive that was known before: what it listed stays, and is said to be of then."""
        if self.info is not None and self.info.problem != sentence:
            self.info = msgspec.structs.replace(
                self.info, scanning=False, problem=sentence, problem_since=round(time.time())
            )
            self._on_status(self.info)

    def _fail_waiting(self, sentence: str) -> None:
        for future in self._answers.values():
            if not future.done():
                future.set_exception(StudyError(sentence, errors.TIMEOUT))
