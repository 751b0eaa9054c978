"""The worklist: one host per archive is asked, the answers merged, and who did not answer is named."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass

import msgspec

from signaling.domain import worklist as rules
from signaling.domain.hosts import HostState
from signaling.protocol import limits
from signaling.protocol.hosts import WorklistQuery, WorklistReply
from signaling.protocol.records import ArchiveInfo, StudyRow, WorklistFilter
from signaling.services.host_registry import HostChange, HostRegistry
from signaling.services.live_host import LiveHost


class ArchiveAnswer(ArchiveInfo, frozen=True, kw_only=True):  # type: ignore[misc]  # mypy takes Record for thawed
    """An archive, and whether it answered."""

    answered: bool = False


class Worklist(msgspec.Struct, frozen=True, kw_only=True):
    """What the reader sees: rows of all archives that answered, the count of all matches, and the archives."""

    rows: tuple[StudyRow, ...]
    total: int
    archives: tuple[ArchiveAnswer, ...]


@dataclass(frozen=True, slots=True)
class _Question:
    host: LiveHost
    archive: str
    answer: asyncio.Future[WorklistReply | None]


class WorklistService:
    """Questions to hosts that are not answered yet, and the asking of them."""

    def __init__(self, registry: HostRegistry, timeout: float = 5.0) -> None:
        self._registry = registry
        self._timeout = timeout
        self._open: dict[str, _Question] = {}
        registry.changes.listen(self._host_changed)

    async def ask(self, tenant: str, filter_: WorklistFilter) -> Worklist:
        """The rows asked for.

        Raises:
            ProtocolError: the filter is out of bounds.
        """
        filter_ = rules.checked(filter_)
        reached = self._one_host_per_archive(tenant)
        alone = len(reached) == 1
        answers = await asyncio.gather(
            *(self._rows(host, info, filter_, alone) for host, info in reached.values())
        )
        rows = rules.merged(
            (rows for rows, _, _ in answers), msgspec.structs.replace(filter_, offset=0) if alone else filter_
        )
        return Worklist(
            rows=rows,
            total=sum(total for _, total, _ in answers),
            archives=tuple(archive for _, _, archive in answers),
        )

    def answered(self, host: LiveHost, reply: WorklistReply) -> None:
        """A host replies; what was not asked of it is not believed."""
        question = self._open.get(reply.request)
        asked = question is not None and question.host is host and question.archive == reply.archive
        if question is not None and asked and not question.answer.done():
            question.answer.set_result(reply)

    def _one_host_per_archive(self, tenant: str) -> dict[str, tuple[LiveHost, ArchiveInfo]]:
        chosen: dict[str, tuple[LiveHost, ArchiveInfo]] = {}
        hosts = [
            host
            for host in self._registry.live
            if host.record.tenant == tenant and host.state in (HostState.READY, HostState.DRAINING)
        ]
        for host in sorted(hosts, key=lambda host: host.candidate(0).load):
            for info in host.archives:
                chosen.setdefault(info.archive, (host, info))
        return dict(sorted(chosen.items()))

    async def _rows(
        self, host: LiveHost, info: ArchiveInfo, filter_: WorklistFilter, alone: bool
    ) -> tuple[list[StudyRow], int, ArchiveAnswer]:
        """Of one archive: the page asked for where it is the only one, else all rows up to its end."""
        first = filter_.offset if alone else 0
        end = filter_.offset + filter_.limit
        rows: list[StudyRow] = []
        total = 0
        problem = info.problem
        answered = True
        while first + len(rows) < end:
            at = first + len(rows)
            part = msgspec.structs.replace(filter_, offset=at, limit=min(end - at, limits.WORKLIST_ROWS))
            reply = await self._question(host, info.archive, part)
            if reply is None:
                answered = False
                problem = f"The render host {host.name} did not answer for {info.title}; its studies are missing here."
                break
            total = reply.total
            problem = reply.problem or problem
            rows.extend(reply.rows[: part.limit])
            if not reply.rows or first + len(rows) >= total:
                break
        described = msgspec.structs.asdict(info) | {"problem": problem}
        return rows, total, ArchiveAnswer(**described, answered=answered)

    async def _question(self, host: LiveHost, archive: str, filter_: WorklistFilter) -> WorklistReply | None:
        request = f"q-{secrets.token_hex(8)}"
        question = _Question(host, archive, asyncio.get_running_loop().create_future())
        self._open[request] = question
        try:
            host.send(WorklistQuery(request=request, archive=archive, filter=filter_))
            return await asyncio.wait_for(question.answer, self._timeout)
        except TimeoutError:
            return None
        finally:
            del self._open[request]

    def _host_changed(self, change: HostChange) -> None:
        if change.lost:
            for question in self._open.values():
                if question.host is change.host and not question.answer.done():
                    question.answer.set_result(None)
