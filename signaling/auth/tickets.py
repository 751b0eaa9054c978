"""Session tickets: JWTs signed with Ed25519 (RFC 8037); hosts hold the public keys only.

The signing key is renewed at a start of the server when it is older than a month. Hosts learn the keys when they
register, and they register anew with a server that started anew, so none ever checks with an outdated set.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

import jwt
import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signaling.auth.private_file import write_private
from signaling.errors import CannotStart
from signaling.protocol.hosts import TicketKey
from signaling.protocol.tickets import ALGORITHM, TicketClaims

ROTATE_AFTER_SECONDS = 30 * 24 * 3600.0
KEYS_KEPT = 2
"""The newest signs; the one before it is still published for tickets on their way."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and its id."""

    kid: str
    key: Ed25519PrivateKey

    @property
    def public(self) -> TicketKey:
        """Its public half."""
        pem = self.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return TicketKey(kid=self.kid, pem=pem.decode())


class TicketSigner:
    """Signs tickets with the newest of its keys."""

    def __init__(self, keys: tuple[SigningKey, ...]) -> None:
        self._keys = keys

    @property
    def public_keys(self) -> tuple[TicketKey, ...]:
        """The keys by which its tickets can be checked, newest first."""
        return tuple(key.public for key in self._keys)

    def sign(self, claims: TicketClaims) -> str:
        """The ticket."""
        newest = self._keys[0]
        payload = msgspec.to_builtins(claims)
        return jwt.encode(payload, newest.key, algorithm=ALGORITHM, headers={"kid": newest.kid})

    def signed(self, ticket: str) -> TicketClaims | None:
        """What a ticket says that one of these keys signed, however old it is; None for any other text."""
        try:
            kid = jwt.get_unverified_header(ticket).get("kid")
            key = next((each.key for each in self._keys if each.kid == kid), None)
            if key is None:
                return None
            payload = jwt.decode(
                ticket,
                key.public_key(),
                algorithms=[ALGORITHM],
                options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
            return msgspec.convert(payload, TicketClaims)
        except (jwt.PyJWTError, msgspec.ValidationError):
            return None

    @classmethod
    def open(cls, folder: Path, now: float) -> TicketSigner:
        """The keys in `folder`, a new one made where there is none or the newest is too old.

        Raises:
            CannotStart: a key file can't be read or written.
        """
        try:
            files = sorted(folder.glob("*.pem"), key=lambda file: file.stat().st_mtime, reverse=True)
            if not files or now - files[0].stat().st_mtime > ROTATE_AFTER_SECONDS:
                files.insert(0, _make(folder))
            for old in files[KEYS_KEPT:]:
                old.unlink()
            return cls(tuple(_read(file) for file in files[:KEYS_KEPT]))
        except OSError as error:
            raise CannotStart(
                f"The ticket keys in {folder} can't be read or written: {error.strerror}."
            ) from error
        except ValueError as error:
            raise CannotStart(
                f"The ticket keys in {folder} can't be used ({type(error).__name__}). Remove that folder; new ones are made."
            ) from error


def _make(folder: Path) -> Path:
    file = folder / f"{secrets.token_hex(8)}.pem"
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_private(file, pem)
    return file


def _read(file: Path) -> SigningKey:
    key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("not an Ed25519 key")
    return SigningKey(file.stem, key)
