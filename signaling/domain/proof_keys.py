"""The public keys by which render hosts sign records of proven pictures (JWK, RFC 7517 and RFC 8037)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass

MOST_PER_HOST = 64
"""Keys are kept for ever, for records are; a host that makes ever new ones is not heard any more."""
_RAW_BYTES = 32


@dataclass(frozen=True, slots=True)
class ProofKey:
    """One host's key: `kid` is its thumbprint (RFC 7638), `x` its raw bytes (base64url), `seen_at` Unix seconds."""

    kid: str
    host: str
    x: str
    seen_at: float

    @property
    def jwk(self) -> dict[str, str]:
        """As it stands in a JWK set."""
        return {"kty": "OKP", "crv": "Ed25519", "x": self.x, "kid": self.kid, "use": "sig", "alg": "EdDSA"}


def proof_key(text: str, host: str, now: float) -> ProofKey:
    """The key in a JWK that a host sent; its thumbprint is computed here, whatever the host calls it.

    Raises:
        ValueError: it is no public Ed25519 key.
    """
    try:
        jwk = json.loads(text)
        kind, curve, x = jwk["kty"], jwk["crv"], jwk["x"]
        raw = base64.urlsafe_b64decode(x + "=" * (-len(x) % 4))
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise ValueError("That is no public key.") from None
    if (kind, curve) != ("OKP", "Ed25519") or len(raw) != _RAW_BYTES or "d" in jwk:
        raise ValueError("That is no public Ed25519 key.")
    x = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    members = json.dumps({"crv": curve, "kty": kind, "x": x}, sort_keys=True, separators=(",", ":"))
    kid = base64.urlsafe_b64encode(hashlib.sha256(members.encode()).digest()).rstrip(b"=").decode()
    return ProofKey(kid, host, x, now)
