"""What all messages on the `control` data channel are."""

from __future__ import annotations

import msgspec


class ControlMessage(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Base of all control messages."""
