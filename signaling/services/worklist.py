"""The worklist: every host that claims an archive is asked, the answers merged, and who did not answer is named.

No claim of a host hides what another one lists: the rows of an archive are those that any of its hosts lists.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass

import msgspec

from signaling.domain import worklist as rules
from signaling.domain.hosts import SERVING, HostState
from signaling.domain.steering_signs import plain
from signaling.domain.worklist_rows import believed_row, left_out
from signaling.protocol import limits
from signaling.protocol.hosts import WorklistQuery, WorklistReply
from signaling.protocol.records import ArchiveInfo, StudyRow, WorklistFilter
from signaling.services.host_registry import HostChange, HostRegistry
from signaling.services.live_host import MAX_PROBLEM, LiveHost


class ArchiveAnswer(ArchiveInfo, frozen=True, kw_only=True):  # type: ignore[misc]  # mypy takes Record for thawed
    """An archive, and whether it answered."""

    answered: bool = False


class Worklist(msgspec.Struct, frozen=True, kw_only=True):
    """What the reader sees: rows of all archives that answered, the count of all matches, and the archives."""

    rows: tuple[StudyRow, ...]
    total: int
    archives: tuple[ArchiveAnswer, ...]


_Claim = tuple[LiveHost, ArchiveInfo]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one host lists of an archive."""

    rows: list[StudyRow]
    total: int = 0
    problem: str = ""
    answered: bool = True


_SILENT = _Answer([], answered=False)
_Listed = tuple[list[StudyRow], int, ArchiveAnswer]
"""Of one archive: rows, how many match, and what is said of it."""


def _told(claiming: list[_Claim], answers: list[_Answer]) -> tuple[int, ArchiveAnswer]:
    """The count of an archive's matches, and what is said of it."""
    together = list(zip(claiming, answers, strict=True))
    best = max(together, key=lambda pair: (pair[1].answered, len(pair[1].rows)))
    (_, info), answer = best
    # Of hosts that tell different things the one that has been here longest is believed, if it lists anything.
    (_, told), _ = max(
        together, key=lambda pair: (pair[1].answered, pair[1].total > 0, -pair[0][0].record.made_at)
    )
    silent = [host.name for (host, _), said in together if not said.answered]
    empty = [host.name for (host, _), said in together if said.answered and not said.total]
    problem = answer.problem or info.problem
    if not answer.answered:
        who = _names(silent)
        problem = f"{who} did not answer for {told.title}; its studies are missing here."
    elif silent:
        problem = f"{_names(silent)} did not answer for {told.title}; what no other host lists of it is missing here."
    elif answer.total and empty and not problem:
        problem = (
            f"{_names(empty)} lists nothing of {told.title}, another host does: look at its data folder."
        )
    described = msgspec.structs.asdict(told) | {"problem": problem}
    return max(said.total for said in answers), ArchiveAnswer(**described, answered=answer.answered)


def _names(hosts: list[str]) -> str:
    return f"The render host {hosts[0]}" if len(hosts) == 1 else f"The render hosts {', '.join(hosts)}"


@dataclass(frozen=True, slots=True)
class _Question:
    host: LiveHost
    archive: str
    answer: asyncio.Future[WorklistReply | None]


class WorklistService:
    """Questions to hosts that are not answered yet, and the asking of them."""

    def __init__(
        self, registry: HostRegistry, timeout: float = 5.0, grace: float = 1.0, patience: float = 2.0
    ) -> None:
        """`grace` is how long, in seconds, further hosts of an archive are waited for once one has listed something.

        `patience`: how long other archives are, once one has answered.
        """
        self._patience = patience
        self._registry = registry
        self._timeout = timeout
        self._grace = grace
        self._open: dict[str, _Question] = {}
        registry.changes.listen(self._host_changed)

    async def ask(self, tenant: str, filter_: WorklistFilter) -> Worklist:
        """The rows asked for.

        Raises:
            ProtocolError: the filter is out of bounds.
        """
        filter_ = rules.checked(filter_)
        reached = self._hosts_by_archive(tenant)
        alone = [len(claiming) for claiming in reached.values()] == [1]
        answers = await self._all(list(reached.values()), filter_, alone)
        rows = rules.merged(
            (rows for rows, _, _ in answers), msgspec.structs.replace(filter_, offset=0) if alone else filter_
        )
        return Worklist(
            rows=rows,
            total=sum(total for _, total, _ in answers),
            archives=(*(archive for _, _, archive in answers), *self._missing(tenant, reached)),
        )

    def _missing(self, tenant: str, reached: dict[str, list[_Claim]]) -> list[ArchiveAnswer]:
        """Archives that only hosts reached that are lost: not seen is not gone. Where nobody is left, that is said instead."""
        lost = [h for h in self._registry.live if h.record.tenant == tenant and h.state is HostState.LOST]
        gone = {info.archive: (host, info) for host in lost for info in host.reached} if reached else {}
        return [
            ArchiveAnswer(
                archive=info.archive,
                title=info.title,
                problem=f"The render host {host.name} is not connected; the studies of {info.title} are missing here.",
            )
            for archive, (host, info) in sorted(gone.items())
            if archive not in reached
        ]

    async def _all(self, archives: list[list[_Claim]], filter_: WorklistFilter, alone: bool) -> list[_Listed]:
        """Of every archive, asked beside each other; one that hangs holds the others up for a little only, and is named."""
        loop = asyncio.get_running_loop()
        tasks = [asyncio.create_task(self._rows(claiming, filter_, alone)) for claiming in archives]
        waiting = set(tasks)
        until: float | None = None  # every question ends by itself
        try:
            while waiting:
                left = None if until is None else max(0.0, until - loop.time())
                done, waiting = await asyncio.wait(waiting, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                if not done:
                    break
                if until is None and any(task.result()[2].answered for task in done):
                    until = loop.time() + self._patience
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return [
            ([], *_told(claiming, [_SILENT] * len(claiming))) if task in waiting else task.result()
            for task, claiming in zip(tasks, archives, strict=True)
        ]

    def answered(self, host: LiveHost, reply: WorklistReply) -> None:
        """A host replies; what was not asked of it is not believed."""
        question = self._open.get(reply.request)
        asked = question is not None and question.host is host and question.archive == reply.archive
        if question is not None and asked and not question.answer.done():
            question.answer.set_result(reply)

    def _hosts_by_archive(self, tenant: str) -> dict[str, list[_Claim]]:
        """Those that serve an archive by what they say, the preferred one first."""
        claiming: dict[str, list[_Claim]] = {}
        hosts = [
            host
            for host in self._registry.live
            if host.record.tenant == tenant and (host.is_away or host.state in SERVING)
        ]
        for host in sorted(hosts, key=lambda host: host.candidate(0).load):
            for info in host.archives:
                claiming.setdefault(info.archive, []).append((host, info))
        return dict(sorted(claiming.items()))

    async def _rows(self, claiming: list[_Claim], filter_: WorklistFilter, alone: bool) -> _Listed:
        """Of one archive, by all who claim it; who is late is not waited for once another one has listed something."""
        asked = [asyncio.create_task(self._rows_of(host, info, filter_, alone)) for host, info in claiming]
        try:
            waiting = set(asked)
            while waiting and not any(task.done() and task.result().rows for task in asked):
                _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if waiting:
                await asyncio.wait(waiting, timeout=self._grace)
            answers = [task.result() if task.done() else _SILENT for task in asked]
        finally:
            for task in asked:
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
        return rules.joined(answer.rows for answer in answers), *_told(claiming, answers)

    async def _rows_of(
        self, host: LiveHost, info: ArchiveInfo, filter_: WorklistFilter, alone: bool
    ) -> _Answer:
        """The page asked for where no other answer goes into it, else all rows up to its end."""
        first = filter_.offset if alone else 0
        end = filter_.offset + filter_.limit
        rows: list[StudyRow] = []
        total = 0
        problem = ""
        doubted = 0
        at = first
        while at < end:
            part = msgspec.structs.replace(filter_, offset=at, limit=min(end - at, limits.WORKLIST_ROWS))
            reply = await self._question(host, info.archive, part)
            if reply is None:
                return _Answer(rows, total, problem, answered=False)
            given = reply.rows[: part.limit]
            total = max(0, min(reply.total, rules.MAX_TOTAL), at + len(given) if given else 0)
            problem = reply.problem or problem
            # Also past rows that are not of this archive: else it would be asked for them without end.
            at += len(given)
            own = [row for row in given if row.archive == info.archive]
            believed = [row for row in map(believed_row, own) if row is not None]
            doubted += len(own) - len(believed)
            rows.extend(believed)
            if not given:
                # It has no more, whatever it counts.
                total = min(total, at)
            if not given or at >= total:
                break
        words = left_out(host.name, doubted) if doubted else ""
        return _Answer(rows, total, " ".join(filter(None, (words, plain(problem, MAX_PROBLEM)))))

    async def _question(self, host: LiveHost, archive: str, filter_: WorklistFilter) -> WorklistReply | None:
        """What it answers in time; a host whose line was cut is asked when it is back."""
        try:
            async with asyncio.timeout(self._timeout):
                while True:
                    while host.is_away:
                        await self._registry.changes.wait(self._timeout)
                    reply = await self._asked(host, archive, filter_)
                    if reply is not None or not host.is_away:
                        return reply
        except TimeoutError:
            return None

    async def _asked(self, host: LiveHost, archive: str, filter_: WorklistFilter) -> WorklistReply | None:
        request = f"q-{secrets.token_hex(8)}"
        question = _Question(host, archive, asyncio.get_running_loop().create_future())
        self._open[request] = question
        try:
            host.send(WorklistQuery(request=request, archive=archive, filter=filter_))
            return await question.answer
        finally:
            del self._open[request]

    def _host_changed(self, change: HostChange) -> None:
        if change.lost or change.away:
            for question in self._open.values():
                if question.host is change.host and not question.answer.done():
                    question.answer.set_result(None)
