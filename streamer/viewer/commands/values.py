"""The values that come with commands: what is not of the right kind is refused in words."""

from __future__ import annotations

import math
from collections.abc import Collection

from streamer.viewer.context import CommandRefused

BAD = "bad-command"
_LARGEST = 1e9


def text(value: object, allowed: Collection[str], what: str) -> str:
    """One of the allowed words."""
    if not isinstance(value, str) or value not in allowed:
        raise CommandRefused(BAD, f"There is no such {what}; choose one of {', '.join(allowed)}.")
    return value


def number(value: object, what: str) -> float:
    """A finite number of sensible size."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise CommandRefused(BAD, f"The {what} must be a number.")
    if abs(value) > _LARGEST:
        raise CommandRefused(BAD, f"The {what} is out of range; give a smaller number.")
    return float(value)


def whole(value: object, what: str) -> int:
    """A whole number."""
    size = number(value, what)
    if not size.is_integer():
        raise CommandRefused(BAD, f"The {what} must be a whole number.")
    return int(size)


def pair(value: object, what: str) -> tuple[float, float]:
    """Two numbers."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise CommandRefused(BAD, f"The {what} must be two numbers.")
    return number(value[0], what), number(value[1], what)
