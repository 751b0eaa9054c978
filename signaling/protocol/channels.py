"""The data channels of a seat: negotiated (W3C `negotiated: true`), with fixed ids, so that none waits for an announcement."""

from __future__ import annotations

import msgspec


class ChannelSpec(msgspec.Struct, frozen=True):
    """RTCDataChannelInit of one channel. `max_retransmits` None = reliable."""

    id: int
    label: str
    ordered: bool
    max_retransmits: int | None


MOVES = ChannelSpec(0, "moves", False, 0)
CONTROL = ChannelSpec(1, "control", True, None)
FRAMES = ChannelSpec(2, "frames", False, 0)
STILLS = ChannelSpec(3, "stills", True, None)
CHANNELS = (MOVES, CONTROL, FRAMES, STILLS)
