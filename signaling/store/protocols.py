"""What the services need kept, whatever keeps it. Every method may raise StoreFailed. Times are Unix seconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from signaling.domain.audit import AuditEntry
from signaling.domain.checkpoints import Checkpoint, ReadingKey
from signaling.domain.hosts import HostRecord
from signaling.domain.proof_keys import ProofKey
from signaling.domain.shared_archives import Judged, Shared
from signaling.domain.sign_ins import SignIn


class SignInStore(Protocol):
    """Sign-ins, by the hash of the cookie's value."""

    async def add(self, sign_in: SignIn) -> None:
        """Keep a new one."""

    async def find(self, key_hash: str) -> SignIn | None:
        """The sign-in, None where there is none."""

    async def touch(self, key_hash: str, used_at: float) -> None:
        """It was used."""

    async def remove(self, key_hash: str) -> None:
        """It is over."""

    async def purge(self, used_before: float) -> None:
        """Forget those not used since."""


class HostStore(Protocol):
    """Render hosts that may register."""

    async def save(self, record: HostRecord) -> None:
        """Keep it, new or changed."""

    async def find(self, host: str) -> HostRecord | None:
        """By id."""

    async def find_by_key(self, key_hash: str) -> HostRecord | None:
        """By the hash of its key."""

    async def all(self) -> tuple[HostRecord, ...]:
        """Every one, oldest first."""

    async def remove(self, host: str) -> None:
        """Its key no longer counts."""


class ProofKeyStore(Protocol):
    """Public keys that sign records of proven pictures."""

    async def add(self, key: ProofKey, most: int) -> bool:
        """Keep a key for good; False when its host has `most` already."""

    async def all(self) -> tuple[ProofKey, ...]:
        """Every one, oldest first."""


class CheckpointStore(Protocol):
    """Views and marks of readings, as JSON texts."""

    async def save(self, key: ReadingKey, view: str, marks: str | None, now: float) -> None:
        """Keep both at once; marks None = as they are."""

    async def load(self, key: ReadingKey, oldest_view: float) -> Checkpoint:
        """What is kept; a view saved before `oldest_view` is not."""

    async def purge(self, oldest_view: float) -> None:
        """Forget views saved before."""


class ArchiveIdStore(Protocol):
    """What archives are called that several hosts reach, and the views and marks that are kept by these ids."""

    async def all(self) -> dict[str, dict[str, Shared]]:
        """By tenant, and by the id in a host's index."""

    async def change(self, tenant: str, before: Mapping[str, Shared], after: Mapping[str, Shared]) -> None:
        """Keep what the archives are called after, and take their views and marks along; all or nothing."""

    async def judged(self) -> dict[str, Judged]:
        """By host what has been judged of its archives."""

    async def keep_judged(self, host: str, judged: Judged) -> None:
        """Keep it in the place of what was kept of that host."""


class AuditStore(Protocol):
    """The audit trail."""

    async def add(self, entry: AuditEntry) -> None:
        """Keep a deed."""

    async def newest(self, tenant: str, limit: int) -> tuple[AuditEntry, ...]:
        """The latest deeds, newest first."""
