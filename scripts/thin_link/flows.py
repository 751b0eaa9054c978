"""UDP flows that a middle box knows, and forgets: a NAT that began anew, a firewall that lost its table. Pure.

A flow is told by the server's port, which no two connections share here.
"""

from __future__ import annotations

from scripts.thin_link.passed import UDP


class UdpFlows:
    """The flows seen since the start. Those that were forgotten pass no more, in either direction; new ones do."""

    def __init__(self) -> None:
        self._known: set[int] = set()
        self._forgotten: set[int] = set()

    def forget(self) -> None:
        """All that are known."""
        self._forgotten |= self._known
        self._known.clear()

    def passes(self, packet: bytes, *, to_server: bool) -> bool:
        """Whether the packet may pass; it is remembered."""
        port = _server_port(packet, to_server)
        if port is None:
            return True
        self._known.add(port)
        return port not in self._forgotten


def _server_port(packet: bytes, to_server: bool) -> int | None:
    """Of an IPv4 packet with UDP in it, not fragmented (RFC 791, RFC 768)."""
    if len(packet) < 28 or packet[0] >> 4 != 4 or packet[9] != UDP or packet[6] & 0x1F or packet[7]:
        return None
    at = 4 * (packet[0] & 15) + 2 * to_server
    return int.from_bytes(packet[at : at + 2], "big")
