"""Everything a request may need, in one place under one typed application key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from signaling.api.build import WebFiles
from signaling.api.measures import Measures
from signaling.auth.cookie import SignInCookie
from signaling.auth.sign_in_address import SignInAddress
from signaling.auth.tickets import TicketSigner
from signaling.config import ServerConfig
from signaling.services.archive_ids import ArchiveIds
from signaling.services.checkpoints import CheckpointService
from signaling.services.device_checks import DeviceChecks
from signaling.services.emptying import Emptying
from signaling.services.host_registry import HostRegistry
from signaling.services.ice_servers import IceServers
from signaling.services.local_state import LocalState
from signaling.services.openings import OpeningService
from signaling.services.pages import Pages
from signaling.services.proof_keys import ProofKeyService
from signaling.services.removals import Removals
from signaling.services.session_broker import SessionBroker
from signaling.services.sign_in_watch import SignInWatch
from signaling.services.sign_ins import SignInService
from signaling.services.streams import Streams
from signaling.services.tasks import Tasks
from signaling.services.turns import Turns
from signaling.services.worklist import WorklistService
from signaling.services.wrong_tokens import WrongTokens
from signaling.store.archive_ids import SqlArchiveIds
from signaling.store.audit import SqlAudit
from signaling.store.checkpoints import SqlCheckpoints
from signaling.store.database import Database
from signaling.store.hosts import SqlHosts
from signaling.store.proof_keys import SqlProofKeys
from signaling.store.protocols import AuditStore
from signaling.store.sign_ins import SqlSignIns

if TYPE_CHECKING:
    from signaling.api.stream_sockets import StreamSocket


@dataclass(frozen=True, slots=True)
class Services:
    """The running parts of a server."""

    config: ServerConfig
    cookie: SignInCookie
    files: WebFiles
    measures: Measures
    database: Database
    audit: AuditStore
    sign_ins: SignInService
    wrong_tokens: WrongTokens
    sign_in_watch: SignInWatch
    registry: HostRegistry
    removals: Removals
    archive_ids: ArchiveIds
    broker: SessionBroker
    streams: Streams[StreamSocket]
    pages: Pages
    worklist: WorklistService
    checkpoints: CheckpointService
    openings: OpeningService
    device_checks: DeviceChecks
    proof_keys: ProofKeyService
    local: LocalState
    tasks: Tasks

    def hang_up(self) -> None:
        """Close every connection."""
        self.pages.hang_up()
        self.streams.hang_up()
        for host in self.registry.live:
            host.port.close("Farview stops.")

    async def close(self) -> None:
        """End all that runs; connected hosts and pages go on by themselves."""
        await self.tasks.close()
        await self.removals.close()
        await self.broker.close()
        await self.database.close()


SERVICES: web.AppKey[Services] = web.AppKey("services", Services)


async def open_services(config: ServerConfig, local: LocalState, now: float) -> Services:
    """Opens the database, migrates it, and builds the services on it.

    Raises:
        CannotStart: the ticket keys can't be used.
        StoreFailed: the database can't be opened, read or written.
    """
    signer = TicketSigner.open(config.state / "ticket-keys", now)
    database = await Database.open(config.database)
    try:
        return await _services_on(database, signer, config, local)
    except BaseException:
        await database.close()
        raise


async def _services_on(
    database: Database, signer: TicketSigner, config: ServerConfig, local: LocalState
) -> Services:
    measures = Measures()
    audit = SqlAudit(database)
    proof_keys = ProofKeyService(SqlProofKeys(database))
    registry = HostRegistry(SqlHosts(database), signer.public_keys, config.host_silent_after, proof_keys)
    await registry.expect_local(config.local_key)
    turns = Turns()
    archive_ids = ArchiveIds(SqlArchiveIds(database), registry, config.store_timeout, turns)
    await archive_ids.load()
    streams: Streams[StreamSocket] = Streams()
    token = SignInAddress(config.state).token
    sign_ins = SignInService(
        SqlSignIns(database), audit, token, timeout=config.store_timeout, life=config.sign_in_seconds
    )
    pages = Pages(registry)
    broker = SessionBroker(
        registry,
        signer,
        ice_servers=IceServers(config.ice),
        seat_timeout=config.seat_timeout,
        offer_timeout=config.offer_timeout,
        host_wait=config.host_wait,
        placed=measures.placing.observe,
        streams=streams,
        windows=config.windows,
    )
    Emptying(registry, broker.candidates)
    services = Services(
        config=config,
        cookie=SignInCookie(config.port, config.base_path or "/", config.sign_in_seconds),
        files=WebFiles(config.web),
        measures=measures,
        database=database,
        audit=audit,
        sign_ins=sign_ins,
        wrong_tokens=WrongTokens(audit),
        registry=registry,
        removals=Removals(registry),
        archive_ids=archive_ids,
        broker=broker,
        streams=streams,
        pages=pages,
        sign_in_watch=SignInWatch(sign_ins, pages, broker, streams),
        worklist=WorklistService(registry, config.worklist_timeout, patience=config.worklist_patience),
        checkpoints=CheckpointService(
            SqlCheckpoints(database), config.store_timeout, turns=turns, served=broker.served
        ),
        openings=OpeningService(audit, config.store_timeout, served=broker.served),
        device_checks=DeviceChecks(),
        proof_keys=proof_keys,
        local=local,
        tasks=Tasks(),
    )
    services.tasks.start(registry.watch(), "watch hosts")
    services.tasks.start(archive_ids.run(), "decide ids of archives")
    services.tasks.start(services.checkpoints.purge(), "purge views")
    services.tasks.start(services.sign_in_watch.run(), "watch sign-ins")
    measures.follow(registry, services.broker, services.pages)
    return services
