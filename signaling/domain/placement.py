"""Which host serves a new seat: the least loaded one with room that reaches the archive and is not draining."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from signaling.domain.hosts import HostState
from signaling.protocol import errors
from signaling.protocol.records import Rejection

LEAST_MEMORY = 384 << 20
"""Bytes that a host must have free for another reading: a worker with planes and a volume takes about 300 MB."""
ROOMY_MEMORY = 1 << 30
"""With less free than this, hosts with more are preferred."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A host as placement sees it.

    `seats` counts pages, with those whose seat is being made, but not the page that asks; `own` is whether that has one here.
    `cpu` is 0..1.
    `memory_free` is in bytes, 0 unknown; `keeps_images` is whether its cache can be written and has room.
    `doubted` is whether it lately gave no usable seat; `starting` whether it has only just come, and may reach more than it says.
    `returns` is whether who asks reads there, or did a moment ago: a host that is being emptied takes nobody else.
    `stopped` are the archives that it reached, where it was stopped in order and has not come back; None where it was not.
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
    memory_free: int = 0
    keeps_images: bool = True
    name: str = ""
    returns: bool = False
    stopped: frozenset[str] | None = None

    @property
    def is_short(self) -> bool:
        """Whether it has too little memory for one more reading."""
        return 0 < self.memory_free < LEAST_MEMORY

    @property
    def load(self) -> tuple[bool, bool, bool, bool, float, float, str]:
        """Order of preference, least first: not doubted, where the session is, where a study finds room in cache and memory.

        The id makes it the same on every replica.
        """
        tight = 0 < self.memory_free < ROOMY_MEMORY
        taken = self.seats / max(1, self.capacity)
        return (self.doubted, not self.own, not self.keeps_images, tight, taken, self.cpu, self.host)


def place(
    candidates: Iterable[Candidate], tenant: str, archive: str = "", tried: frozenset[str] = frozenset()
) -> Candidate | Rejection:
    """The host for a seat, or why there is none and what to do. Who reads on a host that is being emptied comes back to it where
    no other one can take the reading.

    Args:
        candidates: the hosts known.
        tenant: whose seat it is.
        archive: only hosts that reach it; empty = any.
        tried: hosts that have just refused.
    """
    theirs = [c for c in candidates if c.tenant == tenant]
    placed = _place(theirs, archive, tried)
    if isinstance(placed, Candidate):
        return placed
    back = [c for c in theirs if c.state is HostState.DRAINING and c.returns and c.host not in tried]
    back = [c for c in back if not archive or archive in c.archives or c.starting]
    return min(back, key=lambda c: c.load, default=placed)


def _place(theirs: list[Candidate], archive: str, tried: frozenset[str]) -> Candidate | Rejection:
    """The one among the hosts of a tenant that take new readers."""
    live = [c for c in theirs if c.state in (HostState.READY, HostState.DRAINING)]
    stopped = _stopped(theirs, archive)
    if not live and stopped:
        return Rejection(
            code=errors.NO_HOST,
            message=f"{stopped}, and no other is connected. It goes on as soon as one is.",
        )
    if not live:
        return Rejection(
            code=errors.NO_HOST,
            message="No render host is connected. It starts by itself where Farview runs; else start one with farview host.",
        )
    reaching = [c for c in live if not archive or archive in c.archives]
    # A host that has just come back says a moment later what it reaches; it waits for that itself.
    reaching = reaching or [c for c in live if c.starting]
    if not reaching and stopped:
        return Rejection(
            code=errors.NO_HOST,
            message=f"{stopped}, and no other reaches this archive. It goes on as soon as one does.",
        )
    if not reaching:
        return Rejection(
            code=errors.NO_HOST,
            message="No connected render host reaches this archive. Start the host that holds it.",
        )
    open_to_all = [c for c in reaching if c.state is HostState.READY]
    if not open_to_all:
        which = "" if reaching == live else " that reaches this archive"
        return Rejection(
            code=errors.NO_HOST,
            message=f"Every render host{which} is being emptied and takes no new reader. Try again shortly.",
        )
    with_room = [c for c in open_to_all if c.seats < c.capacity]
    if not with_room:
        places = sum(c.capacity for c in open_to_all)
        return Rejection(
            code=errors.HOST_FULL,
            message=f"All {places} places are taken. Close another reading, or add a render host.",
        )
    with_memory = [c for c in with_room if c.own or not c.is_short]
    if not with_memory:
        return Rejection(
            code=errors.HOST_FULL,
            message="Every render host is short of memory and takes no new reading. Close another reading, or add a render host.",
        )
    left = [c for c in with_memory if c.host not in tried]
    if not left:
        return Rejection(
            code=errors.NO_HOST, message="No render host could open a connection. Try again shortly."
        )
    return min(left, key=lambda c: c.load)


def _stopped(hosts: Iterable[Candidate], archive: str) -> str:
    """Who reached that archive and was stopped, in words; empty where nobody was."""
    names = sorted(c.name for c in hosts if c.stopped is not None and (not archive or archive in c.stopped))
    if not names:
        return ""
    all_but_last = ", ".join(names[:-1])
    return (
        f"The render hosts {all_but_last} and {names[-1]} were stopped"
        if all_but_last
        else f"The render host {names[-1]} was stopped"
    )
