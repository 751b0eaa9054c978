"""What offer and answer settled for one track."""

from __future__ import annotations

from dataclasses import dataclass

from streamer.transport.rtp.packet import ExtensionIds


@dataclass(frozen=True, slots=True)
class Negotiated:
    """One track that goes out: profile-level-id, payload types, sources, media id and header extensions."""

    profile: str
    payload_type: int
    rtx_payload_type: int | None
    ssrc: int
    rtx_ssrc: int
    mid: str
    extensions: ExtensionIds
