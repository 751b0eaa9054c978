"""A sign-in: one browser that proved who uses it."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from signaling.config import SIGN_IN_DAYS
from signaling.domain.tenants import User

IDLE_SECONDS = 7 * 24 * 3600.0
LIFE_SECONDS = SIGN_IN_DAYS * 24 * 3600.0
"""However much it is used; `--sign-in-days` sets another."""
WARNED_SECONDS = 15 * 60.0
"""So long before the end of its life its pages are told."""
TOUCH_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in. Times are Unix seconds; `key_hash` is of the cookie's value, which is stored nowhere."""

    key_hash: str
    user: User
    made_at: float
    used_at: float


class Standing(enum.StrEnum):
    """How it is with a sign-in."""

    LIVE = "live"
    ENDED = "ended"
    """Signed out, removed, or its person has no account any more."""
    UNUSED = "unused"
    OLD = "old"


def standing(sign_in: SignIn | None, now: float, life: float = LIFE_SECONDS) -> Standing:
    """How it is with a sign-in at `now`, which lasts `life` seconds at the most; None: it is not kept any more."""
    if sign_in is None:
        return Standing.ENDED
    if now - sign_in.used_at >= IDLE_SECONDS:
        return Standing.UNUSED
    return Standing.OLD if now - sign_in.made_at >= life else Standing.LIVE


def is_live(sign_in: SignIn, now: float, life: float = LIFE_SECONDS) -> bool:
    """Whether the sign-in still counts."""
    return standing(sign_in, now, life) is Standing.LIVE
