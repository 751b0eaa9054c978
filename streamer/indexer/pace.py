"""How long a look over the archive is followed by rest. Pure."""

from __future__ import annotations

LOOK_SECONDS = 3.0
"""The least."""
FULL_LOOK_SECONDS = 30.0
"""Between two looks at every file, at least."""
LONGEST_REST = 300.0
LONGEST_REST_WITH_NEWS = 60.0
_SHARE = 100.0
_SHARE_WITH_NEWS = 10.0
"""Looks cost at most one part in so many of the time."""


def rest_after(spent: float, *, news: bool) -> float:
    """Seconds to rest after a look that took `spent`; with `news`, something is known to have come, or is asked for in vain."""
    if news:
        return max(LOOK_SECONDS, min(LONGEST_REST_WITH_NEWS, spent * _SHARE_WITH_NEWS))
    return max(LOOK_SECONDS, min(LONGEST_REST, spent * _SHARE))


def full_look_after(spent: float) -> float:
    """Seconds from one look at every file, which took `spent`, to the next."""
    return max(FULL_LOOK_SECONDS, rest_after(spent, news=False))
