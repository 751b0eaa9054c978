"""A render host that has dialled in since the server started."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from signaling.domain.host_claims import believed_load, believed_registration, believed_sources
from signaling.domain.hosts import SERVING, HostEvent, HostRecord, HostState, next_state
from signaling.domain.placement import LEAST_MEMORY, Candidate
from signaling.protocol.hosts import (
    ArchiveSource,
    HostArchiveIds,
    HostDrain,
    HostLoad,
    HostPing,
    HostRegister,
    SeatClose,
    ToHost,
)
from signaling.protocol.records import ArchiveInfo
from signaling.services.ports import HostPort

_OWED = 256
"""Seats that ended while a host's line was cut; it gives older ones up by itself, since their pages are silent."""
STARTING_SECONDS = 10.0
"""So long after its registration a host that names no archive may still be opening its indexes."""

SHORT = "It is short of memory and takes no new reading."
MAX_PROBLEM = 300


@dataclass(frozen=True, slots=True)
class OddArchive:
    """What is odd about an archive of a host beside those of others: a sentence without its subject; readers are told, too."""

    words: str
    for_readers: bool


class LiveHost:
    """What is known of it now. `heard` is monotonic time of the last message, `since` Unix time of the state."""

    def __init__(self, record: HostRecord, port: HostPort, heard: float, since: float) -> None:
        self.record = record
        self.port = port
        self.heard = heard
        self.since = since
        self.state = HostState.CONNECTING
        self.registration: HostRegister | None = None
        self.load: HostLoad | None = None
        self.away_since: float | None = None
        """Since when (time of the loop) its line is cut, and it may still come back to its seats."""
        self.is_severed = False
        """Whether its line was cut for longer than it is waited for, so that nobody knows whether it serves on."""
        self.was_stopped = False
        """Whether it ended because somebody stopped it, and said so."""
        self._told_drain: HostDrain | None = HostDrain(draining=False)
        """What it was told last of being emptied; None where that may not have come."""
        self._sign = asyncio.Event()
        self._owed: deque[SeatClose] = deque(maxlen=_OWED)
        self._registered_at = heard
        self._odd = ("", "")
        self._reached: tuple[ArchiveInfo, ...] = ()
        self.sources: tuple[ArchiveSource, ...] = ()
        """Its archives by the ids of its own indexes, with their names and samples; none for hosts of before."""
        self.called: Mapping[str, str] = {}
        """What its archives are called by all, by their own ids, where that is another one."""
        self.odd_archives: Mapping[str, OddArchive] = {}
        """By own id."""
        self.told_ids: HostArchiveIds | None = None
        """What it was told since it registered last."""

    def describe(self, said: HostRegister) -> None:
        """It says what it is; its figures are held to what can be."""
        self.was_stopped = False
        if self.registration is None:
            self._registered_at = time.monotonic()
        self.registration, odd = believed_registration(said)
        self._odd = (odd, self._odd[1])
        self._reached = self.registration.archives
        self.told_ids = None
        self.name_sources(said.sources)

    def name_sources(self, said: tuple[ArchiveSource, ...]) -> None:
        """It says what archives it has, all of them."""
        self.sources = believed_sources(said)

    def current(self, archive: str) -> str:
        """What all call an archive that it names by whatever id."""
        return self.called.get(archive, archive)

    def _shown(self, archives: tuple[ArchiveInfo, ...]) -> tuple[ArchiveInfo, ...]:
        """Its archives as all know them."""
        if not self.called and not self.odd_archives:
            return archives
        return tuple(
            msgspec.structs.replace(
                info, archive=self.current(info.archive), problem=" ".join(self._problems(info))
            )
            for info in archives
        )

    def _problems(self, info: ArchiveInfo) -> list[str]:
        odd = self.odd_archives.get(info.archive)
        told = f"{info.title} {odd.words}" if odd is not None and odd.for_readers else ""
        return [words for words in (info.problem, told) if words]

    def report(self, said: HostLoad) -> None:
        """It says what it does; its figures are held to what can be."""
        self.load, odd = believed_load(said)
        self._odd = (self._odd[0], odd)
        self._reached = self.load.archives

    @property
    def problem(self) -> str:
        """What keeps readers away from it, or makes it a poor choice, in sentences; "" = nothing."""
        load = self.load
        short = load is not None and 0 < load.memory_free_bytes < LEAST_MEMORY
        titles = {info.archive: info.title for info in self._reached}
        archives = [f"{titles.get(own, own)} {odd.words}" for own, odd in self.odd_archives.items()]
        said = (self.odd, load.cache_problem[:MAX_PROBLEM] if load else "", SHORT if short else "", *archives)
        return " ".join(filter(None, said))

    @property
    def odd(self) -> str:
        """What is odd in its figures, a sentence; "" = nothing."""
        return self._odd[0] or self._odd[1]

    def step(self, event: HostEvent, now: float) -> None:
        """Follow the state table."""
        after = next_state(self.state, event)
        if after is not self.state:
            self.state, self.since = after, now

    def hear(self, now: float) -> None:
        """It has said something."""
        self.heard = now
        self._sign.set()

    async def answers(self, seconds: float) -> bool:
        """Whether it gives a sign within `seconds` of being asked."""
        if self.port.closed:
            return False
        self._sign.clear()
        self.send(HostPing())
        try:
            await asyncio.wait_for(self._sign.wait(), seconds)
        except TimeoutError:
            return False
        return not self.port.closed

    def come_back(self, port: HostPort, now: float) -> None:
        """It has dialled in again, by `port`, and is the one that it was."""
        before, self.port = self.port, port
        if before is not port:
            before.close("The host has connected again.")
        self.heard, self.away_since, self.is_severed = now, None, False
        self._told_drain = None

    def tell_drain(self, message: HostDrain) -> None:
        """Tell it whether it is being emptied, where it does not know that yet."""
        if message != self._told_drain and not self.port.closed and not self.is_away:
            self._told_drain = message
            self.port.send(message)

    def settle(self) -> None:
        """Tell it what it could not be told while its line was cut."""
        while self._owed:
            self.port.send(self._owed.popleft())

    @property
    def is_away(self) -> bool:
        """Whether its line is cut, and what it serves goes on."""
        return self.away_since is not None

    @property
    def serves(self) -> bool:
        """Whether it is connected, or may be back in a moment."""
        return self.state in SERVING or self.is_away

    @property
    def instance(self) -> str:
        """Which start of the host it is; "" for hosts that do not say it."""
        return self.registration.instance if self.registration else ""

    @property
    def host(self) -> str:
        """Its id."""
        return self.record.host

    @property
    def name(self) -> str:
        """What people call it."""
        said = self.registration.name if self.registration else ""
        return self.record.name or said or self.record.host

    @property
    def archives(self) -> tuple[ArchiveInfo, ...]:
        """The archives it reaches; none while it is not connected, unless it may come back in a moment."""
        if not self.serves or self.registration is None:
            return ()
        return self._shown(self.load.archives if self.load else self.registration.archives)

    @property
    def reached(self) -> tuple[ArchiveInfo, ...]:
        """The archives that it named last, connected or not."""
        return self._shown(self._reached)

    def candidate(
        self, taken: int, own: int = 0, *, second: int = 0, doubted: bool = False, returns: bool = False
    ) -> Candidate:
        """It as placement sees it; `taken` are the other pages that the server knows of, `own` the seats of who asks.

        A page that is on its way from one seat to another takes one place: `second` are such seats of other pages. `returns`:
        who asks reads here, or did a moment ago.
        """
        told = self.load.seats - own - second if self.load else 0
        return Candidate(
            host=self.host,
            tenant=self.record.tenant,
            state=self.state,
            archives=frozenset(info.archive for info in self.archives),
            seats=max(taken, told),
            capacity=self.registration.capacity if self.registration else 0,
            cpu=self.load.cpu if self.load else 0.0,
            own=own > 0,
            doubted=doubted,
            memory_free=self.load.memory_free_bytes if self.load else 0,
            keeps_images=not (self.load and self.load.cache_problem),
            starting=not self.archives and time.monotonic() - self._registered_at < STARTING_SECONDS,
            name=self.name,
            returns=returns,
            stopped=frozenset(info.archive for info in self.reached) if self.was_stopped else None,
        )

    def send(self, message: ToHost) -> None:
        """Send it a message, if it is there; that a seat is over is told when it comes back, however late."""
        if not self.port.closed and not self.is_away:
            self.port.send(message)
        elif isinstance(message, SeatClose):
            self._owed.append(message)
