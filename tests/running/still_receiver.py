"""How a page without a browser gets exact stills: RTP packets of the second track, or parts of an image, and their pixels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import av
import imagecodecs
import numpy as np
import numpy.typing as npt
from aiortc import RTCRtpTransceiver
from aiortc.codecs.h264 import h264_depayload
from aiortc.rtp import RtpPacket, unwrap_rtx

from signaling.protocol import stills
from signaling.protocol.control import StillProof

Pixels = npt.NDArray[np.uint8]
FU_A = 28


class TrackStills:
    """Puts access units together from the packets of the stills' track, which a browser's decoder does."""

    def __init__(self, transceiver: RTCRtpTransceiver, arrived: Callable[[int, bytes], None]) -> None:
        codecs: dict[str, int] = {c.name.lower(): c.payloadType for c in reversed(transceiver._codecs)}
        self._payload_type, self._rtx = codecs["h264"], codecs.get("rtx", -1)
        self._arrived = arrived
        self._rtp = -1
        self._packets: dict[int, RtpPacket] = {}
        transport: Any = transceiver.receiver.transport
        passed_on = transport._handle_rtp_data

        async def handle(data: bytes, arrival_time_ms: int) -> None:
            self._take(RtpPacket.parse(data))
            await passed_on(data, arrival_time_ms=arrival_time_ms)

        transport._handle_rtp_data = handle

    def _take(self, packet: RtpPacket) -> None:
        if packet.payload_type == self._rtx and len(packet.payload) > 2:
            packet = unwrap_rtx(packet, self._payload_type, 0)
        if packet.payload_type != self._payload_type or not packet.payload:
            return
        if packet.timestamp != self._rtp:
            self._rtp = packet.timestamp
            self._packets.clear()
        self._packets[packet.sequence_number] = packet
        end = next((n for n, p in self._packets.items() if p.marker), None)
        if end is None:
            return
        unit, at = b"", end
        while (found := self._packets.get(at)) is not None:
            unit = h264_depayload(found.payload) + unit
            at = (at - 1) & 0xFFFF
        # Complete when the packet before the first of them is not of this picture: that one begins with parameter sets.
        if _begins(self._packets[(at + 1) & 0xFFFF].payload):
            self._packets.clear()
            self._arrived(self._rtp, unit)


def _begins(payload: bytes) -> bool:
    if payload[0] & 0x1F == FU_A:
        return False
    return b"\x67" in payload[:5] or payload[0] & 0x1F == 7


class ChannelStills:
    """Puts images together from the parts on the `stills` channel."""

    def __init__(self, arrived: Callable[[int, bytes], None]) -> None:
        self._arrived = arrived
        self._rtp = -1
        self._data = b""

    def part(self, data: bytes) -> None:
        """A message of the channel."""
        part = stills.decode_chunk(data)
        if part.rtp != self._rtp or part.offset == 0:
            self._rtp, self._data = part.rtp, b""
        assert part.offset == len(self._data), "a part is missing"
        self._data += part.data
        if len(self._data) == part.total:
            self._arrived(self._rtp, self._data)


def pixels(proof: StillProof, data: bytes) -> Pixels:
    """The picture: grey [j, i], or RGB [j, i, 3]."""
    if proof.method == "png":
        return np.asarray(imagecodecs.png_decode(data))
    if proof.method == "jxl":
        return np.asarray(imagecodecs.jpegxl_decode(data))
    context = av.CodecContext.create("h264", "r")
    frames = [*context.decode(av.Packet(data)), *context.decode(None)]  # type: ignore[attr-defined]
    plane = frames[0].planes[0]
    coded = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
    assert (plane.width, plane.height) == proof.coded
    if proof.planes == "grey":
        return coded[: proof.height, : proof.width].copy()
    rows = proof.coded[1] // 3
    green, blue, red = (
        coded[n * rows : n * rows + proof.height, : proof.width].astype(np.uint16) for n in range(3)
    )
    merged = np.stack([red + green, green, blue + green], axis=-1)
    return (merged & 0xFF).astype(np.uint8)
