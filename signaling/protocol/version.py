"""One protocol version for every channel. Between released versions N accepts N-1; version 1 was never released."""

from __future__ import annotations

PROTOCOL_VERSION = 2
OLDEST_ACCEPTED = 2


def is_accepted(version: int) -> bool:
    """Whether a peer that speaks `version` can be served."""
    return OLDEST_ACCEPTED <= version <= PROTOCOL_VERSION
