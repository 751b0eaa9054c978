"""A host registry without a database or sockets: records in memory, and hosts whose lines are lists."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from signaling.domain.hosts import HostRecord
from signaling.errors import Refused
from signaling.protocol.hosts import HostLoad, HostPing, HostRegister
from signaling.protocol.version import PROTOCOL_VERSION
from signaling.services.host_registry import HostChange, HostRegistry
from signaling.services.live_host import LiveHost
from signaling.services.proof_keys import ProofKeyService

KEY_HOST = "host-1"


class MemoryHosts:
    """Records by id."""

    def __init__(self, *records: HostRecord) -> None:
        self.kept = {record.host: record for record in records}

    async def save(self, record: HostRecord) -> None:
        self.kept[record.host] = record

    async def find(self, host: str) -> HostRecord | None:
        return self.kept.get(host)

    async def find_by_key(self, key_hash: str) -> HostRecord | None:
        return next((record for record in self.kept.values() if record.key_hash == key_hash), None)

    async def all(self) -> tuple[HostRecord, ...]:
        return tuple(self.kept.values())

    async def remove(self, host: str) -> None:
        self.kept.pop(host, None)


class _NoProofKeys:
    async def learn(self, host: str, jwk: str) -> None: ...


def registration(machine: str = "m", instance: str = "", **changes: Any) -> HostRegister:
    """What a host says first."""
    said: dict[str, Any] = {
        "protocol": PROTOCOL_VERSION, "version": "1", "machine_id": machine, "name": "fake", "renderer": "", "encoders": (),
        "capacity": 4, "cores": 1, "memory_bytes": 1, "archives": (), "instance": instance, **changes,
    }  # fmt: skip
    return HostRegister(**said)


class Line:
    """A host's end of its connection; it answers pings unless it `hangs`."""

    def __init__(self, registry: HostRegistry, record: HostRecord) -> None:
        self.registry = registry
        self.sent: list[Any] = []
        self.hangs = False
        self.closed = False
        self.host: LiveHost = registry.dialled(record, self)

    def send(self, message: Any) -> None:
        self.sent.append(message)
        if isinstance(message, HostPing) and not self.hangs:
            asyncio.get_running_loop().call_later(0.05, self.registry.heard, self.host)

    def close(self, reason: str) -> None:
        self.closed = True

    async def register(self, message: HostRegister) -> str:
        """The code that it is refused with, or nothing."""
        try:
            self.host = await self.registry.registered(self.host, message)
        except Refused as error:
            self.closed = True
            return error.code
        finally:
            if self.closed:
                self.registry.gone(self.host, self)
        return ""

    def cut(self) -> None:
        """It is over, as both ends see it."""
        self.closed = True
        self.registry.gone(self.host, self)

    async def beat(self, every: float = 2.0) -> None:
        """Reports until cancelled."""
        load = HostLoad(
            seats=0,
            sessions=0,
            cpu=0.0,
            memory_bytes=0,
            pictures_per_second=0,
            latency_ms=0,
            archives=(),
        )
        while not self.closed:
            self.registry.heard(self.host, load)
            await asyncio.sleep(every)


class Hosts:
    """A registry with the record of one host, and what it told of it."""

    def __init__(self, machine: str = "") -> None:
        self.store = MemoryHosts(HostRecord(KEY_HOST, "t", "one", "hash", 0.0, machine_id=machine))
        self.registry = HostRegistry(
            self.store, (), 4.5, cast(ProofKeyService, _NoProofKeys()), lambda: 100.0
        )
        self.changes: list[HostChange] = []
        self.registry.changes.listen(self.changes.append)

    @property
    def losses(self) -> int:
        """How often it was told that the host is lost."""
        return sum(change.lost for change in self.changes)

    def dial(self) -> Line:
        """Another connection with its key."""
        return Line(self.registry, self.store.kept[KEY_HOST])
