"""The render host: the composition root of the host process. No VTK, no pydicom, no decoder lives here."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import ssl
import uuid
from collections.abc import Coroutine
from typing import Any

import structlog

from signaling.protocol import control, errors, hosts
from signaling.protocol.page import SeatAnswer, SeatCandidate
from signaling.protocol.records import ArchiveInfo
from signaling.protocol.stream import Transport as TransportKind
from signaling.protocol.stream import fingerprint_of
from signaling.protocol.version import PROTOCOL_VERSION
from streamer import __version__
from streamer.config import HostConfig
from streamer.errors import FarviewError, TicketError
from streamer.host import load_reporter, machine
from streamer.host.archive import Archive
from streamer.host.archive_table import ArchiveTable
from streamer.host.departure import Departure
from streamer.host.emptying import Emptying
from streamer.host.index_place import index_of
from streamer.host.load_reporter import LoadReporter
from streamer.host.picture_area import MAX_HEIGHT, MAX_WIDTH
from streamer.host.proof_signer import ProofSigner
from streamer.host.registration import Registration
from streamer.host.seat import Seat
from streamer.host.server_clock import ServerClock
from streamer.host.server_time import ServerTime
from streamer.host.sessions import Sessions
from streamer.host.tickets import TicketOffice
from streamer.ipc.messages import WorkerReady
from streamer.session.checkpoints import Checkpoints
from streamer.session.series_store import REDUCED_VOXELS, SeriesStore
from streamer.session.worker_pool import WorkerPool
from streamer.transport.base import Transport
from streamer.transport.webrtc.ice_candidates import IcePolicy
from streamer.transport.webrtc.peer import WebRtcPeer
from streamer.transport.websocket.socket_transport import SocketTransport

log = structlog.get_logger()
TEND_SECONDS = 1.0
CLOCK_SECONDS = 60.0
LOADER_SECONDS = 1.5
"""After the start: a host that came back has pictures to draw first."""


class RenderHost:
    """Owns registration, archives, seats, sessions, pool and cache; closes them in that order."""

    def __init__(self, config: HostConfig) -> None:
        self._config = config
        self._tls = ssl.create_default_context(cafile=str(config.certificate)) if config.certificate else None
        self._registration = Registration(config.signaling_url, config.key, self, self._tls)
        self._checkpoints = Checkpoints(self._registration)
        self._clock = ServerClock()
        self._tickets = TicketOffice(self._clock)
        self._time = ServerTime(self._clock, self._tickets, lambda message: self._registration.say(message))
        self._proofs = ProofSigner.open(config.state / "proof-key.pem", config.name, __version__)
        self._archives = ArchiveTable()
        self._told_sources: tuple[hosts.ArchiveSource, ...] = ()
        threads = max(1, min(4, machine.cores()))
        self._pool = WorkerPool(
            config.spares,
            ("--gl", config.gl, "--threads", str(threads)),
            {"LP_NUM_THREADS": str(threads), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
        self._store = SeriesStore(config.cache, int(config.cache_gigabytes * 1e9), REDUCED_VOXELS)
        self._sessions = Sessions(
            self._archives.by_id,
            self._archives.all,
            self._pool,
            self._store,
            self._checkpoints,
            config.park_minutes * 60,
            self._proofs.sign,
        )
        self._seats: dict[str, Seat] = {}
        self._reporter = LoadReporter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ice = IcePolicy(ports=config.udp_ports, announce=config.announce, loopback=config.loopback)
        self._departure = Departure(
            config.name, self._registration, self._sessions, self._checkpoints, self._seats
        )
        self._emptying = Emptying(
            config.name, self._registration, self._sessions, self._checkpoints, self._seats, self._drop
        )
        self._told_facts: WorkerReady | None = None
        self._instance = uuid.uuid4().hex
        self._stop = asyncio.Event()

    @property
    def unsaved(self) -> tuple[int, int]:
        """Of how many readings the view is not in the store, and of how many the marks."""
        return self._checkpoints.unsaved

    # ---- life

    async def run(self, stop: asyncio.Event | None = None) -> None:
        """Serves until `stop` is set or the server has it end, and then ends in order; until cancelled without either.

        Raises:
            RefusedError: the signaling server does not want this host.
        """
        self._stop = stop or self._stop
        self._config.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._config.cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._pool.fill()
        for data in self._config.data:
            root = data.folder.resolve()
            index = index_of(self._config.state, root)
            archive = Archive(root, index, data.name or root.name, self._archive_changed, data.name)
            self._archives.all.append(archive)
            self._own(archive.run())
        registration: asyncio.Task[None] | None = None
        try:
            self._own(self._tend())
            registration = asyncio.create_task(self._registration.run())
            self._store.warm(LOADER_SECONDS)
            stopped = asyncio.create_task(self._stop.wait())
            try:
                await asyncio.wait([registration, stopped], return_when=asyncio.FIRST_COMPLETED)
            finally:
                stopped.cancel()
            if not registration.done():
                await self._departure.run()
            if registration.done():
                registration.result()
        finally:
            # The line to the server goes last: by it the last views and marks are saved.
            await self._close()
            if registration is not None:
                registration.cancel()
                await asyncio.gather(registration, return_exceptions=True)

    async def _close(self) -> None:
        for seat in list(self._seats.values()):
            self._sessions.leave(seat)
        await self._sessions.close()
        await asyncio.gather(*(seat.close() for seat in self._seats.values()), return_exceptions=True)
        await self._checkpoints.close()
        await self._store.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._pool.close()

    def _own(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("task_failed", exc_info=task.exception())

    async def _tend(self) -> None:
        ticks = int(load_reporter.SECONDS / TEND_SECONDS)
        asks = int(CLOCK_SECONDS / TEND_SECONDS)
        for tick in itertools.count(1):
            await asyncio.sleep(TEND_SECONDS)
            try:
                self._look_after(report=tick % ticks == 0)
                if tick % asks == 0 and self._clock.is_known:
                    self._time.ask()
            except Exception:  # the server gives up a host that reports no more
                log.exception("tending_failed")

    def _look_after(self, *, report: bool) -> None:
        self._sessions.tend()
        if (seat := self._emptying.next_to_move()) is not None and not self._departure.has_begun:
            self._own(self._emptying.move(seat))
        if self._pool.facts is not self._told_facts and self._registration.connected:
            self._told_facts = self._pool.facts
            self._registration.say(self.describe())
            for seat in self._seats.values():
                seat.say(self.hello())
        if report:
            self._registration.say(self._load())

    # ---- what the server is told

    def describe(self) -> hosts.HostRegister:
        """What this host is and truly has."""
        facts = self._pool.facts
        self._told_sources = self._archives.sources()
        return hosts.HostRegister(
            protocol=PROTOCOL_VERSION,
            version=__version__,
            machine_id=machine.machine_id(),
            name=self._config.name,
            renderer=facts.renderer if facts is not None else "",
            encoders=facts.encoders if facts is not None else (),
            capacity=self._config.capacity,
            cores=machine.cores(),
            memory_bytes=machine.memory_total(),
            archives=self._archives.infos(),
            proof_key=json.dumps(self._proofs.jwk),
            instance=self._instance,
            seats=tuple(self._seats),
            sources=self._told_sources,
        )

    def _load(self) -> hosts.HostLoad:
        return self._reporter.report(
            len(self._seats),
            [seat for seat in self._seats.values() if seat.session is not None],
            self._sessions,
            self._archives.infos(),
            self._clock.ahead,
            self._store.cache_problem(),
            self._emptying.staying,
        )

    def _archive_changed(self, info: ArchiveInfo) -> None:
        self._sessions.renamed(self._archives.refreshed())
        if self._registration.connected:
            self._tell_sources()
            self._registration.say(self._load())

    def _tell_sources(self) -> None:
        """Before what is said of an archive: the server knows by them which one it is."""
        sources = self._archives.sources()
        if sources != self._told_sources:
            self._told_sources = sources
            self._registration.say(hosts.HostSources(sources=sources))

    # ---- what the server says

    def welcomed(self, message: hosts.HostWelcome) -> None:
        """The server knows the host."""
        self._tickets.learn(message.host, message.ticket_keys)
        self._tell_sources()  # of which one may have spoken since the registration was written
        log.info("host_registered", host=message.host)
        self._departure.say_again()

    def told(self, message: hosts.ToHost) -> None:
        """Anything else the server says."""
        match message:
            case hosts.SeatOpen():
                self._own(self._open_seat(message))
            case SeatAnswer():
                self._own(self._answer(message))
            case SeatCandidate():
                self._own(self._candidate(message))
            case hosts.SeatClose():
                seat = self._seats.get(message.seat)
                if seat is not None:
                    self.seat_gone(seat, message.reason)
            case hosts.WorklistQuery():
                self._own(self._worklist(message))
            case hosts.ClockTold():
                self._time.told(message)
            case hosts.HostArchiveIds():
                self._sessions.renamed(self._archives.called(message.ids))
            case hosts.HostDrain():
                self._emptying.told(message)
                if message.ends:
                    self._stop.set()
            case _:
                log.info("server_message_ignored", kind=type(message).__name__)

    async def _open_seat(self, message: hosts.SeatOpen) -> None:
        try:
            claims = await self._time.claims(message)
            self._registration.sent(claims, message.ticket)
            self._departure.refuse_seats()
            if len(self._seats) >= self._config.capacity * 2:
                raise FarviewError(
                    "This host takes no more readers. Try again in a moment.", errors.HOST_FULL
                )
            seat = Seat(message.seat, claims, self, lambda seat: self._transport(seat, message))
            self._seats[message.seat] = seat
            sdp = await seat.offer()
        except FarviewError as error:
            self._registration.say(
                hosts.HostSeatFailed(seat=message.seat, code=error.code, message=error.message)
            )
            await self._forget(message.seat)
            return
        if self._seats.get(message.seat) is not seat:
            return  # it was let go while the host looked for its own addresses
        self._registration.say(
            hosts.HostSeatOffer(seat=message.seat, sdp=sdp, first=seat.begin(message.first))
        )

    def _transport(self, seat: Seat, message: hosts.SeatOpen) -> Transport:
        fingerprint = seat.claims.fingerprint
        if message.transport != TransportKind.SOCKET:
            return WebRtcPeer(seat, fingerprint=fingerprint, ice_servers=message.ice_servers, ice=self._ice)
        if fingerprint != fingerprint_of(message.stream):
            raise TicketError("The session ticket is for another connection than the one that is asked for.")
        return SocketTransport(
            seat,
            url=self._config.signaling_url,
            key=self._config.key,
            token=message.stream,
            tls=self._tls,
        )

    async def _answer(self, message: SeatAnswer) -> None:
        seat = self._seats.get(message.seat)
        if seat is None:
            return
        try:
            await seat.accept(message.sdp)
        except FarviewError as error:
            self._registration.say(
                hosts.HostSeatFailed(seat=message.seat, code=error.code, message=error.message)
            )
            await self._forget(message.seat)

    async def _candidate(self, message: SeatCandidate) -> None:
        seat = self._seats.get(message.seat)
        if seat is None:
            return
        try:
            await seat.add_candidate(message.candidate, message.sdp_mid, message.sdp_m_line_index)
        except FarviewError as error:
            log.info("candidate_refused", seat=message.seat, problem=error.message)

    async def _drop(self, seat: Seat) -> None:
        """Lets go of a seat that is over, if its page has not."""
        if self._seats.get(seat.seat) is seat:
            await self._forget(seat.seat)

    async def _forget(self, seat_id: str) -> None:
        seat = self._seats.pop(seat_id, None)
        if seat is not None:
            self._sessions.leave(seat)
            await seat.close()

    async def _worklist(self, message: hosts.WorklistQuery) -> None:
        archive = self._archives.by_id.get(message.archive)
        reply = hosts.WorklistReply(request=message.request, archive=message.archive, rows=(), total=0)
        if archive is None:
            reply = _with_problem(reply, "This host does not reach that archive.")
        else:
            try:
                rows, total = await archive.worklist(message.filter, message.archive)
                reply = hosts.WorklistReply(
                    request=message.request, archive=message.archive, rows=rows, total=total
                )
            except FarviewError as error:
                reply = _with_problem(reply, error.message)
        self._registration.say(reply)

    # ---- SeatHost

    def hello(self) -> control.SeatHello:
        """What serves a seat."""
        facts = self._pool.facts
        return control.SeatHello(
            protocol=PROTOCOL_VERSION,
            host=self._config.name,
            renderer=facts.renderer if facts is not None else "",
            encoder=facts.encoders[0] if facts is not None and facts.encoders else "",
            max_width=MAX_WIDTH,
            max_height=MAX_HEIGHT,
        )

    def open_study(self, seat: Seat, message: control.OpenStudy) -> None:
        """The page wants a study."""
        if not re.fullmatch(r"[0-9.]{1,64}", message.study):
            text = "That is not a study: a StudyInstanceUID has digits and dots, at most 64."
            seat.say(control.OpenFailed(request=message.request, code=errors.UNKNOWN_STUDY, message=text))
            return
        self._sessions.open(seat, message)

    def leave_session(self, seat: Seat) -> None:
        """The page shows no study any more."""
        self._sessions.leave(seat)

    def seat_gone(self, seat: Seat, reason: str) -> None:
        """A connection is over."""
        if self._seats.get(seat.seat) is seat:
            self._registration.say(hosts.HostSeatClosed(seat=seat.seat, reason=reason))
            self._own(self._forget(seat.seat))


def _with_problem(reply: hosts.WorklistReply, problem: str) -> hosts.WorklistReply:
    return hosts.WorklistReply(
        request=reply.request, archive=reply.archive, rows=(), total=0, problem=problem
    )
