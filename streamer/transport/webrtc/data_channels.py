"""The seat's data channels: negotiated with fixed ids (signaling.protocol.channels)."""

from __future__ import annotations

from aiortc import RTCDataChannel, RTCPeerConnection

from signaling.protocol.channels import CONTROL, FRAMES, MOVES, STILLS, ChannelSpec
from streamer.transport.base import TransportListener

MAX_UNSENT_FRAMES_BYTES = 16_384
MAX_UNSENT_CONTROL_BYTES = 1 << 18


class DataChannels:
    """Opens the four channels and passes on what comes; nothing is read into it here."""

    def __init__(self, pc: RTCPeerConnection, listener: TransportListener) -> None:
        self._moves = _create(pc, MOVES)
        self._control = _create(pc, CONTROL)
        self._frames = _create(pc, FRAMES)
        self.stills = _create(pc, STILLS)

        @self._moves.on("message")
        def on_moves(data: str | bytes) -> None:
            listener.on_moves(data if isinstance(data, bytes) else data.encode())

        @self._control.on("message")
        def on_control(data: str | bytes) -> None:
            listener.on_control(data)

        @self._control.on("open")
        def on_open() -> None:
            listener.on_control_open()

    def send_control(self, text: str) -> bool:
        """Sends on `control`; False when it is not open, or the link is choked."""
        return _send(self._control, text, MAX_UNSENT_CONTROL_BYTES)

    def send_frames(self, data: bytes) -> bool:
        """Sends on `frames`; False (dropped) when it is not open, or 16 kB wait: newer packets repeat what matters."""
        return _send(self._frames, data, MAX_UNSENT_FRAMES_BYTES)


def _create(pc: RTCPeerConnection, spec: ChannelSpec) -> RTCDataChannel:
    return pc.createDataChannel(
        spec.label, ordered=spec.ordered, maxRetransmits=spec.max_retransmits, negotiated=True, id=spec.id
    )


def _send(channel: RTCDataChannel, data: str | bytes, limit: int) -> bool:
    if channel.readyState != "open" or channel.bufferedAmount > limit:
        return False
    channel.send(data)
    return True
