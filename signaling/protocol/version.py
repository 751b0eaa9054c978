"""One protocol version for every channel; N accepts N-1, and servers are upgraded first."""

from __future__ import annotations

PROTOCOL_VERSION = 1
OLDEST_ACCEPTED = 1


def is_accepted(version: int) -> bool:
    """Whether a peer that speaks `version` can be served."""
    return OLDEST_ACCEPTED <= version <= PROTOCOL_VERSION
