"""A host fetches, keeps and records the readings of those who had a seat on it, and of nobody else."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from signaling.auth.tickets import TicketSigner
from signaling.domain.audit import AuditEntry
from signaling.domain.checkpoints import Checkpoint, ReadingKey
from signaling.protocol.hosts import CheckpointLoad, CheckpointSave, StudyOpening
from signaling.protocol.tickets import TICKET_SECONDS, TicketClaims
from signaling.services.checkpoints import CheckpointService
from signaling.services.openings import OpeningService
from signaling.services.served_readers import NOT_SERVED, TICKET_DAYS, ServedReaders

NOW = 1_700_000_000
HOST, TENANT, USER, ARCHIVE, STUDY = "host-a", "tenant", "user", "archive", "1.2.3"
DAY = 24 * 3600


def claims(host: str = HOST, tenant: str = TENANT, user: str = USER, at: float = NOW) -> TicketClaims:
    at = int(at)
    return TicketClaims(
        seat="s", host=host, user=user, tenant=tenant, role="reader", archives=(), fingerprint="f", jti="j", iat=at,
        exp=at + TICKET_SECONDS,
    )  # fmt: skip


class Kept:
    """Stores that remember what reaches them."""

    def __init__(self) -> None:
        self.saved: list[ReadingKey] = []
        self.loaded: list[ReadingKey] = []
        self.audit: list[AuditEntry] = []

    async def save(self, key: ReadingKey, view: str, marks: str | None, now: float) -> None:
        self.saved.append(key)

    async def load(self, key: ReadingKey, oldest: float) -> Checkpoint:
        self.loaded.append(key)
        return Checkpoint(None, None, 0.0)

    async def purge(self, before: float) -> None: ...

    async def add(self, entry: AuditEntry) -> None:
        self.audit.append(entry)


def live_host(name: str = HOST) -> Any:
    record = SimpleNamespace(tenant=TENANT)
    return SimpleNamespace(
        host=name, record=record, current=lambda archive: archive, reached=(SimpleNamespace(archive=ARCHIVE),)
    )


class Server:
    """The two services on one memory of seats."""

    def __init__(self, folder: Path) -> None:
        self.signer = TicketSigner.open(folder, float(NOW))
        self.stranger = TicketSigner.open(folder / "of-another", float(NOW))
        self.kept: Any = Kept()
        self.served = ServedReaders(self.signer, lambda: float(NOW))
        self.checkpoints = CheckpointService(self.kept, served=self.served)
        self.openings = OpeningService(self.kept, served=self.served)

    async def asked(
        self, host: Any, *, ticket: str = "", study: str = STUDY, archive: str = ARCHIVE, **document: Any
    ) -> list[str]:
        """What it answers to all that a host asks for a reader, problems in words."""
        common = {
            "request": "1", "tenant": TENANT, "user": USER, "archive": archive, "study": study, "ticket": ticket,
        }  # fmt: skip
        view, marks = document.get("view", {"format": 2}), document.get("marks", {"format": 2})
        return [
            (await self.checkpoints.save(host, CheckpointSave(**common, view=view, marks=marks))).problem,
            (await self.checkpoints.load(host, CheckpointLoad(**common))).problem,
            (await self.openings.record(host, StudyOpening(**common))).problem,
        ]


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)


@pytest.mark.parametrize(("host", "tenant", "user"), list(product((HOST, "b"), (TENANT, "b"), (USER, "b"))))
@pytest.mark.parametrize("way", ["a seat since the start", "a ticket of before"])
async def test_who_had_a_seat_here_is_served_and_nobody_else(
    server: Server, host: str, tenant: str, user: str, way: str
) -> None:
    ticket = ""
    if way == "a ticket of before":
        ticket = server.signer.sign(claims(host, tenant, user))
    else:
        server.served.seated(host, tenant, user)
    problems = await server.asked(live_host(), ticket=ticket)
    if (host, tenant, user) == (HOST, TENANT, USER):
        assert problems == ["", "", ""]
        assert [len(all_) for all_ in (server.kept.saved, server.kept.loaded, server.kept.audit)] == [1, 1, 1]
    else:
        assert all(NOT_SERVED in problem for problem in problems), problems
        assert not server.kept.saved + server.kept.loaded + server.kept.audit


@pytest.mark.parametrize(
    ("ticket", "is_good"),
    [
        ("", False),
        ("no ticket", False),
        ("a.b.c", False),
        ("of another signer", False),
        ("cut", False),
        ("of today", True),
        ("a month old", True),
        ("older than a sign-in", False),
    ],
)
async def test_a_ticket_vouches_where_this_server_signed_it_not_too_long_ago(
    server: Server, ticket: str, is_good: bool
) -> None:
    old = NOW - TICKET_DAYS * DAY
    made = {
        "of another signer": server.stranger.sign(claims()),
        "cut": server.signer.sign(claims())[:-40],
        "of today": server.signer.sign(claims()),
        "a month old": server.signer.sign(claims(at=old + DAY)),
        "older than a sign-in": server.signer.sign(claims(at=old - DAY)),
    }
    problems = await server.asked(live_host(), ticket=made.get(ticket, ticket))
    assert [not problem for problem in problems] == [is_good] * 3


@pytest.mark.parametrize("document", [{}, {"marks": []}, {"format": 0}, {"format": True}, {"format": "2"}])
@pytest.mark.parametrize("of", ["view", "marks"])
async def test_what_names_no_format_replaces_nothing(server: Server, of: str, document: Any) -> None:
    server.served.seated(HOST, TENANT, USER)
    saved, _, _ = await server.asked(live_host(), **{of: document})
    assert "name no format" in saved
    assert not server.kept.saved


@pytest.mark.parametrize("document", [{"format": 1}, {"format": 2}, {"format": 99, "of": "a newer version"}])
async def test_what_names_one_is_kept_also_of_a_newer_version(server: Server, document: Any) -> None:
    server.served.seated(HOST, TENANT, USER)
    assert (await server.asked(live_host(), view=document, marks=document))[0] == ""


@pytest.mark.parametrize(
    ("study", "archive"),
    [("PATIENT NAME\n", ARCHIVE), ("1.2‮", ARCHIVE), ("1.2 3", ARCHIVE), (STUDY, "of-another")],
)
async def test_no_opening_is_recorded_of_what_is_no_study_of_this_host(
    server: Server, study: str, archive: str
) -> None:
    server.served.seated(HOST, TENANT, USER)
    assert (await server.asked(live_host(), study=study, archive=archive))[2] != ""
    assert not server.kept.audit
