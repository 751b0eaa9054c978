"""Checks a saved record: whole, by a known key, and of this very picture."""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jwt.algorithms import OKPAlgorithm

from signaling.protocol.errors import ProtocolError
from signaling.protocol.proof import TYPE, ProofPayload, read_payload, read_record
from streamer.errors import FarviewError
from streamer.host.proof_signer import ALGORITHM, public_jwk


class BadRecord(FarviewError):
    """The record proves nothing; the message says why."""


class Vouched(enum.Enum):
    """Who vouches for the key."""

    BY_KEYS = enum.auto()
    """It is among the keys that were given."""
    BY_ITSELF = enum.auto()
    """No keys were given: the record is whole, whoever made it."""


@dataclass(frozen=True, slots=True)
class CheckedRecord:
    """A record whose signature is good."""

    payload: ProofPayload
    kid: str
    vouched: Vouched


def check_record(text: str | bytes, keys: Mapping[str, Any] | None = None) -> CheckedRecord:
    """What the record says, when its signature is good.

    `keys` is a JWK set (RFC 7517) of hosts that are trusted; without one the record's own key is taken.

    Raises:
        BadRecord: it is no record, was changed, or is by a key that is not in the set.
    """
    try:
        jws = read_record(text)
        header = jwt.get_unverified_header(jws.compact)
        key, kid = _key_of(header)
        vouched = Vouched.BY_ITSELF
        if keys is not None:
            key = _public_key(_from_set(keys, kid))
            vouched = Vouched.BY_KEYS
        # The claims are the host's own; none of the registered ones is among them.
        jwt.decode(jws.compact, key, algorithms=[ALGORITHM])
        payload = read_payload(jws)
    except ProtocolError as error:
        raise BadRecord(error.message) from error
    except jwt.InvalidSignatureError as error:
        raise BadRecord(
            "The signature does not fit the record: it was changed, or is not by that key."
        ) from error
    except (jwt.PyJWTError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise BadRecord(f"The record can't be read ({type(error).__name__}).") from error
    return CheckedRecord(payload, kid, vouched)


def _key_of(header: Mapping[str, Any]) -> tuple[Ed25519PublicKey, str]:
    """The key in the header, and its thumbprint as computed here: what the header claims of it counts for nothing."""
    if header.get("typ") != TYPE:
        raise BadRecord("That is signed, but is no record of a picture.")
    key = _public_key(header["jwk"])
    kid = public_jwk(key)["kid"]
    if kid != header.get("kid"):
        raise BadRecord("The record names another key than the one in it.")
    return key, kid


def _public_key(jwk: object) -> Ed25519PublicKey:
    if not isinstance(jwk, Mapping):
        raise BadRecord("The record has no key in it.")
    key = OKPAlgorithm.from_jwk(json.dumps(jwk))
    if not isinstance(key, Ed25519PublicKey):
        raise BadRecord("The key is no public Ed25519 key.")
    return key


def _from_set(keys: Mapping[str, Any], kid: str) -> Mapping[str, Any]:
    for jwk in keys["keys"]:
        if jwk.get("kid") == kid:
            found: Mapping[str, Any] = jwk
            return found
    raise BadRecord(f"The record is signed by the key {kid}, which is not among the keys given.")
