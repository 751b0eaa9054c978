"""With what it asks the server for a reader, a host shows the ticket of that reader's newest seat."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from signaling.protocol import hosts
from signaling.protocol.tickets import TicketClaims
from streamer.host import registration
from streamer.host.registration import Registration
from streamer.session.session import SessionKey


def claims(user: str, tenant: str = "t") -> TicketClaims:
    return TicketClaims(
        seat="s", host="h", user=user, tenant=tenant, role="reader", archives=(), fingerprint="", jti="j", iat=0, exp=1
    )  # fmt: skip


async def asked_for(line: Registration, key: SessionKey) -> list[Any]:
    """What is said to the server for a reading, by kind."""
    line.connected = True
    said = []
    for ask in (line.save(key, {}, None), line.load(key), line.record_opening(key, goes_on=False)):
        asking = asyncio.create_task(cast(Any, ask))
        said.append(await line._outbox.get())
        asking.cancel()
    return said


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ([], ""),
        ([("user", "t", "first")], "first"),
        ([("user", "t", "first"), ("user", "t", "second")], "second"),
        ([("another", "t", "first"), ("user", "of-another", "second")], ""),
    ],
)
async def test_each_question_shows_the_newest_ticket_of_its_reader(
    sent: list[tuple[str, str, str]], expected: str
) -> None:
    line = Registration("http://127.0.0.1:1", "key", cast(Any, None), None)
    for user, tenant, ticket in sent:
        line.sent(claims(user, tenant), ticket)
    said = await asked_for(line, SessionKey("t", "user", "archive", "1.2"))
    assert [type(message) for message in said] == [
        hosts.CheckpointSave, hosts.CheckpointLoad, hosts.StudyOpening,
    ]  # fmt: skip
    assert [message.ticket for message in said] == [expected] * 3


async def test_only_so_many_readers_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registration, "READERS_KEPT", 2)
    line = Registration("http://127.0.0.1:1", "key", cast(Any, None), None)
    for user in ("a", "b", "a", "c"):
        line.sent(claims(user), f"of {user}")
    kept = [line._ticket(SessionKey("t", user, "archive", "1.2")) for user in ("a", "b", "c")]
    assert kept == ["of a", "", "of c"]
