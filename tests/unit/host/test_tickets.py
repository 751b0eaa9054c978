"""A ticket is good once, for one host and seat, for a minute, and only with a key that the server named."""

from __future__ import annotations

import time
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


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (ticket(key=STRANGER), "not good"),
        (ticket(kid="other"), "does not know"),
        (ticket(host="host-2"), "another host"),
        (ticket(seat="seat-2"), "another host or seat"),
        (ticket(exp=int(time.time()) - 60, iat=int(time.time()) - 120), "not good"),
        (ticket(exp=int(time.time()) + 3600), "longer"),
        (ticket(fingerprint=7), "not good"),
        ("nonsense", "not good"),
        (
            jwt.encode({"seat": "seat-1"}, "secret-secret-secret-secret-secret", headers={"kid": "k1"}),
            "not good",
        ),
    ],
)
def test_any_other_ticket_is_refused_in_words(office: TicketOffice, bad: str, words: str) -> None:
    with pytest.raises(TicketError, match=words):
        office.check(bad, "seat-1")
