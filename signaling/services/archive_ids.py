"""What the archives are called that several hosts reach: decided as hosts tell of them, kept, and told to the hosts.

Everything beyond a host knows an archive by the one id that is decided here; old ids lead to it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from signaling.domain.shared_archives import Judged, Shared, Source, Trouble, decided, digest, troubles
from signaling.errors import StoreFailed
from signaling.log import logger
from signaling.protocol.hosts import ArchiveId, HostArchiveIds, HostSources
from signaling.services.host_registry import HostChange, HostRegistry
from signaling.services.live_host import LiveHost, OddArchive
from signaling.services.turns import Turns
from signaling.store.protocols import ArchiveIdStore

_LOG = logger(__name__)
RETRY_SECONDS = 5.0


class ArchiveIds:
    """Made before whoever else listens to the registry: an archive must not be told by an id that it has no longer."""

    def __init__(
        self, store: ArchiveIdStore, registry: HostRegistry, timeout: float = 5.0, turns: Turns | None = None
    ) -> None:
        """`turns` is taken alone while views and marks are moved from one id to another, for `timeout` seconds at the most."""
        self._store = store
        self._registry = registry
        self._timeout = timeout
        self._turns = turns or Turns()
        self._ids: dict[str, dict[str, Shared]] = {}
        """By tenant, and by the own id."""
        self._heard: dict[str, object] = {}
        """By host the sources that it told last."""
        self._judged: dict[str, Judged] = {}
        """By host what has been judged since this server started."""
        self._kept: dict[str, Judged] = {}
        """By host what is in the store, also of before."""
        self._wanted = asyncio.Event()
        registry.changes.listen(self._host_changed)

    async def load(self) -> None:
        """What was decided before.

        Raises:
            StoreFailed: it can't be read.
        """
        self._ids = await self._store.all()
        self._kept = await self._store.judged()

    def meant(self, tenant: str, archive: str) -> str:
        """What the archive is called now that a page names, perhaps by an id that it had before."""
        reached = {info.archive for host in self._of(tenant) for info in host.archives}
        shared = self._ids.get(tenant, {}).get(archive)
        return archive if archive in reached or shared is None else shared.id

    def said(self, host: LiveHost, message: HostSources) -> None:
        """A host tells of its archives, and is told in any case what they are called: a study may wait for it there."""
        host.name_sources(message.sources)
        host.told_ids = None
        self._registry.changes.tell(HostChange(host))

    def _host_changed(self, change: HostChange) -> None:
        host = change.host
        if change.lost:
            host.odd_archives = {}
        self._call(host)
        if change.lost or self._heard.get(host.host) is not host.sources:
            self._heard[host.host] = host.sources
            self._wanted.set()

    def _of(self, tenant: str) -> list[LiveHost]:
        return [host for host in self._registry.live if host.record.tenant == tenant and host.serves]

    async def run(self) -> None:
        """Decides whenever hosts have told something new; runs until cancelled."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                for tenant in sorted({host.record.tenant for host in self._registry.live}):
                    await self._decide(tenant)
            except (StoreFailed, TimeoutError) as error:
                why = getattr(error, "message", "Farview's database did not answer in time.")
                _LOG.error("ids of archives not kept", why=why, again_in=RETRY_SECONDS)
                await asyncio.sleep(RETRY_SECONDS)
                self._wanted.set()

    async def _decide(self, tenant: str) -> None:
        hosts = self._of(tenant)
        sources = [source for host in hosts for source in _sources(host)]
        told = {host.host: _samples(host) for host in hosts}
        fresh = {own for host in hosts for own in self._fresh(host)}
        before = self._ids.get(tenant, {})
        after = decided(sources, before, fresh)
        if after != before:
            async with self._turns.alone():
                async with asyncio.timeout(self._timeout):
                    await self._store.change(tenant, before, after)
                self._ids[tenant] = after
                for host in self._of(tenant):
                    self._call(host)
            _LOG.info("ids of archives changed", archives=sorted(after.keys() ^ before.keys()))
        for host in hosts:
            known = self._judged_of(host).samples
            self._judged[host.host] = Judged(host.instance, {**known, **told[host.host]})
        odd = troubles(sources, after)
        for host in hosts:
            words = self._words(host, odd)
            if after != before or words != host.odd_archives:
                host.odd_archives = words
                self._registry.changes.tell(HostChange(host))
        await self._keep(hosts)

    async def _keep(self, hosts: list[LiveHost]) -> None:
        """So that a server that is started again takes apart nothing that is in use."""
        for host in hosts:
            judged = self._judged[host.host]
            if judged.instance and judged.samples and judged != self._kept.get(host.host):
                async with asyncio.timeout(self._timeout):
                    await self._store.keep_judged(host.host, judged)
                self._kept[host.host] = judged

    def _judged_of(self, host: LiveHost) -> Judged:
        judged = self._judged.get(host.host, Judged())
        return judged if judged.instance == host.instance else Judged()

    def _fresh(self, host: LiveHost) -> list[str]:
        """Its archives whose sample this start of it has told, and that were not judged by it yet."""
        judged, kept = self._judged_of(host), self._kept.get(host.host, Judged())
        return [
            source.archive
            for source in host.sources
            if source.sample
            and source.archive not in judged.samples
            and not kept.knows(host.instance, source.archive, dict(source.sample))
        ]

    def _words(self, host: LiveHost, odd: Mapping[tuple[str, str], Trouble]) -> dict[str, OddArchive]:
        found = {}
        for (of, own), trouble in odd.items():
            other = self._registry.find(trouble.host)
            if of == host.host and other is not None:
                words = trouble.sentence.format(f"the render host {other.name}")
                found[own] = OddArchive(words, trouble.is_grave)
        return found

    def _call(self, host: LiveHost) -> None:
        """Call a host's archives as they are called, and tell it."""
        ids = self._ids.get(host.record.tenant, {})
        # A host of before tells no sources: it would not know its archive by another id.
        named = {source.archive: source.name for source in host.sources}
        called = {own: ids[own].id for own, name in named.items() if own in ids and ids[own].name == name}
        host.called = called
        told = HostArchiveIds(
            ids=tuple(
                ArchiveId(archive=own, id=shared, others=tuple(sorted(_others(ids, own, shared))))
                for own, shared in called.items()
            )
        )
        if host.sources and host.serves and host.told_ids != told:
            host.told_ids = told
            host.send(told)


def _sources(host: LiveHost) -> list[Source]:
    return [
        Source(host.host, each.archive, each.name, None if each.sample is None else dict(each.sample))
        for each in host.sources
    ]


def _samples(host: LiveHost) -> dict[str, str]:
    """Digests of those it has told, by own id."""
    return {source.archive: digest(dict(source.sample)) for source in host.sources if source.sample}


def _others(ids: Mapping[str, Shared], own: str, shared: str) -> set[str]:
    return {other for other, each in ids.items() if each.id == shared} - {own}
