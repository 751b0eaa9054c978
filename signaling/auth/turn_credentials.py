"""Credentials for TURN servers that share a secret with us, after draft-uberti-behave-turn-rest-00 (coturn: use-auth-secret).

A user name is the Unix time until which it is accepted and a number of no meaning; the password is made from it by the secret,
so that a TURN server checks both without having been told of either. It names nobody.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

_NONCE_BYTES = 9


@dataclass(frozen=True, slots=True)
class TurnCredential:
    """What a TURN client signs its requests with (RFC 8489, long-term credential)."""

    username: str
    password: str


def turn_credential(secret: str, expires_at: float) -> TurnCredential:
    """A new one, with which a relay can be asked for until `expires_at` (Unix seconds)."""
    username = f"{int(expires_at)}:{secrets.token_hex(_NONCE_BYTES)}"
    # HMAC-SHA-1 is the scheme's; what it protects lives for minutes.
    digest = hmac.digest(secret.encode(), username.encode(), hashlib.sha1)
    return TurnCredential(username, base64.b64encode(digest).decode())
