"""A ticket is good once, for one host and seat, for a minute, and only with a key that the server named."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signaling.protocol.hosts import TicketKey
from streamer.errors import TicketError
from streamer.host.server_clock import ServerClock
from streamer.host.tickets import TicketOffice


def pem(key: Ed25519PrivateKey) -> str:
    public = key.public_key()
    return public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


SERVER = Ed25519PrivateKey.generate()
STRANGER = Ed25519PrivateKey.generate()


def office_of(clock: ServerClock | None = None) -> TicketOffice:
    """Knows the server's key."""
    office = TicketOffice(clock)
    office.learn("host-1", [TicketKey(kid="k1", pem=pem(SERVER))])
    return office


@pytest.fixture
def office() -> TicketOffice:
    return office_of()


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


def unsigned(**claims: Any) -> str:
    return jwt.encode(claims, "", algorithm="none", headers={"kid": "k1"})


def without(*names: str) -> str:
    payload = jwt.decode(ticket(), options={"verify_signature": False})
    return jwt.encode(
        {name: value for name, value in payload.items() if name not in names},
        SERVER,
        algorithm="EdDSA",
        headers={"kid": "k1"},
    )


FAULTS: dict[str, tuple[Callable[[], str], str]] = {
    "another's key": (lambda: ticket(key=STRANGER), "not signed by this server"),
    "cut in its claims": (lambda: ticket().rpartition(".")[0][:-8], "can't be read"),
    "an unknown key": (lambda: ticket(kid="other"), "does not know"),
    "a key id that is a number": (
        lambda: jwt.api_jws.encode(b"{}", SERVER, algorithm="EdDSA", headers={"kid": "7"}),
        "does not know",
    ),
    "another host": (lambda: ticket(host="host-2"), "another host"),
    "another seat": (lambda: ticket(seat="seat-2"), "another host or seat"),
    "lapsed": (lambda: dated(-120, -60), "has lapsed 6. s ago"),
    "of the future": (lambda: dated(70, 130), "(69|70) s in the future"),
    "for too long": (lambda: dated(0, 3600), "longer"),
    "wrong type": (lambda: ticket(fingerprint=7), "does not say what a ticket says"),
    "wrong time": (lambda: ticket(exp="tomorrow"), "does not say what a ticket says"),
    "empty": (lambda: "", "can't be read"),
    "nonsense": (lambda: "nonsense", "can't be read"),
    "three parts of nonsense": (lambda: "a.b.c", "can't be read"),
    "payload no object": (
        lambda: jwt.api_jws.encode(b"[]", SERVER, algorithm="EdDSA", headers={"kid": "k1"}),
        "can't be read",
    ),
    "not signed": (lambda: unsigned(seat="seat-1"), "not accepted"),
    "signed by a password": (
        lambda: jwt.encode({"seat": "seat-1"}, "secret-secret-secret-secret-secret", headers={"kid": "k1"}),
        "not accepted",
    ),
    **{f"without {name}": (lambda name=name: without(name), "lacks") for name in ("exp", "iat", "jti")},  # type: ignore[misc]
    **{
        f"without {name}": (lambda name=name: without(name), "does not say")  # type: ignore[misc]
        for name in ("seat", "host", "user", "tenant", "role", "archives", "fingerprint")
    },
}


@pytest.mark.parametrize("fault", FAULTS)
def test_any_other_ticket_is_refused_in_words(office: TicketOffice, fault: str) -> None:
    """Made when the test runs: tickets age while others are collected and run."""
    make, words = FAULTS[fault]
    with pytest.raises(TicketError, match=words) as refused:
        office.check(make(), "seat-1")
    assert not re.search(r"Error|[a-z][A-Z]", refused.value.message), "no name of a class reaches a reader"
    assert "Reload the page" in refused.value.message


def test_a_ticket_cut_anywhere_in_its_signature_is_refused(office: TicketOffice) -> None:
    """In either words: what is left is at times the text of a shorter signature, and at times of none."""
    whole = ticket()
    for length in range(whole.rindex("."), len(whole)):
        with pytest.raises(TicketError, match=r"can't be read|was not signed by this server, or was changed"):
            office.check(whole[:length], "seat-1")


@pytest.mark.parametrize("age", [-1.5, 0.0, 59.0, 61.5])
def test_small_differences_are_allowed_for(age: float) -> None:
    clock = ServerClock()
    clock.told(0.0, 1_800_000_000.0 + age)
    made = 1_800_000_000
    office_of(clock).check(ticket(iat=made, exp=made + 60), "seat-1")


@pytest.mark.parametrize("age", [-3.5, 63.5])
def test_a_known_clock_leaves_little_leeway(age: float) -> None:
    clock = ServerClock()
    clock.told(0.0, 1_800_000_000.0 + age)
    made = 1_800_000_000
    with pytest.raises(TicketError, match=r"future|lapsed") as refused:
        office_of(clock).check(ticket(iat=made, exp=made + 60), "seat-1")
    assert "clocks" not in refused.value.message
