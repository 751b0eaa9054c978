"""A ticket is good once, for one host and seat, for a minute, and only with a key that the server named."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signaling.protocol.hosts import TicketKey
from streamer.errors import TicketError
from streamer.host.tickets import TicketOffice


def pem(key: Ed25519PrivateKey) -> str:
    public = key.public_key()
    return public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


SERVER = Ed25519PrivateKey.generate()
STRANGER = Ed25519PrivateKey.generate()


@pytest.fixture
def office() -> TicketOffice:
    office = TicketOffice()
    office.learn("host-1", [TicketKey(kid="k1", pem=pem(SERVER))])
    return office


def ticket(key: Ed25519PrivateKey = SERVER, kid: str = "k1", **changes: Any) -> str:
    now = int(time.time())
    claims = {
        "seat": "seat-1",
        "host": "host-1",
        "user": "u",
        "tenant": "default",
        "role": "reader",
        "archives": (),
        "fingerprint": "sha-256 AA",
        "jti": "one",
        "iat": now,
        "exp": now + 60,
    }
    return jwt.encode({**claims, **changes}, key, algorithm="EdDSA", headers={"kid": kid})


def test_a_good_ticket_is_good_once(office: TicketOffice) -> None:
    assert office.check(ticket(), "seat-1").user == "u"
    with pytest.raises(TicketError, match="used before"):
        office.check(ticket(), "seat-1")


def dated(iat: int, exp: int) -> str:
    now = int(time.time())
    return ticket(iat=now + iat, exp=now + exp)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: ticket(key=STRANGER), "not good"),
        (lambda: ticket(kid="other"), "does not know"),
        (lambda: ticket(host="host-2"), "another host"),
        (lambda: ticket(seat="seat-2"), "another host or seat"),
        (lambda: dated(-120, -60), "not good"),
        (lambda: dated(0, 3600), "longer"),
        (lambda: ticket(fingerprint=7), "not good"),
        (lambda: "nonsense", "not good"),
        (
            lambda: jwt.encode(
                {"seat": "seat-1"}, "secret-secret-secret-secret-secret", headers={"kid": "k1"}
            ),
            "not good",
        ),
    ],
)
def test_any_other_ticket_is_refused_in_words(
    office: TicketOffice, make: Callable[[], str], words: str
) -> None:
    """Made when the test runs: tickets age while others are collected and run."""
    with pytest.raises(TicketError, match=words):
        office.check(make(), "seat-1")
