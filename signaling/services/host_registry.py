"""Render hosts: who may register, who is there, what each has and does."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from signaling.auth.host_keys import new_host_key
from signaling.auth.secret_key import hashed
from signaling.domain.host_registrations import checked_registration
from signaling.domain.hosts import (
    LOCAL_HOST,
    HostEvent,
    HostRecord,
    HostState,
    Removal,
    key_has_lapsed,
    local_host,
)
from signaling.errors import Refused
from signaling.log import logger
from signaling.protocol import errors, version
from signaling.protocol.hosts import (
    HostDrain,
    HostLoad,
    HostPing,
    HostRefused,
    HostRegister,
    HostWelcome,
    TicketKey,
)
from signaling.services.changes import Changes
from signaling.services.host_refusals import HostRefusals
from signaling.services.live_host import LiveHost
from signaling.services.ports import HostPort
from signaling.services.proof_keys import ProofKeyService
from signaling.store.protocols import HostStore

_LOG = logger(__name__)
_LOOK_EVERY = 1.0
_LATE = 0.5
"""Seconds; a server that is only busy is late by less."""
_ASKED_AFTER = 0.55
"""Of the silence after which a host is given up: it reports more often."""
AWAY_SECONDS = 10.0
"""So long a host whose line was cut may take to come back to its seats: it dials again within 3.8 s, and then at 8.8 s."""
CHALLENGE_SECONDS = 1.0


def _now() -> float:
    """Seconds of the loop's own clock."""
    return asyncio.get_running_loop().time()


def _say_removed(host: LiveHost) -> None:
    """It ends then, and does not dial again."""
    host.send(HostRefused(code=errors.FORBIDDEN, message="This host was removed by an administrator."))


def _is_same(before: LiveHost, message: HostRegister) -> bool:
    """Whether it is the process that was there before, by another connection."""
    return bool(message.instance) and before.instance == message.instance


@dataclass(frozen=True, slots=True)
class HostChange:
    """Something about a host changed.

    `lost` when it is there no more: what it served is over where `is_known`, else only its line is known to be, for longer than
    it is waited for; `stopped` where it was stopped in order and says so itself; `away` when its line was cut, and it may come
    back to its seats; `seats` are those it still has when it came back.
    """

    host: LiveHost
    lost: bool = False
    is_known: bool = True
    stopped: bool = False
    away: bool = False
    seats: frozenset[str] | None = None


class HostRegistry:
    """All hosts of this server."""

    def __init__(
        self,
        store: HostStore,
        ticket_keys: tuple[TicketKey, ...],
        silent_after: float,
        proof_keys: ProofKeyService,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._ticket_keys = ticket_keys
        self._silent_after = silent_after
        self._proof_keys = proof_keys
        self._clock = clock
        self._live: dict[str, LiveHost] = {}
        self._registering: dict[str, asyncio.Lock] = {}
        self.refusals = HostRefusals()
        self.removals: dict[str, Removal] = {}
        """The hosts that an administrator removes and that are still there, by id."""
        self.changes: Changes[HostChange] = Changes()

    @property
    def live(self) -> tuple[LiveHost, ...]:
        """Every host that dialled in and was not removed."""
        return tuple(self._live.values())

    def find(self, host: str) -> LiveHost | None:
        """By id."""
        return self._live.get(host)

    async def records(self) -> tuple[HostRecord, ...]:
        """Every host that may register."""
        return await self._store.all()

    async def expect_local(self, key: str) -> None:
        """The host that this command starts itself registers with `key`; empty: there is none."""
        if not key:
            await self._store.remove(LOCAL_HOST)
            return
        kept = await self._store.find(LOCAL_HOST)
        fresh = local_host(hashed(key), self._clock())
        await self._store.save(fresh if kept is None else replace(kept, key_hash=fresh.key_hash))

    # ---- a host's connection

    async def admit(self, key: str) -> HostRecord:
        """Whose key it is.

        Raises:
            Refused: nobody's, or one that nobody used in time.
        """
        record = await self._store.find_by_key(hashed(key)) if key else None
        if record is None:
            raise Refused(
                "This host key is not known here. Make a new one on the admin page and start the host with it."
            )
        if key_has_lapsed(record, self._clock()):
            raise Refused(
                "This host key was not used within a day and has lapsed. Make a new one on the admin page."
            )
        return record

    def dialled(self, record: HostRecord, port: HostPort) -> LiveHost:
        """A host with a good key has connected. It counts, and replaces another, only once it has registered."""
        return LiveHost(record, port, _now(), self._clock())

    async def registered(self, host: LiveHost, message: HostRegister) -> LiveHost:
        """The host said what it is; it is welcomed, and its key is its machine's from now on.

        A host that comes back to its seats is the one that it was: that one is returned, and counts from now on.

        Raises:
            Refused: another protocol version, what can't be true of a host, another machine's key, or one that another
                process uses.
        """
        if not version.is_accepted(message.protocol):
            raise Refused(
                f"This host speaks protocol {message.protocol}, the server {version.PROTOCOL_VERSION}. "
                "Upgrade the older of the two.",
                errors.VERSION,
            )
        checked_registration(message)
        async with self._registering.setdefault(host.host, asyncio.Lock()):
            return await self._register(host, message)

    async def _register(self, host: LiveHost, message: HostRegister) -> LiveHost:
        # As it stands now: while it dialled another machine may have been the first, or an administrator faster.
        record = await self._kept(host.host, host.record.tenant)
        if record.machine_id and record.machine_id != message.machine_id and record.host != LOCAL_HOST:
            raise self.refusals.another_machine(record.host, self._clock())
        before = self._live.get(record.host)
        comes_back = before is not None and before is not host and _is_same(before, message)
        if before is not None and before is not host and not comes_back:
            if await before.answers(CHALLENGE_SECONDS):
                raise self.refusals.in_use(record.host, self._clock())
            self._lose(before, "Another process of this host has connected.")
        if comes_back and before is not None:
            before.come_back(host.port, _now())
            before.step(HostEvent.DIALLED, self._clock())
            host = before
        host.record = replace(record, machine_id=message.machine_id, seen_at=self._clock())
        await self._store.save(host.record)
        await self._proof_keys.learn(record.host, message.proof_key)
        if host.port.closed:
            return host
        self._live[record.host] = host
        self._welcome(host, message)
        self.changes.tell(HostChange(host, seats=frozenset(message.seats) if comes_back else None))
        return host

    def _welcome(self, host: LiveHost, message: HostRegister) -> None:
        host.describe(message)
        host.port.send(
            HostWelcome(
                protocol=min(message.protocol, version.PROTOCOL_VERSION),
                host=host.host,
                ticket_keys=self._ticket_keys,
            )
        )
        host.step(HostEvent.REGISTERED, self._clock())
        if host.record.draining:
            host.step(HostEvent.DRAIN, self._clock())
        host.tell_drain(HostDrain(draining=host.record.draining))
        host.settle()
        _LOG.info("host registered", host=host.host, renderer=message.renderer, encoders=message.encoders)

    def heard(self, host: LiveHost, load: HostLoad | None = None) -> None:
        """The host sent something; `load` says what it is doing."""
        host.hear(_now())
        if load is not None:
            host.report(load)
            self.changes.tell(HostChange(host))

    def leaves(self, host: LiveHost, *, over: bool) -> None:
        """It is being stopped: nobody new is placed on it. `over`: it has saved what it could, and what it serves ends."""
        if self._live.get(host.host) is not host:
            return
        if over:
            self._lose(host, "The host has said that it ends.", stopped=True)
        else:
            host.step(HostEvent.LEAVE, self._clock())
            self.changes.tell(HostChange(host))

    def gone(self, host: LiveHost, port: HostPort) -> None:
        """A connection of it is over; one that says which start of the host it is may come back to its seats."""
        if self._live.get(host.host) is not host or host.port is not port or host.is_away:
            return
        if not host.instance or host.host == LOCAL_HOST or host.state is HostState.LOST:
            # Between this process and its own child no line is cut: that one has ended.
            self._lose(host, "")
            return
        host.step(HostEvent.GONE, self._clock())
        host.away_since = _now()
        _LOG.warning("line to host cut", host=host.host, waits=AWAY_SECONDS)
        self.changes.tell(HostChange(host, away=True))

    def _lose(self, host: LiveHost, reason: str, *, stopped: bool = False, is_known: bool = True) -> None:
        if host.state is HostState.LOST and not host.is_away and not (host.is_severed and is_known):
            return
        host.step(HostEvent.GONE, self._clock())
        host.was_stopped, host.is_severed = stopped, not is_known
        host.away_since = None
        host.load = None
        if stopped and host.host in self.removals:
            _say_removed(host)
        host.port.close(reason)
        if stopped:
            _LOG.info("host stopped", host=host.host)
        else:
            _LOG.warning("host lost", host=host.host)
        self.changes.tell(HostChange(host, lost=True, stopped=stopped, is_known=is_known))

    async def watch(self) -> None:
        """Give up hosts that fell silent or stay away; runs until cancelled."""
        every = min(_LOOK_EVERY, self._silent_after / 3)
        while True:
            before = _now()
            await asyncio.sleep(every)
            now = _now()
            self._look(now, now - before - every)

    def _look(self, now: float, late: float) -> None:
        """What was not heard while this process itself stood still, for `late` seconds, is no silence of theirs."""
        for host in self.live:
            if late > _LATE:
                host.heard = min(now, host.heard + late)
                host.away_since = None if host.away_since is None else min(now, host.away_since + late)
            if host.away_since is not None:
                if now - host.away_since > AWAY_SECONDS:
                    # It may serve on beyond a line that stays cut: pages that see it live are not thrown off.
                    self._lose(host, "", is_known=False)
            elif host.state is not HostState.LOST and now - host.heard > self._silent_after:
                host.port.close(f"Nothing was heard from this host for {self._silent_after:.0f} s.")
                self.gone(host, host.port)
            elif host.state is not HostState.LOST and now - host.heard > _ASKED_AFTER * self._silent_after:
                # It owes a report: one that lives answers at once, whatever keeps it from reporting.
                host.send(HostPing())

    # ---- an administrator's wishes

    async def invite(self, name: str, tenant: str) -> tuple[HostRecord, str]:
        """A new host and its key, which is shown this once."""
        key = new_host_key()
        record = HostRecord(f"host-{secrets.token_hex(4)}", tenant, name, hashed(key), self._clock())
        await self._store.save(record)
        return record, key

    async def drain(self, host: str, tenant: str, draining: bool) -> None:
        """Give a host no new reader, or give it readers again; kept over restarts.

        Raises:
            Refused: there is no such host.
        """
        record = replace(await self._kept(host, tenant), draining=draining)
        await self._store.save(record)
        live = self._live.get(host)
        if live is not None:
            live.record = record
            live.step(HostEvent.DRAIN if draining else HostEvent.RESUME, self._clock())
            live.tell_drain(HostDrain(draining=draining))
            self.changes.tell(HostChange(live))

    async def remove(self, host: str, tenant: str) -> None:
        """End a host's registration at once; whoever reads on it is moved.

        Raises:
            Refused: there is no such host, or it is the one this command started.
        """
        await self.removable(host, tenant)
        await self._store.remove(host)
        self.refusals.forget(host)
        live = self._live.pop(host, None)
        if live is not None:
            _say_removed(live)
            live.step(HostEvent.REMOVE, self._clock())
            live.port.close("removed")
            self.changes.tell(HostChange(live, lost=True))

    async def removable(self, host: str, tenant: str) -> None:
        """Whether a host may be removed.

        Raises:
            Refused: there is no such host, or it is the one this command started.
        """
        if host == LOCAL_HOST:
            raise Refused("This host was started together with Farview and ends with it. It can be drained.")
        await self._kept(host, tenant)

    async def _kept(self, host: str, tenant: str) -> HostRecord:
        record = await self._store.find(host)
        if record is None or record.tenant != tenant:
            raise Refused("There is no such render host.", errors.NO_HOST)
        return record
