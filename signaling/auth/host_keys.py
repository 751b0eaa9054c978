"""Keys by which render hosts prove themselves (`Authorization: Bearer …`, RFC 6750)."""

from __future__ import annotations

from signaling.auth.secret_key import new_secret

_PREFIX = "fvh_"
_SCHEME = "Bearer "


def new_host_key() -> str:
    """A new key. The prefix lets secret scanners find one that leaked."""
    return new_secret(_PREFIX)


def key_of(authorization: str | None) -> str:
    """The key in an Authorization header; empty where there is none."""
    if authorization is None or not authorization.startswith(_SCHEME):
        return ""
    return authorization.removeprefix(_SCHEME).strip()
