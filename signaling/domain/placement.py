"""Which host serves a new seat: the least loaded one with room that reaches the archive and is not draining."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from signaling.domain.hosts import HostState
from signaling.protocol import errors
from signaling.protocol.records import Rejection


@dataclass(frozen=True, slots=True)
class Candidate:
    """A host as placement sees it.

    `seats` counts those being made, too, but not those of the page that asks; `own` is whether it has one here. `cpu` is 0..1.
    `doubted` is whether it lately gave no usable seat; `starting` whether it has only just come, and may reach more than it says.
    """

    host: str
    tenant: str
    state: HostState
    archives: frozenset[str]
    seats: int
    capacity: int
    cpu: float = 0.0
    own: bool = False
    doubted: bool = False
    starting: bool = False

    @property
    def load(self) -> tuple[bool, bool, float, float, str]:
        """Order of preference, least first: not doubted, where the session is; the id makes it the same on every replica."""
        return (self.doubted, not self.own, self.seats / max(1, self.capacity), self.cpu, self.host)


def place(
    candidates: Iterable[Candidate], tenant: str, archive: str = "", tried: frozenset[str] = frozenset()
) -> Candidate | Rejection:
    """The host for a seat, or why there is none and what to do.

    Args:
        candidates: the hosts known.
        tenant: whose seat it is.
        archive: only hosts that reach it; empty = any.
        tried: hosts that have just refused.
    """
    live = [c for c in candidates if c.tenant == tenant and c.state in (HostState.READY, HostState.DRAINING)]
    if not live:
        return Rejection(
            code=errors.NO_HOST,
            message="No render host is connected. It starts by itself where Farview runs; else start one with farview host.",
        )
    reaching = [c for c in live if not archive or archive in c.archives]
    # A host that has just come back says a moment later what it reaches; it waits for that itself.
    reaching = reaching or [c for c in live if c.starting]
    if not reaching:
        return Rejection(
            code=errors.NO_HOST,
            message="No connected render host reaches this archive. Start the host that holds it.",
        )
    open_to_all = [c for c in reaching if c.state is HostState.READY]
    if not open_to_all:
        return Rejection(
            code=errors.NO_HOST,
            message="Every render host is being emptied and takes no new reader. Try again shortly.",
        )
    with_room = [c for c in open_to_all if c.seats < c.capacity]
    if not with_room:
        places = sum(c.capacity for c in open_to_all)
        return Rejection(
            code=errors.HOST_FULL,
            message=f"All {places} places are taken. Close another reading, or add a render host.",
        )
    left = [c for c in with_room if c.host not in tried]
    if not left:
        return Rejection(
            code=errors.NO_HOST, message="No render host could open a connection. Try again shortly."
        )
    return min(left, key=lambda c: c.load)
