"""Secrets that are shown once and kept as hashes: sign-in tokens, cookie values, host keys.

They have 256 random bits, so that a plain SHA-256 is enough to keep them (there is nothing to guess).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

_BYTES = 32


def new_secret(prefix: str = "") -> str:
    """A new secret, safe in URLs and shells."""
    return prefix + secrets.token_urlsafe(_BYTES)


def hashed(secret: str) -> str:
    """What is kept of it: SHA-256, hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def equal(given: str, wanted: str) -> bool:
    """Whether both are the same, taking the same time wherever they differ; an empty secret equals nothing."""
    return bool(wanted) and hmac.compare_digest(hashed(given), hashed(wanted))
