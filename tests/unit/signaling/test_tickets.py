"""Session tickets: signed with Ed25519, checked by public keys alone, keys renewed and private."""

from __future__ import annotations

import os
from pathlib import Path

import jwt
import msgspec
import pytest

from signaling.auth.tickets import KEYS_KEPT, ROTATE_AFTER_SECONDS, TicketSigner
from signaling.errors import CannotStart
from signaling.protocol.tickets import ALGORITHM, TicketClaims

NOW = 1_800_000_000


def claims(**changes: object) -> TicketClaims:
    plain = {
        "seat": "seat-1",
        "host": "host-1",
        "user": "owner",
        "tenant": "default",
        "role": "admin",
        "archives": ("demo",),
        "fingerprint": "sha-256 AA",
        "jti": "1",
        "iat": NOW,
        "exp": NOW + 60,
    }
    return msgspec.convert({**plain, **changes}, TicketClaims)


def check(ticket: str, signer: TicketSigner) -> TicketClaims:
    keys = {key.kid: key.pem for key in signer.public_keys}
    kid = jwt.get_unverified_header(ticket)["kid"]
    payload = jwt.decode(
        ticket, keys[kid], algorithms=[ALGORITHM], options={"verify_exp": False, "verify_iat": False}
    )
    return msgspec.convert(payload, TicketClaims)


def test_a_ticket_says_what_was_signed(tmp_path: Path) -> None:
    signer = TicketSigner.open(tmp_path / "keys", NOW)
    assert check(signer.sign(claims()), signer) == claims()


def test_a_changed_ticket_is_no_ticket(tmp_path: Path) -> None:
    signer = TicketSigner.open(tmp_path / "keys", NOW)
    header, _, signature = signer.sign(claims()).split(".")
    _, forged, _ = signer.sign(claims(user="another")).split(".")
    with pytest.raises(jwt.InvalidSignatureError):
        check(f"{header}.{forged}.{signature}", signer)


def test_another_servers_ticket_is_no_ticket(tmp_path: Path) -> None:
    ours, theirs = (TicketSigner.open(tmp_path / name, NOW) for name in ("ours", "theirs"))
    ticket = theirs.sign(claims())
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(ticket, ours.public_keys[0].pem, algorithms=[ALGORITHM], options={"verify_exp": False})


def test_a_restart_keeps_the_key_and_a_month_renews_it(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    first = TicketSigner.open(folder, NOW).public_keys
    made = next(folder.iterdir()).stat().st_mtime
    again = TicketSigner.open(folder, made + ROTATE_AFTER_SECONDS - 1).public_keys
    assert again == first
    renewed = TicketSigner.open(folder, made + ROTATE_AFTER_SECONDS + 1)
    assert renewed.public_keys[1:] == first, "tickets on their way can still be checked"
    assert renewed.public_keys[0] != first[0]
    assert jwt.get_unverified_header(renewed.sign(claims()))["kid"] == renewed.public_keys[0].kid


def test_old_keys_are_not_kept_for_ever(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    for step in range(4):
        for file in folder.glob("*.pem"):
            os.utime(file, (NOW + step, file.stat().st_mtime - 2 * ROTATE_AFTER_SECONDS))
        newest = max((f.stat().st_mtime for f in folder.glob("*.pem")), default=0.0)
        TicketSigner.open(folder, newest + ROTATE_AFTER_SECONDS + 1)
    assert len(list(folder.iterdir())) == KEYS_KEPT


def test_the_keys_are_their_owners(tmp_path: Path) -> None:
    TicketSigner.open(tmp_path / "keys", NOW)
    assert [file.stat().st_mode & 0o777 for file in (tmp_path / "keys").iterdir()] == [0o600]
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


def test_a_broken_key_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "k.pem").write_text("no key")
    os.utime(tmp_path / "k.pem", (NOW, NOW))
    with pytest.raises(CannotStart, match="Remove that folder"):
        TicketSigner.open(tmp_path, NOW)
