"""Which packets went over a link, and when: for shares of several flows, and for what had come by a given moment. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

TCP, UDP = 6, 17
_PROTOCOLS_WITH_PORTS = (TCP, UDP)


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet that reached the client: when (seconds of `time.monotonic`), its IP bytes, its protocol, the client's port."""

    time: float
    size: int
    protocol: int
    port: int


def flow_of(packet: bytes) -> tuple[int, int]:
    """Protocol and destination port of an IPv4 packet (RFC 791); port 0 where it has none, or is a later fragment."""
    if len(packet) < 20 or packet[0] >> 4 != 4:
        return 0, 0
    protocol, header = packet[9], 4 * (packet[0] & 15)
    fragment = int.from_bytes(packet[6:8], "big") & 0x1FFF
    if protocol not in _PROTOCOLS_WITH_PORTS or fragment or len(packet) < header + 4:
        return protocol, 0
    return protocol, int.from_bytes(packet[header + 2 : header + 4], "big")


def packets_from(message: dict[str, Any]) -> list[Packet]:
    """From the shaper's answer."""
    return [Packet(*fields) for fields in message["passed"]]


def bytes_between(packets: Iterable[Packet], start: float, end: float, protocol: int = 0) -> int:
    """How many bytes came from `start` until before `end`; `protocol` 0 counts all."""
    return sum(p.size for p in packets if start <= p.time < end and protocol in (0, p.protocol))


def bytes_by_port(packets: Iterable[Packet], protocol: int) -> dict[int, int]:
    """Bytes of each of the client's ports, most first."""
    found: dict[int, int] = {}
    for packet in packets:
        if packet.protocol == protocol:
            found[packet.port] = found.get(packet.port, 0) + packet.size
    return dict(sorted(found.items(), key=lambda item: -item[1]))
