"""The host's own key, by which it vouches for pictures that it drew (RFC 8037); made once and kept in its state folder."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jwt
import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from signaling.protocol import errors
from signaling.protocol.proof import FORMAT, RECORD_BYTES, TYPE, ProofPayload, ProvenViewport, record_text
from streamer.errors import FarviewError

ALGORITHM = "EdDSA"


class ProofSigner:
    """Signs records of proven pictures."""

    def __init__(self, key: Ed25519PrivateKey, host: str, version: str) -> None:
        """`host` and `version` are what every record says of the program that drew."""
        self._key = key
        self._host = host
        self._version = version
        self.jwk = public_jwk(key.public_key())

    @classmethod
    def open(cls, file: Path, host: str, version: str) -> ProofSigner:
        """The key in `file`, which is made when it is not there.

        Raises:
            FarviewError: the file can't be read or written.
        """
        try:
            key = _read(file) if file.exists() else _make(file)
        except OSError as error:
            raise FarviewError(
                f"The key in {file} that signs records can't be read or written: {error.strerror}."
            ) from error
        except (ValueError, TypeError) as error:
            raise FarviewError(
                f"The key in {file} that signs records can't be used ({type(error).__name__}). Move it away; a new one is made."
            ) from error
        return cls(key, host, version)

    def sign(
        self,
        *,
        sha256: str,
        size: tuple[int, int],
        channels: int,
        archive: str,
        study: str,
        viewports: tuple[ProvenViewport, ...],
        view: dict[str, Any],
        session: str,
        revision: int,
    ) -> str:
        """The record as text to save; `size` is width and height, the other values as in ProofPayload.

        Raises:
            FarviewError: it would be larger than what a record is read from.
        """
        payload = ProofPayload(
            format=FORMAT,
            sha256=sha256,
            width=size[0],
            height=size[1],
            channels=channels,
            archive=archive,
            study=study,
            viewports=viewports,
            view=view,
            session=session,
            revision=revision,
            time=datetime.now(UTC).isoformat(timespec="milliseconds"),
            nonce=secrets.token_hex(16),
            host=self._host,
            version=self._version,
        )
        header = {"kid": self.jwk["kid"], "jwk": self.jwk, "typ": TYPE}
        record = record_text(
            jwt.encode(msgspec.to_builtins(payload), self._key, algorithm=ALGORITHM, headers=header)
        )
        if len(record) > RECORD_BYTES:
            text = "The record of this view would be too large to be checked. Show fewer series at a time."
            raise FarviewError(text, errors.TOO_LARGE)
        return record


def public_jwk(key: Ed25519PublicKey) -> dict[str, str]:
    """The key as a JWK (RFC 8037, 2), with its thumbprint (RFC 7638) as `kid`."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    members = {"crv": "Ed25519", "kty": "OKP", "x": _base64url(raw)}
    thumbprint = hashlib.sha256(json.dumps(members, sort_keys=True, separators=(",", ":")).encode()).digest()
    return {**members, "kid": _base64url(thumbprint)}


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _make(file: Path) -> Ed25519PrivateKey:
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(pem)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(file)
    return key


def _read(file: Path) -> Ed25519PrivateKey:
    key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("not an Ed25519 key")
    return key
