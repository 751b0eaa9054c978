"""A sign-in: one browser that proved who uses it."""

from __future__ import annotations

from dataclasses import dataclass

from signaling.domain.tenants import User

IDLE_SECONDS = 7 * 24 * 3600.0
TOUCH_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in. Times are Unix seconds; `key_hash` is of the cookie's value, which is stored nowhere."""

    key_hash: str
    user: User
    made_at: float
    used_at: float


def is_live(sign_in: SignIn, now: float) -> bool:
    """Whether the sign-in still counts."""
    return now - sign_in.used_at < IDLE_SECONDS
